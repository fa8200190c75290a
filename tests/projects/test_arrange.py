"""Arranging a station: every action is one revision, by who may write it, and two people's are merged."""

from __future__ import annotations

import re

import pytest

from tests.projects.stations import AT, KEY, blocks, make_station, station
from wiki.projects.station import merge_blocks


@pytest.fixture
def arranged(world):
    """A station of Bob's with three platforms."""
    make_station(world, "meetings", "documents", "search")


def act(world, action, *, block="", name="bob", **more):
    """Do one action on a platform, named by its macro."""
    ids = {one["macro"]: one["id"] for one in station(world).head.data["blocks"]}
    data = {"action": action, "block": ids.get(block, block), **more}
    return world.browser(name).post(f"{AT}/arrange", data)


def one(world, macro):
    return next(row for row in station(world).head.data["blocks"] if row["macro"] == macro)


@pytest.mark.usefixtures("arranged")
def test_platforms_move_and_stop_at_the_ends(world):
    assert act(world, "down", block="meetings").status_code == 303
    assert blocks(world) == ["documents", "meetings", "search"]
    act(world, "up", block="search")
    assert blocks(world) == ["documents", "search", "meetings"]
    act(world, "up", block="documents")
    act(world, "down", block="meetings")
    assert blocks(world) == ["documents", "search", "meetings"]
    # What changed nothing added no revision.
    assert station(world).revision_no == 3


@pytest.mark.usefixtures("arranged")
def test_order_of_a_drag_is_kept_and_unnamed_platforms_stay_last(world):
    ids = {row["macro"]: row["id"] for row in station(world).head.data["blocks"]}
    assert act(world, "order", order=[ids["search"], ids["meetings"], "gone"]).status_code == 303
    assert blocks(world) == ["search", "meetings", "documents"]


@pytest.mark.usefixtures("arranged")
def test_hidden_platform_is_not_shown_until_it_is_again(world):
    act(world, "hide", block="documents")
    assert "voie-3" not in world.browser().get(f"/{KEY}").text
    act(world, "show", block="documents")
    assert "voie-3" in world.browser().get(f"/{KEY}").text


@pytest.mark.usefixtures("arranged")
def test_platforms_are_added_and_removed(world):
    assert act(world, "add", macro="purpose").status_code == 303
    assert act(world, "remove", block="documents").status_code == 303
    assert blocks(world) == ["meetings", "search", "purpose"]
    assert act(world, "add", macro="entries").status_code == 422
    assert act(world, "remove", block="gone").status_code == 422
    assert act(world, "burn").status_code == 400


@pytest.mark.usefixtures("arranged")
def test_settings_of_a_platform_are_its_own_parameters_only(world):
    act(world, "add", macro="discuss")
    sent = {"value-url": " https://chat.example/four ", "value-evil": "x"}
    assert act(world, "set", block="discuss", title="  Our   room ", **sent).status_code == 303
    found = one(world, "discuss")
    assert (found["title"], found["values"]) == (
        "Our room",
        {"url": "https://chat.example/four", "text": ""},
    )
    html = world.browser().get(f"/{KEY}").text
    assert "Our room" in html and 'href="https://chat.example/four"' in html


@pytest.mark.usefixtures("arranged")
def test_room_with_a_scheme_to_run_is_never_a_link(world):
    act(world, "add", macro="discuss")
    act(world, "set", block="discuss", **{"value-url": "javascript:alert(1)"})
    html = world.browser().get(f"/{KEY}").text
    assert 'href="javascript:' not in html
    assert "This address does not look right" in html


@pytest.mark.usefixtures("arranged")
def test_words_of_the_station_are_saved_with_its_stages(world):
    stages = "x Oven built | in March\n> First batch\nMarket\n\n"
    words = {"title": "Le Fournil", "purpose": " Bread  for all ", "contact": "mailto:a@b.example"}
    assert act(world, "words", stages=stages, text="Come in", **words).status_code == 303
    data = station(world).head.data
    assert (data["purpose"], data["contact"]) == ("Bread for all", "mailto:a@b.example")
    assert [(stage["label"], stage["note"], stage["state"]) for stage in data["stages"]] == [
        ("Oven built", "in March", "done"),
        ("First batch", "", "here"),
        ("Market", "", "todo"),
    ]
    assert len(data["blocks"]) == 3


@pytest.mark.usefixtures("arranged")
@pytest.mark.parametrize(
    "typed",
    [
        {"contact": "javascript:alert(1)"},
        {"contact": " JavaScript:alert(1)"},
        {"contact": "data:text/html,x"},
        {"contact": "just words"},
        {"purpose": " "},
        {"title": ""},
    ],
    ids=str,
)
def test_words_that_cannot_be_taken_are_refused_and_given_back(world, typed):
    words = {"title": "Le Fournil", "purpose": "Bread", "greeting": "Hello you"} | typed
    answer = act(world, "words", **words)
    assert answer.status_code == 422
    assert "Hello you" in answer.text
    assert station(world).revision_no == 1


@pytest.mark.usefixtures("arranged")
def test_who_may_not_write_may_not_arrange(world):
    world.browser("alice").post(f"/{KEY}/rights", {"read": "*", "write": "bob", "comment": ""})
    assert act(world, "hide", block="search", name="xavier").status_code == 403
    assert world.browser("xavier").get(f"{AT}/arrange").status_code == 403
    assert not one(world, "search")["hidden"]


def block(key, **more):
    return {"id": key, "macro": "search", "title": "", "values": {}, "hidden": False, **more}


A, B, C = block("a"), block("b"), block("c")


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ([B, A], [A, B], [B, A]),
        ([A, B], [B, A], [B, A]),
        ([A, B, C], [A, B, block("d")], [A, B, C, block("d")]),
        ([A], [A, B], [A]),
        ([A, B], [B], [B]),
        ([block("a", title="Mine"), B], [A, block("b", title="Theirs")], "both"),
        ([block("a", title="Mine"), B], [block("a", title="Theirs"), B], "mine"),
        ([A, B], [A, block("b", hidden=True)], [A, block("b", hidden=True)]),
    ],
    ids=["my order", "their order", "both add", "I remove", "they remove", "apart", "same", "hide"],
)
def test_two_arrangements_are_merged_by_block(mine, theirs, merged):
    known = {
        "both": [block("a", title="Mine"), block("b", title="Theirs")],
        "mine": [block("a", title="Mine"), B],
    }
    wanted = known[merged] if isinstance(merged, str) else merged
    assert merge_blocks([A, B], mine, theirs) == wanted


@pytest.mark.usefixtures("arranged")
def test_platform_is_widened_and_placed_on_phones(world):
    assert act(world, "widen", block="documents").status_code == 303
    assert act(world, "set", block="meetings", phone="last").status_code == 303
    assert act(world, "set", block="search", phone="sideways").status_code == 303
    assert one(world, "documents")["wide"] and one(world, "meetings")["phone"] == "last"
    assert one(world, "search")["phone"] == ""
    assert "phone-last" in world.browser().get(f"/{KEY}").text
    # Settings sent without a word about phones leave them as they are.
    act(world, "set", block="meetings", title="Our meetings")
    assert one(world, "meetings")["phone"] == "last"
    act(world, "narrow", block="documents")
    assert not one(world, "documents")["wide"]


@pytest.mark.usefixtures("arranged")
def test_only_ones_own_last_change_is_undone(world):
    act(world, "remove", block="documents")
    carol = world.browser("carol")
    carol.post(f"{AT}/arrange/undo")
    assert blocks(world) == ["meetings", "search"]
    bob = world.browser("bob")
    assert bob.post(f"{AT}/arrange/undo").status_code == 303
    assert blocks(world) == ["meetings", "documents", "search"]
    assert "Change undone" in bob.get(f"/{KEY}/history").text


@pytest.mark.usefixtures("arranged")
def test_own_menu_leads_to_pages_and_addresses_and_runs_nothing(world):
    words = {"title": "Le Fournil", "purpose": "Bread", "tags": "bread, oven"}
    menu = "Recipes | Our recipes\nForum | https://forum.example\nHome"
    assert act(world, "words", menu=menu, **words).status_code == 303
    html = world.browser().get(f"/{KEY}").text
    assert 'href="/Our-recipes"' in html and 'href="https://forum.example"' in html
    assert 'href="/Home"' in html and 'href="/-/tags/oven"' in html
    bad = act(world, "words", menu="Bad | javascript:alert(1)", **words)
    assert bad.status_code == 422 and "Bad | javascript" in bad.text


@pytest.mark.usefixtures("arranged")
def test_station_becomes_a_template_without_what_is_its_own(world):
    act(world, "add", macro="discuss")
    act(world, "set", block="discuss", title="Our room", **{"value-url": "https://zyxq.example"})
    act(world, "add", macro="agenda")
    act(world, "set", block="agenda", **{"value-limit": "3"})
    act(world, "widen", block="agenda")
    stages = {"stages": "x Oven | zyxqnote\nMarket", "contact": "mailto:zyxq@a.example"}
    act(world, "words", title="Le Fournil", purpose="zyxq", **stages)
    bob = world.browser("bob")
    assert bob.post(f"{AT}/template", {"template_title": " "}).status_code == 422
    kept = {"template_title": "Bakery", "template_words": "For ovens"}
    assert bob.post(f"{AT}/template", kept).status_code == 303
    xavier = world.browser("xavier")
    first = xavier.get("/-/projects/new").text
    key = re.search(r"own-\d+", first)[0]
    assert "Bakery" in first and "For ovens" in first and "zyxq" not in first
    asked = {"title": "Le Four", "purpose": "More", "template": key, "step": "open"}
    macros = ["meetings", "documents", "search", "discuss", "agenda"]
    assert xavier.post("/-/projects/new", asked | {"blocks": macros}).status_code == 303
    data = station(world, "Le-Four").head.data
    assert "zyxq" not in str(data)
    assert [block["macro"] for block in data["blocks"]] == macros
    assert data["blocks"][3]["title"] == "Our room"
    assert data["blocks"][4]["values"] == {"limit": "3"} and data["blocks"][4]["wide"]
    assert [stage["label"] for stage in data["stages"]] == ["Oven", "Market"]
    number = key.removeprefix("own-")
    assert xavier.post(f"/-/projects/templates/{number}/removal").status_code == 404
    assert bob.post(f"/-/projects/templates/{number}/removal").status_code == 303
    assert "Bakery" not in xavier.get("/-/projects/new").text
