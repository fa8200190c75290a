"""The content of a save, before it becomes a revision."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Content:
    """The title, text, data and tags of a revision."""

    title: str
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
