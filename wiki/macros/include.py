"""Another page, or one of its sections, inside this one: for who may read it, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from wiki.core.markup.sections import scoped, section
from wiki.core.markup.slugs import anchor_id
from wiki.core.names import link_key, page_name
from wiki.core.params import Param
from wiki.macros.base import BadParam, Call, Macro
from wiki.pages import find, rendering
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page

DEEPEST = 4
"""How many pages may be shown inside one another."""


class Include(Macro):
    """A page or a section shown inside another page; hidden and missing ones look the same."""

    name: ClassVar[str] = "include"
    label = _l("Page inside this one")
    help = _l("Shows another page or one of its sections, kept up to date.")
    icon = "file-text"
    params = (
        Param("page", _l("Page"), kind="page", required=True),
        Param("section", _l("Only this section"), help=_l("The words of its heading.")),
        Param("title", _l("With its title"), kind="flag"),
    )
    aliases = {"inclure": {"page": "page"}}

    def pages_shown(self, params: Mapping[str, str]) -> tuple[str, ...]:
        return (params["page"],) if params.get("page") else ()

    def context(self, call: Call) -> dict[str, Any] | None:
        wanted = call.get("page")
        key = link_key(wanted)
        page = find.names_seen({key}, actor=call.actor).get(key)
        if page is None:
            return {"page": None, "wanted": wanted, "name": page_name(wanted) or "-"}
        with _inside(page, call.page):
            body = _body(page, call)
        return {"page": page, "body": body, "title": call.flag("title")}


@contextmanager
def _inside(page: Page, around: Page | None) -> Iterator[None]:
    """Remember which pages are being shown in one another. Raises BadParam when it would never end."""
    open_pages: list[int] = g.setdefault("pages_inside", [])
    if page.id in open_pages or (around is not None and page.id == around.id):
        raise BadParam(_("This page shows itself inside itself."))
    if len(open_pages) >= DEEPEST:
        raise BadParam(_("Too many pages inside one another."))
    open_pages.append(page.id)
    try:
        yield
    finally:
        open_pages.pop()


def _body(page: Page, call: Call) -> Markup:
    wanted = call.get("section").strip()
    if page.kind != "text":
        if wanted:
            raise BadParam(_("Only a page of text has sections."))
        return kind_of(page).body(page, page.head, actor=call.actor)
    document = rendering.stored(page)
    if wanted:
        found = section(document, anchor_id(wanted.removeprefix("#")))
        if found is None:
            raise BadParam(_("There is no section called %(name)s in this page.", name=wanted))
        document = found
    assert call.fill is not None
    return call.fill(scoped(document, f"in{call.turn}-"), of=page)
