"""Password rules, hashing, and verification that takes the same time for unknown people."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

MIN_LENGTH, MAX_LENGTH = 8, 1024
hasher = PasswordHasher()


def errors(password: str) -> dict[str, str]:
    """Return the errors of a new password by form field, empty if it is acceptable."""
    if len(password) < MIN_LENGTH:
        return {"password": _("A password has at least %(count)s characters.", count=MIN_LENGTH)}
    if len(password) > MAX_LENGTH:
        return {"password": _("A password has at most %(count)s characters.", count=MAX_LENGTH)}
    if password.casefold() in _common_passwords():
        return {"password": _("This password is among the most guessed ones: choose another.")}
    return {}


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password; slow on purpose, about 50 ms."""
    return hasher.hash(password)


def matches(password: str, password_hash: str) -> bool:
    """Return whether a password matches a hash; an empty hash never matches but costs as much time."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        hasher.verify(password_hash or _dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


@cache
def _dummy_hash() -> str:
    return hash_password("nobody's password")


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())
