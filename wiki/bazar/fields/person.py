"""People of the wiki: their accounts, by the names they chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.accounts.models import User
from wiki.bazar.field import Around, BadValue, Field, IndexValue, clean_line, flag
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.names import fold
from wiki.core.params import Param

MOST = 100
MOST_OFFERED = 300


class Person(Field):
    """A list of account identifiers; seen, a list of {"id", "name", "title"}.

    Answers name a person by sign-in name. Who reads the field reads the names; people without
    account are not offered the list of accounts.
    """

    name: ClassVar[str] = "person"
    order: ClassVar[int] = 180
    countable = True
    closed = True
    names_people: ClassVar[bool] = True
    summary = "people of the wiki"
    sample = "Bob"
    sample_options = {"several": True}
    label = _l("Person of the wiki")
    group = _l("People")
    icon = "user"
    default_read = "+"
    can_facet = True
    options = (Param("several", _l("Several"), "flag"),)

    def grouped(self, spec: FieldSpec) -> bool:
        return self.several(spec) and self.offered() is not None

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        words = [word for answer in form.getlist(spec.key) for word in answer.split(",")]
        return [word.strip() for word in words if word.strip()]

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        """Return who is named, identifiers or words; `settle` turns all into identifiers."""
        if raw is None or raw == "":
            return None
        named = [_reference(one) for one in (raw if isinstance(raw, list) else [raw])]
        named = list(dict.fromkeys(one for one in named if one is not None))
        if len(named) > (MOST if self.several(spec) else 1):
            raise BadValue(_("Too many are named here."))
        return named or None

    def settle(self, spec: FieldSpec, value: Any, *, actor: Actor) -> Any:
        if value is None:
            return None
        rows = self.everyone()
        by_name = {fold(name): one for one, (name, _title) in rows.items()}
        found = [one if one in rows else by_name.get(fold(str(one))) for one in value]
        for one, known in zip(value, found, strict=True):
            if known is None:
                raise BadValue(_("There is nobody called %(name)s.", name=str(one)[:80]))
        return list(dict.fromkeys(found))

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(one, int) and not isinstance(one, bool) for one in value
        )

    def see(self, spec: FieldSpec, value: Any, around: Around) -> Any:
        rows = self.everyone()
        known = [(one, *rows[one]) for one in value if one in rows]
        return [{"id": one, "name": name, "title": title} for one, name, title in known] or None

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=str(one)) for one in value]

    def text(self, spec: FieldSpec, value: Any) -> str:
        return ", ".join(title for _name, title in self._named(value))

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return " | ".join(name for name, _title in self._named(value))

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        return [word.strip() for word in cell.split("|") if word.strip()]

    def facet_label(self, spec: FieldSpec, text: str) -> str:
        rows = self.everyone()
        return (
            rows[int(text)][1] if text.isascii() and text.isdigit() and int(text) in rows else text
        )

    def several(self, spec: FieldSpec) -> bool:
        """Answer whether more than one may be named."""
        return flag(spec.options.get("several"))

    def offered(self) -> list[tuple[str, str]] | None:
        """Return who can be chosen, as (name, words); None when names are typed."""
        rows = self.everyone()
        if current_actor().is_anonymous or len(rows) > MOST_OFFERED:
            return None
        return sorted(rows.values(), key=lambda row: fold(row[1]))

    def chosen(self, value: Any) -> list[str]:
        """Return the names that stand in the input: stored, or typed and refused."""
        rows = self.everyone()
        given = value if isinstance(value, list) else [value] if value else []
        named = [rows[one][0] if isinstance(one, int) and one in rows else one for one in given]
        return [one for one in named if isinstance(one, str)]

    def condition_values(self, spec: FieldSpec, value: Any) -> Any:
        return self.chosen(value)

    def everyone(self) -> dict[int, tuple[str, str]]:
        """Return the names and shown names of all, asked once a reading."""

        def ask() -> dict[int, tuple[str, str]]:
            return {
                row.id: (row.name, row.shown_name) for row in db.session().scalars(select(User))
            }

        return db.once(("bazar.people", self.name), ask)

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        several = flag(spec.options.get("several"))
        return replace(spec, options={"several": True} if several else {})

    def _named(self, value: Any) -> list[tuple[str, str]]:
        """Return the names of a value, stored or seen."""
        rows = self.everyone()
        ids = [one.get("id") if isinstance(one, dict) else one for one in value]
        return [rows[one] for one in ids if one in rows]


def _reference(raw: Any) -> int | str | None:
    """Return whom one answer names. Raises BadValue."""
    if isinstance(raw, dict):
        raw = raw.get("id", raw.get("name"))
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**31:
        return raw
    return clean_line(raw, longest=100)
