"""The weather of the 3C: once a month, nobody named, nothing shown before five answers."""

from __future__ import annotations

import re

import pytest

from tests.projects.stations import KEY, make_station
from tests.world import PASSWORD, World
from wiki.accounts import people
from wiki.core import db
from wiki.projects import find
from wiki.projects.roles import set_role
from wiki.upkeep import pulse
from wiki.upkeep.models import PulseMark, PulseSalt, PulseSum

pytestmark = pytest.mark.data
AT = f"/-/projects/{KEY}/weather"


def make_members(world: World, count: int, key: str = KEY) -> list[str]:
    names = [f"member{number}" for number in range(count)]
    with world.app.app_context(), db.write() as session:
        bob = world.actor("bob")
        project, _page = find.project_or_404(key, actor=bob)
        for name in names:
            user = people.add_user(
                session, name=name, email=f"{name}@example.org", password=PASSWORD
            )
            set_role(project, user, "member", by=bob)
    return names


def say(world: World, name: str, key: str = KEY, **answers: str) -> None:
    """Answer as a person, without the time of a sign-in."""
    with world.app.app_context():
        actor = world.actor(name)
        project, _page = find.project_or_404(key, actor=actor)
        pulse.answer(project, answers, actor=actor)


def shown(world: World, who: str = "", at: str = AT) -> list[str]:
    text = world.browser(who).get(at).text
    return re.findall(r'role="img" aria-label="([^"]+)"', text)


def test_nothing_shows_before_five_answers_and_then_by_five(world: World):
    make_station(world, "health")
    names = make_members(world, 11)
    before = shown(world), world.browser().get(f"/{KEY}").text
    for name in names[:4]:
        say(world, name, joy="1")
    # Four answers change not a letter of what anybody sees.
    assert (shown(world), world.browser().get(f"/{KEY}").text) == before
    assert set(before[0]) == {"not known"}
    say(world, names[4], joy="1")
    assert "rainy" in shown(world) and "Rainy" in world.browser().get(f"/{KEY}").text
    rainy = shown(world)
    for name in names[5:9]:
        say(world, name, joy="3")
    # The four that came since cannot be told from one another.
    assert shown(world) == rainy
    say(world, names[9], joy="3")
    assert "cloudy" in shown(world) and "rainy" not in shown(world)


def test_one_answer_a_month_and_nothing_says_whose(world: World):
    make_station(world, "health")
    bob, xavier = world.browser("bob"), world.browser("xavier")
    assert "And yours, this month?" in bob.get(AT).text
    assert bob.post(AT, {"joy": "9"}).status_code == 422
    assert bob.post(AT, {"joy": "1", "welcome": "3"}).status_code == 303
    again = bob.post(AT, {"joy": "3"})
    assert again.status_code == 409 and "this month already" in again.text
    assert "And yours" not in bob.get(AT).text
    # Who is not of the project answers nothing.
    assert xavier.post(AT, {"joy": "1"}).status_code == 403
    with world.app.app_context():
        rows = {row.light: (row.count, row.total) for row in db.session().query(PulseSum)}
        assert rows == {"joy": (1, 1), "welcome": (1, 3)}
        marks = [row.mark for row in db.session().query(PulseMark)]
        (salt,) = db.session().query(PulseSalt)
        assert len(marks) == 1 and "bob" not in marks[0]
        old = salt.salt
    # With another month the salt is gone: the mark that stays behind could not be made again.
    with world.app.app_context(), db.write() as session:
        session.query(PulseSalt).update({"month": "2000-01"})
        session.query(PulseMark).update({"month": "2000-01"})
    assert bob.post(AT, {"joy": "2"}).status_code == 303
    with world.app.app_context():
        (salt,) = db.session().query(PulseSalt)
        (mark,) = db.session().query(PulseMark)
        assert salt.salt != old and mark.mark not in marks


def test_weather_of_a_discreet_project_is_its_peoples(world: World):
    make_station(world, "health", key="Secret", visibility="discreet")
    for name in make_members(world, 5, "Secret"):
        say(world, name, "Secret", joy="1")
    at = "/-/projects/Secret/weather"
    assert "rainy" in shown(world, "bob", at)
    missing = "/-/projects/Nowhere/weather"
    for who in ("", "xavier"):
        browser = world.browser(who)
        assert browser.get(at).status_code == browser.get(missing).status_code == 404
        assert browser.get("/-/projects/Secret/upkeep").status_code == 404
        answer = browser.post(at, {"joy": "1"})
        assert answer.status_code == browser.post(missing, {"joy": "1"}).status_code
