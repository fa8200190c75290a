"""The start of a section: its fields stand together, in the form and on the entry's page."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.fields.heading import Heading


class Section(Heading):
    """It goes to the next section or tab."""

    name: ClassVar[str] = "section"
    order: ClassVar[int] = 200
    summary = "begins a section, in the form and on the page"
    sample_options = {}
    label = _l("Section")
    icon = "columns-2"
    opens = "section"
