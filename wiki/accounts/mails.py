"""Mails about an account: a link to choose a password, a welcome, a notice of change.

The worker writes mails with a link: the token is stored in clear nowhere but in the mail, and a
request takes the same time whether or not the account exists. Texts are in `templates/mails`.
"""

from __future__ import annotations

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from wiki.accounts import people, sessions
from wiki.accounts.models import User
from wiki.core import db, jobs, mail, settings

JOB = "letter"


def queue_link_mail(
    session: Session, name_or_email: str, *, door: str, letter: str = "reset"
) -> None:
    """Queue a mail with a link to choose a password, to the person with this name, if any.

    `door` is the absolute URL to which the token is appended; `letter` names the template.
    """
    jobs.enqueue(session, JOB, to=name_or_email, door=door, letter=letter)


def deliver(*, to: str, door: str, letter: str) -> None:
    """Create a token and send it to the person with this name or e-mail, if any."""
    user = people.find_user(to)
    if user is None or user.disabled:
        return
    with db.write(quiet=True) as session:
        token = sessions.make_token(session, user, "reset")
    subject, body = _render(letter, user, link=f"{door}/{token}")
    mail.deliver(to=user.email, subject=subject, body=body)


def notify(session: Session, user: User, letter: str, *, to: str = "", **context: object) -> None:
    """Queue a mail without secrets to a person, at address `to` instead of theirs if not empty."""
    subject, body = _render(letter, user, **context)
    mail.send(session, to=to or user.email, subject=subject, body=body)


def _render(letter: str, user: User, **context: object) -> tuple[str, str]:
    template = current_app.jinja_env.get_template(f"mails/{letter}.txt")
    # Do not use render_template: its page context needs a request, and the worker has none.
    with force_locale(user.lang or str(settings.get("lang"))):
        text = template.render(site=settings.everything(), person=user, **context)
    subject, _line, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"
