"""The end of a project: read only from then on, its addresses kept, its station saying where it goes on."""

from __future__ import annotations

from flask_babel import gettext as _

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.names import fold, page_name
from wiki.pages import find as pages
from wiki.projects.models import Project
from wiki.projects.roles import keep_membrane


def close(project: Project, *, by: Actor, successor: str = "") -> None:
    """Close a project; `successor` is the page where it goes on. Raises Invalid."""
    name = page_name(successor.strip())
    found = pages.names_seen({fold(name)}, actor=by).get(fold(name)) if name else None
    if successor.strip() and (found is None or found.id == project.page_id):
        raise Invalid(successor=_("This page does not exist."))
    with db.write() as session:
        current = session.get_one(Project, project.id)
        current.closed_at = current.closed_at or db.utcnow()
        current.successor = found.name if found else ""
        session.flush()
        keep_membrane(session, current)


def reopen(project: Project) -> None:
    """Open a closed project again."""
    with db.write() as session:
        current = session.get_one(Project, project.id)
        current.closed_at, current.successor = None, ""
        session.flush()
        keep_membrane(session, current)
