"""A list in one of its views, for the screen and for pages: which view, what it finds, what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.query import results
from wiki.bazar.query.results import Found, Query
from wiki.bazar.views import PLAIN, views
from wiki.bazar.views.base import View
from wiki.core.access import Actor


def suiting(form: Form, wanted: str, *, actor: Actor) -> View:
    """Return the view of a name, else the form's own; the plain one where it does not suit."""
    specs = forms.readable_specs(form, actor)
    view = views().get(wanted) or views().get(form.default_view, views()[PLAIN])
    return view if view.suits(specs) else views()[PLAIN]


def find(
    form: Form,
    asked: Query,
    view: View,
    *,
    actor: Actor,
    most: int | None = None,
    facets: bool = True,
) -> Found:
    """Return what a view of a list shows; `most` is how many entries a page of it has."""
    specs = forms.readable_specs(form, actor)
    asked = replace(asked, usual=view.usual_sort(specs))
    size = (most or view.page_size) if view.paged else 0
    return results.find(form, asked, actor=actor, page_size=size, facets=facets)


def chosen(found: Found, view: View) -> list[dict[str, Any]]:
    """Return the settings of a view as its form shows them: name, label, kind, options, what is chosen."""
    rows = []
    for param in view.settings():
        fits = view.candidates(found.specs, param.name)
        options = [(spec.key, spec.label) for spec in fits]
        if param.choices:
            options = list(zip(param.choices, param.labels or param.choices, strict=True))
        if options and param.kind in {"field", "fields", "choice"} and len(options) > 0:
            held = found.query.settings.get(param.name, ())
            rows.append({"param": param, "options": options, "held": held})
    return rows


def answered(spec: FieldSpec | None, entry: Any) -> Any:
    """Return what an entry holds of a field, None without one."""
    return entry.get(spec.key) if spec else None
