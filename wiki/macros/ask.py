"""The help desk in a page or on a platform: a question, and the network's answers as it is typed."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from wiki.core import db
from wiki.core.params import Param
from wiki.macros.base import BadParam, Block, Call, Platform
from wiki.pages.find import visible_pages
from wiki.pages.models import Page
from wiki.projects.models import Project
from wiki.search import filter_names, help_desk

HERE = "this"


class Ask(Block):
    """A question box over the FAQ and the tool sheets, or over one form."""

    name: ClassVar[str] = "ask"
    label = _l("Ask a question")
    help = _l("Answers come as one types; when there is none, the question is put to people.")
    group = "lists"
    icon = "circle-help"
    template = "macros/ask.html"
    params = (
        Param("label", _l("What the box says"), default=""),
        Param("form", _l("Form that answers; without it, questions and tool sheets"), kind="form"),
        Param("project", _l("Project: its address, or “this” for the page's own")),
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        form, project = _form_key(call), _project(call)
        return {
            "label": call.get("label"),
            "form": form,
            "project": project.key if project else "",
            "key": f"ask-{call.turn}",
        }

    def platform(self, call: Call) -> Platform:
        form, project = _form_key(call), _project(call)
        asked: dict[str, Any] = {
            "form": form or None,
            "project": project.key if project else None,
        }
        count = _count(call, form, project)
        live = (
            ngettext("%(num)s answer at hand", "%(num)s answers at hand", count)
            if count
            else _("No answer yet")
        )
        meta = call.get("label") or _("Type your question: the answers come as you do.")
        return Platform(live, meta, _("Ask a question"), url_for("search.ask", **asked))


def _form_key(call: Call) -> str:
    key = call.get("form").strip()
    if not key:
        return ""
    found = help_desk.answering_forms(call.actor, key)
    if not found:
        raise BadParam(_("There is no form called %(name)s.", name=key))
    return found[0].key


def _project(call: Call) -> Project | None:
    wanted = call.get("project").strip()
    if not wanted:
        return None
    known = filter_names.stations(call.actor)
    if wanted == HERE:
        here = call.page.project_id if call.page else None
        return next((project for project in known if project.id == here), None)
    found = next((project for project in known if project.key == wanted), None)
    if found is None:
        raise BadParam(_("There is no project called %(name)s.", name=wanted))
    return found


def _count(call: Call, form: str, project: Project | None) -> int:
    forms = [one.id for one in help_desk.answering_forms(call.actor, form)]
    query = visible_pages(call.actor).where(Page.form_id.in_(forms))
    if project is not None:
        query = query.where(Page.project_id == project.id)
    return db.session().scalar(select(func.count()).select_from(query.subquery())) or 0
