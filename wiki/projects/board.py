"""The departures board: what comes next in a project or in the whole network, for one reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.bazar.pick import Pick, Picked, pick
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.projects import find

SOON = 7
"""Days ahead within which a departure says how near it is."""
LOOKED_AT = 200
"""How many departures of the network are looked through for the next one of each project."""
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

    @property
    def near(self) -> bool:
        """Whether the day is said in words."""
        return self._days() in (0, 1)

    @property
    def day(self) -> str:
        words = {0: _("Today"), 1: _("Tomorrow")}
        return words.get(self._days()) or i18n.day(self.at)

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


@dataclass(frozen=True)
class _Source:
    """Which form's entries leave from which platform, at the moment in which field."""

    model: str
    date: str
    macro: str


SOURCES = (_Source("meetings", "date", "meetings"), _Source("actions", "deadline", "actions"))


def departures(
    actor: Actor,
    *,
    project_id: int | None = None,
    numbers: Mapping[str, int] | None = None,
    limit: int = 6,
) -> list[Departure]:
    """Return what leaves next, soonest first; `numbers` gives the platform of each block's macro."""
    rows = []
    for source in SOURCES:
        wanted = Pick(
            source.model, project_id, date=source.date, since=db.utcnow() - STILL_ON, limit=limit
        )
        for entry in pick(wanted, actor=actor).entries:
            rows.append((entry, source))
    rows.sort(key=lambda row: (row[0].at, row[0].page.id))
    kept = rows[:limit]
    titles = {} if project_id else _project_titles(kept, actor)
    return [_departure(entry, source, numbers or {}, titles) for entry, source in kept]


def next_by_project(actor: Actor) -> dict[int, Departure]:
    """Return the next meeting of each project, or else its next deadline, by its identifier."""
    soonest: dict[int, Departure] = {}
    for departure in sorted(departures(actor, limit=LOOKED_AT), key=lambda it: not it.is_meeting):
        if departure.project_id is not None:
            soonest.setdefault(departure.project_id, departure)
    return soonest


def _departure(
    entry: Picked, source: _Source, numbers: Mapping[str, int], titles: Mapping[int, str]
) -> Departure:
    data = entry.data
    notes = [titles.get(entry.page.project_id or 0, "")]
    notes.append(_("deadline") if source.model == "actions" else _("meeting"))
    if data.get("agenda"):
        notes.append(_("agenda ready"))
    return Departure(
        at=entry.at or db.utcnow(),
        timed="T" in str(data.get(source.date, "")),
        title=entry.page.title,
        url=url_for("pages.show", name=entry.page.name),
        meta=" · ".join(note for note in notes if note),
        where=_place(data),
        platform=numbers.get(source.macro),
        project_id=entry.page.project_id,
        is_meeting=source.model == "meetings",
    )


def _place(data: Mapping[str, object]) -> str:
    place = data.get("place")
    if isinstance(place, dict):
        return ", ".join(str(place[part]) for part in ("city", "address") if place.get(part))
    if place:
        return str(place)
    if data.get("lead"):
        return _("lead: %(name)s", name=data["lead"])
    return _("online") if data.get("url") else ""


def _project_titles(kept: list[tuple[Picked, _Source]], actor: Actor) -> dict[int, str]:
    """Return what the projects of these entries are called, of those the reader may know of."""
    if not any(entry.page.project_id for entry, _source in kept):
        return {}
    return {project.id: project.title for project in find.known(actor)}
