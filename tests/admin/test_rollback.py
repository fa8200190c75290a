"""Rollback of the changes of a robot or of one person: pages, files, comments, reactions."""

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
from wiki.admin.rollback import job as rollback
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


def page_text(world: World, name: str) -> str | None:
    """Return the text of a page, None if it does not exist."""
    with world.app.app_context():
        page = find.page_or_none(name, actor=world.actor("alice"))
        return page and page.head.text


@pytest.fixture
def attacked(world: World) -> World:
    """Create four pages: spammed, spammed twice, created by a robot, and repaired by Carol since."""
    for name in ("Bread", "Flour", "Oven"):
        write(world, name, f"{name} as Bob wrote it.", "bob")
    for name in ("Bread", "Flour", "Flour", "Oven", "Casino"):
        write(world, name, f"Buy pills {name} {page_text(world, name)}")
    write(world, "Oven", "Oven as Carol mended it.", "carol")
    with world.app.app_context():
        save.create(save.NewPage("Imported"), Content("Imported", "x"), author=SYSTEM)
    return world


def test_changes_without_account_are_previewed_then_rolled_back(attacked: World):
    alice = attacked.browser("alice")
    assert "/-/admin/changes" in alice.get("/-/changes").text
    address = f"/-/admin/changes?who=&since={LONG_AGO}"
    preview = alice.get(address).text
    assert preview.count("back to version 1") == 2 and preview.count("nobody else wrote it") == 1
    assert ">Oven</a>" in preview
    answer = alice.post("/-/admin/changes", {"who": "", "since": LONG_AGO})
    assert answer.status_code == 303
    progress = alice.get(answer.headers["Location"]).text
    assert "0 of 3" in progress and "hx-get" in progress and "Look again" in progress
    work(attacked)
    report = alice.get(answer.headers["Location"]).text
    # What the screen asks for every two seconds is this part of it alone.
    headers = {"HX-Request": "true", "HX-Target": "section#taking-back-state"}
    fragment = alice.get(answer.headers["Location"], headers=headers)
    assert fragment.status_code == 200 and "<html" not in fragment.text
    assert figures(report) == figures(fragment.text) == expected_figures(pages=3)
    assert "1 page is left as it is: look at it." in report and "hx-get" not in report
    assert page_text(attacked, "Bread") == "Bread as Bob wrote it."
    assert page_text(attacked, "Flour") == "Flour as Bob wrote it."
    assert page_text(attacked, "Casino") is None
    assert page_text(attacked, "Oven") == "Oven as Carol mended it."
    # Nothing is erased, and nothing is told to those who follow.
    assert "Casino" in alice.get("/-/trash").text
    assert "Changes taken back" in alice.get("/Flour/history").text
    assert "Changes taken back" not in attacked.browser().get("/-/changes").text
    assert "back to version" not in alice.get(address).text


def test_changes_of_one_person_since_a_moment(attacked: World):
    later = (current_time(attacked) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    alice = attacked.browser("alice")
    assert (
        "They changed nothing since." in alice.get(f"/-/admin/changes?who=carol&since={later}").text
    )
    preview = alice.get(f"/-/admin/changes?who=carol&since={LONG_AGO}").text
    # Carol's page comes back to what stood before her, whoever wrote it.
    assert "back to version 2" in preview


def current_time(world: World):
    with world.app.app_context():
        return db.utcnow()


@pytest.mark.parametrize(
    ("who", "since", "message"),
    [
        ("nobody", LONG_AGO, "Nobody has this name here."),
        ("bob", "yesterday", "Write the day and the hour."),
        ("bob", "", "Write the day and the hour."),
        ("bob", "0001-01-01T00:00", "Write the day and the hour."),
    ],
)
def test_rollback_of_unreadable_input_is_refused(
    attacked: World, who: str, since: str, message: str
):
    alice = attacked.browser("alice")
    for answer in (
        alice.get("/-/admin/changes", query_string={"who": who, "since": since}),
        alice.post("/-/admin/changes", {"who": who, "since": since}),
    ):
        assert answer.status_code == 422
        assert message in answer.text and f'value="{who}"' in answer.text


def test_only_admins_roll_back(attacked: World):
    for reader, status in ((attacked.browser("bob"), 403), (attacked.browser(), 303)):
        assert reader.get("/-/admin/changes").status_code == status
        assert "/-/admin/changes" not in reader.get("/-/changes").text
        answer = reader.post("/-/admin/changes", {"who": "", "since": LONG_AGO})
        assert answer.status_code == 403
    assert page_text(attacked, "Casino") is not None


def test_pages_edited_meanwhile_are_left_alone(attacked: World):
    with attacked.app.app_context():
        alice = attacked.actor("alice")
        user, since = rollback.parse_request("", LONG_AGO)
        steps = {step.page.name: step for step in pages.plan(user, since, actor=alice)}
    write(attacked, "Bread", "Bread as Bob mends it.", "bob")
    with attacked.app.app_context():
        done, left = pages.take_back([steps["Bread"], steps["Oven"]], actor=attacked.actor("alice"))
    assert not done and [step.page.name for step in left] == ["Bread", "Oven"]
    assert page_text(attacked, "Bread") == "Bread as Bob mends it."


def test_command_lists_then_rolls_back(attacked: World, gare):
    lines = gare("takeback", "--since", LONG_AGO).output.splitlines()
    assert lines == ["Bread\t1", "Casino\ttrash", "Flour\t1", "Oven\tleft"]  # not what was imported
    assert page_text(attacked, "Casino") is not None
    gare("takeback", "--since", LONG_AGO, "--yes")
    assert page_text(attacked, "Casino") is None
    assert page_text(attacked, "Bread") == "Bread as Bob wrote it."
    assert "nobody" not in gare("takeback", "--by", "bob", "--since", "no", ok=False).output


@pytest.fixture
def commented(attacked: World) -> World:
    """Add comments: of a robot (one with a reply by Bob), of Bob, and spam of Xavier."""
    with attacked.app.app_context(), db.write() as session:
        settings.put(session, anonymous_comment=True)
        for name in ("Bread", "Casino"):
            page = find.page_or_404(name, actor=attacked.actor("alice"))
            rights.set_rules(page, actor=attacked.actor("alice"), comment="*")
    first = add_comment(attacked, "Bread", "Cheap watches")
    add_comment(attacked, "Bread", "Very cheap", reply_to=first)
    question = add_comment(attacked, "Bread", "Is this bread?")
    add_comment(attacked, "Bread", "It is.", "bob", reply_to=question)
    praise = add_comment(attacked, "Bread", "Good crust", "bob")
    add_comment(attacked, "Casino", "Goes with its page")
    add_comment(attacked, "Bread", "Visit <b>my shop</b>", "xavier")
    with attacked.app.app_context():
        xavier = attacked.actor("xavier")
        comments.react(comments.comment_or_none(praise, actor=xavier)[0], "thanks", actor=xavier)
    return attacked


def add_comment(world: World, name: str, text: str, who: str = "", **about: int) -> int:
    with world.app.app_context():
        actor = world.actor(who)
        page = find.page_or_404(name, actor=actor)
        return comments.add(page, text, about=comments.About(**about), actor=actor).id


def expected_figures(
    *, pages: int = 0, files: int = 0, comments: int = 0, signs: int = 0
) -> dict[str, int]:
    """Return the figures of a finished rollback."""
    return {
        "pages as before": pages,
        "files taken off": files,
        "comments removed": comments,
        "signs taken off": signs,
    }


def test_files_are_removed_and_replaced_ones_restored(attacked: World, gare):
    """The robot adds a file and replaces one of Bob's twice; Bob repairs another; a system file stays."""
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
    preview = alice.get(address).text
    assert "2 files to take off" in preview and preview.count("the one before comes back") == 1
    output = gare("takeback", "--since", LONG_AGO).output
    assert "Bread\tfile casino.txt\toff\n" in output
    assert "Bread\tfile recipe.txt\tback to the one before\n" in output
    assert figures(roll_back(attacked, "")) == expected_figures(pages=3, files=2)
    assert bob.get("/Bread/attachments/casino.txt").status_code == 404
    assert bob.get("/Bread/attachments/recipe.txt").data == b"flour"
    assert bob.get("/Bread/attachments/crust.txt").data == b"mended"
    assert bob.get("/Flour/attachments/brought.txt").data == b"6"
    assert "to take off" not in alice.get(address).text
    assert "Files removed" not in robot.get("/-/changes.atom").text


def test_comments_and_reactions_are_previewed_then_removed(commented: World):
    alice = commented.browser("alice")
    preview = alice.get(f"/-/admin/changes?who=&since={LONG_AGO}").text
    assert "3 comments to remove" in preview and "does not come back" in preview
    for words in ("Cheap watches", "Very cheap", "Is this bread?"):
        assert words in preview
    for words in ("It is.", "Good crust", "my shop", "Goes with its page"):
        assert words not in preview
    roll_back(commented, "")
    under = alice.get("/Bread/comments").text
    assert "Cheap watches" not in under and "Very cheap" not in under
    assert "Is this bread?" not in under and "It is." in under and "Good crust" in under
    # Of a person who signed in: comments and signs, and where their account is closed.
    preview = alice.get(f"/-/admin/changes?who=xavier&since={LONG_AGO}").text
    assert (
        "Visit &lt;b&gt;my shop" in preview and "1 sign on a comment is taken off too." in preview
    )
    assert "/-/admin/people?q=xavier" in preview
    with commented.app.app_context():
        since = rollback_comments.count_reactions(
            rollback.parse_request("xavier", LONG_AGO)[0], db.utcnow()
        )
    assert since == 0, "those put before the moment stay"
    report = roll_back(commented, "xavier")
    assert figures(report) == expected_figures(comments=1, signs=1)
    assert "my shop" not in alice.get("/Bread/comments").text
    second_preview = alice.get(f"/-/admin/changes?who=xavier&since={LONG_AGO}").text
    assert "They changed nothing since." in second_preview


def roll_back(world: World, who: str) -> str:
    """Roll back as Alice; return the report screen."""
    alice = world.browser("alice")
    answer = alice.post("/-/admin/changes", {"who": who, "since": LONG_AGO})
    work(world)
    return alice.get(answer.headers["Location"]).text


def test_killed_rollback_resumes(commented: World, instance, settings):
    """Kill the worker at the second page, the next one at the second comment: nothing is counted twice."""
    alice = commented.browser("alice")
    answer = alice.post("/-/admin/changes", {"who": "", "since": LONG_AGO})
    for owner, name in ((pages, "_do_step"), (comments, "remove")):
        killed(lambda: worker.tick(create_app(instance, **settings)), owner, name, nth(2))
        give_back(commented.app)
    assert "4 of 6" in alice.get(answer.headers["Location"]).text
    work_again(commented.app)
    report = alice.get(answer.headers["Location"]).text
    assert figures(report) == expected_figures(pages=3, comments=3)
    assert page_text(commented, "Flour") == "Flour as Bob wrote it."
    assert alice.get("/Bread/comments").text.count("Cheap watches") == 0


def test_command_removes_comments(commented: World, gare):
    lines = gare("takeback", "--by", "xavier", "--since", LONG_AGO).output.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Bread", "-"]
    assert lines[0].endswith("Visit <b>my shop</b>") and lines[1].endswith("signs\t1")
    output = gare("takeback", "--by", "xavier", "--since", LONG_AGO, "--yes").output
    assert "0 pages, 0 files, 1 comments, 1 signs, 0 left" in output
    assert "my shop" not in commented.browser().get("/Bread").text
