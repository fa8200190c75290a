"""Forms and entries: list, filter, add, change; hidden fields and entries never appear."""

from __future__ import annotations

import pytest

from tests.bazar.partners import ROWS, SECRET, add, make
from wiki.bazar.forms import changes
from wiki.core import db
from wiki.projects.create import Plan
from wiki.projects.create import make as make_station

LIST = "/forms/partners/entries"
OCTET = f"{LIST}/Octet-Coop"


def titles(answer):
    return [row["title"] for row in answer.get_json()["items"]]


def test_forms_are_listed_with_visible_fields(world, program):
    make(world)
    make(world, key="closed", rows=(), rules={"read": "@friends"})
    assert [row["key"] for row in program("bob").get("/forms").get_json()["items"]] == [
        "partners",
        "closed",
    ]
    assert program().get("/forms").get_json()["total"] == 1
    assert program().get("/forms/closed").status_code == 404
    assert program().get("/forms/closed").data == program().get("/forms/none").data
    form = program("bob").get("/forms/partners").get_json()
    assert form["fields"][0] == {
        "key": "title",
        "type": "text",
        "label": "Name",
        "help": "",
        "required": True,
        "facet": False,
        "writable": True,
        "options": {},
    }
    assert {field["key"] for field in form["fields"]} >= {"activity", "phone"}
    assert "phone" not in program("xavier").get("/forms/partners").text


def test_entries_omit_hidden_fields(world, program):
    make(world)
    entry = program("bob").get(OCTET).get_json()
    assert entry.pop("updated_at").endswith("Z")
    assert entry["data"].pop("place")["city"] == "Rennes"
    assert entry == {
        "name": "Octet-Coop",
        "title": "Octet Coop",
        "form": "partners",
        "project": "",
        "data": {
            "summary": "What Octet Coop does",
            "activity": "hosting",
            "services": ["dolibarr"],
            "needs": ["nextcloud"],
            "members": 40,
            "phone": SECRET,
        },
        "tags": [],
        "revision": 1,
        "author": "alice",
    }
    page = program("bob").get("/pages/Octet-Coop").get_json()
    assert (page["kind"], page["data"]["phone"]) == ("entry", SECRET)


def test_hidden_field_appears_in_no_response(world, program):
    make(world)
    xavier = program("xavier")
    for path in (
        OCTET,
        LIST,
        "/pages/Octet-Coop",
        "/pages/Octet-Coop/revisions/1",
        "/forms/partners",
    ):
        answer = xavier.get(path)
        assert answer.status_code == 200
        assert SECRET not in answer.text and "phone" not in answer.text
    assert xavier.get(LIST, q=SECRET).get_json()["total"] == 0
    assert program("bob").get(LIST, q=SECRET).get_json()["total"] == len(ROWS)
    for query in ({"phone": SECRET}, {"sort": "phone"}, {"phone.from": "0"}):
        refused = xavier.get(LIST, **query)
        assert (refused.status_code, refused.content_type) == (400, "application/problem+json")
        assert SECRET not in refused.text


def test_hidden_entry_is_missing(world, program):
    form = make(world)
    add(world, form, "Secret Society", read="@friends")
    xavier = program("xavier")
    assert xavier.get(LIST).get_json()["total"] == len(ROWS)
    for answer in (
        xavier.get(f"{LIST}/Secret-Society"),
        xavier.patch(f"{LIST}/Secret-Society", title="Mine"),
        xavier.put(f"{LIST}/Secret-Society", title="Mine"),
    ):
        assert (answer.status_code, answer.data) == (404, xavier.get(f"{LIST}/None").data)
    assert program("carol").get(f"{LIST}/Secret-Society").get_json()["title"] == "Secret Society"


def test_page_that_is_not_an_entry_of_the_form_is_missing(world, program):
    make(world)
    make(world, key="others", rows=())
    for path in (
        f"{LIST}/Home",
        "/forms/others/entries/Octet-Coop",
        "/forms/none/entries/Octet-Coop",
    ):
        assert program("bob").get(path).status_code == 404
        assert program("bob").patch(path, title="Mine").status_code == 404
    assert program("bob").get("/pages/Home").get_json()["title"] != "Mine"


def test_filters_combine_with_or_within_and_and_between_fields(world, program):
    make(world)
    bob = program("bob")
    assert titles(bob.get(LIST, activity="hosting", sort="title")) == [
        "Le Fil Libre",
        "Marée Basse",
        "Octet Coop",
    ]
    assert titles(bob.get(LIST, activity=["training", "guidance"])) == [
        "La Bobine",
        "Passerelles 63",
    ]
    assert titles(bob.get(LIST, activity="hosting", services="nextcloud")) == [
        "Le Fil Libre",
        "Marée Basse",
    ]
    assert titles(bob.get(LIST, sort="-members", limit=2)) == ["Marée Basse", "Octet Coop"]
    assert titles(bob.get(LIST, q="maree")) == ["Marée Basse"]
    assert titles(bob.get(LIST, **{"members.from": "8", "members.to": "40"})) == [
        "La Bobine",
        "Octet Coop",
    ]
    for wrong in (
        {"colour": "red"},
        {"self": "1"},
        {"sort": "a;drop"},
        {"members.from": "x"},
        {"": "1"},
    ):
        assert bob.get(LIST, **wrong).status_code == 400, wrong


def test_windows_of_a_list_have_no_gap_or_overlap(world, program):
    make(world)
    bob = program("bob")
    every = titles(bob.get(LIST))
    assert len(every) == len(ROWS)
    for size in range(1, 6):
        for skip in range(8):
            answer = bob.get(LIST, limit=size, offset=skip)
            assert (titles(answer), answer.get_json()["total"]) == (
                every[skip : skip + size],
                len(ROWS),
            )
    assert bob.get(LIST, limit=0).get_json() == {"items": [], "total": len(ROWS)}


def test_number_of_statements_does_not_grow_with_rows(world, program, statements):
    form = make(world, rows=ROWS[:1])
    bob = program("bob")
    bob.get(LIST)
    one = statements(lambda: bob.get(LIST))
    for row in ROWS[1:3]:
        add(world, form, *row)
    assert len(statements(lambda: bob.get(LIST))) == len(one)


def test_entry_is_added_and_changed(world, program):
    make(world)
    bob = program("bob")
    answer = bob.post(
        LIST, title="Toile Verte", tags=["coop"], data={"activity": "hosting", "members": 3}
    )
    assert answer.status_code == 201
    entry = answer.get_json()
    assert (entry["name"], entry["tags"], entry["author"]) == (
        "Toile-Verte",
        ["coop"],
        "Bob Member",
    )
    path = answer.headers["Location"].removeprefix("/-/api/v1")
    changed = bob.patch(path, data={"members": 4}, summary="one more")
    assert changed.status_code == 200
    assert changed.get_json()["data"] == {"activity": "hosting", "members": 4}
    assert (changed.get_json()["tags"], changed.get_json()["revision"]) == (["coop"], 2)
    emptied = bob.put(path, title="Toile", data={"members": None}).get_json()
    assert (emptied["title"], emptied["data"]) == ("Toile", {"activity": "hosting"})
    through_page = bob.put("/pages/Toile-Verte", data={"members": 99}, tags=[]).get_json()
    assert (through_page["data"], through_page["tags"]) == (
        {"activity": "hosting", "members": 99},
        [],
    )
    assert titles(bob.get(LIST, **{"members.from": "99", "members.to": "99"})) == ["Toile"]


def test_same_title_creates_two_entries(world, program):
    make(world, rows=())
    bob = program("bob")
    names = [bob.post(LIST, title="Octet").get_json()["name"] for _turn in range(2)]
    assert names == ["Octet", "Octet-2"]
    refused = bob.post(LIST, title="Octet", name="Octet")
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["name"])
    assert bob.post(LIST, title="Octet", name="Autre").get_json()["name"] == "Autre"
    assert bob.post(LIST, title="Octet", name="a/b").status_code == 422


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"data": {"members": "many"}}, "members"),
        ({"data": {"members": {"a": [1]}}}, "members"),
        ({"data": {"activity": "sailing"}}, "activity"),
        ({"data": {"services": [["a"]]}}, "services"),
        ({"data": {"place": {"lat": "north"}}}, "place"),
        ({"data": {"colour": "red"}}, "colour"),
        ({"data": {"self": 1}}, "self"),
        ({"data": {"title": [1]}, "title": None}, "title"),
        ({"title": ""}, "title"),
        ({"tags": "a"}, "tags"),
        ({"data": []}, "data"),
        ({"author": "bob"}, "author"),
        ({"owner_id": 1}, "owner_id"),
    ],
)
def test_invalid_values_are_named_and_nothing_is_saved(world, program, given, key):
    make(world)
    bob, before = program("bob"), program("bob").get(OCTET).get_json()
    for answer in (bob.post(LIST, **{"title": "New"} | given), bob.patch(OCTET, **given)):
        assert answer.status_code == 422, answer.text
        assert [*answer.get_json()["errors"]] == [key]
    assert bob.get(OCTET).get_json() == before
    assert bob.get(LIST).get_json()["total"] == len(ROWS)


def test_entry_needs_its_title(world, program):
    make(world)
    refused = program("bob").post(LIST, data={"members": 1})
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["title"])


def test_hidden_field_survives_a_change_by_someone_who_cannot_see_it(world, program):
    make(world)
    xavier = program("xavier")
    assert xavier.patch(OCTET, data={"members": 41}).get_json()["data"]["members"] == 41
    refused = xavier.patch(OCTET, data={"phone": "mine"})
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["phone"])
    refused = xavier.put("/pages/Octet-Coop", data={"phone": "mine"})
    assert refused.status_code == 422 and SECRET not in refused.text
    assert program("bob").get(OCTET).get_json()["data"]["phone"] == SECRET


def test_two_changes_of_an_entry_merge_by_field_or_conflict(world, program):
    make(world)
    bob, xavier = program("bob"), program("xavier")
    bob.patch(OCTET, data={"members": 41, "phone": "01"}, base=1)
    merged = xavier.patch(OCTET, data={"activity": "training"}, base=1).get_json()
    assert (merged["data"]["members"], merged["data"]["activity"]) == (41, "training")
    refused = xavier.patch(OCTET, data={"members": 39}, base=1)
    problem = refused.get_json()
    assert (refused.status_code, problem["conflicts"]) == (409, ["members"])
    assert problem["page"]["data"]["members"] == 41
    assert "phone" not in refused.text


def test_closed_form_refuses_entries(world, program):
    make(world, rules={"write": "@friends"})
    assert program("xavier").post(LIST, title="Mine").status_code == 403
    assert program().post(LIST, title="Mine").status_code == 403
    assert program("xavier").patch(OCTET, title="Mine").status_code == 403
    assert program("carol").post(LIST, title="Ours").status_code == 201
    assert not program("xavier").get("/forms/partners").get_json()["fields"][0]["writable"]


def test_entry_of_a_discreet_project_is_hidden_from_others(world, program):
    make(world, rows=())
    with world.app.app_context():
        plan = Plan("Halte Discrete", purpose="ours", visibility="members")
        make_station(plan, author=world.actor("bob"))
    answer = program("bob").post(LIST, title="Inside", project="halte-discrete")
    assert (answer.status_code, answer.get_json()["project"]) == (201, "Halte-Discrete")
    assert titles(program("bob").get(LIST, project="Halte-Discrete")) == ["Inside"]
    for who in ("xavier", ""):
        assert program(who).get(LIST).get_json()["total"] == 0
        assert program(who).get(f"{LIST}/Inside").status_code == 404
        assert program(who).get("/pages", project="Halte-Discrete").get_json()["total"] == 0
        hidden = program(who).post(LIST, title="Spy", project="Halte-Discrete")
        missing = program(who).post(LIST, title="Spy", project="None")
        assert (hidden.status_code, hidden.data) == (422, missing.data)
        assert (
            program(who).get(LIST, project="Halte-Discrete").data
            == program(who).get(LIST, project="None").data
        )


def test_unknown_field_named_text_is_refused(world, program):
    with world.app.app_context(), db.write() as session:
        fields = [
            {"key": "title", "type": "text", "label": "Name"},
            {"key": "text", "type": "number", "label": "Text"},
            {"key": "limit", "type": "number", "label": "Limit"},
        ]
        changes.make_form(session, title="Odd", key="odd", fields=fields)
    refused = program("bob").post("/forms/odd/entries", title="One", data={"text": "many"})
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["text"])
    assert program("bob").get("/forms/odd/entries", limit=1).get_json() == {"items": [], "total": 0}
