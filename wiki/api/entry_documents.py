"""JSON documents of forms and entries, with the fields and values that one reader may see."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from wiki.api.documents import Document, moment
from wiki.api.entry_changes import tags_key
from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.fields.choice import Choice
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.projects.models import Project


def of_form(form: Form) -> Document:
    """Return a form as a list item."""
    return {
        "key": form.key,
        "title": form.title,
        "singular": form.singular,
        "description": form.description,
        "model": form.model,
    }


def of_definition(form: Form, *, actor: Actor) -> Document:
    """Return a form with the fields that this actor may read, each with `writable` for this actor."""
    may_add = forms.may_add(form, actor)
    writable = {spec.key for spec in forms.writable_specs(form, actor, actor.id, creating=True)}
    fields = [
        {
            "key": spec.key,
            "type": spec.type,
            "label": spec.label,
            "help": spec.help,
            "required": spec.required,
            "facet": spec.facet,
            "writable": may_add and spec.key in writable,
            "options": _options(spec),
        }
        for spec in forms.readable_specs(form, actor)
    ]
    return of_form(form) | {"fields": fields}


def _options(spec: FieldSpec) -> Document:
    """Return the options of a field, including the choices of its vocabulary."""
    kind = forms.field_types().get(spec.type)
    if not isinstance(kind, Choice) or not spec.options.get("list"):
        return dict(spec.options)
    return {**spec.options, "choices": kind.rows(spec)}


def of_entries(form: Form, entries: Sequence[Entry]) -> list[Document]:
    """Return entries of one form for their reader, with at most one statement."""
    projects = _project_keys({entry.page.project_id for entry in entries})
    tags = tags_key(form)
    return [_of_entry(form, entry, projects, tags) for entry in entries]


def _of_entry(form: Form, entry: Entry, projects: dict[int, str], tags: str) -> Document:
    page, head = entry.page, entry.page.head
    data: Document = {key: value for key, value in entry.data.items() if key != tags}
    return {
        "name": page.name,
        "title": page.title,
        "form": form.key,
        "project": projects.get(page.project_id or 0, ""),
        "data": data,
        "tags": list(head.tags),
        "revision": head.number,
        "author": head.author_name,
        "updated_at": moment(page.updated_at),
    }


def _project_keys(ids: set[int | None]) -> dict[int, str]:
    project_ids = {project_id for project_id in ids if project_id is not None}
    if not project_ids:
        return {}
    rows = db.session().execute(select(Project.id, Project.key).where(Project.id.in_(project_ids)))
    return {row.id: row.key for row in rows}
