"""Ways to show entries: an open folder, one class a file."""

from __future__ import annotations

from functools import cache

from wiki.bazar.views.base import GROUP, View
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
