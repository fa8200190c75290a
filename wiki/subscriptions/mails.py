"""The mails of talk and follow: written when they leave, for one person, in their language, with the way out.

Each bears RFC 8058's headers: one click, or one POST of the mail program, ends it without a sign-in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import current_app, g, render_template, url_for
from flask_babel import force_locale
from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

from wiki.accounts.models import User
from wiki.core import i18n, mail, settings
from wiki.core.http import absolute_url
from wiki.pages.comments import Comment
from wiki.pages.models import Page

EXCERPT = 400
CONFIRM_LASTS = 3 * 24 * 3600


def send_mention(user: User, comment: Comment, page: Page, *, message_id: str) -> None:
    """Tell a person that a comment names them."""
    with speaking(user.lang):
        text = " ".join(comment.text.split())
        words = {
            "who": comment.author_name,
            "page": page,
            "quote": comment.quote,
            "text": text[:EXCERPT] + ("…" if len(text) > EXCERPT else ""),
            "link": absolute_url(
                url_for("pages.show", name=page.name, _anchor=f"comment-{comment.id}")
                if page.kind != "station"
                else url_for("comments.comments", name=page.name, _anchor=f"comment-{comment.id}")
            ),
            "person": user,
        }
        send(
            "mention", to=user.email, message_id=message_id, out=way_out(mentions=user.id), **words
        )


def send(letter: str, *, to: str, message_id: str, out: str, **words: Any) -> None:
    """Write a letter and send it; `out` is the address that ends such mails, "" for none."""
    text = render_template(f"mails/{letter}.txt", out=out, site=settings.everything(), **words)
    subject, _line, body = text.strip().partition("\n")
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if out:
        headers |= {
            "List-Unsubscribe": f"<{out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail.deliver(
        to=to, subject=" ".join(subject.split()), body=body.strip() + "\n", headers=headers
    )


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Write in a language, with addresses of this wiki, though no request is at hand."""
    base = current_app.config["GARE"].base_url or "http://localhost"
    language = lang if lang in i18n.LANGUAGES else str(settings.get("lang"))
    with current_app.test_request_context("/", base_url=base), force_locale(language):
        before = g.get("person_lang")
        g.person_lang = language
        try:
            yield
        finally:
            g.person_lang = before


def way_out(
    *, follows: Sequence[int] = (), mentions: int = 0, switch: str = "mentions", person: int = 0
) -> str:
    """Return the address where these mails are ended, whoever opens it: follows, or a person's switch."""
    token = _out().dumps({"f": list(follows), "m": mentions or person, "k": switch})
    return absolute_url(url_for("subscriptions.leave", token=token))


def read_way_out(token: str) -> tuple[list[int], int, str] | None:
    """Return what a token ends: follows, and the switch of a person (0: nobody's)."""
    try:
        found = _out().loads(token)
    except BadSignature:
        return None
    return [int(one) for one in found["f"]], int(found["m"]), str(found.get("k", "mentions"))


def confirm_token(**asked: str) -> str:
    """Return the token that proves an address: all that was asked is in it, nothing is kept."""
    return _asked().dumps(asked)


def read_confirm_token(token: str) -> dict[str, str] | None:
    """Return what was asked with an address that is now proved."""
    try:
        found: dict[str, str] = _asked().loads(token, max_age=CONFIRM_LASTS)
    except (BadSignature, SignatureExpired):
        return None
    return found


def _out() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="talk-leave")


def _asked() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="talk-confirm")
