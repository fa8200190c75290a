"""The synonyms of one network: groups of words its people use for the same thing, one a line.

They are read at each search, so that a change acts at once; the lists all wikis share are the core's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db
from wiki.core.search.pipeline import expansion
from wiki.core.search.pipeline.expansion import Synonyms

MOST_GROUPS = 300
MOST_IN_GROUP = 12
LONGEST = 80
"""Characters of a word or of an expression."""


class SearchSynonym(db.Base):
    """One group, as it was typed; `id` keeps the order."""

    __tablename__ = "search_synonym"

    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str]


class Wrong(Enum):
    """Why a line cannot be kept."""

    ALONE = "alone"
    EMPTY = "empty"
    LONG = "long"
    MANY = "many"
    TWICE = "twice"


@dataclass(frozen=True)
class Fault:
    """A line that cannot be kept: its number from 1, why, and the word that is at fault."""

    number: int
    wrong: Wrong
    word: str = ""


def synonyms() -> Synonyms:
    """Return the synonyms to search with: the network's, and those all wikis share."""
    return expansion.synonyms_of(own())


def own() -> str:
    """Return the network's own groups, one a line."""
    lines = select(SearchSynonym.line).order_by(SearchSynonym.id)
    return "\n".join(db.session().scalars(lines))


def check(text: str) -> list[Fault]:
    """Return what is wrong in groups, line by line."""
    faults: list[Fault] = []
    seen: set[tuple[str, ...]] = set()
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        for group in expansion.read_groups(line):
            faults += [Fault(number, wrong, word) for wrong, word in _faults(group, seen)][:1]
    if len(_lines(text)) > MOST_GROUPS:
        faults.append(Fault(MOST_GROUPS + 1, Wrong.MANY))
    return faults


def save(text: str) -> list[Fault]:
    """Keep these groups instead of the former, all or none: return what is wrong."""
    faults = check(text)
    if not faults:
        with db.write() as session:
            session.execute(delete(SearchSynonym))
            session.add_all(
                SearchSynonym(id=number, line=line) for number, line in enumerate(_lines(text), 1)
            )
    return faults


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _faults(group: list[str], seen: set[tuple[str, ...]]) -> list[tuple[Wrong, str]]:
    if group[0].startswith("-"):
        return (
            [] if expansion.typed_terms(group[0]) and len(group) == 1 else [(Wrong.ALONE, group[0])]
        )
    if len(group) < 2:
        return [(Wrong.ALONE, group[0])]
    if len(group) > MOST_IN_GROUP:
        return [(Wrong.MANY, group[0])]
    faults = []
    for word in group:
        terms = expansion.typed_terms(word)
        if not terms:
            faults.append((Wrong.EMPTY, word))
        elif len(word) > LONGEST or len(terms) > expansion.MOST_WORDS:
            faults.append((Wrong.LONG, word))
        elif terms in seen:
            faults.append((Wrong.TWICE, word))
        seen.add(terms)
    return faults
