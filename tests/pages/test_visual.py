"""The visual mode's server side: blocks for who writes, which of them may be written anew, and the choice."""

from __future__ import annotations

import json

from tests.pages.test_edit import close
from tests.world import World
from wiki.pages.editing import visual_mode

TEXT = "# One\n\nA *word*.\n\n::: note\n[[Secret]]\n:::\n"


def check(world: World, text: str, written: object, who: str = "bob"):
    form = {"text": text, "written": written if isinstance(written, str) else json.dumps(written)}
    return world.browser(who).post("/-/visual/check", form)


def test_blocks_come_with_their_source_and_what_has_no_tools_as_it_looks(world: World):
    world.page("Secret", "zyxqv7", title="Zyxqv7 title", read="@friends")
    told = world.browser().post("/-/visual", {"text": TEXT}).json
    assert [block["kind"] for block in told["blocks"]] == ["heading", "paragraph", "box"]
    assert "".join(b["gap"] + b["source"] for b in told["blocks"]) + told["rest"] == TEXT
    assert "html" not in told["blocks"][1]
    assert '<div class="box">' in told["blocks"][2]["html"]
    # The box is filled for its reader: who may not read a page is not told its title.
    assert "missing" in told["blocks"][2]["html"] and "Zyxqv7" not in json.dumps(told)
    known = world.browser("bob").post("/-/visual", {"text": TEXT}).json
    assert "missing" not in known["blocks"][2]["html"]


def test_only_so_many_blocks_are_drawn(world: World, monkeypatch):
    monkeypatch.setattr(visual_mode, "MOST_SHOWN", 2)
    told = world.browser().post("/-/visual", {"text": "<p>x</p>\n\n" * 4 + "word"}).json
    assert [bool(block.get("html")) for block in told["blocks"]] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_what_looks_the_same_may_be_written_anew(world: World):
    answer = check(world, TEXT, ["# One", "A _word_.", None])
    assert answer.json == {"verbatim": [2]}


def test_block_that_would_look_otherwise_stays_as_typed(world: World):
    text = "A.\n\nB.\n\nC."
    assert check(world, text, ["A.", "*B.*", "C."]).json == {"verbatim": [1]}
    assert check(world, text, ["x", "y", "z"]).json == {"verbatim": [0, 1, 2]}


def test_block_that_changes_its_neighbour_is_found(world: World):
    # Alone it looks the same; before the line of dashes it becomes a title.
    text = "A.\n***\nB.\n\nC."
    assert check(world, text, ["A.", "---", "B.", "C."]).json == {"verbatim": [1]}


def test_search_for_what_changes_ends(world: World, monkeypatch):
    monkeypatch.setattr(visual_mode, "MOST_READ", 40)
    answer = check(world, "A.\n***\nB.\n\nC.", ["A.", "---", "B\\.", "C\\."]).json
    assert "depend on one another" in answer["refused"]


def test_references_and_notes_are_known_to_each_block(world: World):
    text = "[here][r] and a note[^1].\n\n[r]: https://example.org\n[^1]: Note."
    written = ["[here](https://example.org) and a note[^1].", None]
    assert check(world, text, written).json == {"verbatim": [1]}


def test_bad_or_big_input_is_refused(world: World):
    for written in ("", "{}", "[1]", [], ["a", "b", "c", "d"]):
        assert check(world, "A.", written).status_code == 400, written
    assert check(world, "A.", ["x" * 600_000]).status_code == 413
    told = world.browser().post("/-/visual", {"text": "a" * 250_001})
    assert "250,000 characters" in told.json["refused"]
    assert (
        "intricate" in world.browser().post("/-/visual", {"text": ">" * 200 + " a"}).json["refused"]
    )


def test_closed_wiki_keeps_its_visual_mode_to_its_people(world: World):
    close(world)
    outsider = world.browser()
    assert outsider.get("/-/visual").status_code == 403
    assert outsider.post("/-/visual", {"text": "a"}).status_code == 403
    assert outsider.post("/-/visual/check", {"text": "a", "written": '["a"]'}).status_code == 403
    assert world.browser("bob").get("/-/visual").status_code == 200


def test_choice_is_of_the_person(world: World):
    world.page("Open", "Text.")
    bob = world.browser("bob")
    assert "data-on" not in bob.get("/Open/edit").text
    assert bob.post("/-/visual/choice", {"on": "1"}).status_code == 204
    assert "data-on" in bob.get("/Open/edit").text
    assert "data-on" not in world.browser("carol").get("/Open/edit").text
    assert world.browser().post("/-/visual/choice", {"on": "1"}).status_code in (303, 403)
    profile = {"display_name": "Bob", "email": "bob@example.org"}
    bob.post("/-/profile", profile | {"visual": "1"})
    assert "data-on" in bob.get("/Open/edit").text
    bob.post("/-/profile", profile)
    assert "data-on" not in bob.get("/Open/edit").text
