"""The demo network: whole, without a dead end but those meant, and never out of date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from scripts import demo_files
from tests.world import World
from wiki import instances
from wiki.accounts.models import User
from wiki.app import close_app
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.core.extraction import reader
from wiki.pages.models import Alias, Link, Page
from wiki.projects import departures_board, find
from wiki.search import index
from wiki.transfer import demo
from wiki.transfer.check import diagnose

TO_WRITE = {
    "Modèle de devis migration",
    "Guide de l'astreinte partagée",
    "Ce que j'aurais voulu savoir",
}
"""Pages the demo links to and leaves to be written, to show what such a link looks like."""

MISUSED = re.compile(r'class="box alert">(?:(?!</div>).)*<code>{{', re.DOTALL)
"""The notice of a macro that cannot be shown: it repeats what was typed."""


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """The demo, filled once, as `gare init --demo` fills it."""
    folder: Path = tmp_path_factory.mktemp("demo") / "instance"
    people = {"admin": "admin", "email": "admin@example.org", "password": "correct horse battery"}
    app = instances.create(folder, **people, rate_limits=False)
    steps: list[tuple[int, int]] = []
    with app.app_context():
        demo.fill("fr", progress=lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1] == len(steps)
    yield World(app)
    close_app(app)


def test_demo_has_people_forms_stations_and_pages(network):
    with network.app.app_context():
        session = db.session()
        kinds = dict(session.execute(select(Page.kind, func.count()).group_by(Page.kind)).all())
        assert session.scalar(select(func.count(Form.id))) == len(demo.ORDER)
        assert session.scalar(select(func.count(User.id))) > 3
    assert kinds["station"] >= 3 and kinds["entry"] > 80 and kinds["text"] > 25


def test_every_link_leads_somewhere_but_those_to_write(network):
    with network.app.app_context():
        known = select(Page.name_key).union(select(Alias.name_key))
        dead = db.session().scalars(select(Link.target).where(Link.target_key.not_in(known)))
        assert set(dead) == TO_WRITE


def test_every_page_is_shown_to_who_may_read_it(network):
    with network.app.app_context():
        names = db.session().scalars(select(Page.name).where(Page.trashed_at.is_(None))).all()
    browser = network.app.test_client()
    answer = browser.post(
        "/-/login",
        data={"name": "lea", "password": "traverses-demo"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 303
    assert len(names) > 100
    for name in names:
        shown = browser.get(f"/{name}")
        assert shown.status_code == 200, name
        assert not MISUSED.search(shown.text), name


def test_there_is_always_a_meeting_to_come(network):
    now = datetime.now(UTC)
    with network.app.test_request_context():
        meetings = [one for one in departures_board.departures(SYSTEM, limit=50) if one.is_meeting]
        assert meetings and meetings[0].at > now - departures_board.STILL_ON
        assert meetings[0].at < now + timedelta(days=31)
        public = {
            project.id
            for project, _page in find.visible_projects(network.actor())
            if project.visibility == "public"
        }
        assert public <= {meeting.project_id for meeting in meetings}


def test_nothing_was_written_tomorrow(network):
    with network.app.app_context():
        assert db.session().scalar(select(func.max(Page.updated_at))) <= db.utcnow()


def test_demo_is_found_and_sound(network):
    assert "Nextcloud" in network.browser().get("/-/search?q=nextcloud").text
    with network.app.app_context():
        assert [finding for finding in diagnose() if not finding.ok] == []


def test_bureau_is_for_its_people(network):
    assert network.browser().get("/Bureau").status_code == 404


def test_files_of_the_demo_are_found_at_their_page(network):
    with network.app.app_context():
        hits = index.search("quitus", actor=network.actor()).hits
        found = [(hit.file.name, hit.number, hit.page.title) for hit in hits if hit.file]
    assert found == [("Compte-rendu_assemblée-générale.pdf", 2, "Charte du réseau")]


def test_files_of_the_demo_say_what_their_program_writes(tmp_path):
    # By their text: compressed bytes differ with the library at hand.
    limits = reader.Limits(30, 512, 100_000)
    for name, content in demo_files.files().items():
        made = tmp_path / "made"
        made.write_bytes(content)
        kept = reader.read(demo_files.FOLDER / name, limits)
        assert kept == reader.read(made, limits)
        assert kept.text and not kept.reason
