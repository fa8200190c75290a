"""One may read a page and not its project, an entry and not its form or its date: these stay untold."""

from __future__ import annotations

import pytest

from tests.world import World
from wiki import worker
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.pages import rights
from wiki.projects import create
from wiki.projects.models import Project

PROJECT, FORM, YEAR = "Zyxqstation", "Zyxqform", "2199"
URLS = (
    "/",
    "/-/projects",
    "/-/search?q=visible",
    "/-/search/instant?q=visible",
    "/-/api/v1/search?q=visible",
    "/Board",
)
SPECS = [
    FieldSpec("title", "text", "Title", required=True),
    FieldSpec("date", "date", "Date", options={"time": True}, read="@admins"),
]


@pytest.fixture
def closed(world: World) -> World:
    """A public project whose station is the admins', a form and a date that are the admins'."""
    with world.app.app_context():
        alice = world.actor("alice")
        station = create.make(create.Plan(title=PROJECT, purpose="why"), author=alice)
        project = db.session().get_one(Project, station.project_id)
        with db.write() as session:
            dated = changes.make_form(
                session, title="Meetings", key="meetings", model="meetings", fields=SPECS
            )
            secret = changes.make_form(
                session, title=FORM, key=FORM, fields=SPECS[:1], rules={"read": "@admins"}
            )
        answers = {"title": "visible meeting", "date": f"{YEAR}-03-05T18:30"}
        room = entries.Room(project.id, project.membrane_id)
        entries.create(dated, entries.clean_data(dated, answers, alice), alice, room)
        content = entries.clean_data(secret, {"title": "visible other"}, alice)
        shown = entries.create(secret, content, alice, room)
        rights.set_rules(shown, actor=alice, read="*")
        rights.set_rules(station, actor=alice, read="@admins")
    world.page("Board", "{{departures}}\n\n{{meetings}}\n\n{{stations}}")
    while worker.tick(world.app):
        pass
    return world


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_outsider_reads_no_name_of_what_is_closed(closed: World, who: str) -> None:
    browser = closed.browser(who)
    assert "visible" in browser.get("/-/api/v1/search?q=visible").text
    told = [
        (url, word)
        for url in URLS
        for word in (PROJECT, FORM, YEAR)
        if word in browser.get(url).text
    ]
    assert told == []


def test_admin_reads_the_names(closed: World) -> None:
    alice = closed.browser("alice")
    seen = "".join(alice.get(url).text for url in URLS)
    assert all(word in seen for word in (PROJECT, FORM, YEAR))
