"""What a list of stations shows: people, last activity, next departure, each in one query for all."""

from __future__ import annotations

from typing import Any

from wiki.core.access import Actor
from wiki.projects import board, find


def station_list(actor: Actor) -> dict[str, Any]:
    """Return what `projects/stations.html` shows this reader."""
    found = find.visible_projects(actor)
    projects = [project for project, _page in found]
    return {
        "stations": found,
        "counts": find.member_counts(projects),
        "active": find.last_activity(projects, actor=actor),
        "next": board.next_by_project(actor) if projects else {},
    }
