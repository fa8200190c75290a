"""Where a sign-in leads, in words: the stops shown beside its form. They are read in the address
alone, so they tell nothing of pages that the reader may not see."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from flask import request
from flask_babel import gettext as _

from wiki.core import settings
from wiki.core.http import is_local

LONGEST = 60


def stops(target: str) -> list[dict[str, Any]]:
    """Return the stops from the sign-in to `next`, as the line of parts/line.html draws them."""
    first = {"label": _("Sign in"), "note": _("one minute"), "state": "here"}
    return [first, *_onward(target)]


def _onward(target: str) -> list[dict[str, Any]]:
    path = urlsplit(target).path.removeprefix(request.script_root) if is_local(target) else "/"
    name, _slash, rest = unquote(path).strip("/").partition("/")
    if not name:
        return [
            {"label": _("Home page"), "note": settings.get("description") or settings.get("name")}
        ]
    if name == "-":
        return [{"label": _system(rest)}, {"label": _("Home page")}]
    title = name.replace("-", " ")[:LONGEST]
    if rest == "edit":
        edit = {
            "label": _("Edit “%(title)s”", title=title),
            "note": _("Your text is kept on this device."),
        }
        return [edit, {"label": _("Read it as everyone does")}]
    return [{"label": _("Back to “%(title)s”", title=title)}]


def _system(path: str) -> str:
    if path.startswith("admin"):
        return _("Administration")
    return _("My profile") if path.startswith("profile") else _("Where you were going")
