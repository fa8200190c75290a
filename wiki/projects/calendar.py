"""Departures as a calendar: the screen of dates, and iCalendar feeds for one project or one person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from urllib.parse import urlsplit

from flask import Response, abort, redirect, request, url_for
from flask_babel import format_date
from icalendar import Calendar, Event
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, i18n, settings
from wiki.core.access import current_actor
from wiki.core.http import absolute_url, audience, render
from wiki.projects import departures_board, find, relocation
from wiki.projects.blueprint import blueprint
from wiki.projects.departures_board import Departure

IN_FEED = 200
SHOWN = 100


@blueprint.get("/projects/dates")
@audience("anyone")
def dates() -> Response:
    """Show what comes next by month, of the network or of one project, and where to subscribe."""
    actor, key = current_actor(), request.args.get("project", "")
    project, page = find.project_or_404(key, actor=actor) if key else (None, None)
    found = (
        departures_board.of_projects(actor, [project], limit=SHOWN)
        if project
        else departures_board.departures(actor, limit=SHOWN)
    )
    months = groupby(found, key=lambda one: i18n.local(one.at).strftime("%Y-%m"))
    feed = url_for(".departures_feed", key=key) if key else url_for(".network_feed")
    return render(
        "projects/dates.html",
        project=project,
        page=page,
        months=[_month(list(rows)) for _key, rows in months],
        feed=absolute_url(feed) if not project or project.visibility == "public" else "",
    )


@blueprint.get("/projects/departures.ics")
@audience("anyone")
def network_feed() -> Response:
    """Give the departures of the network that the reader may see as a calendar."""
    rows = departures_board.departures(current_actor(), limit=IN_FEED)
    return calendar_answer(rows, name=str(settings.get("name")))


@blueprint.get("/projects/<key>/departures.ics")
@audience("page")
def departures_feed(key: str) -> BaseResponse:
    """Give the departures of a project that the reader may see as a calendar."""
    actor = current_actor()
    project, page = find.project_or_404(key, actor=actor)
    if away := relocation.elsewhere(page):
        # Who subscribed goes on with the calendar of the wiki it went to.
        site = project.moved_to
        return redirect(f"{site}-/projects/{away.removeprefix(site)}/departures.ics", 308)
    return calendar_answer(
        departures_board.of_projects(actor, [project], limit=IN_FEED), name=project.title
    )


def calendar_answer(rows: Iterable[Departure], *, name: str) -> Response:
    """Answer with departures as iCalendar (RFC 5545); times are in UTC."""
    host = urlsplit(absolute_url("/")).netloc or abort(400)
    calendar = Calendar()
    calendar.add("prodid", "-//Gare//Departures//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for row in rows:
        calendar.add_component(_event(row, host))
    answer = Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _event(row: Departure, host: str) -> Event:
    event = Event()
    event.add("uid", f"{row.uid}@{host}")
    event.add("dtstamp", row.changed or db.utcnow())
    if row.timed:
        event.add("dtstart", row.at)
        event.add("dtend", row.at + timedelta(minutes=row.minutes))
    else:
        day = i18n.local(row.at).date()
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    event.add("summary", row.title)
    event.add("description", row.meta)
    event.add("url", absolute_url(row.url))
    if row.where:
        event.add("location", row.where)
    return event


def _month(rows: list[Departure]) -> tuple[str, list[Departure]]:
    day = i18n.local(rows[0].at).date()
    return format_date(day, "LLLL y", rebase=False).capitalize(), rows
