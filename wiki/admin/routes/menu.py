"""The menu screen: an ordered list of labels and targets. Every button keeps all submitted values."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.routes import form_input
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, settings
from wiki.core.http import audience, is_local, render, see_other
from wiki.core.names import is_page_name, page_name
from wiki.core.numbers import whole

MOST = 12
LONGEST_LABEL, LONGEST_TARGET = 40, 250
Item = tuple[str, str]


@blueprint.get("/admin/menu")
@audience("admin")
def menu() -> Response:
    """Show the menu, with an empty line for a new item."""
    return _form([(label, target) for label, target in settings.get("menu")])


@blueprint.post("/admin/menu")
@audience("admin")
def save_menu() -> BaseResponse:
    """Apply `do` (`up-2`, `down-0`, `remove-1` or `save`) to the submitted menu and save it."""
    items = _apply_action(_submitted_items(), request.form.get("do", "save"))
    errors = _errors(items)
    if errors:
        return _form(items, status=422, errors=errors)
    with db.write() as session:
        settings.put(session, menu=[[label, _target(target)] for label, target in items])
    flash(_("The menu is saved."), "success")
    return see_other(url_for("admin.menu"))


def _submitted_items() -> list[Item]:
    labels, targets = request.form.getlist("label"), request.form.getlist("target")
    pairs = zip(labels, targets, strict=False)
    return [
        (form_input.clean_line(label), form_input.clean_line(target)) for label, target in pairs
    ]


def _apply_action(items: list[Item], do: str) -> list[Item]:
    verb, _dash, number = do.partition("-")
    at = whole(number, -1, digits=3)
    if 0 <= at < len(items):
        if verb == "remove":
            items = items[:at] + items[at + 1 :]
        if verb == "up" and at > 0:
            items[at - 1], items[at] = items[at], items[at - 1]
        if verb == "down" and at + 1 < len(items):
            items[at], items[at + 1] = items[at + 1], items[at]
    return [item for item in items if any(item)]


def _errors(items: list[Item]) -> dict[str, str]:
    errors = {}
    for at, (label, target) in enumerate(items):
        if not 1 <= len(label) <= LONGEST_LABEL:
            errors[f"label-{at}"] = _("A label has 1 to %(count)s characters.", count=LONGEST_LABEL)
        if not _is_target(target):
            errors[f"target-{at}"] = _("Name a page, or an address of this wiki beginning with /.")
    if len(items) > MOST:
        errors["label-0"] = _("A menu has at most %(count)s lines.", count=MOST)
    return errors


def _is_target(target: str) -> bool:
    if target.startswith("/"):
        return len(target) <= LONGEST_TARGET and is_local(request.script_root + target)
    return is_page_name(page_name(target))


def _target(target: str) -> str:
    return target if target.startswith("/") else page_name(target)


def _form(
    items: list[Item], *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    rows = [*items, ("", "")] if len(items) < MOST else items
    return render(
        "admin/menu.html", status=status, rows=rows, count=len(items), errors=errors or {}
    )
