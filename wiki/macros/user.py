"""Who reads: their name, or the way to sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro


class User(Macro):
    """The person signed in, by name; a link to sign in for others."""

    name: ClassVar[str] = "user"
    label = _l("Who reads")
    help = _l("The name of the person signed in, or the way to sign in.")
    group = "people"
    icon = "user"
    params = (
        Param("hello", _l("Before the name"), help=_l("Such as: Hello")),
        Param("guest", _l("For who is not signed in")),
    )
    aliases = {"login": {}, "usersettings": {}}

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"hello": call.get("hello"), "guest": call.get("guest")}
