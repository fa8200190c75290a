"""Pages through the API: create, change, merge, trash, and each refusal."""

from __future__ import annotations

from wiki.core import db, settings

SECRET = "zyxqv7"


def test_page_is_created_then_changed(program):
    bob = program("bob")
    answer = bob.put(
        "/pages/Compte-rendu-de-mai", text="# Bonjour", tags=["réunion"], summary="first"
    )
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith("/-/api/v1/pages/Compte-rendu-de-mai")
    page = answer.get_json()
    assert (page["title"], page["revision"], page["author"]) == (
        "Compte rendu de mai",
        1,
        "Bob Member",
    )
    changed = bob.put("/pages/Compte-rendu-de-mai", title="Mai")
    assert changed.status_code == 200
    page = changed.get_json()
    assert (page["title"], page["text"], page["tags"], page["revision"]) == (
        "Mai",
        "# Bonjour",
        ["réunion"],
        2,
    )
    assert bob.get("/pages/Compte-rendu-de-mai").get_json() == page


def test_saving_the_same_content_adds_no_revision(program):
    bob = program("bob")
    bob.put("/pages/Fiche", text="Bonjour", tags=["a"])
    assert bob.put("/pages/Fiche", text="Bonjour").get_json()["revision"] == 1
    assert bob.put("/pages/Fiche").get_json()["revision"] == 1


def test_another_spelling_of_a_name_is_the_same_page(world, program):
    world.page("Éole", "vent")
    bob = program("bob")
    for spelling in ("eole", "EOLE", "éole", "E\u0301ole"):
        answer = bob.put(f"/pages/{spelling}", text=spelling)
        assert (answer.status_code, answer.get_json()["name"]) == (200, "Éole")
    assert bob.get("/pages").get_json()["total"] == 2


def test_spaces_in_a_name_become_hyphens(program):
    answer = program("bob").put("/pages/Une page  neuve", text="x")
    assert (answer.status_code, answer.get_json()["name"]) == (201, "Une-page-neuve")
    assert answer.get_json()["title"] == "Une page neuve"
    assert program().get("/pages/une page neuve").status_code == 200


def test_bad_names_are_refused(program):
    bob = program("bob")
    for name in (
        "a%3Fb",
        "%23a",
        "-a",
        ".",
        "..",
        "%20",
        "a" * 300,
        "%5B%5Ba%5D%5D",
        "a%0Ab%E2%80%AE",
    ):
        answer = bob.put(f"/pages/{name}", text="x")
        assert answer.status_code in {404, 422}, name
        assert answer.content_type == "application/problem+json"
    assert bob.get("/pages").get_json()["total"] == 1


def test_changes_of_different_lines_are_merged(program):
    bob, carol = program("bob"), program("carol")
    base = bob.put("/pages/Fiche", text="one\n\ntwo\n\nthree").get_json()["revision"]
    carol.put("/pages/Fiche", text="ONE\n\ntwo\n\nthree", tags=["carol"], base=base)
    merged = bob.put("/pages/Fiche", text="one\n\ntwo\n\nTHREE", base=base)
    assert merged.status_code == 200
    page = merged.get_json()
    assert (page["text"], page["tags"], page["revision"]) == ("ONE\n\ntwo\n\nTHREE", ["carol"], 3)


def test_missing_keys_keep_their_values(program):
    bob, carol = program("bob"), program("carol")
    base = bob.put("/pages/Fiche", text="one", title="First").get_json()["revision"]
    carol.put("/pages/Fiche", title="Carol's", base=base)
    page = bob.put("/pages/Fiche", text="two", base=base).get_json()
    assert (page["title"], page["text"]) == ("Carol's", "two")


def test_conflict_returns_the_current_page_and_saves_nothing(program):
    bob, carol = program("bob"), program("carol")
    base = bob.put("/pages/Fiche", text="one", title="First").get_json()["revision"]
    now = carol.put("/pages/Fiche", text="two", base=base).get_json()
    refused = bob.put("/pages/Fiche", text="three", base=base)
    assert refused.status_code == 409
    assert refused.content_type == "application/problem+json"
    problem = refused.get_json()
    assert (problem["page"], problem["conflicts"], problem["status"]) == (now, ["text"], 409)
    assert bob.get("/pages/Fiche").get_json() == now
    again = bob.put("/pages/Fiche", text="two and three", base=problem["page"]["revision"])
    assert again.get_json()["revision"] == 3


def test_without_base_the_last_save_wins(program):
    program("bob").put("/pages/Fiche", text="one")
    program("carol").put("/pages/Fiche", text="two")
    assert program("bob").put("/pages/Fiche", text="three").get_json()["revision"] == 3


def test_unknown_base_is_refused(program):
    bob = program("bob")
    refused = bob.put("/pages/Nulle-part", text="x", base=1)
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["base"])
    bob.put("/pages/Fiche", text="x")
    refused = bob.put("/pages/Fiche", text="y", base=9)
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["base"])
    assert bob.get("/pages/Nulle-part").status_code == 404
    assert bob.get("/pages/Fiche").get_json()["text"] == "x"


def test_owner_sets_rules_with_the_page(program):
    bob = program("bob")
    page = bob.put(
        "/pages/Cercle", text=SECRET, rules={"read": "@friends", "write": "bob"}
    ).get_json()
    assert page["rules"] == {"read": "@friends", "write": "bob", "comment": "+"}
    assert program("carol").get("/pages/Cercle").get_json()["text"] == SECRET
    assert program("carol").put("/pages/Cercle", text="mine").status_code == 403
    for who in ("xavier", ""):
        assert SECRET not in program(who).get("/pages/Cercle").text
    freed = bob.put("/pages/Cercle", rules={"read": ""}).get_json()
    assert freed["rules"] == {"read": "*", "write": "bob", "comment": "+"}
    assert freed["revision"] == 1
    assert program().get("/pages/Cercle").status_code == 200


def test_only_owner_and_admins_set_rules(program):
    program("bob").put("/pages/Fiche", text="one")
    refused = program("carol").put("/pages/Fiche", text="two", rules={"read": "carol"})
    assert refused.status_code == 403
    page = program("bob").get("/pages/Fiche").get_json()
    assert (page["text"], page["rules"]["read"]) == ("one", "*")
    assert program("alice").put("/pages/Fiche", rules={"read": "+"}).status_code == 200
    assert program().put("/pages/Sans-compte", text="x", rules={"read": "+"}).status_code == 403
    assert program("bob").get("/pages/Sans-compte").status_code == 404


def test_invalid_rules_change_nothing(program):
    bob = program("bob")
    bob.put("/pages/Fiche", text="one")
    for rules in ({"read": "@nowhere"}, {"write": "zoe"}, {"comment": "!%"}):
        refused = bob.put("/pages/Fiche", text="two", rules=rules)
        assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["rules"])
    page = bob.get("/pages/Fiche").get_json()
    assert (page["text"], page["revision"]) == ("one", 1)
    refused = bob.put("/pages/Neuve", text="two", rules={"read": "zoe"})
    assert refused.status_code == 422
    assert bob.get("/pages/Neuve").status_code == 404


def test_read_only_page_is_not_changed(world, program):
    program("bob").put("/pages/Fiche", text="one", rules={"write": "bob"})
    for who in ("xavier", ""):
        assert program(who).put("/pages/Fiche", text="two").status_code == 403
        assert program(who).delete("/pages/Fiche").status_code == 403
    assert world.text("Fiche") == "one"


def test_hidden_page_is_neither_changed_nor_revealed(world, program):
    world.page("Secret-page", SECRET, title=SECRET, read="@friends")
    xavier = program("xavier")
    for answer in (
        xavier.put("/pages/Secret-page", text="mine"),
        xavier.put("/pages/secret page", text="mine", rules={"read": "*"}),
        xavier.delete("/pages/Secret-page"),
    ):
        assert answer.status_code == 404
        assert SECRET not in answer.text
    hidden = xavier.put("/pages/Secret-page", text="mine", base=1)
    missing = xavier.put("/pages/No-page", text="mine", base=1)
    assert (hidden.status_code, hidden.data) == (missing.status_code, missing.data)
    assert world.text("Secret-page") == SECRET


def test_closed_wiki_refuses_anonymous_changes(world, program):
    world.page("Fiche", "one")
    with world.app.app_context(), db.write() as session:
        settings.put(session, anonymous_edit=False)
    assert program().put("/pages/Neuve", text="x").status_code == 403
    assert program().put("/pages/Fiche", text="x").status_code == 403
    assert program().delete("/pages/Fiche").status_code == 403
    assert world.text("Fiche") == "one"
    assert program("xavier").put("/pages/Neuve", text="x").status_code == 201


def test_page_goes_to_the_trash_and_its_name_is_not_reused(program):
    bob = program("bob")
    bob.put("/pages/Vieille", text="x")
    gone = bob.delete("/pages/Vieille")
    assert (gone.status_code, gone.data) == (204, b"")
    assert bob.delete("/pages/Vieille").status_code == 404
    refused = bob.put("/pages/Vieille", text="y")
    assert (refused.status_code, [*refused.get_json()["errors"]]) == (422, ["name"])


def test_home_page_cannot_be_put_in_the_trash(program):
    assert program("alice").delete("/pages/Home").status_code == 403
    assert program().get("/pages/Home").status_code == 200


def test_text_over_the_limit_is_too_large(world, program):
    limit = world.app.config["GARE"].max_page_kb * 1024
    bob = program("bob")
    assert bob.put("/pages/Longue", text="a" * (limit + 1)).status_code == 413
    assert bob.put("/pages/Longue", text="a").status_code == 201
    refused = bob.put("/pages/Longue", text="é" * (limit // 2 + 1))
    assert refused.status_code == 413
    assert (
        bob.send("PUT", "/pages/Longue", b'{"text": "' + b"a" * 7 * limit + b'"}').status_code
        == 413
    )
    assert world.text("Longue") == "a"
