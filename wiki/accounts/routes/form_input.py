"""Normalized input of the forms of accounts, the person it names, and rate limit keys."""

from __future__ import annotations

import unicodedata

from flask import Response, request

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core.limits import remote_address
from wiki.core.names import fold, is_plain

MAX_LENGTH = 254
"""Maximum characters of a name or an e-mail address."""


def read_line(field: str) -> str:
    """Return a form field as one clean line."""
    return clean_line(request.form.get(field, ""))


def clean_line(raw: str, *, max_length: int = MAX_LENGTH) -> str:
    """Return a text as one line: NFC, single spaces, no invisible characters."""
    raw = unicodedata.normalize("NFC", raw[: 4 * max_length])
    visible = "".join(char for char in raw if char.isspace() or is_plain(char))
    return " ".join(visible.split())[:max_length]


def find_person(field: str) -> User | None:
    """Return the person whose sign-in name or e-mail is in a form field."""
    return people.find_user(read_line(field))


def address_key() -> str:
    """Return the rate limit key of the remote address."""
    return remote_address()


def account_key() -> str:
    """Return the rate limit key of the account, the same for its name and its e-mail."""
    user = find_person("name")
    return str(user.id) if user else "unknown " + fold(read_line("name"))


def is_failed_attempt(answer: Response) -> bool:
    """Return whether a response reports a failed attempt: only those count towards the limits."""
    return answer.status_code == 422
