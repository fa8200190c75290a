"""Which part of an entry's page each answer goes to, from the type of its field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.field import Field
from wiki.bazar.forms import blocks
from wiki.bazar.models import FieldSpec

Answer = tuple[FieldSpec, Field, Any]

SHORTS = {"facts", "contacts", "related"}
LEAD = "summary"
"""Key of the field that says the entry in one sentence, in ready-made forms."""


@dataclass(frozen=True)
class Group:
    """A section or tab of the page with what it says: short answers, then those with room of their own."""

    key: str
    title: str
    is_tab: bool
    facts: Sequence[Answer]
    longs: Sequence[Answer]


@dataclass(frozen=True)
class Layout:
    """The parts of the page, in reading order; `places`, `contacts` and `tags` stand at the side.

    `own` is for a feature's own part of the page, where there is one; else it reads as a section.
    """

    lead: str
    image: Answer | None
    facts: Sequence[Answer]
    lists: Sequence[Answer]
    sections: Sequence[Answer]
    related: Sequence[Answer]
    places: Sequence[Answer]
    contacts: Sequence[Answer]
    tags: Sequence[Answer]
    groups: Sequence[Group] = ()
    own: Sequence[Answer] = ()

    @property
    def has_side(self) -> bool:
        """Answer whether anything stands at the side."""
        return bool(self.places or self.contacts or self.tags)

    def without(self, keys: Collection[str]) -> Layout:
        """Return the layout less the sections of some fields, which a feature shows in its own part."""
        return replace(self, sections=[one for one in self.sections if one[0].key not in keys])

    @property
    def is_empty(self) -> bool:
        """Answer whether the entry says nothing beyond its title."""
        parts = (
            self.lead,
            self.image,
            self.facts,
            self.lists,
            self.sections,
            self.related,
            self.groups,
            self.own,
        )
        return not (self.has_side or any(parts))


def layout(entry: Entry) -> Layout:
    """Lay out the answers of an entry."""
    answers = entry.answered()
    image = next((answer for answer in answers if answer[1].stores_image), None)
    lead = entry.text(LEAD) if any(_is_lead(answer) for answer in answers) else ""
    groups = _groups(entry, answers)
    grouped = {answer[0].key for group in groups for answer in (*group.facts, *group.longs)}
    image = image if image and image[0].key not in grouped else None
    rest = [
        answer
        for answer in answers
        if answer is not image and not _is_lead(answer) and answer[0].key not in grouped
    ]
    parts: dict[str, list[Answer]] = {}
    for answer in rest:
        parts.setdefault(_part(*answer), []).append(answer)
    return Layout(
        lead,
        image,
        facts=parts.get("facts", []),
        lists=parts.get("lists", []),
        sections=parts.get("sections", []),
        related=parts.get("related", []),
        places=parts.get("places", []),
        contacts=parts.get("contacts", []),
        tags=parts.get("tags", []),
        groups=groups,
        own=parts.get("own", []),
    )


def _groups(entry: Entry, answers: Sequence[Answer]) -> list[Group]:
    """Return the answers that the form puts in sections or tabs, as long as there are any."""
    by_key = {answer[0].key: answer for answer in answers if not _is_lead(answer)}
    groups = []
    for part in blocks.whole(entry.specs).parts():
        if part.spec is None or part.opens not in {"section", "tab"}:
            continue
        held = [by_key[spec.key] for spec in _own(part) if spec.key in by_key]
        inner = any(spec.key in by_key for spec in part.fields())
        facts = [answer for answer in held if _part(*answer) in SHORTS]
        longs = [answer for answer in held if _part(*answer) not in SHORTS]
        if held or (part.opens == "tab" and inner):
            groups.append(Group(part.spec.key, part.spec.label, part.opens == "tab", facts, longs))
    return groups


def _own(part: blocks.Part) -> Iterator[FieldSpec]:
    """Give the fields of a part, those in conditions too, but not those of sections within."""
    for item in part.items:
        if not isinstance(item, blocks.Part):
            yield item
        elif item.opens == "condition":
            yield from item.fields()


def _is_lead(answer: Answer) -> bool:
    return answer[0].key == LEAD and answer[1].short_text


def _part(spec: FieldSpec, kind: Field, value: Any) -> str:
    return kind.part_of(spec, value)
