"""What is asked in the form of an entry: its questions with what stands in them, in the parts of the form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from wiki.bazar.entries import entries
from wiki.bazar.field import Field
from wiki.bazar.forms import blocks, conditions, forms
from wiki.bazar.models import FieldSpec, Form
from wiki.core.access import Actor
from wiki.pages.models import Page


@dataclass(frozen=True)
class Versus:
    """Two answers to the same question: what stands now and what was typed, as read."""

    theirs: Markup
    mine: Markup


@dataclass(frozen=True)
class Question:
    """One field as it is asked: what stands in it, what is wrong, both answers if two collide."""

    spec: FieldSpec
    type: Field
    value: Any
    error: str = ""
    versus: Versus | None = None
    may_vanish: bool = False
    """In a conditional block: the browser cannot tell whether the answer is needed."""

    @property
    def id(self) -> str:
        return f"f-{self.spec.key}"

    @property
    def control(self) -> Markup:
        """The HTML of the input."""
        described = [f"{self.id}-help"] if self.spec.help else []
        described += [f"{self.id}-error"] if self.error else []
        attributes = {
            "id": self.id,
            "name": self.spec.key,
            "required": True if self.spec.required and not self.may_vanish else None,
            "aria-describedby": " ".join(described) or None,
            "aria-invalid": "true" if self.error else None,
        }
        return self.type.control(self.spec, self.value, attributes)


@dataclass(frozen=True)
class Block:
    """What a block says in the form."""

    spec: FieldSpec
    type: Field


@dataclass
class Stretch:
    """A part of the form as it is drawn: its block, what it holds, when it shows."""

    spec: FieldSpec | None
    type: Field | None
    opens: str
    items: list[Stretch | Question | Block]
    test: str = ""
    field: str = ""
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """Answer whether nothing is asked in it."""
        return all(isinstance(one, Stretch) and one.is_empty for one in self.items)


def questions(
    form: Form,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    current: Page | None,
    errors: Mapping[str, str] | None = None,
    versus: Mapping[str, Versus] | None = None,
) -> list[Question]:
    """Return the questions this actor is asked, in the order of the form."""
    stored = current.head.data if current else {}
    return [
        Question(
            spec,
            forms.type_of(spec),
            forms.type_of(spec).in_form(spec, values.get(spec.key), stored.get(spec.key)),
            (errors or {}).get(spec.key, ""),
            (versus or {}).get(spec.key),
        )
        for spec in entries.asked(form, actor, current)
    ]


def stretches(form: Form, asked: Sequence[Question]) -> Stretch:
    """Return the questions in the parts of the form, with the blocks among them."""
    specs = form.specs()
    return _stretch(blocks.whole(specs), specs, {one.spec.key: one for one in asked})


def _stretch(
    part: blocks.Part, specs: Sequence[FieldSpec], asked: Mapping[str, Question]
) -> Stretch:
    items: list[Stretch | Question | Block] = []
    for item in part.items:
        if isinstance(item, blocks.Part):
            inner = _stretch(item, specs, asked)
            items += [] if inner.is_empty else [inner]
        elif item.key in asked:
            question = asked[item.key]
            items.append(
                replace(question, may_vanish=True) if part.opens == "condition" else question
            )
        elif forms.role(item) == "block":
            items.append(Block(item, forms.type_of(item)))
    if part.spec is None:
        return Stretch(None, None, "", items)
    words = json.dumps(conditions.asked(part.spec, specs)) if part.opens == "condition" else ""
    options = part.spec.options
    test, field = str(options.get("test") or ""), str(options.get("field") or "")
    kind = forms.type_of(part.spec)
    return Stretch(part.spec, kind, part.opens, items, test, field, words)
