"""The departures board: what comes next in a project or in the whole network, for one reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.bazar.query.select import Picked
from wiki.bazar.query.upcoming import Source, dated
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.projects import find
from wiki.projects.models import Project

SOON = 7
"""Days ahead within which a departure says how near it is."""
LOOKED_AT = 200
"""How many departures of the network are looked through for the next one of each project."""
MOST = 20
"""How many departures of one project are looked for, once, for its board and its agenda."""
STILL_ON = timedelta(hours=2)
"""How long after its hour a meeting stays on the board."""


@dataclass(frozen=True)
class Departure:
    """One row of the board. `platform` is its number on a station, `where` a place or a few words."""

    at: datetime
    timed: bool
    title: str
    url: str
    meta: str = ""
    where: str = ""
    platform: int | None = None
    project_id: int | None = None
    is_meeting: bool = False
    uid: str = ""
    minutes: int = 60
    changed: datetime | None = None

    @property
    def near(self) -> bool:
        """Whether the day is said in words."""
        return self._days() in (0, 1)

    @property
    def day(self) -> str:
        words = {0: _("Today"), 1: _("Tomorrow")}
        return words.get(self._days()) or i18n.day(self.at)

    @property
    def within(self) -> str:
        """Its day and hour, as words within a sentence."""
        day = self.day[:1].lower() + self.day[1:] if self.near else self.day
        return ", ".join(filter(None, (day, self.hour)))

    @property
    def hour(self) -> str:
        parts = [i18n.day(self.at)] if self.near else []
        return ", ".join(parts + ([i18n.clock(self.at)] if self.timed else []))

    @property
    def when(self) -> str:
        return i18n.local(self.at).isoformat(timespec="minutes")

    @property
    def soon(self) -> str:
        """How near it is, in words, within a week."""
        days = self._days()
        return ngettext("in %(num)s day", "in %(num)s days", days) if 1 < days <= SOON else ""

    @property
    def platform_url(self) -> str:
        return f"#voie-{self.platform}"

    def _days(self) -> int:
        return (i18n.local(self.at).date() - i18n.today()).days


def departures(
    actor: Actor,
    *,
    project_id: int | None = None,
    numbers: Mapping[str, int] | None = None,
    limit: int = 6,
) -> list[Departure]:
    """Return what leaves next, soonest first; `numbers` gives the platform of each block's macro."""
    if project_id is None:
        return _of_network(actor)[:limit]
    leaving = db.once(
        ("departures", actor, project_id), lambda: _leaving(actor, {project_id}, MOST)
    )
    return [_departure(entry, source, numbers or {}, {}) for entry, source in leaving[:limit]]


def of_projects(actor: Actor, projects: Collection[Project], *, limit: int) -> list[Departure]:
    """Return what leaves next from some projects, each named on its row."""
    titles = {project.id: project.title for project in projects}
    leaving = _leaving(actor, set(titles), limit) if titles else []
    return [_departure(entry, source, {}, titles) for entry, source in leaving]


def next_by_project(actor: Actor) -> dict[int, Departure]:
    """Return the next meeting of each project, or else its next departure, by its identifier."""
    soonest: dict[int, Departure] = {}
    for departure in sorted(_of_network(actor), key=lambda it: not it.is_meeting):
        if departure.project_id is not None:
            soonest.setdefault(departure.project_id, departure)
    return soonest


def _of_network(actor: Actor) -> list[Departure]:
    """Return what leaves next from everywhere: a home asks for it twice, it is looked for once."""

    def look() -> list[Departure]:
        leaving = _leaving(actor, None, LOOKED_AT)
        known = find.known(actor) if any(one.page.project_id for one, _source in leaving) else ()
        titles = {project.id: project.title for project in known}
        return [_departure(entry, source, {}, titles) for entry, source in leaving]

    return db.once(("departures", actor), look)


def _leaving(
    actor: Actor, project_ids: Collection[int] | None, limit: int
) -> list[tuple[Picked, Source]]:
    """Return what is still on the board: a day without hour lasts until it ends."""
    gone = db.utcnow() - STILL_ON
    since = min(gone, i18n.midnight(i18n.today()))
    found = dated(actor=actor, since=since, project_ids=project_ids, limit=limit)
    return [
        (entry, source)
        for entry, source in found
        if (entry.at or gone) >= gone or "T" not in str(entry.data.get(source.field, ""))
    ]


def _departure(
    entry: Picked, source: Source, numbers: Mapping[str, int], titles: Mapping[int, str]
) -> Departure:
    data = entry.data
    notes = [titles.get(entry.page.project_id or 0, "")]
    notes.append(source.says.get(i18n.language(), ""))
    if data.get("agenda") or data.get("points"):
        notes.append(_("agenda ready"))
    return Departure(
        at=entry.at or db.utcnow(),
        timed="T" in str(data.get(source.field, "")),
        title=entry.page.title,
        url=url_for("pages.show", name=entry.page.name, on=entry.day or None),
        meta=" · ".join(note for note in notes if note),
        where=_place(data),
        platform=numbers.get(source.platform) or numbers.get("agenda"),
        project_id=entry.page.project_id,
        is_meeting=source.model == "meetings",
        uid=f"{entry.page.id}-{source.field}",
        minutes=_minutes(data),
        changed=entry.page.updated_at,
    )


def _place(data: Mapping[str, object]) -> str:
    place = data.get("place")
    if isinstance(place, dict):
        return ", ".join(str(place[part]) for part in ("city", "address") if place.get(part))
    if place:
        return str(place)
    who = data.get("lead") or data.get("holder")
    if who:
        return _("lead: %(name)s", name=who) if data.get("lead") else str(who)
    return _("online") if data.get("url") else ""


def _minutes(data: Mapping[str, object]) -> int:
    """Return how long it lasts, in minutes; an hour where nobody said."""
    duration = data.get("duration")
    return int(duration) if isinstance(duration, int | float) and 0 < duration < 1440 else 60
