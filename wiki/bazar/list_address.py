"""Addresses of a form's list: a query and a view as one link that can be sent to someone."""

from __future__ import annotations

from typing import Any

from flask import url_for

from wiki.bazar.models import Form
from wiki.bazar.query import Query


def list_url(form: Form, query: Query | None = None, *, view: str = "", page: int = 1) -> str:
    """Return the address of a form's list with these filters, in a view ("" for the form's own)."""
    args: dict[str, Any] = dict(query.args()) if query else {}
    args |= {"view": view} if view else {}
    args |= {"page": page} if page > 1 else {}
    return url_for("bazar_lists.show", form=form.key, **args)


def export_url(form: Form, query: Query, kind: str) -> str:
    """Return the address of what this list holds as a file: `csv` or `json`."""
    args: dict[str, Any] = dict(query.args())
    return url_for(f"bazar_lists.as_{kind}", form=form.key, **args)
