"""Ways to act without a menu."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from wiki.core.site_setting import SiteSetting

SETTINGS = (
    SiteSetting(
        "double_click",
        True,
        "A double-click on a text edits it.",
        kind="flag",
        section="shortcuts",
        label=_l("A double-click on a text edits it"),
    ),
    SiteSetting(
        "keys",
        True,
        "Single keys do something.",
        kind="flag",
        section="shortcuts",
        label=_l("Single keys do something: e edits, n makes a page"),
    ),
)
