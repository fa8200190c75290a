"""Lists of the wiki: edited, brought in, given out, and shown by the entries that hold their keys."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.bazar.people import add, field, make_with
from tests.world import World
from wiki.bazar.field import BadValue
from wiki.bazar.setup import vocabulary_files
from wiki.bazar.values import vocabularies
from wiki.core import db

REGIONS = [
    {"key": "west", "fr": "Ouest", "en": "West", "color": "#0b5f6b"},
    {"key": "bzh", "fr": "Bretagne", "en": "Brittany", "parent": "west", "icon": "star"},
    {"key": "east", "fr": "Est", "en": "East"},
]


def test_tree_is_found_by_what_a_choice_stands_under(world: World) -> None:
    lists(world)
    make_with(world, field("where", "tree", "Where", facet=True, options={"list": "regions"}))
    add(world, "Coop", where=["bzh"])
    add(world, "Far", where=["east"])
    found = world.browser("bob").get("/-/forms/orgs?where=west").text
    assert "Coop" in found and ">Far<" not in found
    assert re.search(r"<span>West</span>.*<span>Brittany</span>", found, re.DOTALL)


def lists(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        vocabularies.store(session, "regions", title="Regions", values=REGIONS)


def test_label_changed_in_a_list_shows_in_every_entry(world: World) -> None:
    lists(world)
    make_with(world, field("where", "choice", "Where", in_list=True, options={"list": "regions"}))
    name = add(world, "Coop", where="bzh")
    alice = world.browser("alice")
    assert "Brittany" in alice.get(f"/{name}").text
    form = alice.get("/-/lists/regions").text
    base = re.search(r'name="base" value="(\w+)"', form).group(1)  # type: ignore[union-attr]
    typed: dict[str, str] = {"base": base, "rows": "4", "title": "Regions"}
    for at, row in enumerate([*REGIONS, {"fr": "Sud", "en": "South"}]):
        typed |= {f"{at}-{part}": row.get(part, "") for part in ("key", "fr", "en", "parent")}
        typed[f"{at}-order"] = str(at)
    typed["1-en"] = "Little Britain"
    assert alice.post("/-/lists/regions", typed).status_code == 303
    assert "Little Britain" in alice.get(f"/{name}").text
    assert "Coop" in alice.get("/-/forms/orgs?q=little").text
    assert alice.post("/-/lists/regions", typed).status_code == 409
    with world.app.app_context():
        assert [row["key"] for row in vocabularies.options("regions")] == [
            "west",
            "bzh",
            "east",
            "sud",
        ]
    assert alice.post("/-/lists/regions/removal").status_code == 409


@pytest.mark.parametrize("who", ["", "bob"])
def test_lists_are_changed_by_admins_only(world: World, who: str) -> None:
    lists(world)
    browser = world.browser(who)
    assert browser.post("/-/lists/regions", {"title": "x"}).status_code == 403
    assert browser.get("/-/lists").status_code in {303, 403}


@pytest.mark.parametrize("how", [vocabulary_files.as_csv, vocabulary_files.as_json])
def test_list_comes_back_from_a_file(world: World, how: Any) -> None:
    lists(world)
    with world.app.app_context():
        found = vocabularies.named("regions")
        assert found
        rows = vocabulary_files.read(how(found).encode())
        assert vocabularies.checked(vocabulary_files.merged([], rows)) == found.values


def test_list_of_yeswiki_is_read(world: World) -> None:
    old = {"titre_liste": "Type", "label": {"1": "Site web", "2": "Livre"}}
    new = {"nodes": {"0": {"id": "a", "label": "A", "children": [{"id": "b", "label": "B"}]}}}
    with world.app.test_request_context():
        read = [vocabulary_files.read(json.dumps(one).encode()) for one in (old, new)]
        assert [row["key"] for row in vocabularies.checked(read[0])] == ["1", "2"]
        assert vocabularies.checked(read[1])[1]["parent"] == "a"


@pytest.mark.parametrize(
    "rows",
    [
        [{"key": "a", "fr": "A"}, {"key": "A", "fr": "B"}],
        [{"key": "a", "fr": "A", "parent": "b"}, {"key": "b", "fr": "B", "parent": "a"}],
        [{"key": "a", "fr": "A", "parent": "gone"}],
        [{"key": "a", "fr": "A|B"}],
        [{"key": "a", "fr": "A", "color": "red;background:url(x)"}],
        [{"key": "a", "fr": "A", "icon": "x' onload='"}],
        [{}],
        ["x"],
    ],
)
def test_unsound_list_is_refused(world: World, rows: Any) -> None:
    with world.app.test_request_context(), pytest.raises(BadValue):
        vocabularies.checked(rows)
