"""Whether a station is up to date: from dated facts, never from who clicked what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.bazar.fields.date import moment_of
from wiki.bazar.fields.points import has_minutes
from wiki.bazar.query.select import Pick, pick
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.projects import find
from wiki.projects.departures_board import Departure
from wiki.projects.models import Project

QUIET = timedelta(days=60)
ASLEEP = timedelta(days=180)
MOST_ROLES = 40
MOST_MEETINGS = 5


@dataclass(frozen=True)
class Lack:
    """Something that is missing, and where it is mended; `overdue` when its day has passed."""

    words: str
    url: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Freshness:
    """How a station stands: `state` is fresh, stale, asleep or closed; when it last moved; what is missing."""

    state: str
    at: datetime
    lacks: Sequence[Lack] = ()

    @property
    def label(self) -> str:
        words = {
            "fresh": _("Up to date"),
            "stale": _("To be read over"),
            "asleep": _("Dormant"),
            "closed": _("Closed"),
        }
        return words[self.state]


def freshness(
    project: Project, data: Mapping[str, Any], *, actor: Actor, departures: Sequence[Departure]
) -> Freshness:
    """Return how a station stands, as this reader may know."""
    moved = find.last_activity([project], actor=actor).get(project.id, project.created_at)
    if project.closed_at:
        return Freshness("closed", project.closed_at)
    lacks = [*_mandates(project, actor), *_minutes(project, actor)]
    if not any(one.is_meeting for one in departures):
        lacks.append(Lack(_("no meeting planned"), url_for("meetings.plan", project=project.id)))
    if not data.get("contact"):
        url = url_for("projects.arrange", key=project.key)
        lacks.append(Lack(_("no address to write to"), url))
    idle = db.utcnow() - moved
    overdue = any(lack.overdue for lack in lacks)
    state = "asleep" if idle > ASLEEP else "stale" if idle > QUIET or overdue else "fresh"
    return Freshness(state, moved, lacks)


def _mandates(project: Project, actor: Actor) -> list[Lack]:
    found = pick(Pick("roles", project.id, limit=MOST_ROLES), actor=actor)
    ended = [
        entry
        for entry in found.entries
        if entry.data.get("until") and moment_of(str(entry.data["until"])).date() < i18n.today()
    ]
    vacant = [entry for entry in found.entries if not entry.data.get("holder")]
    lacks = []
    if ended:
        words = ngettext("%(num)s mandate has ended", "%(num)s mandates have ended", len(ended))
        lacks.append(Lack(words, url_for("pages.show", name=ended[0].page.name), overdue=True))
    if vacant:
        words = ngettext("%(num)s role to be taken", "%(num)s roles to be taken", len(vacant))
        lacks.append(Lack(words, url_for("pages.show", name=vacant[0].page.name)))
    return lacks


def _minutes(project: Project, actor: Actor) -> list[Lack]:
    """Return the last meeting when it has no minutes a week later."""
    past = Pick(
        "meetings",
        project.id,
        date="date",
        until=db.utcnow() - timedelta(days=7),
        limit=MOST_MEETINGS,
    )
    found = pick(past, actor=actor).entries
    if not found or has_minutes(found[0].data):
        return []
    url = url_for("meetings.minutes", name=found[0].page.name)
    return [Lack(_("no minutes for %(title)s", title=found[0].page.title), url, overdue=True)]
