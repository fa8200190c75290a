"""What views change and keep: cards that move, cells changed in place, lists kept under a name."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.bazar.gatherings import WORD, add, make
from tests.bazar.people import head
from wiki.bazar.models import SavedView
from wiki.core import db

BOARD = "/-/forms/events?view=kanban"


def button(html, to="ready"):
    found = re.search(rf'data-to="{to}"\s+value="([^"]+)"', html)
    assert found, html[-3000:]
    return found.group(1)


def test_card_moves_by_its_menu_and_comes_back_to_the_board(world):
    make(world, 1)
    bob = world.browser("bob")
    move = button(bob.get(BOARD).text)
    answer = bob.post("/-/forms/events/moves", {"by": "state", "move": move, "next": BOARD})
    assert (answer.status_code, answer.location) == (303, BOARD)
    assert head(world, "Event-000")["state"] == "ready"
    assert head(world, "Event-000")["xnote"] == WORD


def test_card_that_someone_moved_meanwhile_is_a_conflict(world):
    make(world, 1)
    bob, carol = world.browser("bob"), world.browser("carol")
    html = bob.get(BOARD).text
    carol.post("/-/forms/events/moves", {"by": "state", "move": button(html, "done")})
    answer = bob.post("/-/forms/events/moves", {"by": "state", "move": button(html, "ready")})
    assert answer.status_code == 409
    assert "changed the same answers" in answer.text
    assert head(world, "Event-000")["state"] == "done"


def test_who_may_not_write_moves_nothing(world):
    form = make(world, 1, rules={"write": "@friends"})
    assert "data-to=" not in world.browser("xavier").get(BOARD).text
    move = button(world.browser("bob").get(BOARD).text)
    xavier = world.browser("xavier")
    assert xavier.post("/-/forms/events/moves", {"by": "state", "move": move}).status_code == 403
    page = add(world, form, "Hidden", read="@admins")
    sent = {"by": "state", "move": f"{page.id}.1.ready"}
    assert world.browser("bob").post("/-/forms/events/moves", sent).status_code == 404
    sent = {"by": "xkind", "move": f"{move.split('.')[0]}.1.{WORD}"}
    assert world.browser("bob").post("/-/forms/events/moves", sent).status_code == 403


def test_move_to_what_is_no_choice_is_refused(world):
    make(world, 1)
    bob = world.browser("bob")
    number = button(bob.get(BOARD).text).split(".")[0]
    for bad in (f"{number}.1.nothing", f"{number}.1"):
        bob.post("/-/forms/events/moves", {"by": "state", "move": bad, "next": BOARD})
    assert head(world, "Event-000").get("state") in {"idea", None}
    for bad in ("", "x.y.z", f"{number}.", "9" * 30):
        assert bob.post("/-/forms/events/moves", {"by": "state", "move": bad}).status_code == 400


CELL = "/-/forms/events/Event-000/cells"


def test_cell_is_changed_in_place(world):
    make(world, 1)
    bob = world.browser("bob")
    table = bob.get("/-/forms/events?view=table&_edit=1").text
    assert f'hx-get="{CELL}/seats?edit=1"' in table
    assert "/-/forms/events/Event-000/edit#f-seats" in table
    htmx = {"HX-Request": "true"}
    control = bob.get(f"{CELL}/seats?edit=1", headers=htmx).text
    assert 'name="seats"' in control and 'name="_base" value="1"' in control
    shown = bob.post(f"{CELL}/seats", {"seats": "42", "_base": "1"}, headers=htmx)
    assert shown.status_code == 200 and "42" in shown.text and "<html" not in shown.text
    assert head(world, "Event-000")["seats"] == 42
    assert head(world, "Event-000")["xsum"] == 424242


def test_bad_cell_comes_back_with_what_was_typed(world):
    make(world, 1)
    answer = world.browser("bob").post(
        f"{CELL}/seats", {"seats": "many", "_base": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert 'value="many"' in answer.text and 'role="alert"' in answer.text


def test_cell_that_someone_changed_meanwhile_is_a_conflict(world):
    make(world, 1)
    bob, carol = world.browser("bob"), world.browser("carol")
    carol.post(f"{CELL}/seats", {"seats": "7", "_base": "1"}, headers={"HX-Request": "true"})
    answer = bob.post(f"{CELL}/seats", {"seats": "9", "_base": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "Carol Partner changed this meanwhile" in answer.text
    assert 'name="_base" value="2"' in answer.text and 'value="9"' in answer.text
    bob.post(f"{CELL}/seats", {"seats": "9", "_base": "2"}, headers={"HX-Request": "true"})
    assert head(world, "Event-000")["seats"] == 9


def test_cell_keeps_to_the_rules_of_entry_and_field(world):
    make(world, 1, rules={"write": "@friends"})
    bob, xavier = world.browser("bob"), world.browser("xavier")
    for field in ("xnote", "nothing"):
        assert bob.get(f"{CELL}/{field}?edit=1").status_code == 404
        assert bob.post(f"{CELL}/{field}", {field: "x", "_base": "1"}).status_code == 404
    assert xavier.get(f"{CELL}/seats?edit=1").status_code == 403
    assert xavier.post(f"{CELL}/seats", {"seats": "1", "_base": "1"}).status_code == 403


def test_cell_works_without_a_script(world):
    make(world, 1)
    bob = world.browser("bob")
    assert bob.get(f"{CELL}/seats?edit=1").location == "/-/forms/events/Event-000/edit#f-seats"
    whole = bob.post(f"{CELL}/seats", {"seats": "many", "_base": "1"})
    assert whole.status_code == 422 and "<html" in whole.text


def keep(browser, title="Soon", **sent):
    return browser.post(
        "/-/forms/events/views",
        {"-title": title, "view": "table", "state": "idea", "sort": "-seats"} | sent,
    )


def test_kept_list_is_found_again_by_its_owner_alone(world):
    make(world, 3)
    bob = world.browser("bob")
    answer = keep(bob)
    assert answer.status_code == 303
    assert {"state=idea", "sort=-seats", "view=table"} <= set(
        answer.location.partition("?")[2].split("&")
    )
    assert "Soon" in bob.get("/-/forms/events").text
    assert "Soon" not in world.browser("carol").get("/-/forms/events").text
    number = _rows(world)[0].id
    assert bob.get(f"/-/forms/events/views/{number}").status_code == 302
    assert world.browser("carol").get(f"/-/forms/events/views/{number}").status_code == 404
    assert world.browser("carol").post(f"/-/forms/events/views/{number}/removal").status_code == 404
    assert bob.post(f"/-/forms/events/views/{number}/removal").status_code == 303
    assert _rows(world) == []


def test_shared_default_opens_the_form_and_stands_in_pages(world):
    make(world, 3)
    keep(world.browser("alice"), **{"-shared": "1", "-default": "1"})
    html = world.browser().get("/-/forms/events").text
    assert "Soon" in html and 'aria-current="page"' in html
    assert "1 entry of 3" in html and '<table class="grid"' in html
    world.page("Kept", '{{entries form="events" saved="soon"}}')
    page = world.browser().get("/Kept").text
    assert "Event 000" in page and "Event 001" not in page
    assert (
        world.browser("carol")
        .post(f"/-/forms/events/views/{_rows(world)[0].id}/removal")
        .status_code
        == 403
    )


def test_only_who_may_add_shares(world):
    make(world, 1, rules={"write": "@friends"})
    keep(world.browser("xavier"), **{"-shared": "1", "-default": "1"})
    row = _rows(world)[0]
    assert (row.shared, row.is_default) == (False, False)
    assert world.browser().post("/-/forms/events/views", {"-title": "x"}).status_code == 403


def test_kept_list_that_names_a_hidden_field_is_not_there_for_others(world):
    make(world, 3)
    alice = world.browser("alice")
    sent = {
        "-title": "Secret list",
        "-shared": "1",
        "-default": "1",
        "view": "table",
        "xkind": WORD,
    }
    assert alice.post("/-/forms/events/views", sent).status_code == 303
    html = world.browser("xavier").get("/-/forms/events").text
    assert "Secret list" not in html and WORD not in html and "3 entries" in html
    assert "Secret list" in alice.get("/-/forms/events").text


def test_name_is_needed(world):
    make(world, 1)
    answer = keep(world.browser("bob"), title=" ")
    assert answer.status_code == 303 and "state=idea" in answer.location
    assert _rows(world) == []


def _rows(world):
    with world.app.app_context():
        return list(db.session().scalars(select(SavedView)))
