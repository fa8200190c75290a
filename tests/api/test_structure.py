"""Moves, review dates and maintenance lists through the API, with the permissions of the token's owner."""

from __future__ import annotations

from wiki.core import jobs


def test_page_is_renamed_and_the_move_undone(world, program):
    world.page("Old", "text", author="bob")
    world.page("One", "[[Old]]")
    bob = program("bob")
    answer = bob.post("/pages/Old/moves", name="New", title="Newer")
    assert answer.status_code == 201
    move = answer.get_json()
    assert (move["state"], move["total"]) == ("working", 1)
    with world.app.app_context():
        jobs.run_due()
    assert bob.get(f"/moves/{move['id']}").get_json()["state"] == "done"
    assert world.text("One") == "[[New]]"
    assert program("carol").get(f"/moves/{move['id']}").status_code == 404
    assert program().get(f"/moves/{move['id']}").status_code == 404
    assert bob.delete(f"/moves/{move['id']}").get_json()["state"] == "undoing"
    with world.app.app_context():
        jobs.run_due()
    assert world.text("One") == "[[Old]]"
    assert bob.delete(f"/moves/{move['id']}").status_code == 422


def test_invalid_move_is_refused(world, program):
    world.page("Old", "text", author="bob")
    world.page("Taken", "text")
    for body, key in (({"name": "taken"}, "name"), ({"parent": "Nowhere"}, "parent")):
        answer = program("bob").post("/pages/Old/moves", **body)
        assert answer.status_code == 422
        assert key in answer.get_json()["errors"]
    assert program("carol").post("/pages/Old/moves", name="X").status_code == 422


def test_review_dates_and_garden(world, program):
    world.page("Old", "text [[Nowhere]]")
    world.page("Hidden", "[[Elsewhere]]", title="zyxq", read="@admins")
    bob = program("bob")
    body = {"until": "2020-01-01", "reviewer": "carol", "read": True}
    review = bob.put("/pages/Old/review", **body).get_json()
    assert (review["until"], review["reviewer"], review["read_by"]) == (
        "2020-01-01",
        "carol",
        "Bob Member",
    )
    assert bob.put("/pages/Old/review", until="x").status_code == 422
    assert bob.get("/pages/Old/review").get_json() == review
    assert bob.get("/garden").get_json()["stale"] == 1
    listed = bob.get("/garden/stale").get_json()
    assert [(row["name"], row["about"]) for row in listed["items"]] == [("Old", "2020-01-01")]
    missing_pages = bob.get("/garden/wanted").get_json()
    assert "Elsewhere" not in str(missing_pages) and "Nowhere" in str(missing_pages)
    assert "zyxq" not in str(
        [bob.get(f"/garden/{key}").get_json() for key in ("orphans", "dead-ends")]
    )
    assert bob.get("/garden/weeds").status_code == 404
