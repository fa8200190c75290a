"""Throttle of page changes by people without account."""

from __future__ import annotations

from limits import parse
from werkzeug.exceptions import TooManyRequests

from wiki.core.access import current_actor
from wiki.core.limits import hit, remote_address

ANONYMOUS_SAVES = parse("30 per minute")


class TooMany(Exception):
    """Someone without account saves too often: wait a minute."""


def count_save() -> None:
    """Count a save of someone without account. Raises TooMany."""
    if current_actor().is_anonymous and not hit(ANONYMOUS_SAVES, remote_address()):
        raise TooMany


def count_change() -> None:
    """Count a change of someone without account that has no text to give back. Aborts 429."""
    try:
        count_save()
    except TooMany:
        raise TooManyRequests(retry_after=60) from None
