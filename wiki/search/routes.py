"""The search screens: results with their facets, and the instant answers of the dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from wiki.bazar.forms import forms_visible
from wiki.bazar.models import Form
from wiki.core.access import current_actor
from wiki.core.http import Paging, audience, paging, render
from wiki.core.search.base import Filters
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.projects.find import known
from wiki.projects.models import Project
from wiki.search import index

blueprint = Blueprint("search", __name__, url_prefix="/-/search")

PAGE = 10
LONGEST = 1000
"""Characters of a query that are read."""


@dataclass(frozen=True)
class Facet:
    """One group of filters of the results page: (value, label, count, chosen)."""

    name: str
    label: str
    values: list[tuple[str, str, int, bool]]


@blueprint.get("", endpoint="index")
@audience("anyone")
def index_page() -> Response:
    """Show what was found, by kind, form, project and tag."""
    query, filters = request.args.get("q", "")[:LONGEST], _filters()
    number = request.args.get("page", "1")
    page = (
        int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) < 10_000 else 1
    )
    answer = index.search(
        query,
        actor=current_actor(),
        filters=filters,
        limit=PAGE,
        offset=(page - 1) * PAGE,
        facets=("kind", "form", "project", "tag"),
        exact=request.args.get("exact") == "1",
    )
    return render(
        "search/index.html",
        query=query,
        filters=filters,
        answer=answer,
        places=_places([hit.page for hit in answer.hits]),
        kinds=_kinds(answer, filters),
        facets=_facets(answer, filters),
        paging=paging(answer.total, PAGE) if answer.total else Paging(1, 0, PAGE),
    )


@blueprint.get("/instant")
@audience("anyone")
def instant() -> Response:
    """Answer while a person types: pages and entries, then what they can do."""
    query = request.args.get("q", "")[:LONGEST].strip()
    hits = index.suggest(query, actor=current_actor()) if len(query) >= 2 else []
    groups = [
        (_("Pages"), [hit for hit in hits if hit.kind not in ("entry", "file")]),
        (_("Entries"), [hit for hit in hits if hit.kind == "entry"]),
        (_("Files"), [hit for hit in hits if hit.file]),
    ]
    places = _places([hit.page for hit in hits])
    return render("search/instant.html", query=query, groups=groups, places=places)


def _filters() -> Filters:
    args = request.args
    return Filters(
        kinds=frozenset(kind for kind in args.getlist("kind") if kind),
        form=args.get("form", ""),
        project=args.get("project", ""),
        tags=tuple(tag for tag in args.getlist("tag") if tag),
    )


def _places(pages: list[Page]) -> dict[int, str]:
    """Return where each page stands, as `Station › Form · kind`, in two queries."""
    projects, forms = _known() if pages else ([], [])
    stations = {project.id: project.title for project in projects}
    lists = {form.id: form.title for form in forms}
    places = {}
    for page in pages:
        path = [stations.get(page.project_id or 0), lists.get(page.form_id or 0)]
        known = " › ".join(part for part in path if part)
        places[page.id] = " · ".join(
            part for part in (known, "" if page.form_id else kind_of(page).label(page)) if part
        )
    return places


def _known() -> tuple[Sequence[Project], Sequence[Form]]:
    """Return the projects and forms that this reader may know of."""
    actor = current_actor()
    return known(actor), forms_visible(actor)


def _kinds(answer: index.Answer, filters: Filters) -> list[tuple[str, str, bool, str, int]]:
    """Return the tabs: (label, url, current, icon, count)."""
    labels = {
        "text": _("Pages"),
        "entry": _("Entries"),
        "station": _("Stations"),
        "file": _("Files"),
    }
    counts = dict(answer.facets.get("kind", []))
    kept: dict[str, Any] = {
        name: values
        for name, values in request.args.to_dict(flat=False).items()
        if name not in ("kind", "page")
    }
    tabs = [(_("All"), url_for(".index", **kept), not filters.kinds, "", sum(counts.values()))]
    for kind, label in labels.items():
        if counts.get(kind):
            url = url_for(".index", **kept, kind=kind)
            tabs.append((label, url, filters.kinds == {kind}, "", counts[kind]))
    return tabs


def _facets(answer: index.Answer, filters: Filters) -> list[Facet]:
    projects, forms = _known() if answer.facets else ([], [])
    stations = {project.key: project.title for project in projects}
    lists = {form.key: form.title for form in forms}
    groups: tuple[tuple[str, str, dict[str, str], set[str]], ...] = (
        ("project", _("Project"), stations, {filters.project}),
        ("form", _("Form"), lists, {filters.form}),
        ("tag", _("Tags"), {}, set(filters.tags)),
    )
    facets = []
    for name, label, titles, chosen in groups:
        found = [
            (value, titles.get(value, value), count, value in chosen)
            for value, count in answer.facets.get(name, [])
            if value
        ]
        if found:
            facets.append(Facet(name, label, found[:12]))
    return facets
