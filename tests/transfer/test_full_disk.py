"""A disk that is full: what one sends is refused in words and comes back, and all goes on once there is room."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.world import PASSWORD, World
from wiki import worker
from wiki.core import db, files

TYPED = "What I typed, at length. " * 4_000 + "End"


@contextmanager
def full(app: Flask) -> Iterator[None]:
    """Let the database grow no more: SQLite says what it says of a disk without room."""
    engine = app.extensions["gare.db"].writer
    least = "PRAGMA max_page_count = 1"  # no less than there is

    def close(connection: object, _record: object, _proxy: object) -> None:
        connection.execute(least)  # type: ignore[attr-defined]

    event.listen(engine, "checkout", close)
    try:
        yield
    finally:
        event.remove(engine, "checkout", close)
        engine.dispose()


def test_everything_is_refused_whole_and_goes_on_when_there_is_room(world: World) -> None:
    if not world.app.config["GARE"].is_sqlite:
        pytest.skip("SQLite says by itself that there is no room")
    world.page("Open", "before")
    bob, visitor = world.browser("bob"), world.browser()
    page = {"title": "Open", "text": TYPED, "base": "1"}
    asked = {"Sec-Fetch-Site": "same-origin"}
    with full(world.app):
        for browser in (bob, visitor):
            answer = browser.post("/Open", page)
            assert answer.status_code == 507
            assert "No room left on the disk" in answer.text
            assert TYPED in answer.text
        answer = bob.post("/-/new", page | {"name": "Fresh"})
        assert (answer.status_code, TYPED in answer.text) == (507, True)
        for url in ("/Open/draft", "/-/api/v1/pages/Open"):
            sent = bob.client.put(url, json={"title": "Open", "text": TYPED}, headers=asked)
            assert sent.status_code == 507, url
        # What is small may find room yet; it is no fault of ours if it does not.
        signed = world.browser().post("/-/login", {"name": "alice", "password": PASSWORD})
        assert signed.status_code in (303, 507)
        for url in ("/Open", "/-/changes", "/-/search?q=before"):
            assert visitor.get(url).status_code == 200
        assert visitor.get("/Fresh").status_code == 404
        assert world.text("Open") == "before"
    assert bob.post("/Open", page).status_code == 303
    assert world.text("Open") == TYPED
    while worker.tick(world.app):
        pass
    assert "/Open" in visitor.get("/-/search?q=length").text
    with world.app.app_context():
        assert db.session().scalar(text("PRAGMA integrity_check")) == "ok"


@pytest.mark.parametrize("number", [28, 122], ids=["disk", "quota"])
def test_file_without_room_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The disk, or what a host grants, is used up in the middle of a file: no part of it stays."""
    world.page("Open", "before")
    sync = os.fsync

    def fail(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    sent = {"file": (io.BytesIO(b"content"), "a.txt")}
    answer = world.browser("bob").post(
        "/Open/attachments", sent, content_type="multipart/form-data"
    )
    monkeypatch.setattr(os, "fsync", sync)
    assert answer.status_code == 507
    assert "No room left" in answer.text
    with world.app.app_context():
        assert [one for one in Path(files.folder()).rglob("*") if one.is_file()] == []
    assert "a.txt" not in world.browser("bob").get("/Open/attachments").text
