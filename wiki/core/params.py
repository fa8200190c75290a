"""Declared parameters: the settings dialog of a macro, block or field type is made from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TRUE = frozenset({"true", "1", "yes", "on", "oui"})
"""What people write for a flag that is up."""


@dataclass(frozen=True)
class Param:
    """One parameter. `kind` is text, long, number, choice, flag, colour, form, page, project, tag, file,
    date, url, choices (a list of options that people edit), tree (such a list with levels), list (a
    list of the wiki's) or field (a field of the same form).

    `labels` says the choices in words, in their order; `help` is a line under the control.
    """

    name: str
    label: Any
    kind: str = "text"
    default: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    help: Any = ""
    labels: tuple[Any, ...] = ()

    def options(self) -> list[tuple[str, Any]]:
        """Return the choices with the words that stand for them."""
        said = self.labels or self.choices
        return list(zip(self.choices, said, strict=True))


def is_true(value: str) -> bool:
    """Answer whether a flag is up, as people write it."""
    return value.strip().lower() in TRUE
