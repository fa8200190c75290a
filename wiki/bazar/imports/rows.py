"""One row of a table against one form: which entry it is, what it would answer, what stands in its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.bazar.entries import entries
from wiki.bazar.field import BadValue, IndexValue
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.imports import downloads
from wiki.bazar.imports.downloads import Files
from wiki.bazar.imports.tables import ADDRESS, Row
from wiki.bazar.models import EntryValue, FieldSpec, Form
from wiki.bazar.values import uploads
from wiki.core import db
from wiki.core.access import Actor, allows
from wiki.core.http import Invalid
from wiki.core.names import fold, is_page_name
from wiki.pages import find
from wiki.pages.content import Content
from wiki.pages.models import Page

Outcome = Literal["create", "change", "same", "bad"]
Key = tuple[Any, ...]
Awaited = dict[str, tuple[FieldSpec, str]]
"""By field, the address of a file that was not fetched yet."""


@dataclass(frozen=True)
class Plan:
    """How a table comes in: the form, who brings it, a target for each column, what to match on.

    `clear` says that an empty cell takes the answer away; `files` are those that were fetched.
    """

    form: Form
    actor: Actor
    targets: Sequence[str]
    match: str = ""
    clear: bool = False
    files: Files = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row: `page` is the entry it is, None for a new one; errors are (label, message).

    A row that `awaits` files has no content yet.
    """

    line: int
    outcome: Outcome
    content: Content | None = None
    page: Page | None = None
    name: str = ""
    errors: Sequence[tuple[str, str]] = ()
    awaits: Sequence[tuple[FieldSpec, str]] = ()


@dataclass
class Judge:
    """Judges rows one after the other: it knows the entries there are, and the keys it has met."""

    plan: Plan
    _known: dict[str, dict[Key, list[int]]] = field(default_factory=dict)
    _met: dict[tuple[str, Key], int] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)
    _may_add: bool = False

    def __post_init__(self) -> None:
        plan = self.plan
        self._labels = {spec.key: spec.label for spec in plan.form.specs()}
        self._labels |= {ADDRESS: str(_("Address"))}
        self._may_add = forms.may_add(plan.form, plan.actor)
        for match in self._matches():
            self._known[match] = _entries_by(plan, match)

    def judge(self, rows: Sequence[Row]) -> Iterator[Verdict]:
        """Give what becomes of each row; the entries they are are loaded together."""
        recognised = [(row, *self._recognise(row)) for row in rows]
        pages = _loaded({ids[0] for _row, ids, _why in recognised if len(ids) == 1}, self.plan)
        for row, ids, problem in recognised:
            yield self._verdict(row, ids, problem, pages)

    def meet(self, rows: Sequence[Row]) -> None:
        """Take note of rows that were judged before, so that one that says the same is told."""
        for row in rows:
            for match in self._matches():
                if key := self._key(match, row):
                    self._met.setdefault((match, key), row.line)
                    break

    def _verdict(
        self, row: Row, ids: Sequence[int], problem: str, pages: dict[int, Page]
    ) -> Verdict:
        match = self.plan.match
        if problem:
            return self._bad(row, {match: problem})
        page = pages.get(ids[0]) if ids else None
        if page is None and not self._may_add:
            return self._bad(row, {match: _("You may not add entries to this form.")})
        if page is not None and "write" not in page.allowed:
            return self._bad(row, {match: _("You may not change this entry.")})
        try:
            raw, awaited = _answers(self.plan, row, page)
        except BadValue as error:
            return self._bad(row, {"": str(error)})
        except Invalid as error:
            return self._bad(row, error.errors)
        try:
            content = entries.clean_data(self.plan.form, raw, self.plan.actor, page)
        except Invalid as error:
            if left := {key: text for key, text in error.errors.items() if key not in awaited}:
                return self._bad(row, left)
            content = None
        if awaited or content is None:
            awaits = tuple(awaited.values())
            return Verdict(row.line, "change" if page else "create", page=page, awaits=awaits)
        if page is None:
            return Verdict(row.line, "create", content, name=self._name(row))
        return Verdict(row.line, "same" if _says_again(page, content) else "change", content, page)

    def _recognise(self, row: Row) -> tuple[list[int], str]:
        """Return the entries a row may be, or why it cannot be told."""
        if len(row.cells) > len(self.plan.targets):
            return [], str(_("This row has more cells than there are columns."))
        for match in self._matches():
            key = self._key(match, row)
            if not key:
                continue
            earlier = self._met.setdefault((match, key), row.line)
            if earlier != row.line:
                return [], str(_("Line %(line)s says the same here.", line=earlier))
            ids = self._known[match].get(key, [])
            if len(ids) > 1:
                return [], str(_("Several entries answer this: which one is meant?"))
            if match == ADDRESS and not ids:
                name = self._name(row)
                if not is_page_name(name) or find.is_taken(name):
                    return [], str(_("This address is taken, or cannot be one."))
            return ids, ""
        if self.plan.match and not self._is_empty_address(row):
            return [], str(_("An answer is needed here, to recognise the entry by."))
        return [], ""

    def _matches(self) -> tuple[str, ...]:
        match = self.plan.match
        if match == ADDRESS and TITLE in self.plan.targets:
            return (ADDRESS, TITLE)
        return (match,) if match else ()

    def _is_empty_address(self, row: Row) -> bool:
        return self.plan.match == ADDRESS and not self._key(ADDRESS, row)

    def _key(self, match: str, row: Row) -> Key:
        """Return what a row's cell is found by among the entries, () when it says nothing sound."""
        cell = _cell(self.plan, row, match)
        if match == ADDRESS:
            return (fold(str(cell)),) if cell else ()
        spec = next(spec for spec in self.plan.form.specs() if spec.key == match)
        if cell in (None, ""):
            return ()
        kind = forms.type_of(spec)
        if kind.generated_key:
            return (str(cell).strip(), None)
        try:
            value = kind.clean(spec, kind.from_csv(spec, cell) if isinstance(cell, str) else cell)
        except BadValue:
            # What is wrong with it is said when the row is cleaned.
            return ("", row.line)
        return _indexed(kind.index(spec, value)) if value is not None else ()

    def _name(self, row: Row) -> str:
        cell = _cell(self.plan, row, ADDRESS) if self.plan.match == ADDRESS else ""
        return str(cell) if cell else ""

    def _bad(self, row: Row, errors: Any) -> Verdict:
        named = [(self._labels.get(key, ""), str(message)) for key, message in errors.items()]
        return Verdict(row.line, "bad", errors=named)


def _cell(plan: Plan, row: Row, target: str) -> Any:
    at = plan.targets.index(target) if target in plan.targets else len(row.cells)
    return row.cells[at] if at < len(row.cells) else None


def _answers(plan: Plan, row: Row, page: Page | None) -> tuple[dict[str, Any], Awaited]:
    """Return what a row answers by field, not yet checked, and the fields whose file is not here yet.

    Raises BadValue, Invalid.
    """
    specs = {spec.key: spec for spec in plan.form.specs()}
    raw: dict[str, Any] = {}
    awaited: Awaited = {}
    for target, cell in zip(plan.targets, row.cells, strict=False):
        spec = specs.get(target)
        if spec is None or forms.role(spec) != "answer":
            continue
        if cell in (None, "", []):
            if plan.clear and page is not None:
                raw[target] = None
        elif forms.type_of(spec).stores_file:
            _answer_file(plan, spec, cell, page, raw, awaited)
        else:
            kind = forms.type_of(spec)
            raw[target] = kind.from_csv(spec, cell) if isinstance(cell, str) else cell
    return raw, awaited


def _answer_file(
    plan: Plan, spec: FieldSpec, cell: Any, page: Page | None, raw: dict[str, Any], awaited: Awaited
) -> None:
    """Answer a field of files by what was fetched, or by the name and mark that exports give. Raises Invalid."""
    held = page.head.data.get(spec.key) if page else None
    stored = held if isinstance(held, dict) else {}
    if downloads.is_address(cell):
        found = plan.files.get((spec.type, cell))
        if isinstance(found, BadValue):
            raise Invalid(**{spec.key: str(found)})
        if stored.get(downloads.SOURCE) == cell:
            return
        if found is None:
            downloads.check_allowed()
            awaited[spec.key] = (spec, cell)
        else:
            raw[spec.key] = {"kept": uploads.token(found), "alt": stored.get("alt", "")}
        return
    told = forms.type_of(spec).from_csv(spec, cell) if isinstance(cell, str) else cell
    if not isinstance(told, dict) or not stored or told.get("sha256") != stored.get("sha256"):
        raw[spec.key] = told
    elif told.get("alt", "") != stored.get("alt", ""):
        raw[spec.key] = {"kept": uploads.token(stored), "alt": told.get("alt", "")}


def _entries_by(plan: Plan, match: str) -> dict[Key, list[int]]:
    """Return the entries the actor may see by what a row is recognised by, in one statement."""
    seen = find.visible_pages(plan.actor).where(Page.form_id == plan.form.id)
    if match == ADDRESS:
        rows: Any = db.session().execute(seen.with_only_columns(Page.id, Page.name_key))
        return {(key,): [page_id] for page_id, key in rows}
    ids = seen.with_only_columns(Page.id)
    query = select(EntryValue).where(
        EntryValue.form_id == plan.form.id, EntryValue.field == match, EntryValue.page_id.in_(ids)
    )
    found: dict[Key, list[int]] = {}
    for one in db.session().scalars(query.order_by(EntryValue.page_id)):
        found.setdefault((one.text, one.number), []).append(one.page_id)
    return found


def _indexed(values: Sequence[IndexValue]) -> Key:
    return (values[0].text, values[0].number) if values else ()


def _loaded(ids: set[int], plan: Plan) -> dict[int, Page]:
    """Return these entries with their head, and whether the actor may write them."""
    if not ids:
        return {}
    query = find.visible_pages(plan.actor).where(Page.id.in_(ids)).options(joinedload(Page.head))
    rows: Any = db.session().execute(
        query.add_columns(allows(plan.actor, "write", Page)).execution_options(
            populate_existing=True
        )
    )
    pages = {}
    for page, may_write in rows:
        page.allowed = frozenset({"read", "write"} if may_write else {"read"})
        pages[page.id] = page
    return pages


def _says_again(page: Page, content: Content) -> bool:
    head = page.head
    data = {key: value for key, value in head.data.items() if value is not None}
    return (content.title, content.data, list(content.tags)) == (head.title, data, head.tags)
