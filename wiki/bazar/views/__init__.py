"""Ways to show entries: an open folder, one class a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from flask import request

from wiki.bazar.models import Form
from wiki.bazar.query.query import Query, parse
from wiki.bazar.views.base import GROUP, View
from wiki.core.access import Actor
from wiki.core.http import BadAddress, Invalid
from wiki.core.params import Param
from wiki.core.registry import load

PLAIN = "list"
"""The view that suits every form."""

YESWIKI = {
    "agenda": "agenda",
    "annuaire_alphabetique": "directory",
    "blog": "blog",
    "calendar": "calendar",
    "card": "cards",
    "carousel": "carousel",
    "damier": "gallery",
    "gogocarto": "map",
    "list": "list",
    "liste_accordeon": "accordion",
    "liste_liens": "links",
    "liste_liens_date": "links",
    "map": "map",
    "map-and-table": "map_table",
    "material-card": "cards",
    "news": "blog",
    "photobox": "gallery",
    "table": "table",
    "tableau": "table",
    "timeline": "timeline",
    "trombinoscope": "portraits",
    "video": "gallery",
    "widget": "list",
}
"""What a display template of YesWiki is here."""


@cache
def views() -> dict[str, View]:
    """Return every view by its name."""
    return load("wiki.bazar.views", View)


@cache
def settings() -> dict[str, Param]:
    """Return the settings that views have, by name: one name means one thing in all of them."""
    return {param.name: param for view in views().values() for param in view.options} | {
        GROUP.name: GROUP
    }


def named(word: str) -> View | None:
    """Return the view of a name, ours or that of a template of YesWiki."""
    plain = word.strip().removesuffix(".twig").removesuffix(".html").removesuffix(".tpl")
    return views().get(plain) or views().get(YESWIKI.get(plain, ""))


def parse_query(
    form: Form, args: Mapping[str, Any], *, actor: Actor, besides: Iterable[str] = ()
) -> Query:
    """Read a query with the settings of any view. Raises Invalid as `query.parse` does."""
    return parse(form, args, actor=actor, besides=besides, view_settings=settings())


def request_query(form: Form, *, actor: Actor, besides: Iterable[str] = ("view",)) -> Query:
    """Read the query of the current request. Aborts 400 with the reason when it cannot be read."""
    try:
        return parse_query(form, request.args, actor=actor, besides=besides)
    except Invalid as error:
        raise BadAddress(" ".join(dict.fromkeys(error.errors.values()))) from None
