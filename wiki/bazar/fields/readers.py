"""Who may read the entry: an answer that is held to, at each save, as the entry's own rule.

Laying the rule is `wiki.bazar.closing`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from wiki.accounts.models import Group
from wiki.bazar.field import BadValue, Field, IndexValue, clean_line
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.names import fold

ALL, NETWORK, OWNER = "all", "network", "owner"
RULES = {ALL: "", NETWORK: "+", OWNER: "%"}
"""What an answer is as a rule; "" is the form's own. A group is its rule: `@name`."""


class Readers(Field):
    """One of `RULES`, or a group of the wiki as `@name`."""

    name: ClassVar[str] = "readers"
    restricts_readers = True
    publication = "never"
    summary = "who may read the entry: all, signed-in people, a group, its author; a rule of the entry itself"
    sample = "@friends"
    label = _l("Who may read the entry")
    group = _l("People")
    icon = "lock"

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        said = clean_line(raw, longest=100)
        if said is None or said in RULES:
            return said
        wanted = fold(said.removeprefix("@"))
        found = next((name for name in self.groups() if fold(name) == wanted), None)
        if not said.startswith("@") or found is None:
            raise BadValue(_("Choose who may read the entry."))
        return f"@{found}"

    def settle(self, spec: FieldSpec, value: Any, *, actor: Actor) -> Any:
        if value and value.startswith("@") and actor.is_anonymous and not actor.is_admin:
            raise BadValue(_("Choose who may read the entry."))
        return value

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, str) and (value in RULES or value.startswith("@"))

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=value)]

    def text(self, spec: FieldSpec, value: Any) -> str:
        if not value.startswith("@"):
            return self.words_of(value)
        title = self.groups().get(value[1:], value[1:])
        return str(_("The group %(name)s", name=title))

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return str(value)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        by_words = {fold(words): key for key, words in self.choices(None)}
        return by_words.get(fold(cell), cell)

    def reading_rule(self, value: Any) -> str:
        return RULES.get(value, value) if isinstance(value, str) else ""

    def words_of(self, value: str) -> str:
        """Return an answer that is no group in words."""
        said = {
            ALL: _("All who may read the form"),
            NETWORK: _("Signed-in people"),
            OWNER: _("Only who adds it"),
        }
        return str(said.get(value, value))

    def choices(self, value: Any) -> list[tuple[str, str]]:
        """Return the answers as (key, words); people without account are not offered the groups."""
        spec = FieldSpec("", self.name, "")
        groups = [] if current_actor().is_anonymous else [f"@{name}" for name in self.groups()]
        held = [value] if isinstance(value, str) and value.startswith("@") else []
        keys = [ALL, NETWORK, *dict.fromkeys([*groups, *held]), OWNER]
        return [(key, self.text(spec, key)) for key in keys]

    def groups(self) -> dict[str, str]:
        """Return the titles of the wiki's groups by name, asked once a reading."""

        def ask() -> dict[str, str]:
            rows = select(Group).where(Group.of_project.is_(False)).order_by(Group.name_key)
            return {row.name: row.title or row.name for row in db.session().scalars(rows)}

        return db.once(("bazar.readers",), ask)
