"""A spreadsheet's sheets as rows of texts, or why they could not be read."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wiki.core.extraction.reader import Limits, run

LIMITS = Limits(seconds=20, megabytes=768, characters=8 * 1024 * 1024)
"""At most; the process writes four bytes a character."""
STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How files begin that a spreadsheet may be: a zip, or what old Office wrote."""


class Unread(ValueError):
    """A spreadsheet that was not read to its end; `reason` is a word of `extraction.outcome`, or "slow"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Sheet:
    """A sheet: its name, and its rows that hold something, each with its number."""

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def unpacked(data: bytes) -> bytes:
    """Return a spreadsheet as the lines that `sheets` reads. Raises Unread."""
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        lines, reason = run("wiki.core.spreadsheets", source, LIMITS, LIMITS.characters * 4 + 4096)
    if reason:
        raise Unread(reason)
    return lines


def sheets(lines: bytes) -> Iterator[Sheet]:
    """Give the sheets that `unpacked` found."""
    held: Sheet | None = None
    for line in lines.splitlines():
        found: Any = json.loads(line)
        if isinstance(found, dict):
            if held:
                yield held
            held = Sheet(found["sheet"])
        elif held:
            held.rows.append((found[0], found[1]))
    if held:
        yield held
