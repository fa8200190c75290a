"""What a station needs, and the mails that say so to those who look after it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests import post
from tests.projects.stations import KEY, add_entry, in_days, make_forms, make_station
from tests.world import World
from wiki.core import db
from wiki.pages import find, rights
from wiki.subscriptions import digest
from wiki.upkeep import reminders
from wiki.upkeep.models import Reminded

pytestmark = pytest.mark.data


@pytest.fixture
def station(world: World) -> str:
    """A station that needs much: no minutes, a late action, a mandate that ended, no meeting to come."""
    make_station(world, "meetings", "actions", "decisions")
    make_forms(world, "meetings", "actions", "decisions", "roles")
    add_entry(world, "meetings", title="Last time", date=in_days(-4))
    add_entry(world, "actions", title="Buy flour", deadline=in_days(-2)[:10], lead="Carol")
    add_entry(world, "roles", title="Treasurer", holder="Carol Partner", until=in_days(-3)[:10])
    return KEY


def monday(world: World, hours: int = 1) -> None:
    """Do what the clock does on Monday at eight, whatever the day of the test."""
    with world.app.app_context():
        week = digest.due("weekly", db.utcnow())
        reminders.gardening(week + timedelta(minutes=1, hours=hours))


def test_station_says_what_is_missing_with_one_way_on_each(world, station):
    shown = world.browser("bob").get(f"/-/projects/{KEY}/upkeep").text
    listed = shown.partition('class="chores"')[2].partition("</ol>")[0]
    order = ["No minutes of", "Treasurer", "Buy flour", "No meeting is planned", "is empty"]
    places = [listed.index(words) for words in order]
    assert places == sorted(places)
    assert listed.count("<li>") == listed.count('class="way"') >= 5
    for way in re.findall(r'class="way" href="([^"]+)"', listed):
        assert world.browser("bob").get(way.replace("&amp;", "&")).status_code == 200, way
    assert f'href="/-/projects/{KEY}/upkeep"' in world.browser("bob").get(f"/{KEY}").text


def test_what_one_may_not_read_is_not_missing(world, station):
    with world.app.app_context():
        alice = world.actor("alice")
        for name in ("Buy-flour", "Last-time"):
            page = find.page_or_404(name, actor=alice)
            rights.set_rules(page, actor=alice, read="@admins")
    for who in ("", "xavier", "bob"):
        shown = world.browser(who).get(f"/-/projects/{KEY}/upkeep").text
        assert "Buy flour" not in shown and "Last time" not in shown
    assert "Buy flour" in world.browser("alice").get(f"/-/projects/{KEY}/upkeep").text


def test_gardener_gets_three_things_once_a_week_until_they_say_no(world, station):
    # Too late in the week, it waits for the next one.
    monday(world, hours=30)
    assert post.taken(world.app) == []
    monday(world)
    monday(world)
    (letter,) = post.taken(world.app)
    text = letter.get_content()
    assert letter["To"] == "bob@example.org" and "3 things" in letter["Subject"]
    assert len(re.findall(r"^\d\. Le Fournil: ", text, re.MULTILINE)) == 3
    assert "No minutes of “Last time”" in text and "http" in text
    path = re.fullmatch(r"<http://[^/]+(/-/unsubscribe/\S+)>", letter["List-Unsubscribe"])[1]
    world.browser().post(path, {"List-Unsubscribe": "One-Click"})
    with world.app.app_context(), db.write() as session:
        session.query(Reminded).delete()
    monday(world)
    assert post.taken(world.app) == []


def test_mail_of_gardening_tells_what_its_reader_may_read_when_it_leaves(world, station):
    monday(world)
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404("Last-time", actor=alice), actor=alice, read="@admins")
    (letter,) = post.taken(world.app)
    assert "Last time" not in letter.get_content()


def test_mandate_that_ends_is_told_to_its_holder_and_the_referents_once(world, station):
    add_entry(world, "roles", title="Keys", holder="Bob Member", until=in_days(20)[:10], next="Zoé")
    add_entry(world, "roles", title="Far", holder="Bob Member", until=in_days(200)[:10])
    with world.app.app_context():
        reminders.mandates()
        reminders.mandates()
    letters = post.taken(world.app)
    told = sorted((one["To"], "Keys" in one["Subject"]) for one in letters)
    # Carol is not of the project: only its referent is told of the mandate she holds.
    assert told == [("bob@example.org", False), ("bob@example.org", True)]
    assert any("Then: Zoé" in one.get_content() for one in letters)
    # Moved before the mail leaves: nothing is sent.
    add_entry(world, "roles", title="Door", holder="Bob Member", until=in_days(10)[:10])
    with world.app.app_context():
        reminders.mandates()
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404("Door", actor=alice), actor=alice, read="@admins")
    assert post.taken(world.app) == []


def test_closed_project_needs_nothing(world, station):
    world.browser("bob").post(f"/-/projects/{KEY}/end", {"action": "close"})
    assert "Nothing is missing" in world.browser("bob").get(f"/-/projects/{KEY}/upkeep").text
