"""Pages and revisions: read, list, filter; hidden pages never appear."""

from __future__ import annotations

SECRET = "zyxqv7"


def test_page_is_complete_and_without_null(world, program):
    world.page("Accueil-des-nouveaux", "Bonjour", author="bob", title="Accueil", tags=("aide",))
    page = program("carol").get("/pages/accueil-des-nouveaux").get_json()
    assert page.pop("updated_at").endswith("Z")
    assert page == {
        "name": "Accueil-des-nouveaux",
        "title": "Accueil",
        "kind": "text",
        "text": "Bonjour",
        "data": {},
        "tags": ["aide"],
        "revision": 1,
        "author": "Bob Member",
        "rules": {"read": "*", "write": "*", "comment": "+"},
    }


def test_author_of_a_page_by_someone_without_account_is_empty(program):
    assert program().put("/pages/Anonyme", text="Bonjour").get_json()["author"] == ""
    assert program().get("/pages/Anonyme").get_json()["author"] == ""


def test_hidden_and_missing_pages_get_the_same_response(world, program):
    world.page("Secret-page", SECRET, title=SECRET, read="@friends")
    for path in ("", "/revisions", "/revisions/1", "/revisions/7"):
        hidden = program("xavier").get(f"/pages/Secret-page{path}")
        missing = program("xavier").get(f"/pages/No-page{path}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.data == missing.data
        assert hidden.content_type == "application/problem+json"
    assert program("bob").get("/pages/Secret-page").get_json()["text"] == SECRET


def test_list_contains_only_readable_pages(world, program):
    world.page("Open-page")
    world.page("Secret-page", SECRET, title=SECRET, read="@friends", tags=("hush",))
    for who in ("xavier", ""):
        answer = program(who).get("/pages")
        assert SECRET not in answer.text and "Secret" not in answer.text
        assert answer.get_json()["total"] == len(answer.get_json()["items"]) == 2
        assert program(who).get("/pages", tag="hush").get_json() == {"items": [], "total": 0}
    assert program("carol").get("/pages").get_json()["total"] == 3


def test_list_item_has_its_documented_keys(world, program):
    world.page("Fiche", "long text", title="La fiche", tags=("aide", "outil"))
    row = program().get("/pages", tag="AIDE").get_json()["items"][0]
    assert row.pop("updated_at").endswith("Z")
    assert row == {
        "name": "Fiche",
        "title": "La fiche",
        "kind": "text",
        "tags": ["aide", "outil"],
        "revision": 1,
    }


def test_windows_of_the_list_cover_every_page_once(world, program):
    for number in range(5):
        world.page(f"Page-{number}")
    bob = program("bob")
    stretches = [bob.get("/pages", limit=2, offset=skip).get_json() for skip in (0, 2, 4, 6)]
    names = [row["name"] for stretch in stretches for row in stretch["items"]]
    assert {stretch["total"] for stretch in stretches} == {6}
    assert len(names) == len(set(names)) == 6


def test_list_filters_by_kind_and_project(world, program):
    world.page("Page")
    bob = program("bob")
    assert {row["kind"] for row in bob.get("/pages", kind="text").get_json()["items"]} == {"text"}
    assert bob.get("/pages", kind="station").get_json()["total"] == 0
    assert bob.get("/pages", project="none").get_json()["total"] == 0


def test_list_refuses_limits_out_of_bounds(program):
    for wrong in (
        {"limit": 201},
        {"limit": "-1"},
        {"offset": "x"},
        {"limit": "١"},
        {"offset": 10**15},
    ):
        answer = program().get("/pages", **wrong)
        assert answer.status_code == 400
        assert answer.get_json()["errors"].keys() == wrong.keys()


def test_number_of_statements_does_not_grow_with_rows(world, program, statements):
    bob = program("bob")
    world.page("First", tags=("counted",))
    one = statements(lambda: bob.get("/pages", tag="counted"))
    world.page("Second", tags=("counted",))
    world.page("Third", tags=("counted", "more"))
    assert len(statements(lambda: bob.get("/pages", tag="counted"))) == len(one)


def test_revisions_are_listed_newest_first_with_constant_statements(world, program, statements):
    bob = program("bob")
    bob.put("/pages/Fiche", text="one", summary="begun")
    one = statements(lambda: bob.get("/pages/Fiche/revisions"))
    bob.put("/pages/Fiche", text="two", title="Titre")
    bob.put("/pages/Fiche", text="three", summary="  done\n")
    assert len(statements(lambda: bob.get("/pages/Fiche/revisions"))) == len(one)
    answer = bob.get("/pages/Fiche/revisions").get_json()
    assert answer["total"] == 3
    assert [row["number"] for row in answer["items"]] == [3, 2, 1]
    assert [row["summary"] for row in answer["items"]] == ["done", "", "begun"]
    assert answer["items"][0].keys() == {
        "number",
        "author",
        "authors",
        "summary",
        "minor",
        "label",
        "purged",
        "created_at",
        "title",
    }
    last = bob.get("/pages/Fiche/revisions", limit=1, offset=2).get_json()
    assert (last["total"], last["items"][0]["number"]) == (3, 1)


def test_revision_has_its_original_content(program):
    bob = program("bob")
    bob.put("/pages/Fiche", text="one", tags=["a"], data={"color": "red"})
    bob.put("/pages/Fiche", text="two", tags=["b"], data={"color": "blue"})
    revision = bob.get("/pages/Fiche/revisions/1").get_json()
    assert (revision["text"], revision["tags"], revision["data"]) == (
        "one",
        ["a"],
        {"color": "red"},
    )
    assert bob.get("/pages/Fiche/revisions/3").status_code == 404
    assert bob.get(f"/pages/Fiche/revisions/{2**70}").status_code == 404


def test_page_in_the_trash_is_missing(world, program):
    world.page("Vieille-page", SECRET, author="bob")
    bob = program("bob")
    assert bob.delete("/pages/Vieille-page").status_code == 204
    assert bob.get("/pages/Vieille-page").status_code == 404
    assert SECRET not in bob.get("/pages").text
