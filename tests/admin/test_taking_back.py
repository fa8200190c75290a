"""A robot went over the wiki in the night: Alice takes its changes back in the morning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.world import World
from wiki.admin import taking_back
from wiki.core import db
from wiki.core.access import ANONYMOUS, SYSTEM
from wiki.pages import find, save
from wiki.pages.content import Content

pytestmark = pytest.mark.data

LONG_AGO = "2000-01-01T00:00"


def write(world: World, name: str, text: str, who: str = "") -> None:
    """Write a page as a person, or as someone without account."""
    with world.app.app_context():
        actor = world.actor(who) if who else ANONYMOUS
        page = find.page_or_none(name, actor=actor)
        if page is None:
            save.create(save.NewPage(name), Content(name, text), author=actor)
        else:
            save.save(page, Content(page.title, text), base=None, author=actor)


def text_of(world: World, name: str) -> str | None:
    """Return the text that a page has, None where there is none."""
    with world.app.app_context():
        page = find.page_or_none(name, actor=world.actor("alice"))
        return page and page.head.text


@pytest.fixture
def attacked(world: World) -> World:
    """Four pages after the robot: spoilt, spoilt twice, made by it, and mended by Carol since."""
    for name in ("Bread", "Flour", "Oven"):
        write(world, name, f"{name} as Bob wrote it.", "bob")
    for name in ("Bread", "Flour", "Flour", "Oven", "Casino"):
        write(world, name, f"Buy pills {name} {text_of(world, name)}")
    write(world, "Oven", "Oven as Carol mended it.", "carol")
    with world.app.app_context():
        save.create(save.NewPage("Imported"), Content("Imported", "x"), author=SYSTEM)
    return world


def test_changes_without_account_are_seen_then_taken_back(attacked: World):
    alice = attacked.browser("alice")
    assert "/-/admin/changes" in alice.get("/-/changes").text
    address = f"/-/admin/changes?who=&since={LONG_AGO}"
    shown = alice.get(address).text
    assert shown.count("back to version 1") == 2 and shown.count("nobody else wrote it") == 1
    assert ">Oven</a>" in shown
    answer = alice.post("/-/admin/changes", {"who": "", "since": LONG_AGO})
    assert answer.status_code == 303
    told = alice.get(answer.headers["Location"]).text
    assert "3 pages are as before." in told and "1 page is left as it is: look at it." in told
    assert text_of(attacked, "Bread") == "Bread as Bob wrote it."
    assert text_of(attacked, "Flour") == "Flour as Bob wrote it."
    assert text_of(attacked, "Casino") is None
    assert text_of(attacked, "Oven") == "Oven as Carol mended it."
    # Nothing is erased, and nothing is told to those who follow.
    assert "Casino" in alice.get("/-/trash").text
    assert "Changes taken back" in alice.get("/Flour/history").text
    assert "Changes taken back" not in attacked.browser().get("/-/changes").text
    assert "back to version" not in alice.get(address).text


def test_changes_of_one_person_since_a_moment(attacked: World):
    later = (db_now(attacked) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    alice = attacked.browser("alice")
    assert (
        "They changed no page since." in alice.get(f"/-/admin/changes?who=carol&since={later}").text
    )
    shown = alice.get(f"/-/admin/changes?who=carol&since={LONG_AGO}").text
    # Carol's page comes back to what stood before her, whoever wrote it.
    assert "back to version 2" in shown


def db_now(world: World):
    with world.app.app_context():
        return db.utcnow()


@pytest.mark.parametrize(
    ("who", "since", "said"),
    [
        ("nobody", LONG_AGO, "Nobody has this name here."),
        ("bob", "yesterday", "Write the day and the hour."),
        ("bob", "", "Write the day and the hour."),
        ("bob", "0001-01-01T00:00", "Write the day and the hour."),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(attacked: World, who: str, since: str, said: str):
    alice = attacked.browser("alice")
    for answer in (
        alice.get("/-/admin/changes", query_string={"who": who, "since": since}),
        alice.post("/-/admin/changes", {"who": who, "since": since}),
    ):
        assert answer.status_code == 422
        assert said in answer.text and f'value="{who}"' in answer.text


def test_only_admins_take_back(attacked: World):
    for reader, status in ((attacked.browser("bob"), 403), (attacked.browser(), 303)):
        assert reader.get("/-/admin/changes").status_code == status
        assert "/-/admin/changes" not in reader.get("/-/changes").text
        asked = reader.post("/-/admin/changes", {"who": "", "since": LONG_AGO})
        assert asked.status_code == 403
    assert text_of(attacked, "Casino") is not None


def test_home_and_what_someone_writes_meanwhile_stay(attacked: World):
    with attacked.app.app_context():
        alice = attacked.actor("alice")
        user, since = taking_back.asked("", LONG_AGO)
        steps = {step.page.name: step for step in taking_back.plan(user, since, actor=alice)}
    write(attacked, "Bread", "Bread as Bob mends it.", "bob")
    with attacked.app.app_context():
        done, left = taking_back.take_back(
            [steps["Bread"], steps["Oven"]], actor=attacked.actor("alice")
        )
    assert not done and [step.page.name for step in left] == ["Bread", "Oven"]
    assert text_of(attacked, "Bread") == "Bread as Bob mends it."


def test_command_says_then_does(attacked: World, gare):
    said = gare("takeback", "--since", LONG_AGO).output.splitlines()
    assert said == ["Bread\t1", "Casino\ttrash", "Flour\t1", "Oven\tleft"]  # not what was imported
    assert text_of(attacked, "Casino") is not None
    gare("takeback", "--since", LONG_AGO, "--yes")
    assert text_of(attacked, "Casino") is None
    assert text_of(attacked, "Bread") == "Bread as Bob wrote it."
    assert "nobody" not in gare("takeback", "--by", "bob", "--since", "no", ok=False).output
