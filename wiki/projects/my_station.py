"""“My station”: one's projects, what leaves next from them, one's drafts, and a calendar of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, flash, g, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people, sessions
from wiki.accounts.models import Membership, Token, User
from wiki.bazar.entries import drafts
from wiki.bazar.forms import forms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import absolute_url, audience, render, see_other
from wiki.pages import find as pages
from wiki.pages.kinds import kind_of
from wiki.pages.models import Draft, Page
from wiki.projects import departures_board, find
from wiki.projects.blueprint import blueprint
from wiki.projects.calendar import IN_FEED, calendar_answer
from wiki.projects.labels import ROLE_WORDS
from wiki.projects.models import JoinRequest, Project

KIND = "calendar"
MOST_DRAFTS = 10
MOST_CHANGES = 8


@dataclass(frozen=True)
class Unsaved:
    """Something typed and not saved, and where to take it up."""

    title: str
    url: str
    updated_at: datetime


@blueprint.get("/me")
@audience("signed-in")
def my_station() -> Response:
    """Show what is one's own."""
    return _screen()


@blueprint.post("/me/calendar")
@audience("signed-in")
def make_my_calendar() -> Response:
    """Make the address of one's calendar and show it, this once; the one before opens nothing any more."""
    actor = current_actor()
    with db.write(quiet=True) as session:
        _end_feeds(session, actor)
        token = sessions.make_token(session, session.get_one(User, actor.id), KIND)
    return _screen(feed=absolute_url(url_for(".my_calendar", token=token)), status=201)


@blueprint.post("/me/calendar/revocation")
@audience("signed-in")
def revoke_my_calendar() -> BaseResponse:
    """End the address of one's calendar."""
    with db.write(quiet=True) as session:
        _end_feeds(session, current_actor())
    flash(_("This address opens nothing any more."), "success")
    return see_other(url_for(".my_station"))


@blueprint.get("/me/calendar/<token>.ics")
@audience("anyone")
def my_calendar(token: str) -> Response:
    """Give the departures of a person's projects to whoever holds the secret address; their rights hold."""
    user = sessions.token_owner(token, KIND)
    if user is None:
        abort(404)
    actor = people.actor_of(user)
    g.person_lang = user.lang
    projects = [project for project, _page in find.mine(actor)]
    return calendar_answer(
        departures_board.of_projects(actor, projects, limit=IN_FEED), name=_("My departures")
    )


def _screen(*, feed: str = "", status: int = 200) -> Response:
    actor = current_actor()
    found = find.mine(actor)
    projects = [project for project, _page in found]
    return render(
        "projects/my_station.html",
        status=status,
        stations=found,
        roles=_roles(actor),
        role_words=ROLE_WORDS,
        departures=departures_board.of_projects(actor, projects, limit=8),
        active=find.last_activity(projects, actor=actor),
        drafts=_drafts(actor),
        changes=_changes(actor, projects),
        asked=_asked(actor),
        has_feed=db.session().scalar(
            select(Token.created_at).where(Token.user_id == actor.id, Token.kind == KIND)
        ),
        feed=feed,
    )


def _end_feeds(session: Session, actor: Actor) -> None:
    session.execute(delete(Token).where(Token.user_id == actor.id, Token.kind == KIND))


def _roles(actor: Actor) -> dict[int, str]:
    """Return one's role by the identifier of the project's group."""
    rows = db.session().execute(
        select(Membership.group_id, Membership.role).where(Membership.user_id == actor.id)
    )
    return {row.group_id: row.role for row in rows}


def _drafts(actor: Actor) -> list[Unsaved]:
    query = select(Draft).where(Draft.user_id == actor.id).order_by(Draft.updated_at.desc())
    rows = db.session().scalars(query.limit(MOST_DRAFTS)).all()
    seen = pages.names_seen({row.name_key for row in rows}, actor=actor)
    return [
        _unsaved_entry(row, form) if form else _unsaved(row, seen.get(row.name_key))
        for row in rows
        for form in [_form_of(row, actor)]
        if form or drafts.form_id_of(row) is None
    ]


def _form_of(draft: Draft, actor: Actor) -> Form | None:
    number = drafts.form_id_of(draft)
    if number is None:
        return None
    return next((one for one in forms.forms_visible(actor) if one.id == number), None)


def _unsaved_entry(draft: Draft, form: Form) -> Unsaved:
    typed = str(draft.content.get("title") or "")
    url = url_for("bazar.entries.new_entry", form_key=form.key, draft=1)
    return Unsaved(f"{typed or _('Untitled')} ({form.title})", url, draft.updated_at)


def _unsaved(draft: Draft, page: Page | None) -> Unsaved:
    typed = str(draft.content.get("title") or "")
    if page is not None:
        own = kind_of(page).edit_url(page)
        url = f"{own}?draft=1" if own else url_for("pages.edit", name=page.name, draft=1)
        return Unsaved(typed or page.title, url, draft.updated_at)
    url = url_for("pages.new", name=draft.name_key, draft=1)
    return Unsaved(typed or draft.name_key, url, draft.updated_at)


def _changes(actor: Actor, projects: list[Project]) -> list[Page]:
    """Return what moved last in one's projects."""
    if not projects:
        return []
    query = pages.visible_pages(actor).where(
        Page.project_id.in_([project.id for project in projects])
    )
    newest = query.order_by(Page.updated_at.desc(), Page.id.desc()).limit(MOST_CHANGES)
    return list(db.session().scalars(newest))


def _asked(actor: Actor) -> list[Project]:
    """Return the projects one waits for an answer from, of those one may still see."""
    query = find.listed(actor).join(JoinRequest, JoinRequest.project_id == Project.id)
    query = query.where(JoinRequest.user_id == actor.id)
    return list(db.session().scalars(query.with_only_columns(Project).order_by(Project.title)))
