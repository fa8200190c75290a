"""A message sent by a contact form: to whom the page says, once, by somebody rather than by a machine."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.people import EMAIL
from wiki.core import db, mail, markup, settings
from wiki.core.access import current_actor
from wiki.core.http import absolute_url, audience, render, see_other
from wiki.core.limits import limit, remote_address
from wiki.macros import contact
from wiki.macros.base import BadParam
from wiki.macros.routes.blueprint import blueprint
from wiki.macros.support.recipients import recipients
from wiki.pages import find, rendering
from wiki.pages.models import Page

TRAP = "website"
"""A field people do not see: what fills it is a machine."""
SOONEST = 3
LATEST = 24 * 3600
"""Seconds between the moment a form is given and the moment it is sent."""
LONGEST = 5000


@blueprint.post("/<name>/contact/<key>")
@audience("page")
@limit("5/hour;20/day", by=lambda: str(current_actor().id or remote_address()))
def send(name: str, key: str) -> BaseResponse:
    """Send a message to whom the form of this page writes; what was typed comes back when it cannot."""
    page = find.page_or_404(name, actor=current_actor())
    values = _form_of(page, key)
    typed = _typed()
    errors = _errors(typed, page, key)
    if errors:
        return _screen(page, key, values, typed, errors)
    try:
        to = recipients(values["to"], page)
    except BadParam as error:
        return _screen(page, key, values, typed, {"message": str(error)})
    if not request.form.get(TRAP):
        _post(page, values, typed, to)
    flash(_("Your message is on its way."), "success")
    return see_other(url_for("pages.show", name=page.name))


def _form_of(page: Page, key: str) -> Mapping[str, str]:
    """Return the settings of a form of this page, from its text. Aborts 404 when it has no such form."""
    calls = rendering.calls_of(rendering.stored(page))
    forms = (macro.values(params) for macro, params in calls if macro.name == "contact")
    found: Mapping[str, str] | None = next(
        (values for values in forms if contact.key_of(values) == key), None
    )
    if found is None:
        abort(404)
    return found


def _typed() -> dict[str, str]:
    form = request.form
    lines = {
        name: " ".join(markup.normalise(form.get(name, "")).split())[:200]
        for name in ("name", "email", "subject")
    }
    return lines | {"message": markup.normalise(form.get("message", "")).strip()}


def _errors(typed: Mapping[str, str], page: Page, key: str) -> dict[str, str]:
    errors = {}
    if not EMAIL.fullmatch(typed["email"]):
        errors["email"] = _("This e-mail address does not look right.")
    if not typed["message"]:
        errors["message"] = _("Write your message.")
    elif len(typed["message"]) > LONGEST:
        errors["message"] = _("At most %(count)s characters.", count=LONGEST)
    if not _is_in_time(page, key):
        errors["stamp"] = _(
            "Wait a few seconds, then send again: this is how machines are kept out."
        )
    return errors


def _is_in_time(page: Page, key: str) -> bool:
    try:
        said, when = contact.signer().unsign(
            request.form.get("stamp", ""), max_age=LATEST, return_timestamp=True
        )
    except BadSignature:
        return False
    age = (db.utcnow() - when).total_seconds()
    return said.decode() == f"{page.id}.{key}" and age >= SOONEST


def _post(page: Page, values: Mapping[str, str], typed: Mapping[str, str], to: list[str]) -> None:
    site = str(settings.get("name"))
    subject = values.get("subject") or typed["subject"] or page.title
    where = absolute_url(url_for("pages.show", name=page.name))
    sender = f"{typed['name']} <{typed['email']}>" if typed["name"] else typed["email"]
    words = _("%(sender)s writes by the form of “%(page)s”:", sender=sender, page=page.title)
    foot = _("Answer this mail to write to them. The form is at: %(url)s", url=where)
    body = f"{words}\n\n{typed['message']}\n\n-- \n{foot}\n"
    with db.write(quiet=True) as session:
        for one in to:
            mail.send(
                session, to=one, subject=f"{site} : {subject}", body=body, reply_to=typed["email"]
            )


def _screen(
    page: Page,
    key: str,
    values: Mapping[str, str],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    return render(
        "macros/contact_again.html",
        status=422,
        page=page,
        key=key,
        stamp=contact.stamp(page, key),
        title=values.get("title"),
        typed=typed,
        errors=errors,
    )
