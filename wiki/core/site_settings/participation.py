"""Who takes part, and how."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from wiki.core.site_setting import SiteSetting

SETTINGS = (
    SiteSetting(
        "sign_up",
        True,
        "Anyone can create an account.",
        kind="flag",
        section="participation",
        label=_l("Anyone can create an account"),
    ),
    SiteSetting(
        "anonymous_edit",
        True,
        "Open pages can be edited without an account.",
        kind="flag",
        section="participation",
        label=_l("Open pages can be edited without an account"),
    ),
    SiteSetting(
        "anonymous_comment",
        False,
        "Open pages can be commented without an account.",
        kind="flag",
        section="participation",
        label=_l("Open pages can be commented without an account"),
    ),
    SiteSetting(
        "coediting",
        False,
        "Several people can write one page at the same time.",
        kind="flag",
        section="participation",
        label=_l(
            "Several people can write one page at the same time, each seeing what the others type"
        ),
    ),
    SiteSetting(
        "form_makers",
        "+",
        "Who may make forms, as a rule; facilitators and admins always may.",
    ),
)
