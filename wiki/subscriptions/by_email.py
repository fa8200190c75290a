"""Subscriptions without account: confirmed by mail (double opt-in), ended in one click.

They only cover what everyone may read. Nothing is stored before the confirmation, and the response is
the same for every address.
"""

from __future__ import annotations

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from limits import parse
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.core import antispam, db, i18n, jobs, mail
from wiki.core.http import absolute_url, audience, render, see_other
from wiki.core.limits import remote_address
from wiki.subscriptions import follows, mails, targets
from wiki.subscriptions.blueprint import blueprint
from wiki.subscriptions.follow_routes import follow_screen
from wiki.subscriptions.models import Follow
from wiki.subscriptions.targets import KINDS, Target

JOB = "confirm"
LIMITS_BY_REMOTE = (parse("5/minute"), parse("20/hour"))
LIMITS_BY_EMAIL = (parse("3/hour"), parse("6/day"))


@blueprint.post("/-/follow/by-mail", endpoint="ask_by_mail")
@audience("page")
def ask_by_mail() -> BaseResponse:
    """Queue the confirmation mail of a subscription."""
    form = request.form
    kind, _colon, name = form.get("what", "").partition(":")
    target = targets.find_target(kind, name, actor=people.anonymous_actor()) or abort(404)
    if antispam.is_trapped():
        return _redirect_sent()
    antispam.count(*LIMITS_BY_REMOTE, by=f"follow {remote_address()}")
    email, rhythm = form.get("email", "").strip(), form.get("rhythm", "")
    errors = _errors(email, rhythm)
    if errors:
        return follow_screen([target], errors=errors, status=422, email=email[:254])
    antispam.count(*LIMITS_BY_EMAIL, by=f"follow to {people.email_key(email)}")
    with db.write(quiet=True) as session:
        jobs.enqueue(
            session,
            JOB,
            email=email,
            of=target.kind,
            stored=target.stored,
            rhythm=rhythm,
            lang=i18n.language(),
            message_id=mail.message_id(),
        )
    return _redirect_sent()


@blueprint.get("/-/follow/sent", endpoint="sent")
@audience("page")
def sent() -> Response:
    """Show that the confirmation mail was sent."""
    return render("subscriptions/sent.html")


@blueprint.get("/-/follow/confirm/<token>", endpoint="confirm")
@audience("page")
def ask_confirm(token: str) -> Response:
    """Show the confirmation button: a mail program that only opens the link must not subscribe."""
    return _confirm_screen(token)


@blueprint.post("/-/follow/confirm/<token>", endpoint="confirmed")
@audience("page")
def confirm(token: str) -> Response:
    """Start a subscription whose address is confirmed."""
    subscription = mails.read_confirm_token(token)
    target = _load_target(subscription)
    if subscription and target:
        follows.follow_by_mail(
            target, subscription["rhythm"], email=subscription["email"], lang=subscription["lang"]
        )
    return _confirm_screen(token, done=True)


@blueprint.get("/-/unsubscribe/<token>", endpoint="leave")
@audience("page")
def ask_leave(token: str) -> Response:
    """Show what an unsubscribe link ends."""
    return _leave_screen(token)


@blueprint.post("/-/unsubscribe/<token>", endpoint="left")
@audience("page")
def leave(token: str) -> Response:
    """End the selected subscriptions, or all of the mail's: a one-click request selects none."""
    unsubscription = mails.read_unsubscribe_token(token)
    if unsubscription is None:
        return _leave_screen(token)
    ids, person, switch = unsubscription
    selected = request.form.getlist("follow")
    with db.write(quiet=True) as session:
        follows.end_follows(
            session, [follow_id for follow_id in ids if not selected or str(follow_id) in selected]
        )
    if person:
        follows.set_switch(switch, False, user_id=person)
    return _leave_screen(token, done=True)


confirm.proves_itself = leave.proves_itself = True  # type: ignore[attr-defined]


def deliver(*, email: str, of: str, stored: str, rhythm: str, lang: str, message_id: str) -> None:
    """Send the confirmation mail of a subscription."""
    token = mails.confirm_token(email=email, kind=of, stored=stored, rhythm=rhythm, lang=lang)
    with mails.in_language(lang):
        target = KINDS[of].load(stored, actor=people.anonymous_actor())
        if target is not None:
            link = absolute_url(url_for("subscriptions.confirm", token=token))
            mails.send("confirm", to=email, message_id=message_id, out="", target=target, link=link)


def _load_target(subscription: dict[str, str] | None) -> Target | None:
    if subscription is None or subscription["kind"] not in KINDS:
        return None
    return KINDS[subscription["kind"]].load(subscription["stored"], actor=people.anonymous_actor())


def _errors(email: str, rhythm: str) -> dict[str, str]:
    errors = {}
    if len(email) > 254 or not people.EMAIL.fullmatch(email):
        errors["email"] = _("This e-mail address does not look right.")
    if rhythm not in follows.RHYTHMS:
        errors["rhythm"] = _("Choose among what is proposed.")
    return errors


def _redirect_sent() -> BaseResponse:
    return see_other(url_for("subscriptions.sent"))


def _confirm_screen(token: str, *, done: bool = False) -> Response:
    subscription = mails.read_confirm_token(token)
    target = _load_target(subscription)
    status = 200 if target else 404
    return _keep_private(
        render(
            "subscriptions/confirm.html",
            status=status,
            token=token,
            subscription=subscription,
            target=target,
            done=done,
        )
    )


def _leave_screen(token: str, *, done: bool = False) -> Response:
    unsubscription = mails.read_unsubscribe_token(token)
    ids, person, switch = unsubscription or ([], 0, "")
    rows = db.session().scalars(select(Follow).where(Follow.id.in_(ids)).order_by(Follow.id)).all()
    # The token does not authenticate the reader: show only what everyone may read.
    rows_and_targets = [
        (row, KINDS[row.kind].load(row.target, actor=people.anonymous_actor())) for row in rows
    ]
    return _keep_private(
        render(
            "subscriptions/leave.html",
            status=404 if unsubscription is None else 200,
            token=token,
            is_valid=unsubscription is not None,
            targets=rows_and_targets,
            switch=follows.SWITCHES[switch] if person else "",
            done=done,
        )
    )


def _keep_private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
