"""Declared parameters: the settings dialog of a macro, block or field type is made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Param:
    """One parameter. `kind` is text, number, choice, flag, form, page, url, choices
    (a list of options that people edit), tree (such a list with levels), list (a list of the wiki's),
    field (a field of the same form) or long. `labels` say each of `choices` in words; `help` goes below."""

    name: str
    label: Any
    kind: str = "text"
    default: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    labels: tuple[Any, ...] = ()
    help: Any = ""
