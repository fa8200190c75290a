"""What is sent with the form of an entry, and the answer when it cannot be saved."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import entries, entry_form, form_migration
from wiki.bazar.entries.entries import Room
from wiki.bazar.entries.entry_form import Problem, Sheet
from wiki.bazar.forms import forms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, number_argument, see_other
from wiki.core.numbers import is_whole
from wiki.pages import find, save
from wiki.pages.models import Page
from wiki.pages.throttle import TooMany

TRAP = "_website"
"""A question that people do not see: what fills it in is no person."""


def entry_asked(form: str, name: str, actor: Actor) -> tuple[Form, Page]:
    """Return an entry of this form. Aborts 404 when it is not there, or not of this form."""
    page = find.page_or_404(name, actor=actor)
    found = entries.form_of(page) if page.form_id is not None else None
    if found is None:
        abort(404)
    # Perhaps a former address of this very form: it leads to the one of now.
    if found.key != form and forms.form_or_404(form, actor).id != found.id:
        abort(404)
    return found, page


def room_asked(actor: Actor) -> Room | None:
    """Return where the address puts the entry. Aborts 404 on a project one may not know of."""
    project_id = number_argument("project")
    if project_id is None:
        return None
    found = entries.room_of(project_id, actor=actor) if project_id < 2**31 else None
    return found or abort(404)


def here() -> str:
    """Return the address of this request, as a form sends back to it."""
    return request.script_root + request.full_path.rstrip("?")


def door(actor: Actor) -> BaseResponse:
    """Send who has no account to sign in; abort 403 for anyone else."""
    if not actor.is_anonymous:
        abort(403)
    return see_other(url_for("accounts.sign_in", next=here()))


def check_trap() -> None:
    """Refuse what fills in the question that people do not see. Raises Invalid."""
    if current_actor().is_anonymous and request.form.get(TRAP):
        raise Invalid(**{TRAP: _("Leave the last question empty: it is there for robots.")})


def base_sent() -> int:
    """Return the version that answers were written on. Aborts 400."""
    raw = request.form.get("_base", "")
    if not is_whole(raw):
        abort(400)
    return int(raw)


def stamp_sent() -> save.Stamp:
    """Return what someone says of their change."""
    return save.Stamp(summary=request.form.get("_summary", ""), minor="_minor" in request.form)


def sent(form: Form) -> MultiDict[str, str]:
    """Return what was sent, under the keys of now: a field may be renamed while a form is open."""
    keys = list(dict.fromkeys(key.partition(".")[0] for key in request.form))
    anew = form_migration.renamed(form, keys) if _is_stale(form) else {}
    if not anew:
        return request.form
    sent: MultiDict[str, str] = MultiDict()
    for key, value in request.form.items(multi=True):
        head, dot, rest = key.partition(".")
        sent.add(f"{anew.get(head, head)}{dot}{rest}", value)
    return sent


def not_asked(form: Form, page: Page, actor: Actor) -> list[str]:
    """Return the fields that were not in the form when it was opened: they stay as they are."""
    if not _is_stale(form):
        return []
    keys = request.form.get("_asked", "").split()
    anew = form_migration.renamed(form, keys)
    asked = {anew.get(key, key) for key in keys}
    return [spec.key for spec in entries.asked(form, actor, page) if spec.key not in asked]


def failed(
    error: Exception, form: Form, page: Page | None, actor: Actor, *, suggesting: bool = False
) -> Response:
    """Answer what could not be saved with the form, all that was typed in it, and the reason."""
    errors = error.errors if isinstance(error, Invalid) else {}
    typed = error.typed if isinstance(error, entries.Refused) else _typed(form, page, actor)
    action = (
        url_for("bazar.entries.add_entry", form_key=form.key)
        if isinstance(error, save.Gone)
        else here()
    )
    status, problem = problem_of(error)
    sheet = Sheet(
        form=form,
        values=typed,
        action=action,
        page=page,
        base=base_sent() if page else None,
        errors=errors,
        problem=problem,
        suggesting=suggesting,
    )
    return entry_form.screen(sheet, status=status)


def problem_of(error: Exception) -> tuple[int, Problem | None]:
    """Return with which status, and for which reason beyond the answers, nothing is saved."""
    if isinstance(error, Invalid):
        return error.status, None
    if isinstance(error, TooMany):
        text = _("Wait a moment, then save again.")
        return 429, Problem(_("Too many saves in a minute"), text)
    if isinstance(error, db.Busy):
        text = _("Nothing was saved yet. Save again in a moment.")
        return 503, Problem(_("The wiki is very busy"), text)
    if isinstance(error, save.Gone):
        text = _(
            "It went to the trash, or out of your reach. Saving makes a new entry of your answers."
        )
        return 409, Problem(_("This entry is not there any more"), text)
    text = _("Perhaps your sign-in ended. Sign in again in another tab, then save.")
    return 403, Problem(_("You may not save this"), text)


def _typed(form: Form, page: Page | None, actor: Actor) -> dict[str, Any]:
    """Return the answers as they were sent; files are asked again."""
    answers = sent(form)
    return {
        spec.key: forms.type_of(spec).from_form(spec, answers, MultiDict())
        for spec in entries.asked(form, actor, page)
    }


def _is_stale(form: Form) -> bool:
    version = request.form.get("_form", "")
    return version.isdecimal() and version != str(form.version)
