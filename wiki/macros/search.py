"""A search box in a page or on a platform: of its project, of a form's list, of a page's tree, or of everything."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.models import Form
from wiki.core.params import Param
from wiki.macros.base import BadParam, Block, Call, Platform
from wiki.projects.models import Project
from wiki.search import filter_names

HERE, EVERYWHERE = "this", "all"


class Search(Block):
    """A search box; on a station it looks in its project, and everywhere at one click."""

    name: ClassVar[str] = "search"
    label = _l("Search")
    help = _l(
        "A search box: of the project it stands in, of a form, of some pages, or of everything."
    )
    group = "lists"
    icon = "search"
    template = "macros/search.html"
    params = (
        Param("label", _l("What the box says"), default=""),
        Param(
            "project", _l("Project: its address, “this” for the page's own, “all” for every one")
        ),
        Param("form", _l("Form whose list is searched"), kind="form"),
        Param("within", _l("Page whose tree is searched, or “this” for the page itself")),
    )
    aliases = {
        "textsearch": {"label": "label", "phrase": "label"},
        "newtextsearch": {"label": "label", "phrase": "label"},
        "moteurrecherche": {"label": "label"},
    }

    def context(self, call: Call) -> dict[str, Any] | None:
        form = _form(call)
        project = None if form else _project(call)
        within = call.get("within").strip()
        if within == HERE:
            within = call.page.name if call.page else ""
        list_url = url_for("bazar.lists.show", form_key=form.key) if form else ""
        return {
            "label": call.get("label") or _("A question, a tool, a person…"),
            "action": list_url or url_for("search.index"),
            "form": form,
            "project": project,
            "within": "" if form else within,
        }

    def platform(self, call: Call) -> Platform:
        form, project = _form(call), _project(call)
        if form:
            url = url_for("bazar.lists.show", form_key=form.key)
            return Platform(live=form.title, meta=form.description, way=_("Search"), url=url)
        if project:
            return Platform(
                live=_("Everything shared in this project"),
                meta=_("Then everywhere, at one click."),
                way=_("Search"),
                url=url_for("search.index", project=project.key),
            )
        return Platform(
            live=_("Everything shared here"),
            meta=_("Pages, entries, questions and tools."),
            way=_("Search"),
            url=url_for("search.index"),
        )


def _form(call: Call) -> Form | None:
    key = call.get("form").strip()
    if not key:
        return None
    found = next((f for f in filter_names.lists(call.actor) if key in (f.key, f.model)), None)
    if found is None:
        raise BadParam(_("There is no form called %(name)s.", name=key))
    return found


def _project(call: Call) -> Project | None:
    """Return the project the box looks in: without a word, that of the station it stands on."""
    wanted, page = call.get("project").strip(), call.page
    if wanted == EVERYWHERE or call.get("within").strip():
        return None
    known = filter_names.stations(call.actor)
    if not wanted or wanted == HERE:
        on_station = page is not None and (page.kind == "station" or wanted == HERE)
        return next((p for p in known if on_station and page and p.id == page.project_id), None)
    found = next((p for p in known if p.key == wanted), None)
    if found is None:
        raise BadParam(_("There is no project called %(name)s.", name=wanted))
    return found
