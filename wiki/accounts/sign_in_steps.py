"""The steps shown beside the sign-in form, up to the page it leads to.

They come from the URL alone, so they reveal nothing about pages that the reader may not see.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from flask import request
from flask_babel import gettext as _

from wiki.core import settings
from wiki.core.http import is_local

MAX_TITLE_LENGTH = 60

Step = dict[str, str]
"""`label`, and optionally `note` and `state` (here, todo, done)."""


def sign_in_steps(target: str) -> list[Step]:
    """Return the steps from sign-in to the URL `target`, for the line of parts/line.html."""
    first = {"label": _("Sign in"), "note": _("one minute"), "state": "here"}
    return [first, *_next_steps(target)]


def _next_steps(target: str) -> list[Step]:
    path = urlsplit(target).path.removeprefix(request.script_root) if is_local(target) else "/"
    name, _slash, rest = unquote(path).strip("/").partition("/")
    if not name:
        return [
            {"label": _("Home page"), "note": settings.get("description") or settings.get("name")}
        ]
    if name == "-":
        return [{"label": _system_page_label(rest)}, {"label": _("Home page")}]
    title = name.replace("-", " ")[:MAX_TITLE_LENGTH]
    if rest == "edit":
        edit = {
            "label": _("Edit “%(title)s”", title=title),
            "note": _("Your text is kept on this device."),
        }
        return [edit, {"label": _("Read it as everyone does")}]
    return [{"label": _("Back to “%(title)s”", title=title)}]


def _system_page_label(path: str) -> str:
    if path.startswith("admin"):
        return _("Administration")
    return _("My profile") if path.startswith("profile") else _("Where you were going")
