"""Dates that leave: from every form that declares some, as screens and calendars that other programs read."""

from __future__ import annotations

import re

import pytest
import vobject

from tests.projects.stations import AT, KEY, add_entry, in_days, make_forms, make_station

MODELS = ("meetings", "actions", "roles", "decisions", "events")


@pytest.fixture
def furnished(world):
    make_station(world, "meetings", "actions", "contacts", "decisions", "agenda")
    make_forms(world, *MODELS)
    add_entry(
        world,
        "meetings",
        title="Bread; and, butter",
        date=in_days(3),
        duration=90,
        place="Here, upstairs",
        agenda="1. Oven",
    )
    add_entry(world, "actions", title="Sweep", deadline=in_days(4)[:10], state="doing")
    add_entry(world, "actions", title="Swept already", deadline=in_days(4)[:10], state="done")
    add_entry(world, "roles", title="Treasurer", until=in_days(20)[:10], holder="Bob")
    add_entry(world, "decisions", title="Sourdough only?", state="voting", closes=in_days(9)[:10])
    add_entry(world, "decisions", title="Rye on Fridays", state="adopted", review=in_days(30)[:10])
    add_entry(world, "decisions", title="Settled", state="adopted", closes=in_days(9)[:10])
    add_entry(world, "events", title="Open day", start=in_days(12))
    return world


def events(answer):
    """Read a calendar with a library that did not write it."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(answer.get_data(as_text=True))
    calendar.validate(raiseException=True)
    return {event.summary.value: event for event in calendar.contents.get("vevent", [])}


def test_every_kind_of_date_leaves_and_what_is_over_does_not(furnished):
    text = furnished.browser().get(f"/-/projects/dates?project={KEY}").text
    order = [
        "Bread; and, butter",
        "Sweep",
        "Sourdough only?",
        "Open day",
        "Treasurer",
        "Rye on Fridays",
    ]
    places = [text.find(name) for name in order]
    assert -1 not in places and places == sorted(places)
    assert "Swept already" not in text and "Settled" not in text
    for kind in ("meeting", "deadline", "vote closing", "event", "end of mandate", "to review"):
        assert kind in text


def test_calendar_of_a_project_is_read_by_another_program(furnished):
    found = events(furnished.browser().get(f"{AT}/departures.ics"))
    assert len(found) == 6
    meeting, day = found["Bread; and, butter"], found["Sweep"]
    assert (meeting.dtend.value - meeting.dtstart.value).total_seconds() == 90 * 60
    assert meeting.dtstart.value.tzinfo is not None
    assert meeting.location.value == "Here, upstairs"
    assert meeting.url.value.endswith("/Bread;-and,-butter")
    assert (day.dtend.value - day.dtstart.value).days == 1
    uids = {event.uid.value for event in found.values()}
    assert len(uids) == 6
    again = events(furnished.browser().get(f"{AT}/departures.ics"))
    assert {event.uid.value for event in again.values()} == uids


def test_calendar_holds_what_its_reader_may_see(furnished):
    bob = furnished.browser("bob")
    bob.post(f"{AT}/visibility", {"visibility": "members"})
    for name in ("", "xavier"):
        reader = furnished.browser(name)
        assert reader.get(f"{AT}/departures.ics").status_code == 404
        assert events(reader.get("/-/projects/departures.ics")) == {}
    assert len(events(bob.get(f"{AT}/departures.ics"))) == 6
    assert len(events(bob.get("/-/projects/departures.ics"))) == 6


def secret(browser):
    answer = browser.post("/-/me/calendar")
    assert answer.status_code == 201
    return re.search(r"/-/me/calendar/[\w-]+\.ics", answer.text)[0]


def test_secret_calendar_is_of_its_person_until_it_is_ended(furnished):
    bob, anyone = furnished.browser("bob"), furnished.browser()
    bob.post(f"{AT}/visibility", {"visibility": "discreet"})
    first = secret(bob)
    assert "Sweep" in events(anyone.get(first))
    second = secret(bob)
    assert anyone.get(first).status_code == 404
    assert "Sweep" in events(anyone.get(second))
    assert events(anyone.get(secret(furnished.browser("xavier")))) == {}
    # Out of the project, the same address tells nothing of it any more.
    bob.post(f"{AT}/people", {"name": "carol", "role": "referent"})
    bob.post(f"{AT}/leave")
    assert events(anyone.get(second)) == {}
    assert bob.post("/-/me/calendar/revocation").status_code == 303
    assert anyone.get(second).status_code == 404


def test_calendar_token_is_no_key_to_the_api(furnished):
    token = secret(furnished.browser("bob")).rpartition("/")[2].removesuffix(".ics")
    answer = furnished.browser().get(
        "/-/api/v1/forms", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401


def test_my_station_shows_my_projects_dates_and_drafts(furnished):
    bob = furnished.browser("bob")
    draft = {"title": "Half a loaf", "text": "Flour", "base": "0"}
    bob.client.put("/Half-a-loaf/draft", data=draft, headers={"Sec-Fetch-Site": "same-origin"})
    text = bob.get("/-/me").text
    assert "Le Fournil" in text and "Bread; and, butter" in text and "Half a loaf" in text
    other = furnished.browser("xavier").get("/-/me").text
    assert "Half a loaf" not in other and "Bread; and, butter" not in other
    assert furnished.browser().get("/-/me").status_code == 303
