"""Following without account: an address is asked for, proved by a letter, and let go in one click.

What everyone may read only. Nothing is kept before the address is proved, and every answer is the same.
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
from wiki.subscriptions.follow_routes import screen
from wiki.subscriptions.models import Follow
from wiki.subscriptions.targets import KINDS, Target

JOB = "confirm"
BY_PLACE = (parse("5/minute"), parse("20/hour"))
BY_ADDRESS = (parse("3/hour"), parse("6/day"))


@blueprint.post("/-/follow/by-mail", endpoint="ask_by_mail")
@audience("page")
def ask_by_mail() -> BaseResponse:
    """Send a letter to an address, to prove that what was asked comes from there."""
    form = request.form
    kind, _colon, name = form.get("what", "").partition(":")
    target = targets.find_target(kind, name, actor=people.anonymous()) or abort(404)
    if antispam.is_trapped():
        return _sent()
    antispam.count(*BY_PLACE, by=f"follow {remote_address()}")
    email, rhythm = form.get("email", "").strip(), form.get("rhythm", "")
    errors = _errors(email, rhythm)
    if errors:
        return screen([target], errors=errors, status=422, email=email[:254])
    antispam.count(*BY_ADDRESS, by=f"follow to {people.email_key(email)}")
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
    return _sent()


@blueprint.get("/-/follow/sent", endpoint="sent")
@audience("page")
def sent() -> Response:
    """Say that a letter is on its way."""
    return render("subscriptions/sent.html")


@blueprint.get("/-/follow/confirm/<token>", endpoint="confirm")
@audience("page")
def ask_confirm(token: str) -> Response:
    """Ask for the last click, whoever opens the letter: a mail program that looks at links changes nothing."""
    return _confirm_screen(token)


@blueprint.post("/-/follow/confirm/<token>", endpoint="confirmed")
@audience("page")
def confirm(token: str) -> Response:
    """Begin to write to an address that was proved."""
    asked = mails.read_confirm_token(token)
    target = _stored(asked)
    if asked and target:
        follows.follow_by_mail(target, asked["rhythm"], email=asked["email"], lang=asked["lang"])
    return _confirm_screen(token, done=True)


@blueprint.get("/-/unsubscribe/<token>", endpoint="leave")
@audience("page")
def ask_leave(token: str) -> Response:
    """Show what a mail's way out would end."""
    return _leave_screen(token)


@blueprint.post("/-/unsubscribe/<token>", endpoint="left")
@audience("page")
def leave(token: str) -> Response:
    """End what is chosen, or all that the mail was for: a mail program's one click chooses nothing."""
    found = mails.read_way_out(token)
    if found is None:
        return _leave_screen(token)
    ids, person, switch = found
    chosen = request.form.getlist("follow")
    with db.write(quiet=True) as session:
        follows.end(session, [one for one in ids if not chosen or str(one) in chosen])
    if person:
        follows.want(switch, False, user_id=person)
    return _leave_screen(token, done=True)


confirm.proves_itself = leave.proves_itself = True  # type: ignore[attr-defined]


def deliver(*, email: str, of: str, stored: str, rhythm: str, lang: str, message_id: str) -> None:
    """Write the letter that proves an address."""
    token = mails.confirm_token(email=email, kind=of, stored=stored, rhythm=rhythm, lang=lang)
    with mails.speaking(lang):
        target = KINDS[of].known(stored, actor=people.anonymous())
        if target is not None:
            link = absolute_url(url_for("subscriptions.confirm", token=token))
            mails.send("confirm", to=email, message_id=message_id, out="", target=target, link=link)


def _stored(asked: dict[str, str] | None) -> Target | None:
    if asked is None or asked["kind"] not in KINDS:
        return None
    return KINDS[asked["kind"]].known(asked["stored"], actor=people.anonymous())


def _errors(email: str, rhythm: str) -> dict[str, str]:
    errors = {}
    if len(email) > 254 or not people.EMAIL.fullmatch(email):
        errors["email"] = _("This e-mail address does not look right.")
    if rhythm not in follows.RHYTHMS:
        errors["rhythm"] = _("Choose among what is proposed.")
    return errors


def _sent() -> BaseResponse:
    return see_other(url_for("subscriptions.sent"))


def _confirm_screen(token: str, *, done: bool = False) -> Response:
    asked = mails.read_confirm_token(token)
    target = _stored(asked)
    status = 200 if target else 404
    return _secret(
        render(
            "subscriptions/confirm.html",
            status=status,
            token=token,
            asked=asked,
            target=target,
            done=done,
        )
    )


def _leave_screen(token: str, *, done: bool = False) -> Response:
    found = mails.read_way_out(token)
    ids, person, switch = found or ([], 0, "")
    rows = db.session().scalars(select(Follow).where(Follow.id.in_(ids)).order_by(Follow.id)).all()
    # The token is the reader's only name: it tells no more than everyone may read.
    known = [(row, KINDS[row.kind].known(row.target, actor=people.anonymous())) for row in rows]
    return _secret(
        render(
            "subscriptions/leave.html",
            status=404 if found is None else 200,
            token=token,
            found=found,
            known=known,
            switch=follows.SWITCHES[switch] if person else "",
            done=done,
        )
    )


def _secret(answer: Response) -> Response:
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
