"""Addresses of a form's list: a query and a view as one link that can be sent to someone."""

from __future__ import annotations

from typing import Any

from flask import url_for

from wiki.bazar.models import Form
from wiki.bazar.query.results import Query
from wiki.bazar.views import views


def list_url(form: Form, query: Query | None = None, *, view: str = "", page: int = 1) -> str:
    """Return the address of a form's list with these filters, in a view ("" for the form's own)."""
    args: dict[str, Any] = _kept(query, view) if query else {}
    args |= {"view": view} if view else {}
    args |= {"page": page} if page > 1 else {}
    return url_for("bazar.lists.show", form_key=form.key, **args)


def export_url(form: Form, query: Query, kind: str) -> str:
    """Return the address of what this list holds as a file or a feed, by its ending (`csv`, `atom`…)."""
    args: dict[str, Any] = dict(query.without_settings().args())
    open_data = kind in {"geojson", "jsonld", "rss"}
    where = "bazar.feeds" if kind in {"atom", "ics"} else "bazar.lists"
    where = "bazar.open_data" if open_data else where
    return url_for(f"{where}.as_{kind}", form_key=form.key, **args)


def _kept(query: Query, view: str) -> dict[str, Any]:
    """Return the arguments of a query, without the settings that this view does not have."""
    shown = views().get(view)
    mine = {f"_{param.name}" for param in shown.settings()} if shown else None
    args = query.args().items()
    return {name: v for name, v in args if mine is None or name[0] != "_" or name in mine}
