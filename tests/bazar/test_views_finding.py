"""What lists find and give: near places, months, letters, sums, calendars and feeds."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
import vobject
from icalendar import Calendar

from tests.bazar.gatherings import WORD, add, make
from tests.bazar.test_views import body
from wiki.bazar.query.proximity import distance

LIST = "/-/forms/events"


def titles(html):
    return sorted(set(re.findall(r"Event \d{3}", body(html))))


def test_distance_is_that_of_the_great_circle():
    assert distance(48.8566, 2.3522, 51.5074, -0.1278) == pytest.approx(343.6, abs=1)
    assert distance(0, 179.5, 0, -179.5) == pytest.approx(111.2, abs=0.2)


@pytest.mark.parametrize(
    ("near", "found"),
    [
        ("Brest, 50", ["Event 000"]),
        ("brest 50 km", []),
        ("Brest, 50 km", ["Event 000"]),
        ("Brest, 230", ["Event 000", "Event 001"]),
        ("48.39, -4.49, 10", ["Event 000"]),
        ("48.39;-4.49", ["Event 000"]),
        ("Nowhere", []),
        ("95, 0, 10", []),
        ("89.9, 0, 2000", []),
    ],
)
def test_near_finds_by_exact_distance(world, near, found):
    make(world, 3)
    answer = world.browser().get(LIST, query_string={"place.near": near})
    assert answer.status_code == 200
    assert titles(answer.text) == found
    assert 'class="tag has"' in answer.text


def test_near_crosses_the_antimeridian_and_keeps_within_the_circle(world):
    form = make(world, 0)
    add(world, form, "Event 001", place={"city": "East", "lat": -17.0, "lon": 179.9})
    add(world, form, "Event 002", place={"city": "West", "lat": -17.0, "lon": -179.9})
    # In the corner of the box, out of the circle.
    add(world, form, "Event 003", place={"city": "Corner", "lat": -17.8, "lon": -179.1})
    html = world.browser().get(LIST, query_string={"place.near": "-17, 179.95, 100"}).text
    assert titles(html) == ["Event 001", "Event 002"]


def test_town_of_a_hidden_entry_is_nowhere(world):
    form = make(world, 1)
    place = {"city": "Kerzu", "lat": 48.39, "lon": -4.49}
    add(world, form, "Event 009", place=place, read="@admins")
    asked = {"place.near": "Kerzu, 50"}
    assert titles(world.browser("xavier").get(LIST, query_string=asked).text) == []
    assert titles(world.browser("alice").get(LIST, query_string=asked).text) == [
        "Event 000",
        "Event 009",
    ]


def test_near_a_hidden_place_is_refused(world):
    make(world, 1)
    assert world.browser("xavier").get(f"{LIST}?xspot.near=Lille").status_code == 400
    assert world.browser("xavier").get(f"{LIST}?state.near=Lille").status_code == 400


def test_calendar_shows_each_occurrence_in_its_month(world):
    form = make(world, 0)
    when = {
        "start": "2026-11-03T18:30",
        "end": "2026-11-03T20:00",
        "rule": "FREQ=WEEKLY;COUNT=6",
        "except": {"2026-11-10": "", "2026-11-17": "2026-11-18"},
    }
    add(world, form, "Event 001", when=when)
    add(world, form, "Event 002", when={"start": "2026-10-30", "end": "2026-11-02"})
    add(world, form, "Event 003", when={"start": "2026-12-31T10:00"})
    html = world.browser().get(f"{LIST}?view=calendar&_month=2026-11").text
    cells = dict(
        re.findall(
            r'<td class="[^"]*">\s*<time class="date"\s+datetime="([^"]+)"(.*?)</td>', html, re.S
        )
    )
    days = {day for day, cell in cells.items() if "Event 001" in cell}
    assert days == {"2026-11-03", "2026-11-18", "2026-11-24", "2026-12-01"}
    assert {day for day, cell in cells.items() if "Event 002" in cell} == {
        "2026-10-30",
        "2026-10-31",
        "2026-11-01",
        "2026-11-02",
    }
    assert "Event 003" not in html
    assert "_month=2026-10" in html and "_month=2026-12" in html


def test_calendar_takes_plain_dates(world):
    make(world, 3)
    html = world.browser().get(f"{LIST}?view=calendar&_date=told&_month=2026-02").text
    assert titles(html) == ["Event 001"]
    for odd in ("0000-01", "9999-12", "nothing", "2026-13"):
        assert world.browser().get(f"{LIST}?view=calendar&_month={odd}").status_code == 200


def test_directory_keeps_one_letter(world):
    form = make(world, 2)
    add(world, form, "Éclair")
    add(world, form, "9 lives")
    html = body(world.browser().get(f"{LIST}?view=directory&_letter=E").text)
    assert "Éclair" in html and "Event 001" in html and "9 lives" not in html
    html = body(world.browser().get(f"{LIST}?view=directory&_letter=%23").text)
    assert "9 lives" in html and "Event 001" not in html


def test_table_sums_what_is_on_every_page_and_chooses_columns(world):
    make(world, 60)
    html = body(world.browser().get(f"{LIST}?view=table&_columns=seats&_sums=seats").text)
    assert "1,830" in html.partition("<tfoot>")[2]
    assert "State" not in html.partition("<thead>")[2].partition("</thead>")[0]


def test_chart_and_pivot_count_and_sum(world):
    make(world, 6)
    browser = world.browser()
    chart = body(browser.get(f"{LIST}?view=chart&_by=state&_sum=seats").text)
    assert re.findall(r'class="num">([\d,]+)</td>', chart) == ["5", "7", "9"]
    pivot = body(browser.get(f"{LIST}?view=pivot&_down=state&_across=place").text)
    assert re.findall(r">(\d)</a>", pivot) == ["2", "2", "2"]
    months = body(browser.get(f"{LIST}?view=chart&_by=told").text)
    assert months.count("<circle") == 6
    assert "<path" in body(browser.get(f"{LIST}?view=chart&_draw=pie").text)


def test_clusters_count_what_other_pages_hold(world):
    make(world, 60)
    html = world.browser().get(f"{LIST}?view=map&_by=state").text
    counts = [int(n) for n in re.findall(r'<text y="4">(\d+)</text>', html)]
    assert sum(counts) == 60 - 24
    assert "place.near=" in html and "Ready" in html


def test_tree_facet_stands_in_levels(world):
    make(world, 2)
    html = world.browser().get(LIST).text
    assert re.search(r'level-1.*?value="wiki".*?<span>Wiki</span>', html, re.S)
    assert "Software › Wiki" in world.browser().get(f"{LIST}?themes=wiki").text


def recurring(world):
    form = make(world, 1)
    when = {
        "start": "2026-11-03T18:30",
        "end": "2026-11-03T20:00",
        "rule": "FREQ=WEEKLY;UNTIL=20261215",
        "except": {"2026-11-10": "", "2026-11-17": "2026-11-18T19:00"},
    }
    add(world, form, "Weekly; with, signs", when=when, story="Bring\nsoup")
    add(world, form, "Days", when={"start": "2026-11-05", "end": "2026-11-07"})


def test_calendar_feed_is_read_by_two_libraries(world):
    recurring(world)
    answer = world.browser().get(f"{LIST}.ics")
    assert answer.mimetype == "text/calendar"
    events = [
        one for one in Calendar.from_ical(answer.data).walk("VEVENT") if "Weekly" in one["summary"]
    ]
    (rule,) = [one for one in events if "rrule" in one]
    (moved,) = [one for one in events if "recurrence-id" in one]
    assert rule["uid"] == moved["uid"]
    assert rule.decoded("dtstart").isoformat() == "2026-11-03T18:30:00+01:00"
    assert moved.decoded("recurrence-id").isoformat() == "2026-11-17T18:30:00+01:00"
    assert moved.decoded("dtstart").isoformat() == "2026-11-18T19:00:00+01:00"
    read = vobject.readOne(answer.text)
    (weekly,) = [one for one in read.vevent_list if hasattr(one, "rrule")]
    starts = [one.strftime("%m-%d %H:%M") for one in weekly.getrruleset()]
    assert starts == [
        "11-03 18:30",
        "11-17 18:30",
        "11-24 18:30",
        "12-01 18:30",
        "12-08 18:30",
        "12-15 18:30",
    ]
    (days,) = [one for one in read.vevent_list if one.summary.value == "Days"]
    assert (days.dtstart.value, days.dtend.value) == (date(2026, 11, 5), date(2026, 11, 8))


def test_calendar_feed_of_one_entry_and_of_none(world):
    make(world, 2)
    one = world.browser().get(f"{LIST}/Event-001/calendar.ics")
    assert one.text.count("BEGIN:VEVENT") == 1
    assert world.browser().get(f"{LIST}/Nothing/calendar.ics").status_code == 404
    assert world.browser().get(f"{LIST}.ics?_date=xday").status_code == 400


def test_feed_is_sound_and_keeps_the_filters(world):
    form = make(world, 3)
    add(world, form, "Odd \x0b & <b>", state="idea")
    answer = world.browser().get(f"{LIST}.atom?state=idea")
    assert answer.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(answer.data)
    names = [e.text for e in feed.iter("{http://www.w3.org/2005/Atom}title")][1:]
    assert names == ["Odd & <b>", "Event 000"]
    assert world.browser().get(f"{LIST}.atom?xkind={WORD}").status_code == 400


@pytest.mark.parametrize(
    "address", [f"{LIST}.ics", f"{LIST}.atom", f"{LIST}/Event-000/calendar.ics"]
)
def test_feeds_hold_nothing_hidden(world, address):
    form = make(world, 1)
    add(world, form, f"Hidden {WORD}", read="@admins")
    for name in ("", "xavier"):
        text = world.browser(name).get(address).text
        assert "Event 000" in text and WORD not in text
    assert WORD in world.browser("alice").get(address).text or "calendar.ics" in address
