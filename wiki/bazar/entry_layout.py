"""Which part of an entry's page each answer goes to, from the type of its field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wiki.bazar.fields.base import Field
from wiki.bazar.models import FieldSpec
from wiki.bazar.reading import Entry

Answer = tuple[FieldSpec, Field, Any]

LEAD = "summary"
"""Key of the field that says the entry in one sentence, in ready-made forms."""
SHORT = 60
"""Characters of a text that can be a fact."""
FACTS = {"choice", "date", "number"}
LISTS = {"choices"}
CONTACTS = {"email", "link", "file"}


@dataclass(frozen=True)
class Layout:
    """The parts of the page, in reading order; the last three stand at the side."""

    lead: str
    image: Answer | None
    facts: Sequence[Answer]
    lists: Sequence[Answer]
    sections: Sequence[Answer]
    related: Sequence[Answer]
    places: Sequence[Answer]
    contacts: Sequence[Answer]
    tags: Sequence[Answer]

    @property
    def has_side(self) -> bool:
        """Answer whether anything stands at the side."""
        return bool(self.places or self.contacts or self.tags)

    @property
    def is_empty(self) -> bool:
        """Answer whether the entry says nothing beyond its title."""
        parts = (self.lead, self.image, self.facts, self.lists, self.sections, self.related)
        return not (self.has_side or any(parts))


def layout(entry: Entry) -> Layout:
    """Lay out the answers of an entry."""
    answers = entry.answered()
    image = next((answer for answer in answers if answer[0].type == "image"), None)
    lead = entry.text(LEAD) if any(_is_lead(answer) for answer in answers) else ""
    rest = [answer for answer in answers if answer is not image and not _is_lead(answer)]
    parts: dict[str, list[Answer]] = {}
    for answer in rest:
        parts.setdefault(_part(*answer), []).append(answer)
    return Layout(
        lead,
        image,
        *(parts.get(part, []) for part in ("facts", "lists", "sections", "related")),
        *(parts.get(part, []) for part in ("places", "contacts", "tags")),
    )


def _is_lead(answer: Answer) -> bool:
    return answer[0].key == LEAD and answer[0].type == "text"


def _part(spec: FieldSpec, kind: Field, value: Any) -> str:
    known = {"location": "places", "tags": "tags", "relation": "related"}
    if spec.type in known:
        return known[spec.type]
    if spec.type in LISTS:
        return "lists"
    if spec.type in CONTACTS:
        return "contacts"
    if spec.type in FACTS or (spec.type == "text" and len(value) <= SHORT):
        return "facts"
    return "sections"
