"""The tabs of the form builder, which the screens of imports, submissions and open data show too."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from wiki.bazar.models import Form
from wiki.core.access import current_actor
from wiki.core.navigation import Tab


def form_tabs(form: Form, current: str, count: int) -> list[Tab]:
    """Return the tabs of a form with `count` fields, the one named `current` marked."""
    tabs = {
        "fields": (_("Fields"), "bazar.builder.edit"),
        "settings": (_("Settings"), "bazar.builder.settings"),
        "terms": (_("Arrivals"), "bazar.builder.show_terms"),
        "imports": (_("Import"), "bazar.imports.index"),
        "open": (_("Open data"), "bazar.builder.open_data"),
        "code": (_("Code"), "bazar.builder.code"),
    }
    if not current_actor().is_admin:
        del tabs["terms"]
    return [
        Tab(
            label,
            url_for(endpoint, form_key=form.key),
            name == current,
            number=count if name == "fields" else None,
        )
        for name, (label, endpoint) in tabs.items()
    ]
