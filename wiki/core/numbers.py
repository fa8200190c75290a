"""Whole numbers as browsers, files and people send them: text that may be anything at all."""

from __future__ import annotations


def is_whole(text: str, digits: int = 9) -> bool:
    """Answer whether a text is a whole number of so many digits at the most: no sign, no space, no other script."""
    return text.isascii() and text.isdigit() and len(text) <= digits


def whole(text: str, default: int, *, digits: int = 9) -> int:
    """Return the whole number that a text is, the default when it is anything else."""
    return int(text) if is_whole(text, digits) else default
