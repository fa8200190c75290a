"""The kind of page that an entry is: how it is shown and compared, and the rows derived from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import delete, select

from wiki.bazar.entries import (
    assignment,
    entries,
    entry_access,
    entry_dates,
    entry_layout,
    entry_view,
    moderation,
    suggestions,
    votes,
)
from wiki.bazar.field import Clash, IndexValue
from wiki.bazar.forms import forms
from wiki.bazar.models import EntryValue, FieldSpec, Form
from wiki.bazar.values import uploads
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import template_markup
from wiki.core.names import fold
from wiki.pages import three_way_merge
from wiki.pages.content import Content
from wiki.pages.kinds import Kind
from wiki.pages.models import Page, Revision
from wiki.pages.renaming import Renaming

CHUNK, OVERLAP, MOST_CHUNKS = 600, 60, 200
"""Characters of folded words in one row: an index of PostgreSQL takes no more than 2,700 bytes."""


class EntryKind(Kind):
    """Entries of forms."""

    name: ClassVar[str] = entries.KIND
    template = "bazar/entry.html"
    shows_body = False

    def label(self, page: Page) -> str:
        return entries.form_of(page).singular or _("Entry")

    def edit_url(self, page: Page) -> str | None:
        return url_for(
            "bazar.entries.edit_entry", form_key=entries.form_of(page).key, name=page.name
        )

    def default_rules(self, page: Page) -> int:
        form = entries.form_of(page)
        waiting: int | None = form.settings.get("waiting_rules")
        return waiting if waiting and page.rules_id == waiting else form.rules_id

    def may_rule(self, page: Page) -> bool:
        return not moderation.waits(page)

    def pointed_at(self, page: Page, *, actor: Actor) -> list[tuple[str, Sequence[Page]]]:
        found = entry_view.backlinks(page, actor=actor)
        return [(f"{one.form.title} · {one.spec.label}", one.pages) for one in found]

    def says_rules(self, page: Page) -> Mapping[str, str]:
        spec = entry_access.spec_of(entries.form_of(page))
        return {"read": spec.label} if spec and page.head.data.get(spec.key) is not None else {}

    def body(self, page: Page, revision: Revision, *, actor: Actor) -> Markup:
        layout = entry_layout.layout(entry_view.entry_at(page, revision, actor=actor))
        return template_markup("bazar/entry_body.html", page=page, layout=layout)

    def context(self, page: Page, revision: Revision, *, actor: Actor) -> dict[str, Any]:
        pointing = entry_view.backlinks(page, actor=actor)
        entry = entry_view.entry_at(page, revision, actor=actor)
        dates = entry_dates.shown(entry, actor=actor)
        return {
            "form": entries.form_of(page),
            "layout": entry_layout.layout(entry_dates.without(entry, dates)),
            "dates": dates,
            "pointing": _told_once(pointing, page, actor),
            "told_ids": {one.id for group in pointing for one in group.pages},
            "helped": votes.shown(page, actor=actor),
            "may_suggest": suggestions.may_suggest(page, entries.form_of(page), actor),
            "suggested": suggestions.of_entry(page, entries.form_of(page), actor=actor),
            "waits": page.rules_id == entries.form_of(page).settings.get("waiting_rules"),
            "may_moderate": moderation.may_moderate(entries.form_of(page), actor),
        }

    def source(self, revision: Revision, *, actor: Actor) -> str:
        entry = entry_view.entry_at(_page(revision), revision, actor=actor)
        blocks = []
        for spec, kind, value in entry.answered():
            text = kind.source(spec, value)
            blocks.append(f"{spec.label}:{chr(10) if chr(10) in text else ' '}{text}")
        return "\n\n".join(blocks) + "\n" if blocks else ""

    def data_for(self, revision: Revision, *, actor: Actor) -> dict[str, Any]:
        entry = entry_view.entry_at(_page(revision), revision, actor=actor)
        data = {}
        for spec, value in entry_view.held(entry.specs[1:], revision):
            kind = forms.type_of(spec)
            if kind.points_to_pages:
                value = [one["id"] for one in entry.data.get(spec.key, ())]
            value = kind.open_value(spec, value)
            if not kind.stores_tags and value not in (None, []):
                data[spec.key] = value
        return data

    def keep_hidden(self, head: Revision, data: dict[str, Any], *, actor: Actor) -> dict[str, Any]:
        page = _page(head)
        form = entries.form_of(page)
        specs = forms.writable_specs(form, actor, page.owner_id)
        # What the wiki assigned stays as well, whatever is sent.
        writable = {spec.key: spec for spec in specs if forms.role(spec) != "assigned"}
        kept = {key: value for key, value in head.data.items() if key not in writable}
        mine = {key: value for key, value in data.items() if key in writable}
        for key, spec in writable.items():
            if forms.traits_of(spec).points_to_pages:
                held = head.data.get(key)
                mine[key] = entries.with_hidden_links(spec, mine.get(key), held, actor=actor)
        return kept | {key: value for key, value in mine.items() if value is not None}

    def merge(
        self, base: Revision, mine: Content, theirs: Revision
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        ours, other, before = dict(mine.data), dict(theirs.data), dict(base.data)
        merged: dict[str, Any] = {}
        both: list[str] = []
        for spec in entries.form_of(_page(base)).specs():
            sides = [side.pop(spec.key, None) for side in (before, ours, other) if _merges(spec)]
            if any(sides):
                try:
                    merged[spec.key] = forms.type_of(spec).merged(*sides)
                except Clash:
                    both.append(spec.key)
                    merged[spec.key] = sides[1]
        data, conflicts = three_way_merge.merge_data(before, ours, other)
        kept = {key: value for key, value in merged.items() if value is not None}
        return data | kept, (*conflicts, *both)

    def complete(self, page: Page, content: Content, *, actor: Actor) -> Content:
        return assignment.completed(entries.form_of(page), content, page=page, actor=actor)

    def derive(self, page: Page, content: Content) -> None:
        session, form = db.session(), entries.form_of(page)
        session.execute(delete(EntryValue).where(EntryValue.page_id == page.id))
        values = entries.values_of(form, content)
        rows = list(dict.fromkeys(_rows(form, values)))
        wanted = {row.ref_id for _field, row in rows if row.ref_id is not None}
        there = (
            set(session.scalars(select(Page.id).where(Page.id.in_(wanted)))) if wanted else set()
        )
        session.add_all(
            EntryValue(
                page_id=page.id,
                form_id=form.id,
                field=field,
                text=row.text,
                number=row.number,
                ref_id=row.ref_id,
            )
            for field, row in rows
            if row.ref_id is None or row.ref_id in there
        )
        entry_access.lay(session, page, form, content.data)
        uploads.register(session, page, [(spec.key, value) for spec, value in _files(form, values)])

    def links(self, page: Page, content: Content) -> tuple[str, ...]:
        specs = [spec for spec in entries.form_of(page).specs() if forms.is_open(spec)]
        values = [(spec, content.data[spec.key]) for spec in specs if _holds(spec, content.data)]
        ids = list(entry_view.refs(values))
        query = select(Page.name).where(Page.id.in_(ids)).order_by(Page.id)
        related = db.session().scalars(query).all() if ids else ()
        named = (forms.type_of(spec).links(spec, value) for spec, value in values)
        return (*related, *(name for names in named for name in names))

    def relinked(self, page: Page, content: Content, renaming: Renaming) -> Content:
        data = dict(content.data)

        def renamed(text: str) -> str:
            return renaming.text(text, page.lang)

        for spec in entries.form_of(page).specs():
            if _holds(spec, data):
                data[spec.key] = forms.type_of(spec).relinked(spec, data[spec.key], renamed)
        return replace(content, data=data)

    def search_text(self, page: Page, revision: Revision) -> str:
        specs = [
            spec
            for spec in entries.form_of(page).specs()[1:]
            if forms.is_open(spec) and spec.searchable
        ]
        texts = [
            forms.type_of(spec).search_text(spec, value)
            for spec, value in entry_view.held(specs, revision)
        ]
        return "\n".join(text for text in texts if text)


def _told_once(
    pointing: list[entry_view.Backlink], page: Page, actor: Actor
) -> list[entry_view.Backlink]:
    """Return what points to an entry without what its own fields show already."""
    form = entries.form_of(page)
    shown = {
        (target.id, key)
        for spec in forms.readable_specs(form, actor, page.owner_id)
        if forms.role(spec) == "found"
        and (target := forms.form_named(str(spec.options.get("form") or ""))) is not None
        for key in _pointing_keys(spec, target)
    }
    return [one for one in pointing if (one.form.id, one.spec.key) not in shown]


def _pointing_keys(spec: FieldSpec, target: Form) -> list[str]:
    named = spec.options.get("field")
    return (
        [named]
        if named
        else [one.key for one in target.specs() if forms.traits_of(one).points_to_pages]
    )


def words_field(key: str) -> str:
    """Return the name under which the folded words of a field are kept, apart from its values."""
    return f"{key}~"


def _page(revision: Revision) -> Page:
    return db.session().get_one(Page, revision.page_id)


def _holds(spec: FieldSpec, data: dict[str, Any]) -> bool:
    kind = forms.field_types().get(spec.type)
    value = data.get(spec.key)
    return kind is not None and value is not None and kind.holds(spec, value)


def _merges(spec: FieldSpec) -> bool:
    kind = forms.field_types().get(spec.type)
    return kind is not None and kind.merges


def _files(form: Form, values: dict[str, Any]) -> Iterator[tuple[FieldSpec, Any]]:
    for spec in form.specs():
        if forms.traits_of(spec).stores_file and _holds(spec, values):
            yield spec, values[spec.key]


def _rows(form: Form, values: dict[str, Any]) -> Iterator[tuple[str, IndexValue]]:
    """Give the index rows of an entry: each value by its field, and the words that `q` looks in."""
    for spec in form.specs():
        if not _holds(spec, values):
            continue
        kind, value = forms.type_of(spec), values[spec.key]
        for row in kind.index(spec, value):
            yield (f"{spec.key}~{row.part}" if row.part else spec.key, row)
        if spec.searchable:
            words = fold(kind.words(spec, value))
            yield from ((words_field(spec.key), IndexValue(text=text)) for text in _chunks(words))


def _chunks(words: str) -> Iterator[str]:
    """Cut a long text in rows that overlap, so that no word is lost at a cut."""
    for start in range(0, min(len(words), MOST_CHUNKS * CHUNK), CHUNK):
        yield words[max(0, start - OVERLAP) : start + CHUNK]
