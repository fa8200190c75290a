"""Files that wait for a page to be made: kept in the store, carried by its form as signed words.

The form and its draft hold the words: a refused save or a dead browser loses no file; making the page lays them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from wiki.core import files

MOST = 50
"""Files one new page may bring."""


def word_of(name: str, sha256: str, size: int, media_type: str) -> str:
    """Return a kept file as the signed word that a form carries."""
    return _serializer().dumps(
        {"name": name, "sha256": sha256, "size": size, "media_type": media_type}
    )


def read(word: str) -> dict[str, object] | None:
    """Return the kept file of a word; None when it is not ours, or not there any more."""
    try:
        found = _serializer().loads(word) if word.isascii() else None
    except BadSignature:
        return None
    if not isinstance(found, dict):
        return None
    try:
        files.path(str(found["sha256"]))
    except FileNotFoundError:
        return None
    return found


def addresses(words: Sequence[str]) -> Mapping[str, str]:
    """Return where the files that wait can be seen, by their names."""
    found = ((word, read(word)) for word in words[:MOST])
    return {str(one["name"]): url_for("pages.held_file", word=word) for word, one in found if one}


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="gare.pages.held")
