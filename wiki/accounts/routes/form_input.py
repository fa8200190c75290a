"""What people type in the forms of accounts, brought to one shape, and whom it names."""

from __future__ import annotations

import unicodedata

from flask import Response, request

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core.limits import remote_address
from wiki.core.names import fold, is_plain

LONGEST = 254
"""Characters in a name or an address at most: those of an e-mail address."""


def line(field: str) -> str:
    """Return one line of the form, cleaned."""
    return clean(request.form.get(field, ""))


def clean(raw: str, *, longest: int = LONGEST) -> str:
    """Return a text as one line: composed characters, single spaces, nothing invisible."""
    raw = unicodedata.normalize("NFC", raw[: 4 * longest])
    shown = "".join(char for char in raw if char.isspace() or is_plain(char))
    return " ".join(shown.split())[:longest]


def person(field: str) -> User | None:
    """Return the person this field names, by sign-in name or e-mail."""
    return people.find_user(line(field))


def by_address() -> str:
    """Return what attempts are counted under: the wiki and the address they come from."""
    return remote_address()


def by_account() -> str:
    """Return what attempts are counted under: the account, whichever of its names was typed."""
    user = person("name")
    return str(user.id) if user else "unknown " + fold(line("name"))


def was_refused(answer: Response) -> bool:
    """Answer whether an attempt failed: only those count against the limits of sign-in."""
    return answer.status_code == 422
