"""A page takes another name or place in one action; nobody's link breaks, and one click undoes it all."""

from __future__ import annotations

import re

import pytest

from tests.pages.counting import statements
from tests.world import World
from wiki.core import db, jobs, settings
from wiki.core.http import Invalid
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Alias, Page, Revision
from wiki.pages.structure import link_rewriting, moves, trash
from wiki.projects import create

pytestmark = pytest.mark.data


def page(world: World, name: str) -> Page:
    return find.page_or_404(name, actor=world.actor("alice"))


def rename(world: World, old: str, new: str, who: str = "alice", **wanted) -> int:
    """Rename a page and let the worker rewrite what follows; return the move."""
    with world.app.app_context():
        actor = world.actor(who)
        found = find.page_or_404(old, actor=actor)
        made = moves.move(found, moves.Wanted(name=new, **wanted), actor=actor)
        jobs.run_due()
        return made.id


def undo(world: World, move: int, who: str = "alice") -> None:
    with world.app.app_context():
        moves.undo(move, actor=world.actor(who))
        jobs.run_due()


def test_links_follow_the_new_name_and_the_old_address_leads_there(world):
    world.page("Old", "I am [[old]]")
    world.page("One", 'to [[Old]], `[[Old]]`\n\n{{include page="Old"}}\n\n{{button link="Old"}}')
    alice = world.browser("alice")
    answer = alice.post("/Old/move", {"name": "New name", "title": "New name", "parent": ""})
    assert re.fullmatch(r"/-/moves/\d+", answer.location)
    assert "of 2" in alice.get(answer.location).text
    assert world.browser().get("/Old").location == "/New-name"
    assert "New-name" in world.browser().get("/One").text  # by the old address, for now
    with world.app.app_context():
        jobs.run_due()
    assert world.text("One") == (
        'to [[New-name]], `[[Old]]`\n\n{{include page="New-name"}}\n\n{{button link="New-name"}}'
    )
    assert world.text("New-name") == "I am [[New-name]]"
    html = alice.get("/One/history").text
    assert "Links: Old → New-name" in html
    assert "2 pages" in alice.get(answer.location).text
    assert "Address: Old → New-name" in world.browser().get("/-/changes").text


def test_undo_gives_all_back_in_one_click(world):
    texts = {"Old": "I am [[Old]]", "One": "a [[Old]] b", "Two": "[[Old|x]]"}
    for name, text in texts.items():
        world.page(name, text)
    move = rename(world, "Old", "New", title="Newer")
    with world.app.app_context():
        two = page(world, "Two")
        text = two.head.text + " and more"
        save.save(two, Content("Two", text), base=None, author=world.actor("bob"))
    alice = world.browser("alice")
    assert alice.post(f"/-/moves/{move}/undo").status_code == 303
    with world.app.app_context():
        jobs.run_due()
        assert page(world, "Old").title == "Old"
        assert db.session().get(Alias, "new") is None
    assert world.text("Old") == texts["Old"]
    assert world.text("One") == texts["One"]
    assert world.text("Two") == "[[Old|x]] and more"
    assert world.browser().get("/New").status_code == 404
    assert "as it was" in alice.get(f"/-/moves/{move}").text
    # Once is enough.
    assert alice.post(f"/-/moves/{move}/undo").location == "/Old"
    assert world.text("Old") == texts["Old"]


def test_undo_stops_what_was_not_done_yet(world):
    world.page("Old", "text")
    for number in range(3):
        world.page(f"P{number}", "[[Old]]")
    with world.app.app_context():
        made = moves.move(page(world, "Old"), moves.Wanted(name="New"), actor=world.actor("alice"))
        moves.undo(made.id, actor=world.actor("alice"))
        jobs.run_due()
        assert page(world, "P0").revision_no == 1
        assert db.session().get(moves.Move, made.id).state == "undone"


def test_five_hundred_pages_follow_in_short_transactions_of_the_same_cost(world, monkeypatch):
    world.page("Old", "text")
    for number in range(30):
        world.page(f"P{number}", f"page {number}: [[Old]]")
    monkeypatch.setattr(link_rewriting, "AT_ONCE", 5)
    monkeypatch.setattr(link_rewriting, "HELD", 60.0)
    with world.app.app_context():
        actor = world.actor("alice")
        made = moves.move(page(world, "Old"), moves.Wanted(name="New"), actor=actor)
        costs = []
        for _batch in range(6):
            with statements(world.app) as seen:
                link_rewriting.write_some(made.id)
            costs.append(len(seen))
        assert made.total == 30
        assert max(costs) - min(costs) <= 2
        assert db.session().get(moves.Move, made.id).state == "done"
    assert world.text("P29") == "page 29: [[New]]"


def test_listing_the_links_costs_the_same_with_one_page_and_ten(world):
    counts = []
    for start, end in ((0, 1), (1, 10)):
        for number in range(start, end):
            world.page(f"P{number}", "[[Old]] [[Other]]")
        name = ("Old", "Other")[start]
        world.page(name, "text")
        with world.app.app_context():
            actor, found = world.actor("alice"), page(world, name)
            with statements(world.app) as seen:
                moves.move(found, moves.Wanted(name=f"New-{name}"), actor=actor)
            counts.append(len(seen))
    assert counts[0] == counts[1]


def test_only_pages_ticked_are_rewritten(world):
    world.page("Old", "text")
    one, two = world.page("One", "[[Old]]"), world.page("Two", "[[Old]]")
    alice = world.browser("alice")
    assert 'name="links"' in alice.get("/Old/move").text
    form = {"name": "New", "shown": [one.id, two.id], "links": [two.id]}
    assert alice.post("/Old/move", form).status_code == 303
    with world.app.app_context():
        jobs.run_due()
    assert (world.text("One"), world.text("Two")) == ("[[Old]]", "[[New]]")


def test_pages_one_may_not_write_keep_their_links_and_hidden_ones_are_not_told(world):
    world.page("Old", "text", author="bob")
    closed = world.page("Closed", "[[Old]]", title="Closed zyxqv1")
    world.page("Hidden", "[[Old]]", title="Hidden zyxqv2", read="@admins")
    with world.app.app_context():
        rights.set_rules(closed, actor=world.actor("alice"), write="@admins")
    bob = world.browser("bob")
    html = bob.get("/Old/move").text
    assert "Closed zyxqv1" in html
    assert "Hidden zyxqv2" not in html
    bob.post("/Old/move", {"name": "New"})
    with world.app.app_context():
        jobs.run_due()
    assert (world.text("Closed"), world.text("Hidden")) == ("[[Old]]", "[[Old]]")
    assert 'href="/New"' in bob.get("/Closed").text


def test_who_may_not_rename_is_told_and_a_reader_is_refused(world):
    made = world.page("Old", "text", author="carol")
    with world.app.app_context():
        rights.set_rules(made, actor=world.actor("carol"), write="@friends")
    assert world.browser("xavier").get("/Old/move").status_code == 403
    assert world.browser("xavier").post("/Old/move", {"name": "X"}).status_code == 403
    bob = world.browser("bob")
    answer = bob.post("/Old/move", {"name": "X"})
    assert answer.status_code == 422
    assert "owner" in answer.text
    assert bob.post("/Old/move", {"title": "Better"}).status_code == 303
    assert "Better" in bob.get("/Old").text
    move = rename(world, "Old", "New", "carol")
    assert bob.get(f"/-/moves/{move}").status_code == 404
    assert bob.post(f"/-/moves/{move}/undo").status_code == 404


@pytest.mark.parametrize("name", ["Taken", "taken", "Alias", "Thrown", "", "#"])
def test_name_that_cannot_be_had_is_said_and_nothing_changes(world, name):
    world.page("Old", "text")
    world.page("Taken", "text")
    world.page("Was", "text")
    rename(world, "Was", "Alias")
    rename(world, "Alias", "Was-again")
    gone = world.page("Thrown", "text")
    with world.app.app_context():
        trash.put_in_trash(gone, actor=world.actor("alice"))
    answer = world.browser("alice").post("/Old/move", {"name": name, "title": "Mine"})
    assert answer.status_code == 422
    assert 'value="Mine"' in answer.text
    assert world.browser().get("/Old").status_code == 200


def test_a_page_goes_back_to_a_name_it_had_and_the_case_may_change(world):
    world.page("Old", "text")
    rename(world, "Old", "New")
    rename(world, "New", "Old")
    assert world.browser().get("/New").location == "/Old"
    rename(world, "Old", "OLD")
    assert world.browser().get("/OLD").status_code == 200
    assert world.browser().get("/old").location == "/OLD"


def test_home_and_menu_keep_the_page(world):
    world.page("Charter", "text")
    with world.app.app_context(), db.write() as session:
        settings.put(session, menu=[["Our charter", "Charter"]])
    move = rename(world, "Charter", "Rules")
    rename(world, "Home", "Start")
    html = world.browser().get("/").text
    assert 'href="/Rules"' in html
    assert world.browser("alice").post("/Start/trash").status_code == 403
    undo(world, move)
    assert 'href="/Charter"' in world.browser().get("/").text


def test_draft_follows_its_page(world):
    world.page("Old", "text")
    bob = world.browser("bob")
    token = {"Sec-Fetch-Site": "same-origin"}
    bob.client.put("/Old/draft", data={"text": "typed", "base": "1"}, headers=token)
    rename(world, "Old", "New")
    assert bob.get("/New/draft").json["text"] == "typed"


def test_page_goes_under_another_and_back(world):
    world.page("Top", "text")
    world.page("Other", "text")
    world.page("Child", "text")
    alice = world.browser("alice")
    answer = alice.post("/Child/move", {"name": "Child", "parent": "top"})
    assert answer.location == "/Child"
    html = alice.get("/Child").text
    assert 'class="crumbs"' in html
    undo_url = re.search(r'action="(/-/moves/\d+/undo)"', html)[1]
    assert alice.post("/Top/move", {"parent": "Child"}).status_code == 422
    assert "itself" in alice.post("/Top/move", {"parent": "Child"}).text
    assert alice.post("/Child/move", {"parent": "Nowhere"}).status_code == 422
    alice.post(undo_url)
    with world.app.app_context():
        assert page(world, "Child").parent_id is None


def test_page_goes_into_a_project_with_those_under_it_and_takes_its_membrane(world):
    with world.app.app_context():
        plan = create.Plan(title="Team", purpose="x", visibility="members", blocks=[], text="")
        station = create.make(plan, author=world.actor("bob"))
    world.page("Mine", "text", author="bob")
    child = world.page("Child", "text", author="carol")
    with world.app.app_context(), db.write() as session:
        session.get(Page, child.id).parent_id = page(world, "Mine").id
    bob = world.browser("bob")
    assert bob.post("/Mine/move", {"name": "Mine", "parent": station.name}).status_code == 422
    assert world.browser("xavier").get("/Child").status_code == 200
    alice = world.browser("alice")
    assert alice.post("/Mine/move", {"name": "Mine", "parent": station.name}).status_code == 303
    for name in ("/Mine", "/Child"):
        assert world.browser("xavier").get(name).status_code == 404
        assert bob.get(name).status_code == 200


def test_entries_and_stations_have_their_links_rewritten_too(world):
    from wiki.projects.station import block_of

    world.page("Old", "text")
    with world.app.app_context():
        block = block_of("purpose", title="Why", values={"page": "Old"})
        plan = create.Plan(
            title="Team", purpose="x", visibility="public", blocks=[block], text="[[Old]]"
        )
        station = create.make(plan, author=world.actor("alice"))
        name = station.name
    rename(world, "Old", "New")
    with world.app.app_context():
        head = page(world, name).head
        assert head.text == "[[New]]"
        assert head.data["blocks"][0]["values"]["page"] == "New"
    rename(world, name, "Crew")
    alice = world.browser("alice")
    assert alice.get("/-/projects/Team/arrange").status_code == 200
    assert world.browser().get("/Team").location == "/Crew"


def test_job_killed_half_way_goes_on(world, monkeypatch):
    world.page("Old", "text")
    for number in range(4):
        world.page(f"P{number}", "[[Old]]")
    monkeypatch.setattr(link_rewriting, "AT_ONCE", 2)
    with world.app.app_context():
        made = moves.move(page(world, "Old"), moves.Wanted(name="New"), actor=world.actor("alice"))
        link_rewriting.write_some(made.id)
        link_rewriting.run(move=made.id)
        link_rewriting.run(move=made.id)
        counts = [page(world, f"P{number}").revision_no for number in range(4)]
    assert counts == [2, 2, 2, 2]


def test_undo_of_a_page_renamed_since_is_refused(world):
    world.page("Old", "text")
    move = rename(world, "Old", "New")
    rename(world, "New", "Newest")
    with world.app.app_context(), pytest.raises(Invalid):
        moves.undo(move, actor=world.actor("alice"))
    assert world.browser("alice").post(f"/-/moves/{move}/undo").status_code == 303
    with world.app.app_context():
        assert page(world, "Newest").revision_no == 1
        assert db.session().query(Revision).filter(Revision.title == "x").count() == 0


@pytest.mark.slow
def test_page_linked_from_five_hundred_others_is_renamed_and_given_back(world):
    """One action, one click to undo it; the progress is told between batches, and nobody waits long for the lock."""
    world.page("Old", "text")
    with world.app.app_context():
        actor = world.actor("alice")
        for start in range(0, 500, 100):
            with db.write():
                for number in range(start, start + 100):
                    text = Content(f"P{number}", f"page {number}: [[Old]] and [[Old|words]]")
                    save.create(save.NewPage(f"P{number}"), text, author=actor)
    alice = world.browser("alice")
    where = alice.post("/Old/move", {"name": "New", "title": "Old", "parent": ""}).location
    move = int(where.rpartition("/")[2])
    with world.app.app_context():
        batches = 1
        while link_rewriting.write_some(move):
            batches += 1
        assert batches >= 500 / link_rewriting.AT_ONCE
        done = db.session().get(moves.Move, move)
        assert (done.state, done.done, done.total) == ("done", 500, 500)
    assert "500 pages" in alice.get(where).text
    assert world.text("P499") == "page 499: [[New]] and [[New|words]]"
    assert alice.post(f"{where}/undo").status_code == 303
    with world.app.app_context():
        link_rewriting.write_some(move)
    assert re.search(r"\d+ pages of 500", alice.get(where).text)
    with world.app.app_context():
        jobs.run_due()
    assert "All is as it was before" in alice.get(where).text
    assert world.text("P0") == "page 0: [[Old]] and [[Old|words]]"
    assert world.browser().get("/Old").status_code == 200
