"""Words of another site as plain text: no markup, no control character, one line."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import nh3

MOST_READ = 20_000
"""Characters of a value that are looked at."""
_BREAKS = re.compile(r"</(?:p|li|div|h[1-6]|td|th)>|<br\s*/?>", re.IGNORECASE)
"""Marks between two words that nothing else parts."""


def plain(raw: Any) -> str:
    """Return a text without any markup, on one line; "" for what is no text."""
    if not isinstance(raw, str):
        return ""
    # Twice: what is escaped once in a value would be markup after.
    parted = _BREAKS.sub(" ", raw[:MOST_READ])
    bare = unescape(nh3.clean(parted, tags=set()))
    bare = unescape(nh3.clean(bare, tags=set()))
    return " ".join("".join(c if c.isprintable() else " " for c in bare).split())
