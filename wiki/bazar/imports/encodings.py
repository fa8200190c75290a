"""In which encoding a file of text is: spreadsheets do not say it, its bytes tell."""

from __future__ import annotations

import codecs

from flask_babel import gettext as _

from wiki.core.http import Invalid

ACCENTS = "éèàçêâù"
"""Letters that tell Windows from Mac: the bytes of the one are nothing one types in the other."""
LOOKED_AT = 4000


def text_of(data: bytes) -> tuple[str, str]:
    """Return a file's text and the name of its encoding. Raises Invalid (`file`) when it is damaged."""
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        if _is_damaged(data):
            line = data.count(b"\n", 0, error.start) + 1
            raise Invalid(file=_("Line %(line)s cannot be read.", line=line)) from error
    if _count(data, "mac_roman") > _count(data, "cp1252"):
        return data.decode("mac_roman"), "Mac"
    return data.decode("cp1252", errors="replace"), "Windows-1252"


def _wide(data: bytes) -> str:
    """Return which UTF-16 it is, by its mark or by the half of its bytes that is zero; "" for none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = data[0:LOOKED_AT:2], data[1:LOOKED_AT:2]
    for name, zeros, letters in (("utf-16-le", second, first), ("utf-16-be", first, second)):
        if zeros.count(0) * 2 > len(zeros) and letters.count(0) * 4 < len(letters):
            return name
    return ""


def _is_damaged(data: bytes) -> bool:
    """Answer whether this is UTF-8 but for a few bytes: read as anything else, all its accents would be lost."""
    text = data.decode(errors="replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    return len(text) - len(text.encode("ascii", errors="ignore")) > 2 * bad


def _count(data: bytes, encoding: str) -> int:
    return sum(data.count(accent.encode(encoding)) for accent in ACCENTS)
