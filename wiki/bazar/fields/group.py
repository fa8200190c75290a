"""Groups of the wiki; those of projects stay out, as everywhere."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from wiki.accounts.models import Group as GroupRow
from wiki.bazar.fields.person import Person
from wiki.core import db


class Group(Person):
    """As people: a list of identifiers of groups."""

    name: ClassVar[str] = "group"
    names_people = False
    order = 1000
    summary = "groups of the wiki"
    sample = "friends"
    sample_options = {}
    label = _l("Group of the wiki")
    icon = "users"
    template = "person"

    def everyone(self) -> dict[int, tuple[str, str]]:
        def ask() -> dict[int, tuple[str, str]]:
            rows = db.session().scalars(select(GroupRow).where(GroupRow.of_project.is_(False)))
            return {row.id: (row.name, row.title or row.name) for row in rows}

        return db.once(("bazar.people", self.name), ask)
