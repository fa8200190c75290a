"""Bring what people type or paste to one canonical form and count its size.

Every door that takes page text calls `normalise`; nothing here knows Markdown.
"""

import re
import unicodedata

MAX_SIZE = 1024 * 1024
"""Most characters a page may hold."""

_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

_UPLOAD_MARK = re.compile(r"\[[^\[\]\n]*\]\(sending:[0-9a-z]+\)")
"""What stands in a text for a file that is still being sent (`static/js/editor/uploads.js`)."""


class TooComplex(ValueError):
    """A text too big, too deep or too dense to be turned into HTML."""


def normalise(text: str) -> str:
    """Return the text in NFC with LF line ends, without control characters or lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def without_upload_marks(text: str) -> str:
    """Return the text without the marks of files that its writer's browser was still sending."""
    return _UPLOAD_MARK.sub("", text) if "](sending:" in text else text
