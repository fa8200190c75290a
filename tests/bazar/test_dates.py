"""One time of an event that comes back, moved or cancelled from its own page; then all of them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import vobject
from icalendar import Calendar
from sqlalchemy import func, select

from tests.bazar.gatherings import add, make
from tests.bazar.people import head
from tests.bazar.test_contribution import change_terms, closed, number_of
from tests.projects.stations import AT, add_entry, make_forms, make_station
from wiki.bazar.field import Clash
from wiki.bazar.values import occurrences
from wiki.core import db
from wiki.pages.models import Page

pytestmark = pytest.mark.data

LIST, NAME = "/-/forms/events", "Choir"
FIRST = date.today() + timedelta(days=8)
DAYS = [str(FIRST + timedelta(weeks=week)) for week in range(8)]
"""The days of the choir: eight weeks, all to come whenever this is read."""


@pytest.fixture
def choir(world):
    """The choir of Alice, once a week, in a form where members write."""
    form = make(world, 0)
    when = {
        "start": f"{DAYS[0]}T18:30",
        "end": f"{DAYS[0]}T20:00",
        "rule": "FREQ=WEEKLY;COUNT=8",
    }
    add(world, form, NAME, when=when)
    return form


def at(day: str, name: str = NAME) -> str:
    return f"{LIST}/{name}/dates/when/{day}"


def change(browser, day: str, what: str, *, base: str = "1", **sent: str):
    return browser.post(at(day), {"what": what, "_base": base} | sent)


def rows(html: str) -> list[str]:
    """Return the times to come as the page of the event tells them."""
    listed = html.partition('<ol class="dates">')[2].partition("</ol>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in listed.split("</li>")[:-1]]


def in_calendar(browser, day: str) -> list[str]:
    """Return the days of a month that the calendar shows the choir on."""
    html = browser.get(f"{LIST}?view=calendar&_month={day[:7]}").text
    cells = re.findall(r'<time class="date"\s+datetime="([^"]+)"(.*?)</td>', html, re.S)
    return [shown for shown, cell in cells if NAME in cell]


def when(world) -> dict:
    return dict(head(world, NAME)["when"])


def test_one_time_is_changed_then_all_and_it_stays_one_entry(world, choir):
    bob, anyone = world.browser("bob"), world.browser()
    page = bob.get(f"/{NAME}").text
    assert len(rows(page)) == 6 and all("18:30 Change this date" in row for row in rows(page))
    assert len(rows(bob.get(f"/{NAME}?dates=more").text)) == 8
    other = str(FIRST + timedelta(days=8))
    form = bob.get(at(DAYS[1])).text
    assert f'value="{DAYS[1]}"' in form and 'value="18:30"' in form
    # Nothing typed is lost when the day is missing, and nothing is saved.
    wrong = change(bob, DAYS[1], "move", **{"to": "", "to.time": "19:15", "_summary": "Hall shut"})
    assert wrong.status_code == 422 and 'value="19:15"' in wrong.text and "Hall shut" in wrong.text
    assert change(bob, DAYS[1], "fly").status_code == 422
    sent = change(
        bob, DAYS[1], "move", **{"to": other, "to.time": "19:15", "_summary": "Hall shut"}
    )
    assert sent.status_code == 303 and sent.location == f"/{NAME}?on={DAYS[1]}"
    assert change(bob, DAYS[2], "cancel", base="2").status_code == 303
    # Moved to its usual hour: kept as a day, so that it follows when the hour changes for all.
    far = str(date.fromisoformat(DAYS[3]) + timedelta(days=2))
    change(bob, DAYS[3], "move", base="3", **{"to": far, "to.time": "18:30"})
    assert when(world)["except"] == {DAYS[1]: f"{other}T19:15", DAYS[2]: "", DAYS[3]: far}
    told = rows(anyone.get(f"/{NAME}").text)
    assert "moved instead of" in told[1] and "19:15" in told[1] and "cancelled" in told[2]
    log = bob.get(f"/{NAME}/history").text
    assert "Hall shut" in log and "cancelled" in log
    # The calendar leads to the very time; its page marks it.
    assert other in in_calendar(anyone, other) and DAYS[2] not in in_calendar(anyone, DAYS[2])
    assert f'href="/{NAME}?on={DAYS[1]}"' in anyone.get(f"{LIST}?view=agenda").text
    marked = anyone.get(f"/{NAME}?on={DAYS[1]}").text
    assert marked.count('aria-current="date"') == 1 and "one-date" in marked
    read_feed(anyone, cancelled=DAYS[2], moved={DAYS[1]: f"{other} 19:15", DAYS[3]: f"{far} 18:30"})
    change_all(world, bob, hour="20:00", first=DAYS[0])
    assert when(world)["except"] == {DAYS[1]: f"{other}T19:15", DAYS[2]: "", DAYS[3]: far}
    assert "20:00" in rows(anyone.get(f"/{NAME}").text)[3]
    # Another day of the week: what was changed of days that are no more is forgotten, and nothing refused.
    change_all(world, bob, hour="20:00", first=str(FIRST + timedelta(days=1)))
    assert "except" not in when(world) and len(rows(bob.get(f"/{NAME}").text)) == 6
    assert change(bob, DAYS[1], "cancel", base="6").status_code == 404
    with world.app.app_context():
        assert db.session().scalar(select(func.count()).where(Page.form_id == choir.id)) == 1


def change_all(world, browser, *, hour: str, first: str) -> None:
    """Change the hour or the first day in the form of the entry, all else as it stands there."""
    kept = "\n".join(
        f"{day} > {to}" if to else day for day, to in when(world).get("except", {}).items()
    )
    form = browser.get(f"{LIST}/{NAME}/edit").text
    typed = {"title": NAME, "when.start": first, "when.start.time": hour, "when.end": ""}
    typed |= {"when.repeat": "WEEKLY", "when.count": "8", "when.except": kept}
    typed |= {"_base": re.search(r'name="_base" value="(\d+)"', form).group(1)}
    assert browser.post(f"{LIST}/{NAME}/edit", typed).status_code == 303


def read_feed(browser, *, cancelled: str, moved: dict[str, str]) -> None:
    """Read the calendar with two libraries: one event, and one more for each time that is moved."""
    answer = browser.get(f"{LIST}.ics")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert len({event["uid"] for event in events}) == 1
    identities = {(str(event["uid"]), str(event.get("recurrence-id", ""))) for event in events}
    assert len(identities) == len(events) == 1 + len(moved)
    found = {
        event.decoded("recurrence-id").strftime("%Y-%m-%d"): event.decoded("dtstart").strftime(
            "%Y-%m-%d %H:%M"
        )
        for event in events
        if "recurrence-id" in event
    }
    assert found == moved
    read = vobject.readOne(answer.text)
    (rule,) = [event for event in read.vevent_list if hasattr(event, "rrule")]
    starts = [moment.strftime("%Y-%m-%d") for moment in rule.getrruleset()]
    assert starts == [day for day in DAYS if day != cancelled]


def test_who_may_not_write_gets_no_way_and_is_refused(world, choir):
    add(world, choir, "Hidden", read="@admins", when=when(world))
    closed(world, NAME, write="@admins")
    change_terms(world, "events", suggest="")
    for who, asked, sent in (("", 303, 403), ("xavier", 403, 403), ("alice", 200, 303)):
        browser = world.browser(who)
        assert ("Change this date" in browser.get(f"/{NAME}").text) == (who == "alice")
        assert browser.get(at(DAYS[0])).status_code == asked
        assert change(browser, DAYS[0], "cancel").status_code == sent
        hidden = browser.get(at(DAYS[0], "Hidden")).status_code
        assert hidden == (200 if who == "alice" else 404)
    alice = world.browser("alice")
    next_day = str(FIRST + timedelta(days=1))
    for odd in (next_day, "2026-02-30", "20261117", "zzz", "9999-12-31", "a" * 300):
        assert alice.get(at(odd)).status_code == 404, odd
    assert "No date on this day" in alice.get(at(next_day)).text
    assert alice.get(f"{LIST}/{NAME}/dates/told/{DAYS[0]}").status_code == 404
    assert alice.get(f"/{NAME}?on={next_day}").text.count("one-date") == 0
    assert alice.post(at(DAYS[0]), {"what": "keep"}).status_code == 400


def test_field_with_a_rule_of_its_own_is_changed_by_those_it_names(world, choir):
    rule_of_dates(world, choir, write="@admins")
    bob = world.browser("bob")
    page = bob.get(f"/{NAME}").text
    assert "Change this date" not in page and "Suggest a change" not in page
    assert bob.get(at(DAYS[0])).status_code == change(bob, DAYS[0], "cancel").status_code == 403


def test_dates_that_one_may_not_read_are_told_nowhere(world, choir):
    rule_of_dates(world, choir, read="@admins")
    bob, day = world.browser("bob"), DAYS[0]
    assert bob.get(at(day)).status_code == change(bob, day, "cancel").status_code == 404
    page = bob.get(f"/{NAME}?on={day}").text
    assert "Next dates" not in page and "one-date" not in page and "18:30" not in page
    assert "Next dates" in world.browser("alice").get(f"/{NAME}").text


def rule_of_dates(world, form, **rules: str) -> None:
    with world.app.app_context(), db.write() as session:
        found = session.get_one(type(form), form.id)
        found.fields = [row | (rules if row["key"] == "when" else {}) for row in found.fields]
        db.bump(session, "rights")


def test_who_may_suggest_suggests_one_time(world, choir):
    change_terms(world, "events", suggest="+")
    closed(world, NAME, write="bob")
    carol, bob = world.browser("carol"), world.browser("bob")
    assert "Suggest a change" in rows(carol.get(f"/{NAME}").text)[0]
    # Bob cancels another time meanwhile: it is no part of what Carol suggests.
    assert change(bob, DAYS[3], "cancel").status_code == 303
    assert change(carol, DAYS[0], "cancel", _summary="Snow").status_code == 303
    assert when(world)["except"] == {DAYS[3]: ""}
    assert change(bob, DAYS[4], "cancel", base="2").status_code == 303
    queue = bob.get(f"{LIST}/suggestions").text
    assert "Snow" in queue and "cancelled" in queue
    bob.post(f"{LIST}/suggestions/{number_of(world)}/acceptance")
    assert set(when(world)["except"]) == {DAYS[0], DAYS[3], DAYS[4]}
    same = change(carol, DAYS[1], "keep", base="4")
    assert same.status_code == 422 and "Nothing is changed" in same.text


def test_two_people_at_once_change_two_times_or_choose(world, choir):
    bob, carol = world.browser("bob"), world.browser("carol")
    assert change(bob, DAYS[0], "cancel").status_code == 303
    assert change(carol, DAYS[1], "cancel").status_code == 303
    assert when(world)["except"] == {DAYS[0]: "", DAYS[1]: ""}
    sent = change(carol, DAYS[0], "move", **{"to": DAYS[0], "to.time": "21:00"})
    assert sent.status_code == 409 and "This date was changed meanwhile" in sent.text
    assert 'value="21:00"' in sent.text and 'name="_base" value="3"' in sent.text
    assert change(carol, DAYS[0], "move", base="3", to=DAYS[0], **{"to.time": "21:00"}).location
    assert when(world)["except"] == {DAYS[0]: f"{DAYS[0]}T21:00", DAYS[1]: ""}


def test_dates_of_a_closed_project_stay_as_they_are(world):
    make_station(world)
    make_forms(world, "events")
    weekly = {"start": f"{DAYS[0]}T18:30", "rule": "FREQ=WEEKLY;COUNT=8"}
    add_entry(world, "events", title=NAME, start=weekly)
    bob, where = world.browser("bob"), f"/-/forms/events/{NAME}/dates/start/{DAYS[0]}"
    assert bob.get(where).status_code == 200
    assert bob.post(f"{AT}/end", {}).status_code == 303
    assert bob.post(where, {"what": "cancel", "_base": "1"}).status_code == 403
    page = bob.get(f"/{NAME}").text
    assert "Change this date" not in page and "Suggest a change" not in page


def test_two_changes_of_one_value_are_brought_together_or_clash():
    base = {"start": "2026-11-03T18:30", "rule": "FREQ=WEEKLY;COUNT=6"}
    mine = base | {"except": {"2026-11-10": "", "2026-11-17": "2026-11-18"}}
    later = base | {"start": "2026-11-03T20:00"}
    assert occurrences.merged(base, mine, later) == mine | {"start": "2026-11-03T20:00"}
    # A rule that leaves a day out takes with it what was changed of that day.
    twice = base | {"rule": "FREQ=WEEKLY;INTERVAL=2;COUNT=6"}
    assert occurrences.merged(base, mine, twice) == twice | {"except": {"2026-11-17": "2026-11-18"}}
    assert occurrences.merged(base, None, base) is None
    for theirs in (base | {"except": {"2026-11-10": "2026-11-11"}}, None):
        with pytest.raises(Clash):
            occurrences.merged(base, mine, theirs)
    with pytest.raises(Clash):
        occurrences.merged(base, twice, later)
