"""Days, months and years are the wiki's, at any hour and in any time zone: nothing counts them in UTC."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import update

from tests.conftest import own_settings, running
from tests.moments import MOMENTS, ZONES
from tests.projects.stations import add_entry, make_forms, make_station
from tests.search.desk import catch_up
from tests.world import World
from wiki.core import db, i18n
from wiki.core.search.engines.base import Filters
from wiki.macros import countdown
from wiki.pages.maintenance import reviews
from wiki.pages.models import Event, Page
from wiki.projects import departures_board
from wiki.search import fallback, index, results
from wiki.search import request as search_request
from wiki.subscriptions import digest
from wiki.upkeep import pulse


@pytest.fixture(scope="module", params=ZONES)
def place(
    request: pytest.FixtureRequest,
    server: str,
    prepared: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """A wiki in one of the zones, with a station; one for all the moments."""
    folder = tmp_path_factory.mktemp("moments") / "instance"
    with own_settings(server, str(folder)) as settings:
        instance = Path(shutil.copytree(prepared, folder))
        with running(instance, settings | {"timezone": request.param}) as app:
            world = World(app)
            make_forms(world, "meetings")
            make_station(world)
            yield world


@pytest.fixture(params=sorted(MOMENTS, key=lambda name: datetime.fromisoformat(MOMENTS[name])))
def here(request: pytest.FixtureRequest, place: World) -> Iterator[datetime]:
    """The hour it is, on the walls of the wiki, at one of the moments."""
    with time_machine.travel(datetime.fromisoformat(MOMENTS[request.param]), tick=True):
        yield datetime.now(ZoneInfo(place.app.config["GARE"].timezone))


def page_changed(world: World, name: str, at: datetime) -> None:
    """Make a page whose last change was at a moment."""
    world.page(name, "x", title=f"kermesse {name}")
    with world.app.app_context(), db.write() as session:
        session.execute(update(Page).where(Page.name == name).values(updated_at=at))


def test_spans_of_a_search_begin_at_midnight_here(place: World, here: datetime):
    month = here.date().replace(day=1)
    begins = datetime(month.year, month.month, 1, tzinfo=here.tzinfo)
    mark = f"{here:%Y%m%d%H}"
    page_changed(place, f"In-{mark}", begins + timedelta(seconds=1))
    page_changed(place, f"Out-{mark}", begins - timedelta(seconds=1))
    catch_up(place)
    with place.app.test_request_context("/-/search?q=kermesse&when=month"):
        asking = search_request.asked(actor=place.actor("alice"))
        answer = index.search(
            "kermesse", actor=place.actor("alice"), filters=asking.filters, limit=99
        )
        names = {hit.page.name for hit in answer.hits}
        assert f"In-{mark}" in names
        assert f"Out-{mark}" not in names
        _total, hits = fallback.find(answer.query, actor=place.actor("alice"), limit=99, offset=0)
        assert names == {hit.page.name for hit in hits}
        every = index.search("kermesse", actor=place.actor("alice"), facets=("month",))
        counts = {value.value: value.count for value in results._times(every, asking)}
        assert counts["month"] == answer.total
        day = index.search(
            "kermesse",
            actor=place.actor("alice"),
            filters=Filters(since=month, until=month + timedelta(days=1)),
            limit=99,
        )
        assert {f"In-{mark}"} <= {hit.page.name for hit in day.hits} <= names


def test_today_stays_on_the_board_and_yesterday_left_it(place: World, here: datetime):
    today, mark = here.date(), f"{here:%Y%m%d%H}"
    add_entry(place, "meetings", title=f"Today {mark}", date=today.isoformat())
    yesterday = (today - timedelta(days=1)).isoformat()
    add_entry(place, "meetings", title=f"Yesterday {mark}", date=yesterday)
    with place.app.test_request_context():
        leaving = {
            one.title: one for one in departures_board.departures(place.actor("alice"), limit=99)
        }
    assert f"Yesterday {mark}" not in leaving
    with place.app.test_request_context():
        assert leaving[f"Today {mark}"]._days() == 0


def test_calendar_opens_on_this_month_and_marks_today(place: World, here: datetime):
    add_entry(place, "meetings", title=f"Now {here:%Y%m%d%H}", date=here.date().isoformat())
    html = place.browser("alice").get("/-/forms/meetings?view=calendar").text
    marked = re.search(
        r'<time class="date"\s+datetime="([^"]+)"\s+aria-current="date"(.*?)</td>', html, re.S
    )
    assert marked and marked[1] == here.date().isoformat()
    assert f"Now {here:%Y%m%d%H}" in marked[2]


def test_changes_stand_under_the_day_they_were_made_here(place: World, here: datetime):
    name = f"Changed-{here:%Y%m%d%H}"
    page = place.page(name, "x")
    with place.app.app_context(), db.write() as session:
        first = datetime(here.year, here.month, here.day, tzinfo=here.tzinfo)
        session.execute(update(Event).where(Event.page_id == page.id).values(created_at=first))
    html = place.browser("alice").get("/-/changes").text
    with place.app.test_request_context():
        heading = i18n.day_long(here.date()), i18n.day(here.date())
    before = html[: html.index(name)]
    last = re.findall(r"<h2[^>]*>(.*?)</h2>", before, re.S)[-1]
    words = " ".join(re.sub(r"<[^>]+>", "", last).split())
    assert any(one in words for one in heading) or "oday" in words, words


def test_digests_reviews_pulse_and_months_follow_the_clock_here(place: World, here: datetime):
    with place.app.test_request_context():
        assert i18n.today() == here.date()
        assert i18n.midnight(here.date()) <= here < i18n.midnight(here.date() + timedelta(days=1))
        daily = i18n.local(digest.due("daily", db.utcnow()))
        assert (daily.hour, daily.minute) == (7, 0)
        assert daily.date() == here.date() - timedelta(days=here.hour < 7)
        weekly = i18n.local(digest.due("weekly", db.utcnow()))
        assert (weekly.weekday(), weekly.hour) == (0, 7)
        assert timedelta() < here.replace(tzinfo=None) - weekly.replace(tzinfo=None) <= timedelta(7)
        assert pulse.this_month() == f"{here:%Y-%m}"
        months = pulse.months_shown()
        assert len(set(months)) == 6 and months == sorted(months) and months[-1] == f"{here:%Y-%m}"
        yesterday = (here.date() - timedelta(days=1)).isoformat()
        assert reviews.is_over(reviews.Review(until=yesterday))
        assert not reviews.is_over(reviews.Review(until=here.date().isoformat()))


@pytest.mark.parametrize("days", [1, 7, 40])
def test_countdown_counts_the_days_of_a_calendar(place: World, here: datetime, days: int):
    with place.app.test_request_context():
        then = datetime.combine(here.date() + timedelta(days=days), here.time(), here.tzinfo)
        counted = countdown.parts(countdown.left_until(then + timedelta(minutes=1)))
    assert counted[0][0] == days


def test_month_starts():
    assert i18n.month_start(date(2026, 12, 31)) == date(2026, 12, 1)
    assert i18n.month_start(date(2027, 1, 1), 1) == date(2026, 12, 1)
    assert i18n.month_start(date(2028, 2, 29), 24) == date(2026, 2, 1)
