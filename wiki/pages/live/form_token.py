"""What a form says of the shared document its text comes from: which one, up to which update, in which editor."""

from __future__ import annotations

import re
from dataclasses import dataclass

SHAPE = re.compile(r"([A-Za-z0-9_-]{8,40}):(\d{1,15}):([A-Za-z0-9_-]{8,40})")


@dataclass(frozen=True)
class Token:
    """The text that goes with it is the document of `epoch` up to update `upto`, and what `key` typed since."""

    epoch: str
    upto: int
    key: str

    def __str__(self) -> str:
        return f"{self.epoch}:{self.upto}:{self.key}"


def read(raw: str) -> Token | None:
    """Return what a form says, None when it says nothing of ours."""
    found = SHAPE.fullmatch(raw) if raw.isascii() else None
    return Token(found[1], int(found[2]), found[3]) if found else None
