"""A list as a calendar (RFC 5545) and as a feed (Atom), for the reader at hand: what the list shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, request
from icalendar import Calendar, Event
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import entries, entry_view
from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.entries.summary import brief
from wiki.bazar.fields.date import moment_of
from wiki.bazar.fields.period import finish
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec
from wiki.bazar.query import results
from wiki.bazar.query.results import Found
from wiki.bazar.values import map, recurrence
from wiki.bazar.values.dates import has_hour
from wiki.bazar.views import request_query
from wiki.bazar.views.base import PLACE, TEMPORAL, first_of
from wiki.bazar.views.support.urls import export_url, list_url
from wiki.core.access import current_actor
from wiki.core.http import absolute_url, audience, download, render
from wiki.pages import find
from wiki.pages.history.changes import NOT_XML

blueprint = Blueprint("feeds", __name__)

IN_FEED, IN_CALENDAR = 40, 2000


@blueprint.get("/-/forms/<form_key>.atom", endpoint="as_atom")
@audience("page")
def atom(form_key: str) -> BaseResponse:
    """Give the entries of a list as a feed, those changed last first."""
    found = found_for(form_key, sort="-updated", most=IN_FEED)
    host = urlsplit(absolute_url("/")).netloc or abort(400)
    answer = render(
        "bazar/list_feed.xml",
        found=found,
        rows=[(entry, brief(entry.data, found.specs, excerpt=True)) for entry in found.entries],
        host=host,
        xml=plain,
        absolute=absolute_url,
        self_url=absolute_url(export_url(found.form, found.query, "atom")),
        list_url=absolute_url(list_url(found.form, found.query)),
    )
    answer.content_type = "application/atom+xml; charset=utf-8"
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/-/forms/<form_key>.ics", endpoint="as_ics")
@audience("page")
def ics(form_key: str) -> BaseResponse:
    """Give the entries of a list that have a date as a calendar, one event each. Aborts 404 without dates."""
    found = found_for(form_key, sort="-updated", most=IN_CALENDAR)
    spec = _date(found)
    calendar = calendar_of(found.form.title, found.entries, spec)
    answer = download(calendar, f"{found.form.key}.ics", "text/calendar")
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.get("/-/forms/<form_key>/<name>/calendar.ics")
@audience("page")
def one_ics(form_key: str, name: str) -> BaseResponse:
    """Give one entry as a calendar."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if page.form_id is None or entries.form_of(page).key != form_key:
        abort(404)
    entry = entry_view.entry_at(page, page.head, actor=actor)
    spec = first_of([one for one in entry.specs if one.key in entry.data], TEMPORAL) or abort(404)
    return download(calendar_of(page.title, [entry], spec), f"{page.name}.ics", "text/calendar")


def calendar_of(title: str, entries: Any, spec: FieldSpec) -> bytes:
    """Return a calendar of these entries; one that comes back is one event with its rule."""
    calendar = Calendar()
    calendar.add("prodid", "-//Gare//gare//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", plain(title))
    for entry in entries:
        for event in _events(entry, spec):
            calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def found_for(form: str, *, sort: str, most: int) -> Found:
    """Return what the address asks for, sorted as feeds are. Aborts 404, 400."""
    actor = current_actor()
    asked = forms.form_or_404(form, actor)
    wanted = replace(request_query(asked, actor=actor).without_settings(), sort=sort, page=1)
    return results.find(asked, wanted, actor=actor, page_size=most, facets=False)


def plain(text: str) -> str:
    """Return a text without the characters that XML and calendars cannot hold."""
    return NOT_XML.sub("", text)


def _date(found: Found) -> FieldSpec:
    fits = [spec for spec in found.specs if TEMPORAL(forms.traits_of(spec))]
    wanted = request.args.get("_date", "")
    return (
        next((spec for spec in fits if spec.key == wanted), None)
        or first_of(fits, TEMPORAL)
        or abort(404)
    )


def _events(entry: Entry, spec: FieldSpec) -> list[Event]:
    """Return the event of an entry, and one for each occurrence that was moved."""
    value = entry.get(spec.key)
    if value is None:
        return []
    held: dict[str, Any] = value if isinstance(value, dict) else {"start": value}
    start, end = _ends(held, lasts=timedelta(hours=1 if value is not held else 0))
    event = _event(entry, start, end)
    if "rule" not in held:
        return [event]
    event.add("rrule", _rule(held["rule"], start))
    changed: dict[str, str] = held.get("except", {})
    for day, to in changed.items():
        if not to:
            event.add("exdate", _on(start, day))
    moved = []
    for day, to in changed.items():
        if to:
            new_start = _moved(start, to)
            other = _event(entry, new_start, new_start + (end - start))
            other.add("recurrence-id", _on(start, day))
            moved.append(other)
    return [event, *moved]


def _event(entry: Entry, start: date, end: date) -> Event:
    event = Event()
    host = urlsplit(absolute_url("/")).netloc or "localhost"
    event.add("uid", f"entry-{entry.page.id}@{host}")
    event.add("dtstamp", entry.page.updated_at)
    event.add("last-modified", entry.page.updated_at)
    event.add("summary", plain(entry.title))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("url", absolute_url(entry.url))
    others = [one for one in entry.specs if not TEMPORAL(forms.traits_of(one))]
    words = brief(entry.data, others, excerpt=True)
    if words.text:
        event.add("description", plain(words.text))
    _add_place(event, entry)
    return event


def _add_place(event: Event, entry: Entry) -> None:
    place = first_of([spec for spec in entry.specs if spec.key in entry.data], PLACE)
    if place is None:
        return
    event.add("location", plain(entry.text(place.key)))
    point = map.place_of(entry.get(place.key))
    if point:
        event.add("geo", point)


def _ends(held: dict[str, Any], *, lasts: timedelta) -> tuple[date, date]:
    """Return the start and the end as a calendar has them: whole days end the day after.

    `lasts` is how long what has an hour and no end takes.
    """
    start, last = held["start"], held.get("end") or held["start"]
    if not has_hour(start):
        return date.fromisoformat(start[:10]), date.fromisoformat(last[:10]) + timedelta(days=1)
    if "end" not in held:
        return moment_of(start), moment_of(start) + lasts
    return moment_of(start), finish(held) if has_hour(last) else finish(held) + timedelta(seconds=1)


def _rule(rule: str, start: date) -> dict[str, Any]:
    """Return a stored rule with its last day as RFC 5545 wants it: in UTC for what has hours."""
    parts: dict[str, Any] = {name: text.split(",") for name, text in recurrence.parts(rule).items()}
    if "UNTIL" in parts:
        day = datetime.strptime(parts["UNTIL"][0][:8], "%Y%m%d")
        parts["UNTIL"] = [
            day.replace(hour=23, minute=59, second=59, tzinfo=start.tzinfo).astimezone(UTC)
            if isinstance(start, datetime)
            else day.date()
        ]
    return parts


def _on(start: date, day: str) -> date:
    """Return the moment an occurrence was due on a day."""
    when = date.fromisoformat(day)
    if not isinstance(start, datetime):
        return when
    return start.replace(year=when.year, month=when.month, day=when.day)


def _moved(start: date, to: str) -> date:
    if not isinstance(start, datetime):
        return date.fromisoformat(to[:10])
    return moment_of(to) if has_hour(to) else _on(start, to)
