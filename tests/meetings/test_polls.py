"""Date polls by plain forms: a station's makes the meeting, a meeting's moves it."""

from __future__ import annotations

import re

import pytest

from tests.meetings.conftest import MEETING
from tests.projects.stations import KEY, make_forms, make_station
from tests.world import World
from wiki.core import db
from wiki.meetings.models import Attendance, DatePoll, PollAnswer
from wiki.pages import find

pytestmark = pytest.mark.data

DAYS = {"title": "Which day?", "day": ["2199-03-05", "2199-03-04", ""], "hour": ["18:30", "", ""]}


def opened(browser, page: str = KEY, **more) -> str:
    answer = browser.post(f"/{page}/dates", DAYS | more)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def dates(browser, poll: str) -> list[str]:
    return re.findall(r'name="(date\.\d+)" value="yes"', browser.get(poll).text)


def test_poll_of_a_station_ends_with_a_meeting_and_those_who_come(world: World, meeting):
    bob, carol, guest = world.browser("bob"), world.browser("carol"), world.browser()
    poll = opened(bob, why="Fix the prices")
    assert f'href="{poll}"' in carol.get(f"/{KEY}").text
    first, second = dates(carol, poll)
    carol.post(poll, {first: "no", second: "yes"})
    guest.post(poll, {first: "maybe", second: "yes", "name": "Zoé"})
    bob.post(poll, {first: "yes", second: "maybe"})
    # Changed, not added.
    bob.post(poll, {second: "maybe", first: "maybe"})
    shown = bob.get(poll).text
    assert shown.count("best so far") == 1 and "Carol Partner, Zoé" in shown
    assert "Zoé" not in world.browser().get(poll).text
    assert f'name="{second}" value="maybe" checked' in " ".join(shown.split())
    refused = guest.post(poll, {"name": "Zoé"})
    assert refused.status_code == 422
    choice = second.partition(".")[2]
    answer = bob.post(f"{poll}/choice", {"choice": choice})
    assert answer.headers["Location"].endswith("/Which-day")
    with world.app.app_context():
        page = find.page_or_404("Which-day", actor=world.actor("alice"))
        assert page.head.data["date"] == "2199-03-05T18:30" and page.project_id is not None
        assert page.head.data["why"] == "Fix the prices"
        rows = db.session().query(Attendance).order_by(Attendance.id)
        assert [(row.name, row.answer) for row in rows] == [
            ("Carol Partner", "yes"),
            ("Zoé", "yes"),
            ("Bob Member", "maybe"),
        ]
    assert f'href="{poll}"' not in carol.get(f"/{KEY}").text
    assert carol.post(poll, {first: "yes"}).status_code == 422
    assert bob.post(f"{poll}/choice", {"choice": choice}).status_code == 422


def test_poll_of_a_meeting_moves_it(world: World, meeting):
    bob = world.browser("bob")
    poll = opened(bob, MEETING)
    assert "Another date is being looked for" in bob.get(f"/{MEETING}").text
    (first, _second) = dates(bob, poll)
    bob.post(f"{poll}/choice", {"choice": first.partition(".")[2]})
    with world.app.app_context():
        page = find.page_or_404(MEETING, actor=world.actor("alice"))
        assert page.head.data["date"] == "2199-03-04"
    assert "Another date is being looked for" not in bob.get(f"/{MEETING}").text


def test_poll_says_what_is_wrong_and_keeps_what_was_typed(world: World, meeting):
    bob = world.browser("bob")
    one = bob.post(f"/{KEY}/dates", {"title": "Soon", "day": ["2199-03-04"], "hour": [""]})
    assert one.status_code == 422 and 'value="2199-03-04"' in one.text
    odd = bob.post(f"/{KEY}/dates", {"title": "", "day": ["tomorrow", "2199-01-01"], "hour": []})
    assert odd.status_code == 422 and "Give it a title." in odd.text
    many = {"title": "Soon", "day": [f"2199-03-{day:02}" for day in range(1, 25)], "hour": []}
    assert bob.post(f"/{KEY}/dates", many).status_code == 422
    with world.app.app_context():
        assert db.session().query(DatePoll).count() == 0


def test_poll_is_read_and_answered_with_its_page_only(world: World):
    make_station(world, key="Secret", visibility="members")
    make_forms(world, "meetings")
    bob, xavier, guest = world.browser("bob"), world.browser("xavier"), world.browser()
    poll = opened(bob, "Secret", title="zyxqpoll")
    first = dates(bob, poll)[0]
    for browser in (xavier, guest):
        assert browser.get(poll).status_code == 404
        assert browser.post(poll, {first: "yes", "name": "X"}).status_code == 404
        for end in ("choice", "removal"):
            assert browser.post(f"{poll}/{end}", {"choice": first[5:]}).status_code == 404
        assert browser.get("/Secret/dates").status_code == 404
    bob.post(poll, {first: "yes"})
    assert bob.post(f"{poll}/removal").status_code == 303
    with world.app.app_context():
        assert db.session().query(PollAnswer).count() == 0
