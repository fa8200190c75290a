"""Suggestions and moderation votes through the API, with the permissions of the browser."""

from __future__ import annotations

import pytest

from tests.bazar.people import add, field, make_with
from tests.bazar.test_contribution import change_terms
from wiki.core.access import SYSTEM
from wiki.pages import find, rights

WAY = "/forms/orgs/entries/Marée-Basse/suggestions"


@pytest.fixture
def entry(world) -> str:
    make_with(
        world,
        field("story", "longtext", "Story"),
        field("phone", "phone", "Phone", read="@friends", write="@friends"),
        key="orgs",
    )
    name = add(world, "Marée Basse", story="One.", phone="0299")
    with world.app.app_context():
        page = find.page_or_404(name, actor=SYSTEM)
        rights.set_rules(page, actor=SYSTEM, write="@friends")
    return name


def test_suggestion_is_listed_and_accepted_or_refused(world, entry, program):
    xavier, bob = program("xavier"), program("bob")
    assert program().post(WAY, data={"story": "No."}).status_code == 403
    assert bob.post(WAY, data={"story": "Mine to write."}).status_code == 403
    assert xavier.post(WAY, data={"phone": "0600"}).status_code == 422
    answer = xavier.post(WAY, data={"story": "Two."}, summary="It moved")
    assert answer.status_code == 201
    number = answer.get_json()["number"]
    assert xavier.get("/forms/orgs/suggestions").get_json() == {"total": 0, "items": []}
    (suggestion,) = bob.get("/forms/orgs/suggestions").get_json()["items"]
    assert (suggestion["number"], suggestion["author"], suggestion["summary"]) == (
        number,
        "Xavier Outside",
        "It moved",
    )
    assert suggestion["changes"] == [
        {"field": "story", "label": "Story", "now": "One.", "proposed": "Two."}
    ]
    assert xavier.put(f"/forms/orgs/suggestions/{number}/acceptance").status_code == 404
    accepted = bob.put(f"/forms/orgs/suggestions/{number}/acceptance")
    assert accepted.get_json()["data"]["story"] == "Two."
    assert accepted.get_json()["author"] == "Xavier Outside"
    assert accepted.get_json()["data"]["phone"] == "0299"
    again = xavier.post(WAY, data={"story": "Three."}).get_json()["number"]
    assert bob.put(f"/forms/orgs/suggestions/{again}/refusal", reason="No.").status_code == 204
    assert bob.put(f"/forms/orgs/suggestions/{again}/refusal").status_code == 404
    assert bob.get("/forms/orgs/entries/Marée-Basse").get_json()["data"]["story"] == "Two."


def test_votes_publish_an_entry_and_only_moderators_see_the_queue(world, program):
    make_with(world, field("story", "longtext", "Story"), key="orgs")
    change_terms(world, "orgs", moderated=True, moderators="@friends", approvals=2)
    name = program("xavier").post("/forms/orgs/entries", title="Neuve").get_json()["name"]
    way = f"/forms/orgs/waiting/{name}/vote"
    for who in ("", "xavier"):
        assert program(who).get("/forms/orgs/waiting").status_code == 403
        assert program(who).put(way).status_code == 403
    bob, carol = program("bob"), program("carol")
    for _twice in range(2):
        assert bob.put(way).get_json() == {"published": False}
    (row,) = bob.get("/forms/orgs/waiting").get_json()["items"]
    assert (row["name"], row["votes"], row["voted"], row["needed"]) == (name, 1, True, 2)
    assert program().get(f"/forms/orgs/entries/{name}").status_code == 404
    assert carol.put(way).get_json() == {"published": True}
    assert program().get(f"/forms/orgs/entries/{name}").status_code == 200
    assert carol.put(way).status_code == 404
