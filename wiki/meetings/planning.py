"""Planning begins with a question: is it necessary to meet? The other ways stand beside the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.entries.entries import Room
from wiki.bazar.entries.submission import room_asked
from wiki.bazar.forms import forms
from wiki.core import db, settings
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, render
from wiki.meetings.blueprint import blueprint
from wiki.meetings.meeting import MODEL
from wiki.pages import find
from wiki.pages.models import Page

AIMS = {
    "inform": _l("To pass on news"),
    "ask": _l("To gather opinions"),
    "decide": _l("To decide together"),
    "make": _l("To make something together"),
    "meet": _l("To see each other"),
}
WITHOUT = {"inform", "ask"}
"""What a message, a page or a poll mostly does as well."""
LONGEST = 250


@dataclass(frozen=True)
class Way:
    """Something to do instead of a meeting, or to come to one."""

    label: str
    words: str
    url: str
    icon: str


@blueprint.get("/-/meetings/new", endpoint="plan")
@audience("page")
def plan() -> Response:
    """Ask whether to meet; once it is answered, show the ways on."""
    actor = current_actor()
    room = room_asked(actor)
    page = _page_of(room, actor)
    aim, enough = request.args.get("aim", ""), request.args.get("enough", "")
    said = {part: request.args.get(part, "").strip()[:LONGEST] for part in ("title", "why")}
    answered = aim in AIMS and enough in {"yes", "no"}
    return render(
        "meetings/plan.html",
        room=room,
        page=page,
        aims=list(AIMS.items()),
        aim=aim,
        enough=enough,
        said=said,
        missing=bool(request.args.get("asked")) and not answered,
        answered=answered,
        rather_not=answered and (enough == "yes" or aim in WITHOUT),
        others=_others(page, said, actor) if answered else (),
        ways=_ways(room, page, aim, said, actor) if answered else (),
    )


def plan_url(project_id: int | None) -> str:
    """Return where a meeting of a project is planned."""
    return url_for("meetings.plan", project=project_id)


def _page_of(room: Room | None, actor: Actor) -> Page | None:
    """Return the page where one writes and asks instead: the station, or the home."""
    if room is None or room.project_id is None:
        return find.page_or_none(str(settings.get("home")), actor=actor)
    query = find.visible_pages(actor).where(
        Page.project_id == room.project_id, Page.kind == "station"
    )
    found = db.session().scalars(query.limit(1)).first()
    return find.page_by_id(found.id, actor=actor) if found else None


def _others(page: Page | None, said: dict[str, str], actor: Actor) -> list[Way]:
    parent = page.name if page is not None and page.kind == "station" else None
    ways = [
        Way(
            _("Write a page"),
            _("Everyone reads it when they can, and mends it."),
            url_for("pages.new", name=said["title"] or None, parent=parent),
            "file-text",
        )
    ]
    if page is not None and page.talk != "none":
        ways.append(
            Way(
                _("Ask a question"),
                _("In the comments: two lines, and an answer from each."),
                url_for("comments.comments", name=page.name),
                "message-square",
            )
        )
    form = forms.known_form("decisions", actor=actor)
    if form is not None and forms.may_add(form, actor):
        project = page.project_id if page is not None else None
        ways.append(
            Way(
                _("Propose a decision"),
                _("It is read, discussed and taken without a meeting."),
                url_for(
                    "bazar.entries.new_entry",
                    form_key=form.key,
                    project=project,
                    title=said["title"],
                ),
                "vote",
            )
        )
    return ways


def _ways(
    room: Room | None, page: Page | None, aim: str, said: dict[str, str], actor: Actor
) -> list[Way]:
    form = forms.known_form(MODEL, actor=actor)
    if form is None or not forms.may_add(form, actor):
        return []
    kind = "convivial" if aim == "meet" else "work"
    filled: dict[str, Any] = {key: value for key, value in said.items() if value}
    project = room.project_id if room else None
    ways = [
        Way(
            _("The date is known"),
            _("Say when and where."),
            url_for(
                "bazar.entries.new_entry", form_key=form.key, project=project, kind=kind, **filled
            ),
            "calendar",
        )
    ]
    if page is not None and "write" in page.allowed:
        ways.append(
            Way(
                _("Find a date together"),
                _("Propose some: each says yes, if need be, or no."),
                url_for("meetings.new_poll", name=page.name, **filled),
                "list-checks",
            )
        )
    return ways
