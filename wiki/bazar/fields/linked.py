"""The other side of a relation: the entries of another form that point to this one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, clean_line
from wiki.bazar.fields.relation import linked_pages
from wiki.bazar.forms.forms import form_named, readable_specs, traits_of
from wiki.bazar.models import EntryValue, FieldSpec
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.params import Param
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

MOST = 200


class Linked(Field):
    """No value; seen, a list of {"id", "name", "title"} of visible entries, by title."""

    name: ClassVar[str] = "linked"
    summary = "the other side of a relation: found when shown, nothing is stored"
    sample_options = {"form": "things"}
    part = "related"
    label = _l("Entries that point here")
    group = _l("Link between entries")
    icon = "share-2"
    role = "found"
    options = (
        Param("form", _l("Form"), "form", required=True),
        Param("field", _l("Key of the field that points here"), help=_l("Empty: any of them.")),
    )

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        return None

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return False

    def found(self, spec: FieldSpec, pages: Collection[Page], *, actor: Actor) -> dict[int, Any]:
        form = form_named(str(spec.options.get("form") or ""))
        if form is None or not pages:
            return {}
        # A field of the owner's is told by its owner's entries only, so it is not told here.
        open_keys = {
            one.key for one in readable_specs(form, actor) if traits_of(one).points_to_pages
        }
        keys = open_keys & ({spec.options["field"]} if spec.options.get("field") else open_keys)
        query = visible_pages(actor).join(EntryValue, EntryValue.page_id == Page.id)
        query = query.where(
            EntryValue.form_id == form.id,
            EntryValue.field.in_(keys),
            EntryValue.ref_id.in_([page.id for page in pages]),
        )
        columns = query.with_only_columns(EntryValue.ref_id, Page.id, Page.name, Page.title)
        lists: dict[int, dict[int, Any]] = {}
        rows: Any = db.session().execute(columns.order_by(Page.title, Page.id))
        for ref_id, page_id, name, title in rows:
            held = lists.setdefault(ref_id, {})
            if len(held) < MOST:
                held[page_id] = {"id": page_id, "name": name, "title": title}
        return {ref_id: list(rows.values()) for ref_id, rows in lists.items()}

    def text(self, spec: FieldSpec, value: Any) -> str:
        return ", ".join(one["title"] for one in value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return " | ".join(one["name"] for one in value)

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        return linked_pages(value)

    def option_renamed(self, options: dict[str, Any], key: str, to: str) -> dict[str, Any]:
        return options | {"field": to} if options.get("field") == key else options

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        form = clean_line(spec.options.get("form"), longest=200)
        if form is None:
            raise BadValue(_("Choose the form whose entries are linked."))
        field = clean_line(spec.options.get("field"), longest=40)
        return replace(spec, options={"form": form} | ({"field": field} if field else {}))
