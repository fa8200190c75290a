"""A robot went over the wiki in the night: Alice takes its changes back in the morning."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from tests.bazar.test_intake import figures, work
from tests.killing import give_back, killed, nth, work_again
from tests.pages.test_attachments import send
from tests.world import World
from wiki import worker
from wiki.admin.rollback import comments as rollback_comments
from wiki.admin.rollback import job as taking_back
from wiki.admin.rollback import pages
from wiki.app import create_app
from wiki.comments import comments
from wiki.core import db, settings
from wiki.core.access import ANONYMOUS, SYSTEM
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.files import attachments

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
    at_work = alice.get(answer.headers["Location"]).text
    assert "0 of 3" in at_work and "hx-get" in at_work and "Look again" in at_work
    work(attacked)
    told = alice.get(answer.headers["Location"]).text
    # What the screen asks for every two seconds is this part of it alone.
    asked = {"HX-Request": "true", "HX-Target": "section#taking-back-state"}
    part = alice.get(answer.headers["Location"], headers=asked)
    assert part.status_code == 200 and "<html" not in part.text
    assert figures(told) == figures(part.text) == done(pages=3)
    assert "1 page is left as it is: look at it." in told and "hx-get" not in told
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
        "They changed nothing since." in alice.get(f"/-/admin/changes?who=carol&since={later}").text
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
        steps = {step.page.name: step for step in pages.plan(user, since, actor=alice)}
    write(attacked, "Bread", "Bread as Bob mends it.", "bob")
    with attacked.app.app_context():
        done, left = pages.take_back([steps["Bread"], steps["Oven"]], actor=attacked.actor("alice"))
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


@pytest.fixture
def talked(attacked: World) -> World:
    """Under Bread: what the robot says, one answered by Bob, and Xavier's spam; Bob's own words among them."""
    with attacked.app.app_context(), db.write() as session:
        settings.put(session, anonymous_comment=True)
        for name in ("Bread", "Casino"):
            page = find.page_or_404(name, actor=attacked.actor("alice"))
            rights.set_rules(page, actor=attacked.actor("alice"), comment="*")
    first = say(attacked, "Bread", "Cheap watches")
    say(attacked, "Bread", "Very cheap", reply_to=first)
    answered = say(attacked, "Bread", "Is this bread?")
    say(attacked, "Bread", "It is.", "bob", reply_to=answered)
    kept = say(attacked, "Bread", "Good crust", "bob")
    say(attacked, "Casino", "Goes with its page")
    say(attacked, "Bread", "Visit <b>my shop</b>", "xavier")
    with attacked.app.app_context():
        xavier = attacked.actor("xavier")
        comments.react(comments.comment_or_none(kept, actor=xavier)[0], "thanks", actor=xavier)
    return attacked


def say(world: World, name: str, text: str, who: str = "", **about: int) -> int:
    with world.app.app_context():
        actor = world.actor(who)
        page = find.page_or_404(name, actor=actor)
        return comments.add(page, text, about=comments.About(**about), actor=actor).id


def done(*, pages: int = 0, files: int = 0, comments: int = 0, signs: int = 0) -> dict[str, int]:
    """Return the figures of a taking back that is done."""
    return {
        "pages as before": pages,
        "files taken off": files,
        "comments removed": comments,
        "signs taken off": signs,
    }


def test_files_are_taken_off_and_those_before_come_back(attacked: World, gare):
    """The robot laid one, and two over Bob's; Bob mended another, and what the wiki brings itself is nobody's."""
    bob, robot = attacked.browser("bob"), attacked.browser()
    send(bob, "Bread", ("recipe.txt", b"flour"), ("crust.txt", b"brown"))
    for name, content in (("casino.txt", b"1"), ("recipe.txt", b"2"), ("recipe.txt", b"3")):
        send(robot, "Bread", (name, content))
    send(robot, "Bread", ("crust.txt", b"4"))
    send(bob, "Bread", ("crust.txt", b"mended"))
    send(robot, "Casino", ("goes-with-its-page.txt", b"5"))
    with attacked.app.app_context():
        page = find.page_or_404("Flour", actor=SYSTEM)
        attachments.lay(page, [attachments.take("brought.txt", io.BytesIO(b"6"))], actor=SYSTEM)
    alice, address = attacked.browser("alice"), f"/-/admin/changes?who=&since={LONG_AGO}"
    shown = alice.get(address).text
    assert "2 files to take off" in shown and shown.count("the one before comes back") == 1
    listed = gare("takeback", "--since", LONG_AGO).output
    assert "Bread\tfile casino.txt\toff\n" in listed
    assert "Bread\tfile recipe.txt\tback to the one before\n" in listed
    assert figures(take_back(attacked, "")) == done(pages=3, files=2)
    assert bob.get("/Bread/attachments/casino.txt").status_code == 404
    assert bob.get("/Bread/attachments/recipe.txt").data == b"flour"
    assert bob.get("/Bread/attachments/crust.txt").data == b"mended"
    assert bob.get("/Flour/attachments/brought.txt").data == b"6"
    assert "to take off" not in alice.get(address).text
    assert "Files removed" not in robot.get("/-/changes.atom").text


def test_comments_and_signs_are_seen_then_taken_back(talked: World):
    alice = talked.browser("alice")
    shown = alice.get(f"/-/admin/changes?who=&since={LONG_AGO}").text
    assert "3 comments to remove" in shown and "does not come back" in shown
    for words in ("Cheap watches", "Very cheap", "Is this bread?"):
        assert words in shown
    for words in ("It is.", "Good crust", "my shop", "Goes with its page"):
        assert words not in shown
    take_back(talked, "")
    under = alice.get("/Bread/comments").text
    assert "Cheap watches" not in under and "Very cheap" not in under
    assert "Is this bread?" not in under and "It is." in under and "Good crust" in under
    # Of a person who signed in: comments and signs, and where their account is closed.
    shown = alice.get(f"/-/admin/changes?who=xavier&since={LONG_AGO}").text
    assert "Visit &lt;b&gt;my shop" in shown and "1 sign on a comment is taken off too." in shown
    assert "/-/admin/people?q=xavier" in shown
    with talked.app.app_context():
        since = rollback_comments.signs(taking_back.asked("xavier", LONG_AGO)[0], db.utcnow())
    assert since == 0, "those put before the moment stay"
    told = take_back(talked, "xavier")
    assert figures(told) == done(comments=1, signs=1)
    assert "my shop" not in alice.get("/Bread/comments").text
    again = alice.get(f"/-/admin/changes?who=xavier&since={LONG_AGO}").text
    assert "They changed nothing since." in again


def take_back(world: World, who: str) -> str:
    """Take all back as Alice does; return the screen that says what was done."""
    alice = world.browser("alice")
    answer = alice.post("/-/admin/changes", {"who": who, "since": LONG_AGO})
    work(world)
    return alice.get(answer.headers["Location"]).text


def test_taking_back_that_is_killed_goes_on(talked: World, instance, settings):
    """Its worker is killed at the second page, the next one at the second comment; nothing is counted twice."""
    alice = talked.browser("alice")
    answer = alice.post("/-/admin/changes", {"who": "", "since": LONG_AGO})
    for owner, name in ((pages, "_take"), (comments, "remove")):
        killed(lambda: worker.tick(create_app(instance, **settings)), owner, name, nth(2))
        give_back(talked.app)
    assert "4 of 6" in alice.get(answer.headers["Location"]).text
    work_again(talked.app)
    told = alice.get(answer.headers["Location"]).text
    assert figures(told) == done(pages=3, comments=3)
    assert text_of(talked, "Flour") == "Flour as Bob wrote it."
    assert alice.get("/Bread/comments").text.count("Cheap watches") == 0


def test_command_takes_comments_back_too(talked: World, gare):
    said = gare("takeback", "--by", "xavier", "--since", LONG_AGO).output.splitlines()
    assert [one.split("\t")[0] for one in said] == ["Bread", "-"]
    assert said[0].endswith("Visit <b>my shop</b>") and said[1].endswith("signs\t1")
    done = gare("takeback", "--by", "xavier", "--since", LONG_AGO, "--yes").output
    assert "0 pages, 0 files, 1 comments, 1 signs, 0 left" in done
    assert "my shop" not in talked.browser().get("/Bread").text
