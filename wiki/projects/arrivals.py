"""What has just come into a project or the network: members, pages, entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import Membership, User
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.pages.find import visible_pages
from wiki.pages.models import Page
from wiki.projects.models import Project


@dataclass(frozen=True)
class Arrival:
    """Someone or something new, and when it came."""

    at: datetime
    kind: str
    title: str
    url: str = ""

    @property
    def day(self) -> str:
        return i18n.day(self.at)


def latest(page: Page | None, *, actor: Actor, limit: int = 6) -> list[Arrival]:
    """Return what came last in the project of a page, else in the network, in two statements."""
    project_id = page.project_id if page is not None else None
    query = visible_pages(actor)
    if project_id is not None:
        query = query.where(Page.project_id == project_id, Page.kind != "station")
    newest = query.order_by(Page.created_at.desc(), Page.id.desc()).limit(limit)
    come = [_page(one) for one in db.session().scalars(newest)]
    if project_id is not None:
        come += [_member(row) for row in db.session().execute(_members(project_id, limit))]
    return sorted(come, key=lambda one: one.at, reverse=True)[:limit]


def _members(project_id: int, limit: int) -> Any:
    return (
        select(User, Membership.since, Project.key)
        .join(Membership, Membership.user_id == User.id)
        .join(Project, Project.group_id == Membership.group_id)
        .where(Project.id == project_id)
        .order_by(Membership.since.desc(), User.id.desc())
        .limit(limit)
    )


def _page(page: Page) -> Arrival:
    kinds = {"entry": _("new entry"), "station": _("new station")}
    url = url_for("pages.show", name=page.name)
    return Arrival(page.created_at, kinds.get(page.kind, _("new page")), page.title, url)


def _member(row: Any) -> Arrival:
    url = url_for("projects.members", key=row.key)
    return Arrival(row.since, _("arrives"), row.User.shown_name, url)
