"""Page text: Markdown, links and macros to HTML with slots; differences and merges of texts.

Knows no database and no feature: callers say what links, macros and files show.
"""

from wiki.core.markup.document import (
    Document,
    FileSlot,
    Heading,
    LinkSlot,
    MacroSlot,
    Segment,
    fill,
)
from wiki.core.markup.rendering import render
from wiki.core.markup.text import MAX_SIZE, TooComplex, normalise, without_upload_marks

VERSION = 3
"""Grows when the same text gives other HTML: stored documents of another version are remade."""

__all__ = [
    "MAX_SIZE",
    "VERSION",
    "Document",
    "FileSlot",
    "Heading",
    "LinkSlot",
    "MacroSlot",
    "Segment",
    "TooComplex",
    "fill",
    "normalise",
    "render",
    "without_upload_marks",
]
