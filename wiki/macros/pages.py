"""A list of pages: by tag, by project, of a person; each reader sees theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.support.page_lists import LIMIT, SHOW, SORT, in_project, shown, tagged
from wiki.pages.find import visible_pages
from wiki.pages.models import Page

ORDERS = {"alpha": "title", "tag": "title", "date": "-changed", "time": "-changed"}


class Pages(Macro):
    """Pages chosen by what they bear."""

    name: ClassVar[str] = "pages"
    label = _l("List of pages")
    help = _l("Pages and entries by tag, by project, or those of who reads.")
    group = "lists"
    icon = "list"
    params = (
        Param("tag", _l("With one of these tags"), kind="tag", help=_l("Commas between.")),
        Param("project", _l("Of this project"), kind="project"),
        Param(
            "kind",
            _l("What"),
            kind="choice",
            choices=("", "text", "entry"),
            labels=(_l("Pages and entries"), _l("Pages"), _l("Entries")),
        ),
        Param("mine", _l("Only those of who reads"), kind="flag"),
        SHOW,
        SORT,
        LIMIT,
    )
    _sorted = {"tri": "sort", "sort": "sort", "nb": "limit"}
    aliases = {
        "listpages": _sorted,
        "pageindex": _sorted,
        "pageonlyindex": _sorted,
        "bazarrecordsindex": _sorted,
        "listpagestag": _sorted | {"tags": "tag"},
        "filtertags": {},
        "mypages": {},
        "mychanges": {},
        "bazaruserpage": {},
    }
    _kinds = {"pageonlyindex": "text", "bazarrecordsindex": "entry", "bazaruserpage": "entry"}

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        known = dict(super().understood(name, params))
        if name == self.name:
            return known
        known["sort"] = ORDERS.get(known.get("sort", ""), "title")
        if name == "filtertags":
            # YesWiki: filter1="Label:one,two"
            lists = [value.rpartition(":")[2] for key, value in params.items() if "filter" in key]
            known["tag"] = ",".join(lists)
        kind = {"kind": self._kinds[name]} if name in self._kinds else {}
        mine = {"mine": "true"} if name in {"mypages", "mychanges", "bazaruserpage"} else {}
        return known | kind | mine

    def context(self, call: Call) -> dict[str, Any] | None:
        query = visible_pages(call.actor)
        if tags := call.words("tag"):
            query = tagged(query, tags)
        if project := call.get("project").strip():
            query = in_project(query, project, call)
        if kind := call.get("kind"):
            query = query.where(Page.kind == kind)
        if call.flag("mine"):
            query = query.where(Page.owner_id == (call.actor.id or 0))
        if call.page is not None:
            query = query.where(Page.id != call.page.id)
        return {"pages": shown(query, call), "show": call.get("show")}
