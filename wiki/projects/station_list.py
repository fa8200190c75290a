"""What a list of stations shows: people, last activity, next departure, each in one query for all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Paging, paging
from wiki.pages.find import visible_pages
from wiki.pages.models import Page
from wiki.projects import departures_board, find
from wiki.projects.models import Project

ON_HOME = 12
"""How many stations the home shows: the last active; the others are one step away."""
ON_PAGE = 48


def station_list(actor: Actor, *, where: Paging | None = None) -> dict[str, Any]:
    """Return what `projects/stations.html` shows this reader: a page of the list, or the first few."""
    size, offset = (where.size, where.offset) if where else (ON_HOME, 0)
    rows = _stations(actor, limit=size + 1, offset=offset)
    found = [(project, page) for page, project, _at in rows[:size]]
    projects = [project for project, _page in found]
    return {
        "stations": found,
        "counts": find.member_counts(projects),
        "active": {project.id: at for _page, project, at in rows[:size]},
        "next": departures_board.next_by_project(actor) if projects else {},
        "more": where is None and len(rows) > size,
    }


def paged(actor: Actor) -> Paging:
    """Return the page of the list that the address asks for."""
    total = db.session().scalar(select(func.count()).select_from(find.listed(actor).subquery()))
    return paging(total or 0, ON_PAGE)


def _stations(actor: Actor, *, limit: int, offset: int) -> list[Any]:
    """Return (station page, project, last activity seen), the last active first, those closed at the end."""
    active = (
        visible_pages(actor)
        .where(Page.project_id.is_not(None))
        .with_only_columns(Page.project_id, func.max(Page.updated_at).label("at"))
        .group_by(Page.project_id)
        .subquery()
    )
    query = find.listed(actor).join(active, active.c.project_id == Project.id)
    query = query.add_columns(Project, active.c.at).options(joinedload(Page.head))
    query = query.order_by(Project.closed_at.is_not(None), active.c.at.desc(), Project.id)
    return list(db.session().execute(query.limit(limit).offset(offset)).all())
