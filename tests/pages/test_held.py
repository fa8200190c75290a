"""Files sent while a new page is written: they wait for it, and nobody else's can be had that way."""

from __future__ import annotations

import io

import pytest

from tests.pages.test_attachments import png
from tests.pages.test_edit import fields
from tests.pages.test_show import close
from wiki.pages.editing import drafts

HEADERS = {"Sec-Fetch-Site": "same-origin"}


def hold(browser, *sent: tuple[str, bytes]):
    data = {"file": [(io.BytesIO(content), name) for name, content in sent]}
    return browser.post("/-/new/files", data, content_type="multipart/form-data")


@pytest.mark.data
def test_image_of_a_new_page_waits_and_is_laid_on_it(world):
    bob = world.browser("bob")
    told = hold(bob, ("photo.png", png())).json
    assert told["markdown"] == "![photo](photo.png)"
    typed = {"title": "New one", "text": told["markdown"], "held": told["held"]}
    shown = bob.post("/-/preview", typed).text
    assert f'<img src="/-/new/files/{told["held"][0]}" alt="photo"' in shown
    assert bob.get(f"/-/new/files/{told['held'][0]}").mimetype == "image/png"
    refused = bob.post("/-/new", typed | {"title": ""})
    assert refused.status_code == 422
    assert fields(refused.text)["held"] == told["held"][0]
    assert bob.post("/-/new", typed).status_code == 303
    assert bob.get("/New-one/attachments/photo.png").mimetype == "image/png"
    assert 'src="/New-one/attachments/photo.png"' in bob.get("/New-one").text


def test_file_that_is_refused_says_why(world):
    answer = hold(world.browser("bob"), ("photo.png", b"no image"))
    assert answer.status_code == 422
    assert "photo.png" in answer.json["error"]
    assert hold(world.browser("bob")).status_code == 422


def test_words_that_are_not_ours_bring_nothing(world):
    bob = world.browser("bob")
    word = hold(bob, ("a.txt", b"text")).json["held"][0]
    for bad in ("", "x", "é", word[:-2], f"{word}x"):
        typed = {"title": f"Bad {len(bad)}", "text": "x", "held": bad}
        made = bob.post("/-/new", typed)
        assert made.status_code == 303
        assert "a.txt" not in bob.get(f"{made.location}/attachments").text
    assert bob.get(f"/-/new/files/{word}").status_code == 404, "only images are shown"
    assert bob.get(f"/-/new/files/{word}x").status_code == 404


def test_who_may_not_make_a_page_sends_no_file(world):
    close(world)
    assert hold(world.browser(), ("a.txt", b"text")).status_code == 403


def test_draft_keeps_the_files_that_wait(world):
    bob = world.browser("bob")
    held = hold(bob, ("a.txt", b"text"), ("b.txt", b"more")).json["held"]
    sent = {"text": "typed", "base": "0", "held": held}
    assert bob.client.put("/To-be/draft", data=sent, headers=HEADERS).status_code == 200
    taken = bob.get("/-/new?name=To-be&draft=1").text
    assert all(word in taken for word in held)
    with world.app.app_context():
        draft = drafts.draft_of("To-be", actor=world.actor("bob"))
        assert draft is not None
        assert draft.content["held"] == held
