"""Writing to the address of an entry that is never shown: a form, and a mail the wiki sends."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.people import EMAIL
from wiki.bazar.entries import entries, entry_view
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec
from wiki.core import db, mail, settings
from wiki.core.access import current_actor
from wiki.core.http import absolute_url, audience, render, see_other
from wiki.core.limits import limit, remote_address
from wiki.pages import find
from wiki.pages.models import Page

blueprint = Blueprint("contact", __name__)

TRAP = "_website"
RATES = "5/hour; 20/day"
LONGEST = {"name": 100, "email": 254, "message": 5000}


@blueprint.get("/-/entries/<name>/contact/<field>")
@audience("page")
def ask(name: str, field: str) -> Response:
    """Show the form that writes to whom an entry names."""
    page, spec, _address = _written_to(name, field)
    actor = current_actor()
    return _screen(page, spec, {"name": actor.display_name})


@blueprint.post("/-/entries/<name>/contact/<field>")
@audience("page")
@limit(RATES, by=remote_address, counts=lambda answer: answer.status_code == 303)
def write(name: str, field: str) -> BaseResponse:
    """Queue the message; who wrote is told inside it, so that they can be answered."""
    page, spec, address = _written_to(name, field)
    typed = {part: request.form.get(part, "").strip()[:most] for part, most in LONGEST.items()}
    errors = _errors(typed)
    if errors:
        return _screen(page, spec, typed, errors=errors, status=422)
    # What fills in the trap is told the same: a robot learns nothing.
    if not request.form.get(TRAP):
        with db.write(quiet=True) as session:
            mail.send(session, to=address, subject=_subject(page), body=_body(page, typed))
    flash(_("Your message is on its way."), "success")
    return see_other(url_for("pages.show", name=page.name))


def _written_to(name: str, field: str) -> tuple[Page, FieldSpec, str]:
    """Return the entry, the field and the address. Aborts 404 on what this reader may not know of."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if page.form_id is None:
        abort(404)
    specs = forms.readable_specs(entries.form_of(page), actor, page.owner_id)
    for spec, value in entry_view.held(specs, page.head):
        address = forms.type_of(spec).contact_address(spec, value) if spec.key == field else ""
        if address:
            return page, spec, address
    return abort(404)


def _errors(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not EMAIL.fullmatch(typed["email"]):
        errors["email"] = _("This e-mail address does not look right.")
    if not typed["message"]:
        errors["message"] = _("Write a message.")
    return errors


def _subject(page: Page) -> str:
    return str(_("[%(site)s] Message about %(title)s", site=settings.get("name"), title=page.title))


def _body(page: Page, typed: dict[str, str]) -> str:
    name = " ".join(typed["name"].split()) or typed["email"]
    told = _(
        "%(name)s wrote this to you from %(url)s",
        name=name,
        url=absolute_url(url_for("pages.show", name=page.name)),
    )
    answer = _("To answer, write to %(email)s.", email=typed["email"])
    return f"{told}\n\n{typed['message']}\n\n-- \n{answer}\n"


def _screen(
    page: Page,
    spec: FieldSpec,
    typed: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "bazar/contact.html", status=status, page=page, spec=spec, typed=typed, errors=errors or {}
    )
