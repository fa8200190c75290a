"""What a station needs, from facts alone: each thing with the way to mend it, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.bazar.fields.date import moment_of
from wiki.bazar.fields.points import has_minutes
from wiki.bazar.query.select import Pick, Picked, pick
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.pages.maintenance import lists
from wiki.pages.models import Page
from wiki.projects import departures_board, find, membership, station
from wiki.projects.models import Project

SINCE = timedelta(days=60)
"""How long after a meeting its minutes are asked for."""
AHEAD = timedelta(days=30)
EACH = 3
"""Things of one kind that are named."""
LOOKED_AT = 40


@dataclass(frozen=True)
class Chore:
    """Something to do for a station: what, and the one way to do it. The lowest `rank` presses most."""

    kind: str
    words: str
    way: str
    url: str
    rank: int


def chores(project: Project, page: Page, *, actor: Actor) -> list[Chore]:
    """Return what a station needs, as this reader may know and mend; nothing once it is closed."""
    if project.closed_at:
        return []
    found = [
        *_asking(project, actor),
        *_minutes(project, actor),
        *_mandates(project, actor),
        *_late(project, actor),
        *_no_meeting(project, actor),
        *_reviews(project, actor),
        *_stale(project, actor),
        *_closed(page, actor),
        *_unreachable(project, page),
    ]
    return sorted(found, key=lambda one: one.rank)


def _asking(project: Project, actor: Actor) -> Iterator[Chore]:
    waiting = membership.asking(project) if find.may_run(project, actor) else ()
    if waiting:
        words = ngettext(
            "%(num)s person waits to come in", "%(num)s people wait to come in", len(waiting)
        )
        url = url_for("projects.members", key=project.key)
        yield Chore("asking", words, _("Answer"), url, 0)


def _minutes(project: Project, actor: Actor) -> Iterator[Chore]:
    past = Pick(
        "meetings", project.id, date="date", until=db.utcnow() - timedelta(hours=3), limit=10
    )
    for entry in pick(past, actor=actor).entries[:EACH]:
        if entry.at is None or entry.at < db.utcnow() - SINCE or has_minutes(entry.data):
            continue
        words = _("No minutes of “%(title)s”", title=entry.page.title)
        url = url_for("meetings.minutes", name=entry.page.name)
        yield Chore("minutes", words, _("Write them"), url, 1)


def _mandates(project: Project, actor: Actor) -> Iterator[Chore]:
    for entry in pick(Pick("roles", project.id, limit=LOOKED_AT), actor=actor).entries:
        until = entry.data.get("until")
        title = entry.page.title
        if not entry.data.get("holder"):
            words = _("The role “%(title)s” is to be taken", title=title)
            yield Chore("mandates", words, _("Find someone"), _url(entry), 4)
        elif isinstance(until, str) and moment_of(until).date() < i18n.today():
            words = _("The mandate “%(title)s” has ended", title=title)
            yield Chore("mandates", words, _("Say who is next"), _url(entry), 2)
        elif isinstance(until, str) and moment_of(until).date() <= i18n.today() + AHEAD:
            day = i18n.day(moment_of(until))
            words = _("The mandate “%(title)s” ends on %(day)s", title=title, day=day)
            yield Chore("mandates", words, _("Prepare the rotation"), _url(entry), 5)


def _late(project: Project, actor: Actor) -> Iterator[Chore]:
    late = Pick(
        "actions",
        project.id,
        unless={"state": ("done",)},
        date="deadline",
        until=i18n.midnight(i18n.today()),
        limit=EACH,
    )
    for entry in pick(late, actor=actor).entries:
        lead = str(entry.data.get("lead") or "") if isinstance(entry.data.get("lead"), str) else ""
        words = (
            _("“%(title)s” is late (%(lead)s)", title=entry.page.title, lead=lead)
            if lead
            else _("“%(title)s” is late", title=entry.page.title)
        )
        yield Chore("late", words, _("Ask where it stands"), _url(entry), 3)


def _no_meeting(project: Project, actor: Actor) -> Iterator[Chore]:
    leaving = departures_board.departures(actor, project_id=project.id, limit=departures_board.MOST)
    if not any(one.is_meeting for one in leaving):
        url = url_for("meetings.plan", project=project.id)
        yield Chore("meeting", _("No meeting is planned"), _("Plan one"), url, 4)


def _reviews(project: Project, actor: Actor) -> Iterator[Chore]:
    due = Pick(
        "decisions",
        project.id,
        unless={"state": ("refused", "replaced")},
        date="review",
        until=i18n.midnight(i18n.today()),
        limit=EACH,
    )
    for entry in pick(due, actor=actor).entries:
        words = _("The decision “%(title)s” was to be looked at again", title=entry.page.title)
        yield Chore("reviews", words, _("Look at it"), _url(entry), 6)


def _stale(project: Project, actor: Actor) -> Iterator[Chore]:
    query = lists.BEDS["stale"].query(actor, project.id).limit(EACH)
    for row in db.session().execute(query):
        words = _("“%(title)s” is to be read again", title=row[0].title)
        url = url_for("pages.show", name=row[0].name)
        yield Chore("stale", words, _("Read it"), url, 7)


def _closed(page: Page, actor: Actor) -> Iterator[Chore]:
    for stop in station.platforms(page, page.head, actor=actor):
        if stop.platform.closed and stop.platform.url and stop.platform.way:
            words = _("The platform “%(title)s” is empty", title=stop.title)
            yield Chore("closed", words, stop.platform.way, stop.platform.url, 8)


def _unreachable(project: Project, page: Page) -> Iterator[Chore]:
    if not page.head.data.get("contact"):
        url = url_for("projects.arrange", key=project.key)
        yield Chore("contact", _("No address to write to"), _("Give one"), url, 9)


def _url(entry: Picked) -> str:
    return url_for("pages.show", name=entry.page.name)
