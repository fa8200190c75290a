"""The start of a tab; without JavaScript, tabs stand one below the other."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.fields.heading import Heading


class Tab(Heading):
    """It goes to the next tab."""

    name: ClassVar[str] = "tab"
    summary = "begins a tab; without JavaScript, tabs stand below each other"
    sample_options = {}
    label = _l("Tab")
    icon = "layout-grid"
    opens = "tab"
