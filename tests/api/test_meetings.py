"""Meetings by the API: who comes, which date, how it ended, and the weather; nothing for who may not read."""

from __future__ import annotations

import pytest

from tests.meetings.conftest import MEETING, meeting  # noqa: F401 - a fixture
from tests.projects.stations import KEY, add_entry, in_days, make_forms, make_station
from wiki.core import db
from wiki.core.jobs import Job
from wiki.meetings import closure

pytestmark = pytest.mark.usefixtures("meeting")
AT = f"/pages/{MEETING}"
DATES = ["2199-03-05T18:30", "2199-03-04"]


def test_one_says_whether_one_comes_and_only_people_see_names(program):
    bob = program("bob")
    said = bob.put(f"{AT}/attendance", answer="remote").get_json()
    assert (said["mine"], said["counts"]["remote"]) == ("remote", 1)
    assert program("carol").get(f"{AT}/attendance").get_json()["items"] == [
        {"name": "Bob Member", "answer": "remote"}
    ]
    seen = program().get(f"{AT}/attendance").get_json()
    assert (seen["counts"]["remote"], seen["items"]) == (1, [])
    assert program().put(f"{AT}/attendance", answer="yes").status_code == 403
    assert bob.put(f"{AT}/attendance", answer="perhaps").status_code == 422
    assert bob.put(f"{AT}/attendance", answer="").get_json()["counts"]["remote"] == 0
    assert bob.get(f"/pages/{KEY}/attendance").status_code == 404


def test_dates_are_proposed_answered_and_chosen(program):
    bob, carol = program("bob"), program("carol")
    made = bob.post(f"/pages/{KEY}/polls", title="Which day?", dates=DATES)
    assert made.status_code == 201
    poll = made.get_json()
    at = f"/polls/{poll['id']}"
    assert [one["at"] for one in poll["dates"]] == ["2199-03-04", "2199-03-05T18:30"]
    first, second = (str(one["id"]) for one in poll["dates"])
    answered = carol.put(f"{at}/answer", dates={first: "no", second: "yes"}).get_json()
    assert [(one["mine"], one["best"]) for one in answered["dates"]] == [
        ("no", False),
        ("yes", True),
    ]
    assert answered["dates"][1]["names"]["yes"] == ["Carol Partner"]
    unnamed = program().get(at).get_json()["dates"][1]
    assert (unnamed["counts"]["yes"], unnamed["names"]["yes"]) == (1, [])
    assert program().put(f"{at}/answer", dates={first: "yes"}).status_code == 403
    assert carol.put(f"{at}/answer", dates={"x": "yes"}).status_code == 422
    assert bob.post(f"{at}/choice", date=int(second) + 7).status_code == 422
    chosen = bob.post(f"{at}/choice", date=int(second)).get_json()
    assert (chosen["chosen"], chosen["meeting"]) == ("2199-03-05T18:30", "Which-day")
    assert carol.get("/pages/Which-day/attendance").get_json()["mine"] == "yes"
    assert bob.get(f"/pages/{KEY}/polls").get_json() == {"total": 0, "items": []}
    assert bob.delete(at).status_code == 204
    assert bob.get(at).status_code == 404
    assert bob.post(f"/pages/{KEY}/polls", title="One", dates=DATES[:1]).status_code == 422


def test_meeting_ends_with_the_next_one_and_its_minutes_mailed(world, program):
    bob, carol = program("bob"), program("carol")
    carol.put(f"{AT}/attendance", answer="yes")
    assert bob.get(f"{AT}/end").get_json()["recipients"] == 1
    ended = bob.post(f"{AT}/end", next="2199-05-01T18:00", sends=True).get_json()
    assert ended["ended_at"] and ended["mailed_at"] and ended["planned"]
    assert bob.get(f"/pages/{ended['planned']}").get_json()["data"]["date"] == "2199-05-01T18:00"
    assert bob.get(AT).get_json()["data"]["attendees"] == "Carol Partner"
    with world.app.app_context():
        assert db.session().query(Job).filter_by(kind=closure.JOB).count() == 1
    assert bob.post(f"{AT}/end", next="some day").status_code == 422
    assert program().post(f"{AT}/end").status_code == 403


def test_weather_is_said_once_a_month_by_who_is_of_the_project(program):
    bob, at = program("bob"), f"/projects/{KEY}/weather"
    assert bob.post(at, lights={"joy": 9}).status_code == 422
    assert bob.post(at, lights={"nothing": 1}).status_code == 422
    said = bob.post(at, lights={"joy": 3}).get_json()
    # One answer shows nothing: lights wait for five.
    assert said["answered"] and {light["now"] for light in said["lights"]} == {0}
    assert bob.post(at, lights={"joy": 1}).status_code == 409
    assert program("xavier").post(at, lights={"joy": 1}).status_code == 403
    told = program().get(at).get_json()
    assert len(told["lights"]) == 9 and told["answered"] is False


def test_a_members_project_keeps_its_meetings_to_itself(world, program):
    make_station(world, key="Secret", visibility="members")
    make_forms(world)
    add_entry(world, "meetings", "Secret", title="zyxqsecret", date=in_days(3))
    bob = program("bob")
    poll = bob.post("/pages/Secret/polls", title="zyxqpoll", dates=DATES).get_json()["id"]
    asked = [
        ("/pages/zyxqsecret/attendance", "put", {"answer": "yes"}),
        ("/pages/zyxqsecret/end", "post", {}),
        ("/pages/Secret/polls", "post", {"title": "X", "dates": DATES}),
        (f"/polls/{poll}", "delete", None),
        ("/projects/Secret/weather", "post", {"lights": {"joy": 1}}),
    ]
    for who in ("xavier", ""):
        other = program(who)
        for path, method, given in asked:
            assert bob.get(path).status_code == 200, path
            answer = other.get(path)
            assert answer.status_code == 404 and "zyxq" not in answer.text, path
            changed = getattr(other, method)(path, **(given or {}))
            # Without account some are refused before it is looked for, be it there or not.
            assert changed.status_code == 404 or (changed.status_code == 403 and not who), path
    assert bob.get(f"/polls/{poll}").status_code == 200
