"""Names that stand in addresses: how they are cleaned, and the folded key under which two are the same."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Characters in a page name at most."""

FORBIDDEN = re.compile(r"[/\\?#%<>\[\]{}|^`\"*]+")
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def fold(name: str) -> str:
    """Return the key under which names are unique: without case, accents, or difference of space."""
    plain = unicodedata.normalize("NFKD", name.strip().casefold().replace("\u2019", "'"))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[\s_-]+", "-", unicodedata.normalize("NFC", bare))


def page_name(raw: str) -> str:
    """Turn a title or what stands in `[[…]]` into a page name; empty when nothing is left of it."""
    shown = "".join(char for char in unicodedata.normalize("NFC", raw) if _is_visible(char))
    name = re.sub(r"\s+", "-", FORBIDDEN.sub(" ", shown.replace("\u2019", "'")).strip())
    return name.lstrip("-.").rstrip("-.")[:LONGEST]


def link_key(target: str) -> str:
    """Return the key of the page that `[[target]]` means: a title stands for the name made from it."""
    return fold(target if is_page_name(target) else page_name(target))


def is_page_name(name: str) -> bool:
    """Answer whether a name can stand in an address as it is (an imported one is kept)."""
    return (
        bool(name)
        and len(name) <= LONGEST
        and is_plain(name)
        and not (
            FORBIDDEN.search(name)
            or name[0] in "-."
            or name != name.strip()
            or not fold(name).strip("-.")
        )
    )


def is_plain(name: str) -> bool:
    """Answer whether a text has only visible characters, composed (NFC): no look-alike by control."""
    return unicodedata.normalize("NFC", name) == name and all(_is_visible(char) for char in name)


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in INVISIBLE
