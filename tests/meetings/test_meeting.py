"""A meeting from its agenda to its minutes, by several people, with and without account."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests import post
from tests.meetings.conftest import MEETING
from tests.pages.counting import statements
from tests.projects.stations import KEY, add_entry, in_days
from tests.world import World
from wiki.core import db, jobs
from wiki.meetings import recurrence
from wiki.meetings.models import Attendance
from wiki.pages import find, rights

pytestmark = pytest.mark.data


def points(world: World) -> list[dict]:
    with world.app.app_context():
        page = find.page_or_404(MEETING, actor=world.actor("alice"))
        return page.head.data.get("points", [])


def add_points(browser, *titles: str) -> None:
    for title in titles:
        answer = browser.post(
            f"/{MEETING}/agenda",
            {"action": "add", "title": title, "minutes": "20", "kind": "decide", "who": "Bob"},
        )
        assert answer.status_code == 303, answer.text


def base(browser) -> str:
    return re.search(r'name="_base" value="(\d+)"', browser.get(f"/{MEETING}/minutes").text)[1]


def test_agenda_is_made_by_members_and_put_in_order(world, meeting):
    bob, carol = world.browser("bob"), world.browser("carol")
    add_points(bob, "Costs", "Prices for all")
    add_points(carol, "Next steps")
    first, second, third = (one["id"] for one in points(world))
    bob.post(f"/{MEETING}/agenda", {"action": "up", "point": third})
    assert [one["id"] for one in points(world)] == [first, third, second]
    bob.post(f"/{MEETING}/agenda", {"action": "order", "order": [second, first, third]})
    bob.post(f"/{MEETING}/agenda", {"action": "remove", "point": third})
    assert [one["title"] for one in points(world)] == ["Prices for all", "Costs"]
    shown = bob.get(f"/{MEETING}").text
    assert "40 min" in shown and "of 60 min" in shown
    add_points(bob, "Too much")
    add_points(bob, "Far too much")
    assert "20 min too many" in bob.get(f"/{MEETING}").text
    refused = bob.post(f"/{MEETING}/agenda", {"action": "add", "title": "Long", "minutes": "9999"})
    assert refused.status_code == 422 and 'value="Long"' in refused.text


def test_what_introduces_the_agenda_stands_above_its_points_under_one_heading(world, meeting):
    add_entry(world, "meetings", KEY, title="Told", date=in_days(3), agenda="Read it before.")
    bob = world.browser("bob")
    told = bob.get("/Told").text
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", told)
    assert [one for one in headings if "genda" in one] == ["Agenda of the meeting"]
    assert told.count("Read it before.") == 1
    guest = world.browser().get("/Told").text
    assert "Read it before." in guest and "No point on the agenda yet." not in guest


def test_one_click_says_who_comes_and_another_takes_it_back(world, meeting):
    bob, carol = world.browser("bob"), world.browser("carol")
    assert bob.post(f"/{MEETING}/attendance", {"answer": "yes"}).status_code == 303
    carol.post(f"/{MEETING}/attendance", {"answer": "remote"})
    shown = carol.get(f"/{MEETING}").text
    assert "Bob Member" in shown and 'aria-pressed="true"' in shown
    carol.post(f"/{MEETING}/attendance", {"answer": "no"})
    bob.post(f"/{MEETING}/attendance", {"answer": ""})
    with world.app.app_context():
        rows = db.session().query(Attendance).all()
        assert [(row.name, row.answer) for row in rows] == [("Carol Partner", "no")]
    assert bob.post(f"/{MEETING}/attendance", {"answer": "dance"}).status_code == 422


def test_someone_without_account_signs_up_under_a_name_where_rules_let_them(world, meeting):
    guest = world.browser()
    refused = guest.post(f"/{MEETING}/attendance", {"answer": "yes", "name": " "})
    assert refused.status_code == 422 and "your name" in refused.text
    assert guest.post(f"/{MEETING}/attendance", {"answer": "yes", "name": "Zoé"}).status_code == 303
    guest.post(f"/{MEETING}/attendance", {"answer": "maybe", "name": "Zoé"})
    assert "Zoé" in world.browser("bob").get(f"/{MEETING}").text
    # The world sees how many come, and no name.
    others = world.browser().get(f"/{MEETING}").text
    assert "Zoé" not in others and "Perhaps" in others
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404(MEETING, actor=alice)
        rights.set_rules(page, actor=alice, read="*", write="+", comment="+")
        assert [row.answer for row in db.session().query(Attendance)] == ["maybe"]
    answer = world.browser().post(f"/{MEETING}/attendance", {"answer": "yes", "name": "Max"})
    assert answer.status_code == 303 and "/-/login" in answer.headers["Location"]


def test_two_people_write_minutes_at_once_and_both_texts_stay(world, meeting):
    bob, carol = world.browser("bob"), world.browser("carol")
    add_points(bob, "Costs", "Prices for all")
    first, second = (one["id"] for one in points(world))
    opened = base(bob)
    bob.post(f"/{MEETING}/minutes", {"_base": opened, f"text.{first}": "Bob on costs."})
    answer = carol.post(
        f"/{MEETING}/minutes",
        {"_base": opened, f"text.{first}": "", f"text.{second}": "Carol on prices."},
    )
    assert answer.status_code == 303
    assert [one["text"] for one in points(world)] == ["Bob on costs.", "Carol on prices."]
    # On the same point: what each wrote at its end stands one after the other.
    opened = base(bob)
    bob.post(f"/{MEETING}/minutes", {"_base": opened, f"text.{first}": "Bob on costs.\nAnd Bob."})
    carol.post(f"/{MEETING}/minutes", {"_base": opened, f"text.{first}": "Bob on costs.\nAnd I."})
    assert points(world)[0]["text"] == "Bob on costs.\nAnd Bob.\nAnd I."
    # On the same line: nothing is lost, both are shown.
    opened = base(bob)
    bob.post(f"/{MEETING}/minutes", {"_base": opened, f"text.{second}": "Bob on prices."})
    answer = carol.post(f"/{MEETING}/minutes", {"_base": opened, f"text.{second}": "I on prices."})
    assert answer.status_code == 409
    assert "Bob on prices." in answer.text and "I on prices." in answer.text
    anew = re.search(r'name="_base" value="(\d+)"', answer.text)[1]
    carol.post(f"/{MEETING}/minutes", {"_base": anew, f"text.{second}": "We on prices."})
    assert points(world)[1]["text"] == "We on prices."


def test_links_of_minutes_lead_there_and_follow_a_new_name(world, meeting):
    bob = world.browser("bob")
    world.page("Charter", "text")
    add_points(bob, "Costs")
    key = points(world)[0]["id"]
    bob.post(f"/{MEETING}/minutes", {"_base": base(bob), f"text.{key}": "See [[Charter]]."})
    assert MEETING in bob.get("/Charter/backlinks").text
    world.browser("alice").post("/Charter/move", {"name": "Rules", "title": "Rules"})
    with world.app.app_context():
        jobs.run_due()
    assert points(world)[0]["text"] == "See [[Rules]]."


def test_decision_and_action_are_noted_while_writing_and_stand_under_their_point(world, meeting):
    bob = world.browser("bob")
    add_points(bob, "Costs")
    (key,) = (one["id"] for one in points(world))
    typed = {"_base": base(bob), f"text.{key}": "Agreed.", f"what.{key}": "We pay by the hour"}
    bob.post(f"/{MEETING}/minutes", typed | {f"who.{key}": "Carol", "note": f"decision.{key}"})
    typed = {"_base": base(bob), f"text.{key}": "Agreed.", "what.": "Write the grid"}
    bob.post(
        f"/{MEETING}/minutes", typed | {"who.": "Bob", "when.": "2199-01-31", "note": "action."}
    )
    shown = bob.get(f"/{MEETING}").text
    agenda = shown.partition('class="agenda"')[2].partition("</ol>")[0]
    assert "We pay by the hour" in agenda and "Carol" in agenda and "Write the grid" not in agenda
    assert "Also noted" in shown and "Write the grid" in shown
    with world.app.app_context():
        alice = world.actor("alice")
        decision = find.page_or_404("We-pay-by-the-hour", actor=alice)
        page = find.page_or_404(MEETING, actor=alice)
        assert decision.head.data["meeting"] == [page.id]
        assert decision.head.data["state"] == "adopted" and decision.project_id == page.project_id
    # What is wrong is said where it was typed, and nothing is kept of it.
    wrong = {"_base": base(bob), f"text.{key}": "More.", f"what.{key}": "", f"who.{key}": "Zoé"}
    answer = bob.post(f"/{MEETING}/minutes", wrong | {"note": f"action.{key}"})
    assert answer.status_code == 422 and 'value="Zoé"' in answer.text and "More." in answer.text
    assert points(world)[0]["text"] == "Agreed."
    # A decision that one may not read is not told under its point.
    with world.app.app_context():
        rights.set_rules(
            find.page_or_404("We-pay-by-the-hour", actor=world.actor("alice")),
            actor=world.actor("alice"),
            read="@admins",
        )
    assert "We pay by the hour" not in world.browser("xavier").get(f"/{MEETING}").text


def test_end_writes_who_was_there_plans_the_next_and_mails_each_what_they_may_read(world, meeting):
    bob, carol = world.browser("bob"), world.browser("carol")
    for browser in (bob, carol, world.browser("xavier")):
        browser.post(f"/{MEETING}/attendance", {"answer": "yes"})
    world.browser("alice").post(
        "/-/follow", {"kind": "form", "name": "meetings", "rhythm": "weekly"}
    )
    add_points(bob, "Costs", "Later")
    key = points(world)[0]["id"]
    typed = {"_base": base(bob), f"text.{key}": "Nobody counts hours.", f"what.{key}": "Count"}
    bob.post(f"/{MEETING}/minutes", typed | {"note": f"decision.{key}"})
    with world.app.app_context():
        alice = world.actor("alice")
        find_page = find.page_or_404("Count", actor=alice)
        rights.set_rules(find_page, actor=alice, read="bob alice")
    day = in_days(17)[:10]
    asked = {"next": "1", "day": day, "hour": "18:30", "carries": "1", "sends": "1"}
    assert bob.post(f"/{MEETING}/end", asked).status_code == 303
    # Xavier loses the right before the mail leaves.
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404(MEETING, actor=alice)
        assert page.head.data["attendees"] == "Bob Member, Carol Partner, Xavier Outside"
        rights.set_rules(page, actor=alice, read="@friends alice")
        after = find.page_or_404(f"{MEETING}-2", actor=alice)
        assert after.head.data["date"] == f"{day}T18:30"
        assert [one["title"] for one in after.head.data["points"]] == ["Later"]
    letters = post.taken(world.app)
    told = {letter["To"]: letter.get_content() for letter in letters}
    assert set(told) == {"bob@example.org", "carol@example.org", "alice@example.org"}
    assert all("Nobody counts hours." in text for text in told.values())
    assert "- Count" in told["bob@example.org"] and "- Count" not in told["carol@example.org"]
    out = next(one for one in letters if one["To"] == "carol@example.org")["List-Unsubscribe"]
    path = re.fullmatch(r"<http://[^/]+(/-/unsubscribe/\S+)>", out)[1]
    assert "The minutes of meetings" in world.browser().get(path).text
    world.browser().post(path, {"List-Unsubscribe": "One-Click"})
    bob.post(f"/{MEETING}/end", {"sends": "1"})
    assert {one["To"] for one in post.taken(world.app)} == {"bob@example.org", "alice@example.org"}


def test_screens_of_a_meeting_cost_the_same_with_one_and_three_rows(world, meeting):
    bob = world.browser("bob")

    def cost(path: str) -> int:
        bob.get(path, headers={"HX-Request": "false"})
        with statements(world.app) as seen:
            assert bob.get(path, headers={"HX-Request": "false"}).status_code == 200
        return len(seen)

    def fill(who: str, title: str) -> None:
        world.browser(who).post(f"/{MEETING}/attendance", {"answer": "yes"})
        add_points(bob, title)
        key = points(world)[-1]["id"]
        typed = {"_base": base(bob), f"text.{key}": title, f"what.{key}": f"Do {title}"}
        bob.post(f"/{MEETING}/minutes", typed | {"note": f"action.{key}"})

    fill("bob", "One")
    paths = (f"/{MEETING}", f"/{MEETING}/minutes", f"/{MEETING}/end")
    before = [cost(path) for path in paths]
    fill("carol", "Two")
    fill("xavier", "Three")
    assert [cost(path) for path in paths] == before


def test_is_it_necessary_offers_another_way_first(world, meeting):
    bob = world.browser("bob")
    project = re.search(r"project=(\d+)", bob.get(f"/{KEY}").text)[1]
    asked = bob.get(f"/-/meetings/new?project={project}").text
    assert "Is it really necessary?" in asked and "The date is known" not in asked
    told = f"/-/meetings/new?project={project}&title=News&why=Know+it"
    rather_not = bob.get(f"{told}&aim=inform&enough=yes").text
    assert rather_not.index("Write a page") < rather_not.index("The date is known")
    yes = bob.get(f"{told}&aim=decide&enough=no").text
    assert yes.index("The date is known") < yes.index("Write a page")
    way = re.search(r'href="(/-/forms/meetings/new\?[^"]+)"', yes)[1].replace("&amp;", "&")
    form = bob.get(way).text
    assert 'value="News"' in form and 'value="Know it"' in form
    assert world.browser("xavier").get("/-/meetings/new?project=99999").status_code == 404


@pytest.mark.parametrize(
    ("day", "every", "expected"),
    [
        ("2026-11-17T18:30", "week", "2026-11-24T18:30"),
        ("2026-11-17T18:30", "fortnight", "2026-12-01T18:30"),
        ("2026-11-17T18:30", "month", "2026-12-15T18:30"),
        ("2026-12-29", "month", "2027-01-26"),
        ("2026-11-17", "quarter", "2027-02-16"),
        ("2025-11-18T18:30", "week", "2026-11-24T18:30"),
        ("2026-11-17", "", ""),
    ],
)
def test_rhythm_keeps_the_weekday(day, every, expected):
    assert recurrence.next_day(day, every, after=datetime(2026, 11, 18, tzinfo=UTC)) == expected


def test_entry_of_another_form_has_no_meeting(world, meeting):
    add_entry(world, "actions", KEY, title="An action")
    bob = world.browser("bob")
    assert 'id="attendance"' not in bob.get("/An-action").text
    for end in ("minutes", "end", "attendance"):
        assert bob.get(f"/An-action/{end}").status_code == 404
