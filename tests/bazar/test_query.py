"""Filters, facets, sort and words of lists, and what they must not let out."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from tests.bazar.people import SECRET, Statements, add, make_form, page_id
from tests.world import World
from wiki.bazar.forms import forms
from wiki.bazar.query import results
from wiki.bazar.query.results import Query
from wiki.core import db
from wiki.core.http import Invalid
from wiki.pages import find, rights


@pytest.fixture
def orgs(world: World) -> World:
    """Four entries: Brume 100 % and Écluse of Alice, Arc of Bob; Secret is for friends only."""
    make_form(world)
    add(
        world,
        "Brume 100 %",
        kind="host",
        offers=["mail", "chat"],
        members=12,
        since="2026-01-05",
        words=["sea"],
    )
    add(
        world,
        "Écluse",
        kind="train",
        offers=["files"],
        members=2,
        since="2026-11-24T18:30",
        story="Old_lock\n\nby Brest",
    )
    add(
        world,
        "Arc",
        "bob",
        kind="host",
        offers=["mail"],
        phone=f"0{SECRET}",
        level=SECRET,
        note=SECRET,
    )
    name = add(world, "Secret", kind="host", offers=["chat"], friends=["Arc"])
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404(name, actor=alice), actor=alice, read="@friends")
    return world


def titles(world: World, actor: str = "", **args: Any) -> list[str]:
    return [entry.title for entry in found(world, actor, **args).entries]


def found(world: World, actor: str = "", page_size: int | None = 24, **args: Any) -> results.Found:
    with world.app.test_request_context():
        who = world.actor(actor)
        form = forms.form_or_404("orgs", who)
        given = MultiDict(
            (key.replace("__", "."), one) for key, many in args.items() for one in _list(many)
        )
        return results.find(
            form, results.parse(form, given, actor=who), actor=who, page_size=page_size
        )


def _list(one: Any) -> list[str]:
    return one if isinstance(one, list) else [str(one)]


def counts(result: results.Found, key: str) -> dict[str, int]:
    return {
        value.text: value.count
        for facet in result.facets
        if facet.spec.key == key
        for value in facet.values
    }


def test_filters_are_or_inside_a_field_and_and_between_fields(orgs: World) -> None:
    assert titles(orgs, kind=["host", "train"]) == ["Arc", "Brume 100 %", "Écluse"]
    assert titles(orgs, kind="host", offers=["chat", "files"]) == ["Brume 100 %"]


def test_facet_counts_leave_its_own_filter_out(orgs: World) -> None:
    result = found(orgs, kind="host")
    assert counts(result, "kind") == {"host": 2, "train": 1}
    assert counts(result, "offers") == {"mail": 2, "chat": 1}
    assert [value.label for facet in result.facets for value in facet.values if value.chosen] == [
        "Hosting"
    ]


def test_facets_come_in_the_designers_order(orgs: World) -> None:
    (facet,) = [facet for facet in found(orgs).facets if facet.spec.key == "offers"]
    assert [value.text for value in facet.values] == ["mail", "chat", "files"]


def test_hidden_entry_is_in_no_count(orgs: World) -> None:
    assert found(orgs).total == 3 and found(orgs, "carol").total == 4
    assert counts(found(orgs), "offers")["chat"] == 1
    assert counts(found(orgs, "carol"), "offers")["chat"] == 2


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("title", "Arc"),
        ("-title", "Écluse"),
        ("members", "Écluse"),
        ("-members", "Brume 100 %"),
        ("-since", "Écluse"),
    ],
)
def test_sort_goes_by_what_people_see(orgs: World, sort: str, first: str) -> None:
    assert titles(orgs, sort=sort)[0] == first


@pytest.mark.parametrize("sort", ["members", "-members", "since", "-since"])
def test_entries_without_value_are_sorted_last(orgs: World, sort: str) -> None:
    assert titles(orgs, sort=sort)[-1] == "Arc"


def test_ranges_take_both_ends_in(orgs: World) -> None:
    assert titles(orgs, members__from=2, members__to=12) == ["Brume 100 %", "Écluse"]
    assert titles(orgs, since__from="2026-11-24", since__to="2026-11-24") == ["Écluse"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("brume", ["Brume 100 %"]),
        ("ECLUSE", ["Écluse"]),
        ("brest lock", ["Écluse"]),
        ("hosting", ["Arc", "Brume 100 %"]),
        ("sea", ["Brume 100 %"]),
        ("%", ["Brume 100 %"]),
        ("br_me", []),
        ("'; drop table page; --", []),
    ],
)
def test_words_are_looked_for_literally(orgs: World, words: str, expected: list[str]) -> None:
    assert titles(orgs, q=words) == expected


@pytest.mark.parametrize("who", ["", "xavier", "carol"])
def test_words_of_a_narrower_field_find_nothing(orgs: World, who: str) -> None:
    allowed = {"": 0, "xavier": 1, "carol": 1}[who]
    assert found(orgs, who, q=SECRET).total == allowed


@pytest.mark.parametrize(
    "args",
    [
        {"level": SECRET},
        {"sort": "phone"},
        {"sort": "-level"},
        {"note": "x"},
        {"nothing": "x"},
        {"sort": "body;drop"},
        {"sort": "(select password_hash)"},
        {'a"),(select 1)--': "x"},
        {"members__from": "x"},
        {"kind__from": "1"},
        {"story": "x"},
        {"page": "0"},
        {"page": "-1"},
        {"project": "1 or 1"},
        {"kind__or": "x"},
        {"q": "x" * 201},
        {"phone__from": "1"},
        {"kind": "a\x00b"},
        {"page": "9" * 30},
    ],
)
def test_what_may_not_be_asked_is_refused(orgs: World, args: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        found(orgs, **args)


def test_query_made_by_hand_is_checked_too(orgs: World) -> None:
    with orgs.app.test_request_context():
        form = forms.form_or_404("orgs", orgs.actor())
        for asked in (
            Query(filters={"level": (SECRET,)}),
            Query(sort="phone"),
            Query(ranges={"note": (0, None)}),
        ):
            with pytest.raises(Invalid):
                results.find(form, asked, actor=orgs.actor())


def test_narrower_field_is_no_facet(orgs: World) -> None:
    assert counts(found(orgs), "level") == {}
    assert counts(found(orgs, "xavier"), "level") == {}
    assert counts(found(orgs, "carol"), "level") == {SECRET: 1}
    assert SECRET not in repr(found(orgs).entries[0].data)


def test_entries_hold_what_their_reader_may_read(orgs: World) -> None:
    def keys(who: str) -> set[str]:
        return set(next(entry for entry in found(orgs, who).entries if entry.title == "Arc").data)

    assert keys("") == {"kind", "offers"}
    assert keys("xavier") == {"kind", "offers", "phone"}
    assert keys("carol") == {"kind", "offers", "phone", "level"}
    assert keys("bob") == {"kind", "offers", "phone", "level", "note"}


def test_related_entry_one_may_not_see_is_no_filter(orgs: World) -> None:
    add(orgs, "Ally", friends=["Secret", "Arc"])
    secret = str(page_id(orgs, "Secret"))
    assert titles(orgs, friends=secret) == []
    assert secret not in counts(found(orgs), "friends")
    assert titles(orgs, "carol", friends=secret) == ["Ally"]
    ally = next(entry for entry in found(orgs).entries if entry.title == "Ally")
    assert [one["title"] for one in ally.get("friends")] == ["Arc"]


def test_pages_past_the_last_are_not_there(orgs: World) -> None:
    assert titles(orgs, page_size=2, page=2) == ["Écluse"]
    with pytest.raises(NotFound):
        titles(orgs, page_size=2, page=3)


def test_query_gives_back_its_own_address(orgs: World) -> None:
    asked = found(
        orgs, kind="host", offers=["mail", "chat"], q="br", sort="-title", members__from="1"
    ).query
    assert asked.args() == {
        "kind": ["host"],
        "offers": ["mail", "chat"],
        "q": ["br"],
        "sort": ["-title"],
        "members.from": ["1"],
    }
    assert asked.without("offers", "mail").filters["offers"] == ("chat",)
    assert (
        "members.from" not in asked.without("members").args()
        and not asked.without("members").ranges
    )


def test_macro_parameters_part_values_with_a_bar(orgs: World) -> None:
    with orgs.app.test_request_context():
        form = forms.form_or_404("orgs", orgs.actor())
        assert results.parse(form, {"offers": "mail|chat"}, actor=orgs.actor()).filters == {
            "offers": ("mail", "chat")
        }


@pytest.mark.parametrize("who", ["", "carol"])
def test_list_costs_the_same_with_one_row_and_with_many(app: Flask, world: World, who: str) -> None:
    make_form(world)
    add(world, "First")
    add(
        world,
        "Second",
        "bob",
        kind="host",
        offers=["mail"],
        words=["a"],
        friends=["First"],
        level=SECRET,
    )

    def cost() -> int:
        with app.test_request_context():
            actor = world.actor(who)
            form = forms.form_or_404("orgs", actor)
            with Statements(db.database().reader) as statements:
                asked = results.parse(form, MultiDict({"kind": "host"}), actor=actor)
                result = results.find(form, asked, actor=actor)
                "".join(entry.shown(spec.key) for entry in result.entries for spec in entry.specs)
            return len(statements.seen)

    with_one = cost()
    for number in range(2):
        add(
            world,
            f"More {number}",
            "bob",
            kind="host",
            offers=["chat"],
            words=["b"],
            friends=["Second"],
            level=SECRET,
        )
    assert cost() == with_one
    assert with_one <= 16


def test_form_not_open_to_a_reader_is_not_there(world: World) -> None:
    make_form(world, rules={"read": "@friends"})
    add(world, "Inside")
    with world.app.test_request_context():
        assert not forms.forms_visible(world.actor()) and forms.forms_visible(world.actor("bob"))
        with pytest.raises(NotFound):
            forms.form_or_404("orgs", world.actor("xavier"))
        form = forms.form_or_404("ORGS", world.actor("bob"))
        assert results.find(form, Query(), actor=world.actor("xavier")).total == 0
        assert results.find(form, Query(), actor=world.actor("bob")).total == 1
