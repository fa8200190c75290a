"""Attendance, date polls, the end of meetings and the weather through the API, with permissions."""

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


def test_attendance_is_saved_and_names_require_an_account(program):
    bob = program("bob")
    answer = bob.put(f"{AT}/attendance", answer="remote").get_json()
    assert (answer["mine"], answer["counts"]["remote"]) == ("remote", 1)
    assert program("carol").get(f"{AT}/attendance").get_json()["items"] == [
        {"name": "Bob Member", "answer": "remote"}
    ]
    public_answer = program().get(f"{AT}/attendance").get_json()
    assert (public_answer["counts"]["remote"], public_answer["items"]) == (1, [])
    assert program().put(f"{AT}/attendance", answer="yes").status_code == 403
    assert bob.put(f"{AT}/attendance", answer="perhaps").status_code == 422
    assert bob.put(f"{AT}/attendance", answer="").get_json()["counts"]["remote"] == 0
    assert bob.get(f"/pages/{KEY}/attendance").status_code == 404


def test_date_poll_is_opened_answered_and_closed(program):
    bob, carol = program("bob"), program("carol")
    answer = bob.post(f"/pages/{KEY}/polls", title="Which day?", dates=DATES)
    assert answer.status_code == 201
    poll = answer.get_json()
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
    closed_poll = bob.post(f"{at}/choice", date=int(second)).get_json()
    assert (closed_poll["chosen"], closed_poll["meeting"]) == ("2199-03-05T18:30", "Which-day")
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


def test_weather_is_answered_once_a_month_by_members(program):
    bob, at = program("bob"), f"/projects/{KEY}/weather"
    assert bob.post(at, lights={"joy": 9}).status_code == 422
    assert bob.post(at, lights={"nothing": 1}).status_code == 422
    answer = bob.post(at, lights={"joy": 3}).get_json()
    # One answer shows nothing: lights wait for five.
    assert answer["answered"] and {light["now"] for light in answer["lights"]} == {0}
    assert bob.post(at, lights={"joy": 1}).status_code == 409
    assert program("xavier").post(at, lights={"joy": 1}).status_code == 403
    public_answer = program().get(at).get_json()
    assert len(public_answer["lights"]) == 9 and public_answer["answered"] is False


def test_meetings_of_a_members_project_are_hidden_from_others(world, program):
    make_station(world, key="Secret", visibility="members")
    make_forms(world)
    add_entry(world, "meetings", "Secret", title="zyxqsecret", date=in_days(3))
    bob = program("bob")
    poll = bob.post("/pages/Secret/polls", title="zyxqpoll", dates=DATES).get_json()["id"]
    requests = [
        ("/pages/zyxqsecret/attendance", "put", {"answer": "yes"}),
        ("/pages/zyxqsecret/end", "post", {}),
        ("/pages/Secret/polls", "post", {"title": "X", "dates": DATES}),
        (f"/polls/{poll}", "delete", None),
        ("/projects/Secret/weather", "post", {"lights": {"joy": 1}}),
    ]
    for who in ("xavier", ""):
        other = program(who)
        for path, method, body in requests:
            assert bob.get(path).status_code == 200, path
            answer = other.get(path)
            assert answer.status_code == 404 and "zyxq" not in answer.text, path
            changed = getattr(other, method)(path, **(body or {}))
            # Without account some are refused before it is looked for, be it there or not.
            assert changed.status_code == 404 or (changed.status_code == 403 and not who), path
    assert bob.get(f"/polls/{poll}").status_code == 200
