"""Entries of a form in any page: a selection, in one of the views, with the way to all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from wiki.bazar import views as viewing
from wiki.bazar.fields.choice import Choice
from wiki.bazar.forms import forms
from wiki.bazar.lists import list_view, saved_views
from wiki.bazar.models import Form
from wiki.bazar.query.results import Query
from wiki.bazar.views import parse_query, views
from wiki.bazar.views.support.urls import list_url
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.params import Param
from wiki.macros.base import BadParam, Call, Macro
from wiki.projects import find as projects

MOST = 100
VIEW_OF = {"bazarcarto": "map", "map": "map", "calendrier": "calendar", "bazartable": "table"}
"""Views that an action of YesWiki names; `views.named` knows its templates."""
SETTINGS = {
    "colorfield": "by",
    "iconfield": "by",
    "columnfieldsids": "columns",
    "sumfieldsids": "sums",
}
"""YesWiki's parameters that are a setting of a view."""
HERE = "this"
"""Value of `project` that means the project of the page."""


def _as_words(param: Param) -> Param:
    """Return a setting of a view as a parameter: fields are named by their keys."""
    if param.choices:
        return replace(param, kind="choice")
    return replace(param, kind="text")


class Entries(Macro):
    """A selection of entries; hidden entries and fields are no more in it than in the list."""

    name: ClassVar[str] = "entries"
    label = _l("Entries of a form")
    help = _l("A selection of entries as a list, cards, a table or a map.")
    group = "lists"
    icon = "kanban"
    params = (
        Param("form", _l("Form"), kind="form", required=True),
        Param(
            "view",
            _l("View"),
            kind="choice",
            choices=tuple(views()),
            labels=tuple(view.label for view in views().values()),
        ),
        Param("filter", _l("Filters, such as field:value, other:value")),
        Param("sort", _l("Sort by a field, - before it for the reverse")),
        Param("limit", _l("How many at most"), kind="number", default="12"),
        Param("project", _l("Project: its address, or “this” for the page's own"), kind="project"),
        Param("near", _l("Near a place: a town, or latitude and longitude, then kilometres")),
        Param("saved", _l("A list kept under this name")),
        Param("template", _l("The view, as YesWiki calls it")),
        *(_as_words(param) for param in viewing.settings().values()),
    )
    _list = {"id": "form", "idtypeannonce": "form", "nb": "limit"}
    aliases = dict.fromkeys(("bazar", "bazarliste", "bazarlistecategorie", *VIEW_OF), _list)

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        if name == self.name:
            return params
        known = dict(super().understood(name, params))
        template = viewing.named(params.get("template", ""))
        # A template that this wiki lacks is shown in the form's own view.
        known["view"] = VIEW_OF.get(name) or (template.name if template else "")
        # YesWiki: query="field=value|other=value", champ and ordre="desc"
        pairs = params.get("query", "").split("|")
        known["filter"] = ",".join(pair.replace("=", ":", 1) for pair in pairs if "=" in pair)
        known |= {
            new: params[old].replace("|", ",") for old, new in SETTINGS.items() if params.get(old)
        }
        if field := params.get("champ"):
            known["sort"] = ("-" if params.get("ordre") == "desc" else "") + field
        return known

    def context(self, call: Call) -> dict[str, Any] | None:
        form = _form(call.get("form"), call.actor)
        wanted, asked = _view(call), _query(call, form)
        if call.get("saved"):
            kept = saved_views.named(form, call.get("saved"), actor=call.actor)
            if kept is None:
                raise BadParam(_("There is no list kept as %(name)s.", name=call.get("saved")))
            asked = _over(kept.query, asked)
            wanted = wanted or kept.view
        size = call.number("limit", least=1, most=MOST)
        view = list_view.suiting(form, wanted, actor=call.actor)
        found = list_view.find(form, asked, view, actor=call.actor, most=size, facets=False)
        return {
            "form": form,
            "found": found,
            "view": view,
            "all_url": list_url(form, asked, view=view.name),
            **view.context(found),
        }


def _view(call: Call) -> str:
    """Return the view that is asked for, by our name or by that of YesWiki. Raises BadParam."""
    named = call.get("view") or call.get("template")
    found = viewing.named(named) if named else None
    if named and found is None:
        raise BadParam(
            _(
                "There is no view called %(name)s: %(choices)s.",
                name=named,
                choices=", ".join(views()),
            )
        )
    return found.name if found else ""


def _over(kept: Query, asked: Query) -> Query:
    """Return a kept list with what the page adds to it."""
    return replace(
        kept,
        filters={**kept.filters, **asked.filters},
        ranges={**kept.ranges, **asked.ranges},
        typed_ranges={**kept.typed_ranges, **asked.typed_ranges},
        near={**kept.near, **asked.near},
        settings={**kept.settings, **asked.settings},
        sort=asked.sort or kept.sort,
        project_id=asked.project_id if asked.project_id is not None else kept.project_id,
    )


def _form(key: str, actor: Actor) -> Form:
    """Return the form of this address; one that may not be read looks as if it were not there."""
    try:
        return forms.form_or_404(key, actor)
    except NotFound:
        found = forms.form_of_model(key, actor=actor)
    if found is None:
        raise BadParam(_("There is no form called %(name)s.", name=key))
    return found


def _query(call: Call, form: Form) -> Query:
    filters: dict[str, list[str]] = {}
    for piece in filter(None, (piece.strip() for piece in call.get("filter").split(","))):
        key, colon, value = (part.strip() for part in piece.partition(":"))
        if not colon or not value:
            raise BadParam(_("A filter is written field:value."))
        filters.setdefault(key, []).append(_stored(form, key, value))
    args: dict[str, Any] = {**filters, **_settings(call), **_near(call, form)}
    try:
        asked = parse_query(form, {**args, "sort": call.get("sort")}, actor=call.actor)
    except Invalid as error:
        raise BadParam(" ".join(error.errors.values())) from error
    return replace(asked, project_id=_project_id(call))


def _settings(call: Call) -> dict[str, list[str]]:
    """Return the settings of the view, several fields parted by commas."""
    return {
        f"_{name}": [text.strip() for text in call.get(name).split(",") if text.strip()]
        for name in viewing.settings()
        if call.get(name)
    }


def _near(call: Call, form: Form) -> dict[str, list[str]]:
    if not call.get("near"):
        return {}
    specs = forms.readable_specs(form, call.actor)
    place = next((spec for spec in specs if forms.traits_of(spec).place), None)
    if place is None:
        raise BadParam(_("This form has no place."))
    return {f"{place.key}.near": [call.get("near")]}


def _stored(form: Form, key: str, value: str) -> str:
    """Return what a filter's word is stored as: people write the label of a choice."""
    spec = next((spec for spec in form.specs() if spec.key == key), None)
    kind = forms.traits_of(spec) if spec else None
    if spec is None or not isinstance(kind, Choice):
        return value
    read = kind.from_csv(spec, value)
    return str(read[0] if isinstance(read, list) else read)


def _project_id(call: Call) -> int | None:
    wanted = call.get("project").strip()
    if not wanted:
        return None
    if wanted == HERE:
        return call.page.project_id if call.page is not None else None
    found = projects.project_or_none(wanted, actor=call.actor)
    if found is None:
        raise BadParam(_("There is no project called %(name)s.", name=wanted))
    return found[0].id
