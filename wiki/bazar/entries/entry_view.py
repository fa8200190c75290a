"""Entries as one reader sees them: only the fields they may read, related entries they may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import load_only

from wiki.bazar.field import Around, Field
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, FieldSpec, Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Revision

MOST = 200
"""Entries that point to one, at most, on its page."""


@dataclass(frozen=True)
class Entry:
    """An entry for one reader: its page, its values as they see them, the fields they may read.

    A value seen is the stored one but for related entries ({"id", "name", "title"} of the visible
    ones) and files (with their "url"). The title is `page.title`, not in `data`; tags are in `data`
    by their field's key.
    """

    page: Page
    data: Mapping[str, Any]
    specs: Sequence[FieldSpec]

    @property
    def title(self) -> str:
        """The title of the entry."""
        return self.page.title

    @property
    def url(self) -> str:
        """Where the entry is shown."""
        return url_for("pages.show", name=self.page.name)

    def get(self, key: str) -> Any:
        """Return a value, None when there is none or it may not be read."""
        return self.data.get(key)

    def text(self, key: str) -> str:
        """Return a value in plain words, "" when there is none."""
        spec = self._spec(key)
        return forms.type_of(spec).text(spec, self.data[key]) if spec else ""

    def shown(self, key: str) -> Markup:
        """Return the HTML of a value, empty when there is none."""
        spec = self._spec(key)
        return forms.type_of(spec).shown(spec, self.data[key]) if spec else Markup()

    def answered(self) -> list[tuple[FieldSpec, Field, Any]]:
        """Return the fields that have a value, with their types and values, without the title."""
        held = [spec for spec in self.specs if spec.key in self.data]
        return [(spec, forms.type_of(spec), self.data[spec.key]) for spec in held]

    def _spec(self, key: str) -> FieldSpec | None:
        return next((spec for spec in self.specs if spec.key == key and key in self.data), None)


@dataclass(frozen=True)
class Backlink:
    """Entries that point to another one through the same field of the same form."""

    form: Form
    spec: FieldSpec
    pages: Sequence[Page]


def entries_of(pages: Sequence[Page], *, actor: Actor) -> list[Entry]:
    """Return entries of pages loaded with their head, in a fixed number of statements."""
    return _entries([(page, page.head) for page in pages], actor)


def entry_at(page: Page, revision: Revision, *, actor: Actor) -> Entry:
    """Return an entry as a reader sees one of its versions."""
    return _entries([(page, revision)], actor)[0]


def held(specs: Iterable[FieldSpec], revision: Revision) -> Iterator[tuple[FieldSpec, Any]]:
    """Give the stored value of each field that has one of its type's shape, tags among them."""
    types = forms.field_types()
    for spec in specs:
        kind = types.get(spec.type)
        if kind is None:
            continue
        value = list(revision.tags) or None if kind.stores_tags else revision.data.get(spec.key)
        if value is not None and kind.holds(spec, value):
            yield spec, value


def targets_of(ids: Iterable[int], *, actor: Actor) -> dict[int, Page]:
    """Return the pages of these identifiers that a reader may see, in one statement at most."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = visible_pages(actor).where(Page.id.in_(wanted))
    query = query.options(load_only(Page.id, Page.name, Page.title))
    return {page.id: page for page in db.session().scalars(query)}


def backlinks(page: Page, *, actor: Actor) -> list[Backlink]:
    """Return the entries that point to a page through readable fields, by form and field."""
    query = visible_pages(actor).join(EntryValue, EntryValue.page_id == Page.id)
    query = query.where(EntryValue.ref_id == page.id).order_by(Page.title, Page.id).limit(MOST)
    rows = db.session().execute(query.add_columns(EntryValue.form_id, EntryValue.field)).all()
    found = _forms(row.form_id for row in rows)
    readable = _readable_by(found, actor)
    grouped: dict[tuple[int, str], list[Page]] = {}
    for pointing, form_id, field in rows:
        if field in {spec.key for spec in readable(form_id, pointing.owner_id)}:
            grouped.setdefault((form_id, field), []).append(pointing)
    return [
        Backlink(
            found[form_id],
            next(spec for spec in found[form_id].specs() if spec.key == field),
            pages,
        )
        for (form_id, field), pages in sorted(grouped.items())
    ]


def _entries(versions: Sequence[tuple[Page, Revision]], actor: Actor) -> list[Entry]:
    readable = _readable_by(_forms(page.form_id for page, _revision in versions), actor)
    stored = [
        (page, specs, list(held(specs[1:], revision)))
        for page, revision in versions
        for specs in [readable(page.form_id, page.owner_id)]
    ]
    targets = targets_of(
        (ref for _page, _specs, values in stored for ref in refs(values)), actor=actor
    )
    found = _found([(page, specs) for page, specs, _values in stored], actor)
    return [
        Entry(page, _seen(page, values, targets) | found.get(page.id, {}), specs)
        for page, specs, values in stored
    ]


def _found(
    read: Sequence[tuple[Page, Sequence[FieldSpec]]], actor: Actor
) -> dict[int, dict[str, Any]]:
    """Return what is found elsewhere of each entry, one statement a field that asks for it."""
    asked: dict[tuple[int | None, str], tuple[FieldSpec, list[Page]]] = {}
    for page, specs in read:
        for spec in specs:
            if forms.role(spec) == "found":
                asked.setdefault((page.form_id, spec.key), (spec, []))[1].append(page)
    values: dict[int, dict[str, Any]] = {}
    for spec, pages in asked.values():
        for page_id, value in forms.type_of(spec).found(spec, pages, actor=actor).items():
            values.setdefault(page_id, {})[spec.key] = value
    return values


def refs(values: Iterable[tuple[FieldSpec, Any]]) -> Iterator[int]:
    """Give the identifiers of the pages that stored values point to."""
    for spec, value in values:
        yield from forms.traits_of(spec).references(spec, value)


def _seen(
    page: Page, values: Sequence[tuple[FieldSpec, Any]], targets: Mapping[int, Page]
) -> dict[str, Any]:
    around = Around(page, targets)
    seen = {spec.key: forms.type_of(spec).see(spec, value, around) for spec, value in values}
    return {key: value for key, value in seen.items() if value is not None}


def _forms(ids: Iterable[int | None]) -> dict[int, Form]:
    wanted = {form_id for form_id in ids if form_id is not None}
    if not wanted:
        return {}
    return {form.id: form for form in db.session().scalars(select(Form).where(Form.id.in_(wanted)))}


def _readable_by(found: Mapping[int, Form], actor: Actor) -> Any:
    """Return the function (form id, owner id) -> fields; it asks a form's rules twice at most."""

    @cache
    def specs(form_id: int, owns: bool) -> list[FieldSpec]:
        form = found.get(form_id)
        return forms.readable_specs(form, actor, actor.id if owns else None) if form else []

    return lambda form_id, owner_id: specs(form_id, owner_id is not None and owner_id == actor.id)
