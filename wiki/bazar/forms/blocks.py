"""The parts of a form: tabs hold sections, sections hold conditional blocks, all in one flat list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec

LEVELS = {"": 0, "tab": 1, "section": 2, "condition": 3}


@dataclass
class Part:
    """A part that a block opens, with what it holds in order; the whole form has no block."""

    spec: FieldSpec | None = None
    opens: str = ""
    items: list[Part | FieldSpec] = field(default_factory=list)

    def fields(self) -> Iterator[FieldSpec]:
        """Give every field inside, parts within parts too."""
        for item in self.items:
            if isinstance(item, Part):
                yield from item.fields()
            else:
                yield item

    def parts(self) -> Iterator[Part]:
        """Give every part inside."""
        for item in self.items:
            if isinstance(item, Part):
                yield item
                yield from item.parts()


def whole(specs: Sequence[FieldSpec]) -> Part:
    """Return a form's fields by parts: a block closes those of its level and below, an end the last."""
    types = forms.field_types()
    open_parts = [Part()]
    for spec in specs:
        opens = types[spec.type].opens if spec.type in types else ""
        if opens == "end":
            if len(open_parts) > 1:
                open_parts.pop()
        elif opens:
            while LEVELS[open_parts[-1].opens] >= LEVELS[opens]:
                open_parts.pop()
            part = Part(spec, opens)
            open_parts[-1].items.append(part)
            open_parts.append(part)
        else:
            open_parts[-1].items.append(spec)
    return open_parts[0]
