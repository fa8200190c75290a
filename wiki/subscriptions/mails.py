"""Notification mails: written on delivery, in the language of the recipient, with an unsubscribe link.

RFC 8058 headers allow one-click unsubscription from the mail program, without sign-in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import current_app, g, render_template, url_for
from flask_babel import force_locale
from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

from wiki.accounts.models import User
from wiki.core import i18n, mail, settings
from wiki.core.http import absolute_url
from wiki.pages.comments import Comment
from wiki.pages.models import Page

EXCERPT = 400
CONFIRM_SECONDS = 3 * 24 * 3600


def send_mention(user: User, comment: Comment, page: Page, *, message_id: str) -> None:
    """Notify a person that a comment mentions them."""
    with in_language(user.lang):
        text = " ".join(comment.text.split())
        context = {
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
            "mention",
            to=user.email,
            message_id=message_id,
            out=unsubscribe_url(mentions=user.id),
            **context,
        )


def send(letter: str, *, to: str, message_id: str, out: str, **context: object) -> None:
    """Render the template of a mail and send it; `out` is the unsubscribe URL, "" for none."""
    text = render_template(f"mails/{letter}.txt", out=out, site=settings.everything(), **context)
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
def in_language(lang: str) -> Iterator[None]:
    """Provide a request context with a language and the base URL, to render mails in the worker."""
    base = current_app.config["GARE"].base_url or "http://localhost"
    language = lang if lang in i18n.LANGUAGES else str(settings.get("lang"))
    with current_app.test_request_context("/", base_url=base), force_locale(language):
        previous_lang = g.get("person_lang")
        g.person_lang = language
        try:
            yield
        finally:
            g.person_lang = previous_lang


def unsubscribe_url(
    *, follows: Sequence[int] = (), mentions: int = 0, switch: str = "mentions", person: int = 0
) -> str:
    """Return the unsubscribe URL of follows, or of a switch of a person; it requires no sign-in."""
    token = _unsubscribe_serializer().dumps(
        {"f": list(follows), "m": mentions or person, "k": switch}
    )
    return absolute_url(url_for("subscriptions.leave", token=token))


def read_unsubscribe_token(token: str) -> tuple[list[int], int, str] | None:
    """Return the follow ids, person id (0: none) and switch of an unsubscribe token."""
    try:
        payload = _unsubscribe_serializer().loads(token)
    except BadSignature:
        return None
    return (
        [int(follow_id) for follow_id in payload["f"]],
        int(payload["m"]),
        str(payload.get("k", "mentions")),
    )


def confirm_token(**subscription: str) -> str:
    """Return the confirmation token of a subscription, which it contains: nothing is stored."""
    return _confirm_serializer().dumps(subscription)


def read_confirm_token(token: str) -> dict[str, str] | None:
    """Return the subscription in a confirmation token, None if the token is invalid or expired."""
    try:
        subscription: dict[str, str] = _confirm_serializer().loads(token, max_age=CONFIRM_SECONDS)
    except (BadSignature, SignatureExpired):
        return None
    return subscription


def _unsubscribe_serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="talk-leave")


def _confirm_serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="talk-confirm")
