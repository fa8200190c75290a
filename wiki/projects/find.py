"""The door to projects: a project is seen by who may read its station page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import Membership, User
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages import find
from wiki.pages.models import Page
from wiki.projects.models import ROLES, Project


@dataclass(frozen=True)
class Member:
    """A person of a project and the role they hold."""

    user: User
    role: str
    since: datetime


def project_or_404(key: str, *, actor: Actor) -> tuple[Project, Page]:
    """Return a project and its station page. Aborts 404 when it is not there or may not be read."""
    found = project_or_none(key, actor=actor)
    if found is None:
        abort(404)
    return found


def project_or_none(key: str, *, actor: Actor) -> tuple[Project, Page] | None:
    """Return a project with its station page, if this actor may read it."""
    project = db.session().scalar(select(Project).where(Project.key_folded == fold(key)))
    if project is None or project.page_id is None:
        return None
    page = find.page_by_id(project.page_id, actor=actor)
    return (project, page) if page else None


def visible_projects(actor: Actor, *, every: bool = False) -> Sequence[tuple[Project, Page]]:
    """Return the projects lists may name to this actor with their station pages, by title.

    `every` names the discreet ones that they may read too.
    """
    seen = _stations(actor)
    query = seen if every else seen.where(_named_to(actor))
    query = query.options(joinedload(Page.head)).order_by(Project.title)
    return [(project, page) for page, project in db.session().execute(query.add_columns(Project))]


def listed(actor: Actor) -> Select[Page]:
    """Return the query of the stations that lists may name to this actor, joined with their projects."""
    query = _stations(actor)
    return query.where(_named_to(actor))


def mine(actor: Actor) -> Sequence[tuple[Project, Page]]:
    """Return the projects this actor is in with their station pages, those still open first."""
    query = _stations(actor)
    query = query.where(Project.group_id.in_(_groups(actor)))
    query = query.order_by(Project.closed_at.is_not(None), Project.title)
    return [(project, page) for page, project in db.session().execute(query.add_columns(Project))]


def of_page(page: Page) -> Project | None:
    """Return the project a page is of; whoever reads the page may know of it only by its station."""
    key = page.project_id
    if key is None:
        return None
    return db.once(("project", key), lambda: db.session().get_one(Project, key))


def known(actor: Actor) -> Sequence[Project]:
    """Return the projects this actor may know of, without their pages: what may be named."""
    return db.session().scalars(listed(actor).with_only_columns(Project)).all()


def _stations(actor: Actor) -> Select[Page]:
    """Return the query of the stations this actor may read, joined with their projects."""
    query = find.visible_pages(actor).join(Project, Project.page_id == Page.id)
    # Said twice for SQLite, which would go through all pages of the same rules to find the few stations.
    return query.where(Page.id.in_(select(Project.page_id)))


def members(project: Project) -> list[Member]:
    """Return a project's people: referents first, then gardeners, then by name."""
    rows = db.session().execute(
        select(User, Membership.role, Membership.since)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.group_id == project.group_id)
        .order_by(User.display_name, User.name)
    )
    found = [Member(user, role or "member", since) for user, role, since in rows]
    return sorted(found, key=lambda member: ROLES.index(member.role))


def member_counts(projects: Sequence[Project]) -> dict[int, int]:
    """Return how many people each project has, in one query."""
    groups = [project.group_id for project in projects]
    counted = (
        select(Membership.group_id, func.count())
        .where(Membership.group_id.in_(groups))
        .group_by(Membership.group_id)
    )
    by_group: dict[int, int] = dict(db.session().execute(counted).all())
    return {project.id: by_group.get(project.group_id, 0) for project in projects}


def last_activity(projects: Sequence[Project], *, actor: Actor) -> dict[int, datetime]:
    """Return when something of each project that this actor may see was last changed, in one query."""
    seen = find.visible_pages(actor).where(
        Page.project_id.in_([project.id for project in projects])
    )
    latest = seen.with_only_columns(Page.project_id, func.max(Page.updated_at)).group_by(
        Page.project_id
    )
    return {project_id: at for project_id, at in db.session().execute(latest) if project_id}


def role_in(project: Project, actor: Actor) -> str:
    """Return the actor's role in a project, "" for none; admins count as referents."""
    if actor.id is None:
        return "referent" if actor.is_admin else ""
    row = db.session().get(Membership, (project.group_id, actor.id))
    if row is not None:
        return row.role or "member"
    return "referent" if actor.is_admin else ""


def may_run(project: Project, actor: Actor) -> bool:
    """Answer whether this actor looks after the project: its people, its visibility."""
    return actor.is_admin or role_in(project, actor) in {"referent", "gardener"}


def may_rule(project: Project, actor: Actor) -> bool:
    """Answer whether this actor answers for the project: its doors, who sees it, its end."""
    return actor.is_admin or role_in(project, actor) == "referent"


def _groups(actor: Actor) -> list[int]:
    return [int(token[2:]) for token in sorted(actor.tokens) if token.startswith("g:")]


def _named_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that a list may name a project: a discreet one, only to who is in it."""
    return or_(Project.visibility != "discreet", Project.group_id.in_(_groups(actor)))
