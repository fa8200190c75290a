"""Entries of a form: list with filters, read, add, change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, abort, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from wiki.api import arguments, body, changes, entry_documents
from wiki.api.contract import limit, offset, operation, text
from wiki.api.documents import Document
from wiki.api.entry_changes import entry_content
from wiki.api.problems import Refused
from wiki.api.routes.blueprint import blueprint
from wiki.api.schemas import BIGGEST
from wiki.bazar.entries import entries, entry_view
from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.forms import forms, submission_terms
from wiki.bazar.models import Form
from wiki.bazar.query import results
from wiki.bazar.query.results import Query
from wiki.bazar.views import parse_query
from wiki.core import db
from wiki.core.access import Actor, Privilege, current_actor
from wiki.core.http import Invalid, audience
from wiki.pages import find, save, throttle
from wiki.pages.models import Page
from wiki.projects.find import project_or_none

OWN = ("limit", "offset", "project")
NO_PROJECT = 0
"""An id that no project has, for the key of an unknown project."""


@blueprint.get("/forms/<form>/entries", merge_slashes=False)
@operation(
    "List the entries of a form that one may read",
    {200: "Entries"},
    arguments=(
        limit(50, 200),
        offset(BIGGEST),
        text("q", "Only entries with all these words."),
        text("sort", "title, date, updated or a field; with - before it, the reverse."),
        text("project", "Only entries of the project with this key."),
    ),
    other_arguments="A field's key and a value; repeated, one or the other. `<field>.from` and "
    "`<field>.to` bound numbers and dates.",
)
@audience("page")
def list_entries(form: str) -> Response:
    """List the entries that match the query arguments."""
    actor = current_actor()
    count, skip = arguments.window()
    form_row = forms.form_or_404(form, actor)
    try:
        total, rows = _read_window(form_row, _parse_list_query(form_row, actor), actor, count, skip)
    except Invalid as error:
        raise Refused(400, **error.errors) from error
    return jsonify(total=total, items=entry_documents.of_entries(form_row, rows))


@blueprint.post("/forms/<form>/entries", merge_slashes=False)
@operation("Add an entry", {201: "Entry"}, takes="NewEntry")
@audience("page")
def add_entry(form: str) -> tuple[Response, int, dict[str, str]]:
    """Add an entry to a form; return it as stored."""
    payload, actor = body.read("NewEntry"), current_actor()
    form_row = forms.form_or_404(form, actor, need="write")
    _check_terms(form_row, actor)
    throttle.count_save()
    room = _room(payload.pop("project", ""), actor)
    name, stamp = payload.pop("name", ""), save.Stamp(summary=payload.pop("summary", ""))
    content = entry_content(form_row, actor, **payload)
    page = entries.create(form_row, content, actor, project=room, name=name, stamp=stamp)
    address = url_for("api.read_entry", form=form_row.key, name=page.name)
    document = document_of(form_row, entry_of(form_row, page.name, actor), actor)
    return jsonify(document), 201, {"Location": address}


@blueprint.get("/forms/<form>/entries/<name>", merge_slashes=False)
@operation("Read an entry", {200: "Entry"})
@audience("page")
def read_entry(form: str, name: str) -> Response:
    """Return an entry with the values that the actor may read."""
    actor = current_actor()
    form_row = forms.form_or_404(form, actor)
    return jsonify(document_of(form_row, entry_of(form_row, name, actor), actor))


@blueprint.patch("/forms/<form>/entries/<name>", merge_slashes=False)
@operation("Change what is given of an entry", {200: "Entry"}, takes="EntryChange", problems=(409,))
@audience("page")
def change_entry(form: str, name: str) -> Response:
    """Save a new revision of an entry; return the entry."""
    return jsonify(_change(form, name))


@blueprint.put("/forms/<form>/entries/<name>", merge_slashes=False)
@operation(
    "Change what is given of an entry, as PATCH",
    {200: "Entry"},
    takes="EntryChange",
    problems=(409,),
)
@audience("page")
def put_entry(form: str, name: str) -> Response:
    """Save a new revision of an entry; missing keys stay unchanged, as with PATCH."""
    return jsonify(_change(form, name))


def _change(key: str, name: str) -> Document:
    change, actor = changes.PageChange(**body.read("EntryChange")), current_actor()
    throttle.count_save()
    with db.write():
        form = forms.form_or_404(key, actor)
        page = entry_of(form, name, actor, need="write")
        saved = changes.change_page(page, change, actor=actor)
        return document_of(form, saved, actor)


def entry_of(form: Form, name: str, actor: Actor, *, need: Privilege = "read") -> Page:
    """Return an entry of this form. Aborts 404 for any other page, 403 without permission."""
    page = find.page_or_404(name, actor=actor)
    if page.form_id != form.id:
        abort(404)
    if need not in page.allowed:
        abort(403)
    return page


def document_of(form: Form, page: Page, actor: Actor) -> Document:
    """Return the document of an entry for this actor."""
    return entry_documents.of_entries(form, entry_view.entries_of([page], actor=actor))[0]


def _room(key: str, actor: Actor) -> entries.Room | None:
    if not key:
        return None
    project_and_page = project_or_none(key, actor=actor)
    room = entries.room_of(project_and_page[0].id, actor=actor) if project_and_page else None
    if room is None:
        raise Invalid(project=_("There is no such project."))
    return room


def _check_terms(form: Form, actor: Actor) -> None:
    """Apply the submission terms of the form, as its page does. Raises Refused, Invalid."""
    terms = submission_terms.terms_of(form)
    if actor.is_anonymous and (terms.add or terms.condition):
        raise Refused(403, _("Without account, entries are added on the form's own page."))
    if own_entry := submission_terms.added_already(form, actor):
        raise Invalid(title=_("You have an entry here already: %(title)s.", title=own_entry.title))


def _parse_list_query(form: Form, actor: Actor) -> Query:
    query = parse_query(form, request.args, actor=actor, besides=OWN)
    if key := arguments.word("project"):
        project = project_or_none(key, actor=actor)
        return replace(query, project_id=project[0].id if project else NO_PROJECT)
    return query


def _read_window(
    form: Form, query: Query, actor: Actor, count: int, skip: int
) -> tuple[int, Sequence[Entry]]:
    """Return the total and the requested entries, which span one or two pages of the list."""
    size = max(count, 1)
    pages, inside = divmod(skip, size)

    def read_page(number: int, size: int = size) -> results.Found:
        page_query = replace(query, page=number)
        return results.find(form, page_query, actor=actor, page_size=size, facets=False)

    try:
        results_page = read_page(pages + 1)
    except NotFound:
        return read_page(1, 1).total, ()
    rows = list(results_page.entries)
    if inside and results_page.paging.pages > results_page.paging.page:
        rows += read_page(pages + 2).entries
    return results_page.total, rows[inside:][:count]
