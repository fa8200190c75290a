"""Ids of headings: readable, unique in a page, and apart from the ids of the page around."""

import re
import unicodedata

from slugify import slugify

PREFIX = "h-"
"""Starts every heading id, so that no heading takes an id of the page around it."""

_MOST = 80
_MOST_SLUGGED = 1_000


def anchor_id(text: str) -> str:
    """Return the id a heading of that text has; an id is returned as it is."""
    slug = _slug(text)
    return slug if slug.startswith(PREFIX) else PREFIX + slug


def heading_id(text: str, taken: dict[str, int], *, scope: str = "") -> str:
    """Return a new id for a heading and note it in `taken` (slug: how often it was asked)."""
    base = scope + PREFIX + (_slug(text) if len(taken) < _MOST_SLUGGED else "section")
    number = taken.get(base, 0) + 1
    name = base if number == 1 else f"{base}-{number}"
    while name != base and name in taken:
        number += 1
        name = f"{base}-{number}"
    taken[base] = number
    taken.setdefault(name, 1)
    return name


def _slug(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text[:_MOST].replace("’", "'").lower())
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    if not bare.isascii():
        bare = slugify(bare)
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-") or "section"
