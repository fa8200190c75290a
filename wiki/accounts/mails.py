"""Letters about an account: a link to choose a password, a welcome, a notice of change.

One with a link is written by the worker: the token it bears stands nowhere but in the mail, and
asking for one costs the same whether the account exists. Texts are in `templates/mails`.
"""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from wiki.accounts import people, sessions
from wiki.accounts.models import User
from wiki.core import db, jobs, mail, settings

JOB = "letter"


def ask_link(session: Session, name_or_email: str, *, door: str, letter: str = "reset") -> None:
    """Queue a letter with a link to choose a password, for whoever bears this name, if anyone.

    `door` is the absolute address that the token is added to.
    """
    jobs.enqueue(session, JOB, to=name_or_email, door=door, letter=letter)


def deliver(*, to: str, door: str, letter: str) -> None:
    """Make a token and send it to whoever bears this name or e-mail, if anyone."""
    user = people.find_user(to)
    if user is None or user.disabled:
        return
    with db.write(quiet=True) as session:
        token = sessions.make_token(session, user, "reset")
    subject, body = _written(letter, user, link=f"{door}/{token}")
    mail.deliver(to=user.email, subject=subject, body=body)


def notify(session: Session, user: User, letter: str, *, to: str = "", **words: Any) -> None:
    """Queue a letter without secret to a person, at a former address if one is given."""
    subject, body = _written(letter, user, **words)
    mail.send(session, to=to or user.email, subject=subject, body=body)


def _written(letter: str, user: User, **words: Any) -> tuple[str, str]:
    template = current_app.jinja_env.get_template(f"mails/{letter}.txt")
    # Rendered without the context of pages, which wants a request: the worker has none.
    with force_locale(user.lang or str(settings.get("lang"))):
        text = template.render(site=settings.everything(), person=user, **words)
    subject, _line, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"
