"""Two people on one page: what merges by itself, and what is put before the second one."""

from __future__ import annotations

import re
from html import unescape

from tests.pages.test_edit import fields
from wiki.core import db
from wiki.pages import find
from wiki.pages.editing.conflict import join_texts
from wiki.pages.models import Revision

TEXT = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph."


def test_different_paragraphs_are_brought_together(world):
    world.page("Shared", TEXT, title="T")
    world.browser("bob").post("/Shared", {"text": TEXT.replace("First", "Bob's"), "base": "1"})
    carol = world.browser("carol")
    answer = carol.post("/Shared", {"text": TEXT.replace("Third", "Carol's"), "base": "1"})
    assert answer.status_code == 303
    assert world.text("Shared") == "Bob's paragraph.\n\nSecond paragraph.\n\nCarol's paragraph."
    assert "together with what others wrote" in carol.get("/Shared").text


def test_same_line_shows_both_texts_and_loses_none(world):
    world.page("Shared", TEXT, title="T")
    world.browser("bob").post("/Shared", {"text": TEXT.replace("Second", "Bob's"), "base": "1"})
    carol = world.browser("carol")
    answer = carol.post(
        "/Shared", {"text": TEXT.replace("Second", "Carol's"), "base": "1", "summary": "mine"}
    )
    assert answer.status_code == 409
    assert world.text("Shared") == TEXT.replace("Second", "Bob's")
    whole = [
        unescape(text) for text in re.findall(r"readonly>\n?(.*?)</textarea>", answer.text, re.S)
    ]
    assert whole == [TEXT.replace("Second", "Bob's"), TEXT.replace("Second", "Carol's")]
    assert "Bob Member" in answer.text
    assert "<ins>Bob&#39;s</ins>" in answer.text
    assert "<ins>Carol&#39;s</ins>" in answer.text
    form = fields(answer.text)
    assert (form["base"], form["summary"]) == ("2", "mine")
    assert carol.post("/Shared", form).status_code == 303
    saved = world.text("Shared")
    assert saved == "First paragraph.\n\nBob's paragraph.\n\nCarol's paragraph.\n\nThird paragraph."


def test_conflict_of_titles_says_what_stands(world):
    world.page("Shared", TEXT, title="Before")
    world.browser("bob").post("/Shared", {"title": "Bob's", "base": "1"})
    answer = world.browser("carol").post("/Shared", {"title": "<b>Carol's", "base": "1"})
    assert answer.status_code == 409
    assert fields(answer.text)["title"] == "<b>Carol's"
    assert "“Bob&#39;s”" in answer.text
    assert "<b>Carol" not in answer.text


def test_tags_of_both_are_kept(world):
    world.page("Shared", TEXT, title="T", tags=("one",))
    world.browser("bob").post("/Shared", {"tags": "one, two", "base": "1"})
    world.browser("carol").post("/Shared", {"tags": "three", "base": "1"})
    with world.app.app_context():
        assert find.page_or_404("Shared", actor=world.actor()).head.tags == ["two", "three"]


def test_third_save_over_the_conflict_screen_conflicts_again(world):
    world.page("Shared", "line", title="T")
    world.browser("bob").post("/Shared", {"text": "line of Bob", "base": "1"})
    carol = world.browser("carol")
    form = fields(carol.post("/Shared", {"text": "line of Carol", "base": "1"}).text)
    world.browser("xavier").post("/Shared", {"text": "line of Xavier", "base": "2"})
    answer = carol.post("/Shared", form)
    assert answer.status_code == 409
    assert {"line of Carol", "line of Bob", "line of Xavier"} <= set(
        fields(answer.text)["text"].split("\n")
    )


def test_every_save_stands_in_the_history(world):
    world.page("Shared", "\n\n".join(f"paragraph {n}" for n in range(12)), title="T")
    for n in range(12):
        text = world.text("Shared") if n % 2 else "\n\n".join(f"paragraph {k}" for k in range(12))
        changed = text.replace(f"paragraph {n}", f"changed {n}", 1)
        base = str(_head(world)) if n % 2 else "1"
        assert world.browser().post("/Shared", {"text": changed, "base": base}).status_code == 303
    assert world.text("Shared").count("changed") == 12
    with world.app.app_context():
        assert db.session().query(Revision).count() >= 13


def test_text_deleted_on_one_side_and_changed_on_the_other_is_kept():
    assert join_texts("a\n\nb\n\nc", "a\n\nc", "a\n\nB!\n\nc") == "a\n\nB!\n\nc"


def _head(world) -> int:
    with world.app.app_context():
        return find.page_or_404("Shared", actor=world.actor()).revision_no
