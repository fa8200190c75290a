"""Entries by the first letter of their title."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from wiki.bazar.entries.summary import brief
from wiki.bazar.models import EntryValue
from wiki.bazar.query import results
from wiki.bazar.views.base import View
from wiki.bazar.views.support.urls import list_url
from wiki.core import db
from wiki.core.names import fold
from wiki.core.params import Param

if TYPE_CHECKING:
    from wiki.bazar.query.results import Found

WHOLE = 150
"""Entries shown at once; with more, a letter at a time."""
MOST = 500
OTHER = "#"


class DirectoryView(View):
    """A directory, for finding a name."""

    name = "directory"
    summary = "by first letter"
    label = _l("Directory")
    icon = "type"
    paged = False
    options = (Param("letter", _l("Letter"), "letter"),)

    def usual_sort(self, specs: Any) -> str:
        return "title"

    def context(self, found: Found) -> dict[str, Any]:
        """Return the letters with how many entries each has, and those of the letter asked for."""
        letters = _letters(found)
        asked = fold(found.query.setting("letter"))[:1] or OTHER
        chosen = asked if found.query.setting("letter") and asked in letters else ""
        if not chosen and found.total > WHOLE:
            chosen = next(iter(letters), "")
        entries = _entries(found, chosen, letters)
        rows = [(entry, brief(entry.data, found.specs)) for entry in entries]
        return {
            "letters": [
                (letter.upper(), count, self._url(found, letter), letter == chosen)
                for letter, count in letters.items()
            ],
            "groups": [
                (letter.upper(), list(of_letter))
                for letter, of_letter in groupby(rows, key=lambda row: _letter(row[0].title))
            ],
            "all_url": self._url(found, "") if chosen and found.total <= WHOLE else "",
            "cut": bool(chosen) and letters.get(chosen, 0) > MOST,
        }

    def _url(self, found: Found, letter: str) -> str:
        return list_url(found.form, found.query.showing(letter=letter), view=self.name)


def _letter(title: str) -> str:
    first = fold(title)[:1]
    return first if first.isalpha() else OTHER


def _letters(found: Found) -> dict[str, int]:
    """Return how many entries begin with each letter, in order; `#` has the others."""
    first = func.substr(EntryValue.text, 1, 1)
    rows = select(first, func.count()).where(
        EntryValue.form_id == found.form.id,
        EntryValue.field == "title",
        EntryValue.page_id.in_(found.ids),
    )
    counts: dict[str, int] = {}
    for text, count in db.session().execute(rows.group_by(first)):
        letter = _letter(text or "")
        counts[letter] = counts.get(letter, 0) + count
    return dict(sorted(counts.items()))


def _entries(found: Found, letter: str, letters: dict[str, int]) -> list[Any]:
    where = []
    if letter == OTHER:
        known = [one for one in letters if one != OTHER]
        first = func.substr(EntryValue.text, 1, 1)
        where = [results.has(found, "title", first.not_in(known))]
    elif letter:
        begins = EntryValue.text.startswith(letter, autoescape=True)
        where = [results.has(found, "title", begins)]
    return results.more(found, where=where, sort="title", most=MOST)
