"""Passwords: what is accepted, how they are hashed and checked at the same cost whoever asks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

SHORTEST, LONGEST = 8, 1024
hasher = PasswordHasher()


def errors(password: str) -> dict[str, str]:
    """Return what is wrong with a new password, by field; empty when it will do."""
    if len(password) < SHORTEST:
        return {"password": _("A password has at least %(count)s characters.", count=SHORTEST)}
    if len(password) > LONGEST:
        return {"password": _("A password has at most %(count)s characters.", count=LONGEST)}
    if password.casefold() in _common():
        return {"password": _("This password is among the most guessed ones: choose another.")}
    return {}


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password; takes some 50 ms on purpose."""
    return hasher.hash(password)


def matches(password: str, password_hash: str) -> bool:
    """Answer whether this is the password; without a hash it costs the same and is never so."""
    if len(password) > LONGEST:
        return False
    try:
        hasher.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


@cache
def _nobody() -> str:
    return hashed("nobody's password")


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())
