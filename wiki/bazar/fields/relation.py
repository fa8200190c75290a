"""A link to entries of another form, or of the same one; both sides show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import Around, BadValue, Field, IndexValue, clean_line, flag
from wiki.bazar.fields.text import SORTED_BY
from wiki.bazar.forms.forms import form_named, readable_specs
from wiki.bazar.models import EntryValue, FieldSpec
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import absolute_url
from wiki.core.names import fold
from wiki.core.numbers import is_whole
from wiki.core.params import Param
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

MOST = 200
MOST_OFFERED = 500
"""Entries offered to choose from; above, titles are typed."""


class Relation(Field):
    """A list of page identifiers; seen, a list of {"id", "name", "title"} of visible pages.

    Answers name an entry by its identifier, name or title.
    """

    name: ClassVar[str] = "relation"
    order: ClassVar[int] = 170
    countable = True
    points_to_pages = True
    summary = "entries of a form, one or several"
    sample_options = {"form": "things", "several": True}
    part = "related"
    label = _l("Linked entries")
    group = _l("Link between entries")
    icon = "link-2"
    can_facet = True
    options = (
        Param("form", _l("Form"), "form", required=True),
        Param("several", _l("Several entries"), "flag"),
        Param(
            "filter",
            _l("Only those with"),
            help=_l(
                "Keys and values of their fields, as in the address of a list: activity=hosting|training&open=yes."
            ),
        ),
    )

    def grouped(self, spec: FieldSpec) -> bool:
        return self.several(spec)

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        lines = [line.strip() for answer in form.getlist(spec.key) for line in answer.splitlines()]
        return [int(line) if is_whole(line) else line for line in lines if line]

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        """Return what is pointed to, identifiers or words; `settle` turns all into identifiers."""
        if raw is None or raw == "":
            return None
        pointed = [_reference(one) for one in (raw if isinstance(raw, list) else [raw])]
        pointed = list(dict.fromkeys(one for one in pointed if one is not None))
        if len(pointed) > (MOST if self.several(spec) else 1):
            raise BadValue(_("Too many entries are linked here."))
        return pointed or None

    def settle(self, spec: FieldSpec, value: Any, *, actor: Actor) -> Any:
        if value is None:
            return None
        known = _identifiers(self._entries(spec, actor), value)
        for one in value:
            if _key(one) not in known:
                raise BadValue(_("There is no entry called %(name)s here.", name=str(one)[:80]))
        return list(dict.fromkeys(known[_key(one)] for one in value))

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, list) and all(
            isinstance(one, int) and not isinstance(one, bool) for one in value
        )

    def see(self, spec: FieldSpec, value: Any, around: Around) -> Any:
        pages = [around.targets[one] for one in value if one in around.targets]
        return [{"id": page.id, "name": page.name, "title": page.title} for page in pages] or None

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=str(one), ref_id=one) for one in value]

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        return linked_pages(_seen(value))

    def text(self, spec: FieldSpec, value: Any) -> str:
        return ", ".join(one["title"] for one in _seen(value))

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return " | ".join(one["name"] for one in _seen(value))

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        return [word.strip() for word in cell.split("|") if word.strip()]

    def several(self, spec: FieldSpec) -> bool:
        """Answer whether more than one entry may be linked."""
        return flag(spec.options.get("several"))

    def candidates(self, spec: FieldSpec) -> list[tuple[int, str]] | None:
        """Return the entries to choose from for the reader at hand; None when they are too many."""
        query = self._entries(spec, current_actor()).with_only_columns(Page.id, Page.title)
        rows = (
            db.session().execute(query.order_by(Page.title, Page.id).limit(MOST_OFFERED + 1)).all()
        )
        return [(row.id, row.title) for row in rows] if len(rows) <= MOST_OFFERED else None

    def chosen(self, value: Any) -> list[Any]:
        """Return what is linked now, or was typed and refused: identifiers and words."""
        given = value if isinstance(value, list) else [value] if value else []
        held = [one.get("id") if isinstance(one, dict) else one for one in given]
        return [one for one in held if isinstance(one, int | str)]

    def typed(self, spec: FieldSpec, value: Any) -> str:
        """Return what is linked as it is typed: one title a line."""
        chosen = self.chosen(value)
        ids = [one for one in chosen if isinstance(one, int)]
        pages = (
            db.session().scalars(visible_pages(current_actor()).where(Page.id.in_(ids)))
            if ids
            else ()
        )
        names = {page.id: page.name for page in pages}
        return "\n".join(str(names.get(one, "") if isinstance(one, int) else one) for one in chosen)

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        form = clean_line(spec.options.get("form"), longest=200)
        if form is None:
            raise BadValue(_("Choose the form whose entries are linked."))
        kept: dict[str, Any] = {"form": form}
        if flag(spec.options.get("several")):
            kept["several"] = True
        if wanted := clean_line(spec.options.get("filter"), longest=500):
            if not all("=" in pair for pair in wanted.split("&")):
                raise BadValue(_("Entries are filtered such as: activity=hosting|training."))
            kept["filter"] = wanted
        return replace(spec, options=kept)

    def option_renamed(self, options: dict[str, Any], key: str, to: str) -> dict[str, Any]:
        if not options.get("filter"):
            return options
        pairs = [pair.partition("=") for pair in str(options["filter"]).split("&")]
        renamed = [f"{to if name == key else name}{sign}{words}" for name, sign, words in pairs]
        return options | {"filter": "&".join(renamed)}

    def _entries(self, spec: FieldSpec, actor: Actor) -> Select[Any]:
        form = form_named(str(spec.options.get("form", "")))
        query = visible_pages(actor).where(
            Page.kind == "entry", Page.form_id == (form.id if form else None)
        )
        # What a reader may not read must not show in what they are offered.
        readable = {one.key for one in readable_specs(form, actor)} if form else set()
        for key, words in parse_qsl(str(spec.options.get("filter") or "")):
            if key in readable:
                holding = select(EntryValue.page_id).where(
                    EntryValue.field == key, EntryValue.text.in_(words.split("|"))
                )
                query = query.where(Page.id.in_(holding))
        return query


def linked_pages(pages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return seen pages in terms of schema.org."""
    return [
        {"@id": absolute_url(url_for("pages.show", name=page["name"])), "name": page["title"]}
        for page in pages
    ]


def _identifiers(entries: Select[Any], wanted: list[Any]) -> dict[Any, int]:
    """Return the identifier of each identifier or folded word among these entries, in one query.

    A name wins over a title, and the oldest of entries with the same title over the others.
    """
    ids = [one for one in wanted if isinstance(one, int)]
    words = [_key(one) for one in wanted if isinstance(one, str)]
    cut = [word[:SORTED_BY] for word in words]
    titled = select(EntryValue.page_id).where(EntryValue.field == "title", EntryValue.text.in_(cut))
    query = entries.where(or_(Page.id.in_(ids), Page.name_key.in_(words), Page.id.in_(titled)))
    columns = query.with_only_columns(Page.id, Page.name_key, Page.title).order_by(Page.id.desc())
    rows = db.session().execute(columns).all()
    by_title: dict[Any, int] = {fold(row.title): row.id for row in rows}
    return by_title | {row.name_key: row.id for row in rows} | {row.id: row.id for row in rows}


def _key(one: Any) -> Any:
    return fold(one) if isinstance(one, str) else one


def _reference(raw: Any) -> int | str | None:
    """Return what one answer points to. Raises BadValue."""
    if isinstance(raw, dict):
        raw = raw.get("id", raw.get("name"))
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**31:
        return raw
    return clean_line(raw, longest=250)


def _seen(value: Any) -> list[dict[str, Any]]:
    """Return the linked entries found visible; a stored value not yet seen shows nothing."""
    return [one for one in value if isinstance(one, dict)]
