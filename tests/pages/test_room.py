"""The host gives the files of a wiki one MB: what happens near it, at it, and how room is made."""

from __future__ import annotations

import io
import os
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.admin.test_appearance import LOOK
from tests.bazar.people import make_form
from tests.bazar.test_intake import choose, figures, upload, work
from tests.bazar.test_spreadsheets import gallery, picture, web
from tests.pages.test_attachments import png, send
from tests.world import Browser, World
from wiki.bazar.entries.suggestions import Suggestion
from wiki.core import db, files, settings
from wiki.core.files import StoredFile
from wiki.pages import find
from wiki.pages.files import attachments
from wiki.pages.images import thumbnails
from wiki.pages.models import Attachment
from wiki.transfer.check import diagnose

__all__ = ["web"]
KB = 1000


def limit(world: World, mb: int = 1) -> None:
    world.app.config["GARE"] = replace(world.app.config["GARE"], max_files_mb=mb)


def fill(world: World, size: int, mark: bytes = b"a") -> str:
    """Put a content of a size in the store, on no page."""
    with world.app.app_context():
        return files.put(io.BytesIO(mark * size)).sha256


def hold(browser: Browser, name: str, content: bytes):
    """Send a file for a page that is not made yet."""
    sent = {"file": (io.BytesIO(content), name)}
    return browser.post("/-/new/files", sent, content_type="multipart/form-data")


def taken(world: World) -> tuple[int, int]:
    """Return the bytes and the files that the wiki counts, the same as lie on the disk."""
    with world.app.app_context():
        there = [one.stat().st_size for one in files.folder().rglob("*") if one.is_file()]
        assert files.used() == sum(there)
        return sum(there), len(there)


def test_full_wiki_says_so_in_words_and_loses_nothing(world: World) -> None:
    limit(world)
    world.page("Page", "text")
    make_form(world)
    bob = world.browser("bob")
    assert send(bob, "Page", ("one.txt", b"1" * 700 * KB)).status_code == 303
    assert "of the 1 MB" not in bob.get("/Page/attachments").text
    assert send(bob, "Page", ("two.txt", b"2" * 200 * KB)).status_code == 303
    for screen in ("/Page/attachments", "/-/forms/orgs/new", "/Page/edit"):
        assert "The files of this wiki take 900 kB of the 1 MB" in bob.get(screen).text, screen
    # One too many, by the page, by the editor, for a page to be, on an entry, as the logo.
    third = ("three.txt", b"3" * 200 * KB)
    said = "no room for this file of 200 kB: the files of this wiki take 900 kB of the 1 MB"
    refused = send(bob, "Page", third)
    assert refused.status_code == 507 and said in refused.text and "two.txt" in refused.text
    refused = send(bob, "Page", third, accept="application/json")
    assert refused.status_code == 507 and said in refused.json["error"]
    refused = hold(bob, *third)
    assert refused.status_code == 507 and said in refused.json["error"]
    answers = {"title": "Arc", "story": "All I typed", "paper": (io.BytesIO(third[1]), "three.txt")}
    refused = bob.post("/-/forms/orgs/new", answers, content_type="multipart/form-data")
    assert refused.status_code == 507 and said in refused.text
    assert "All I typed</textarea>" in refused.text and 'value="Arc"' in refused.text
    # Several at once go in all or none, and what is there already takes no room.
    assert send(bob, "Page", ("four.txt", b"4" * 50 * KB), third).status_code == 507
    assert taken(world) == (900 * KB, 2)
    assert send(bob, "Page", ("again.txt", b"1" * 700 * KB)).status_code == 303
    # Text is saved as ever, by each way in.
    assert (
        bob.post("/-/forms/orgs/new", {"title": "Arc", "story": "All I typed"}).status_code == 303
    )
    assert bob.post("/Page", {"title": "Page", "text": "more", "base": "1"}).status_code == 303
    asked = {"headers": {"Sec-Fetch-Site": "same-origin"}}
    page = {"title": "Page", "text": "by a program"}
    assert bob.client.put("/-/api/v1/pages/Page", json=page, **asked).status_code == 200
    entry = {"title": "Bow"}
    made = bob.client.post("/-/api/v1/forms/orgs/entries", json=entry, **asked)
    assert made.status_code == 201, made.text
    # Full to the last byte: members are told before they choose a file, in their language; admins where they look.
    fill(world, 100 * KB)
    bob.client.set_cookie("lang", "fr")
    assert "Il n’y a plus de place pour des fichiers" in bob.get("/Page/attachments").text
    alice = world.browser("alice")
    assert "Files take 1 MB of the 1 MB allowed." in alice.get("/-/admin").text
    assert "1 MB of 1 MB" in alice.get("/-/admin/files").text
    logo = LOOK | {"logo": (io.BytesIO(png()), "logo.png")}
    refused = alice.post("/-/admin/appearance", logo, content_type="multipart/form-data")
    assert refused.status_code == 507 and "no room for this file" in refused.text
    with world.app.app_context():
        found = {one.about: one for one in diagnose()}["room of files"]
        assert not found.ok and "1.0 MB of the 1 MB allowed" in found.says
        assert settings.get("logo") == ""


def test_without_limit_nothing_is_said_nor_asked(world: World) -> None:
    world.page("Page", "text")
    fill(world, 2_000_000)
    bob = world.browser("bob")
    assert send(bob, "Page", ("one.txt", b"1")).status_code == 303
    assert "host allows" not in bob.get("/Page/attachments").text
    with world.app.app_context():
        assert files.room() is None
    assert "2 MB, without limit" in world.browser("alice").get("/-/admin/files").text


@pytest.mark.data
def test_two_uploads_at_once_share_the_last_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are written whole before either is counted: one finds the room, the other is refused."""
    limit(world)
    fill(world, 500 * KB)
    both, written, ends = threading.Barrier(2), files._written, []

    def wait(stream):
        kept = written(stream)
        both.wait(timeout=30)
        return kept

    monkeypatch.setattr(files, "_written", wait)

    def put(mark: bytes) -> None:
        with world.app.app_context():
            try:
                files.put(io.BytesIO(mark * 300 * KB))
                ends.append("kept")
            except files.NoRoom as error:
                ends.append((error.room.used, error.size))

    threads = [threading.Thread(target=put, args=(mark,)) for mark in (b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends, key=str) == [(800 * KB, 300 * KB), "kept"]
    assert taken(world) == (800 * KB, 2)


def test_import_of_images_tells_the_rows_that_have_no_room(world: World, web) -> None:
    stands, _asked = web
    stands |= {"https://example.org/a.png": picture(), "https://example.org/b.png": picture("blue")}
    gallery(world)
    limit(world)
    fill(world, 1_000_000 - len(picture()))
    alice, url = world.browser("alice"), "/-/forms/photos/imports"
    rows = b"Name;Photo\nA;https://example.org/a.png\nB;https://example.org/b.png\n"
    place = upload(alice, rows, url=url).headers["Location"]
    choose(alice, place)
    work(world)
    done = alice.get(place).text
    assert figures(done) == {"added": 1, "modified": 0, "as they were": 0, "left out": 1}
    assert "no room for this file" in done


@pytest.mark.data
def test_what_is_on_no_page_any_more_is_freed(world: World, gare) -> None:
    """A month later: freed is what was removed or never laid, and nothing that anyone may still want."""
    page = world.page("Page", "text")
    trashed = world.page("Gone", "text")
    bob, alice = world.browser("bob"), world.browser("alice")
    for name in ("kept", "removed", "late"):
        send(bob, "Page", (f"{name}.txt", name.encode() * KB))
    send(bob, "Gone", ("trash.txt", b"trash" * KB))
    alice.post("/Gone/trash")
    held = hold(bob, "held.txt", b"held" * KB).json["held"]
    draft = {"title": "To be", "text": "x", "held": held}
    asked = {"Sec-Fetch-Site": "same-origin"}
    assert bob.client.put("/To-be/draft", data=draft, headers=asked).status_code == 200
    lost, suggested = fill(world, 3 * KB, b"l"), fill(world, 4 * KB, b"s")
    for name in ("removed", "late"):
        bob.post(f"/Page/attachments/{name}.txt/remove")
    old = timedelta(days=40)
    with world.app.app_context(), db.write() as session:
        waits = {"paper": {"sha256": suggested, "name": "s.txt"}}
        common = {"base": 1, "note": "", "author_id": None, "author_name": ""}
        session.add(Suggestion(page_id=page.id, changes=waits, created_at=db.utcnow(), **common))
        session.execute(update(StoredFile).values(sent_at=db.utcnow() - old))
        removed = update(Attachment).where(Attachment.name == "removed.txt")
        session.execute(removed.values(removed_at=db.utcnow() - old))
    before = taken(world)
    assert "2 files can go: 10 kB." in alice.get("/-/admin/files").text
    assert bob.post("/-/admin/files/room").status_code == 403
    assert len(gare("files", "free").stdout.splitlines()) == 2
    assert alice.post("/-/admin/files/room").status_code == 303
    assert taken(world) == (before[0] - 10 * KB, before[1] - 2)
    assert "2 files are deleted for good: 10 kB are free again." in alice.get("/-/admin/files").text
    with world.app.app_context():
        left = set(db.session().scalars(select(StoredFile.sha256)))
        assert lost not in left and suggested in left
        assert find.page_by_id(trashed.id, actor=world.actor("alice"), trashed=True)
    assert bob.get("/Page/attachments/kept.txt").status_code == 200
    # A robot filled the wiki yesterday: that need not wait for a month.
    with world.app.app_context(), db.write() as session:
        session.execute(update(Attachment).values(created_at=db.utcnow() - timedelta(days=2)))
        late = update(Attachment).where(Attachment.name == "late.txt")
        session.execute(late.values(removed_at=db.utcnow() - timedelta(days=2)))
    assert "can go" not in alice.get("/-/admin/files?days=7").text
    assert "1 file can go: 4 kB." in alice.get("/-/admin/files?days=1").text
    alice.post("/-/admin/files/room", {"days": "1"})
    before = (before[0] - 4 * KB, before[1] - 1)
    # What the table says of the disk is made true again, whatever happened to either.
    with world.app.app_context():
        files.path(suggested).unlink()
        (files.folder() / "ab").mkdir(exist_ok=True)
        (files.folder() / "ab" / ("ab" * 32)).write_bytes(b"x" * 7)
    assert f"used\t{before[0] - 14 * KB + 7}" in gare("files", "room").stdout
    taken(world)


def test_content_that_was_freed_is_a_missing_file(world: World) -> None:
    world.page("Page", "text")
    bob = world.browser("bob")
    send(bob, "Page", ("a.txt", b"a"))
    with world.app.app_context(), db.write() as session:
        row = attachments.file_of(find.page_or_404("Page", actor=world.actor("bob")), "a.txt")
        files.drop(session, session.get_one(StoredFile, row.sha256))
    assert bob.get("/Page/attachments/a.txt").status_code == 404


def test_copies_of_images_are_kept_within_the_same_limit(world: World) -> None:
    limit(world)
    with world.app.app_context():
        folder = world.app.config["GARE"].instance / "pictures" / "ab"
        folder.mkdir(parents=True)
        for age in range(6):
            copy = folder / f"{age}.webp"
            copy.write_bytes(b"x" * 200 * KB)
            os.utime(copy, (1_000_000 - age, 1_000_000 - age))
        thumbnails.tidy()
        assert sorted(one.name for one in folder.iterdir()) == ["0.webp", "1.webp"]
        thumbnails.tidy()
        assert len(list(folder.iterdir())) == 2


def test_a_new_count_refuses_to_forget_files_that_are_not_there(world: World, gare) -> None:
    sums = [fill(world, 10, bytes([65 + number])) for number in range(10)]
    counted = taken(world)
    # One that is lost is forgotten; half of them are elsewhere.
    with world.app.app_context():
        files.path(sums[0]).unlink()
    assert gare("files", "room").exit_code == 0
    counted = taken(world)
    with world.app.app_context():
        for sha256 in sums[1:3]:
            files.path(sha256).unlink()
    for words in (["files", "room"], ["upgrade"]):
        answer = gare(*words, ok=False)
        assert answer.exit_code == 1 and "2 of 9 files" in answer.output
        assert str(world.app.config["GARE"].instance / "files") in answer.output
        assert "--forget-missing" in answer.output and "Traceback" not in answer.output
        with world.app.app_context():
            assert files.used() == counted[0]
    assert not list((world.app.config["GARE"].instance).glob("backups/*"))
    assert gare("upgrade", "--forget-missing").exit_code == 0
    taken(world)


def test_the_only_file_that_is_missing_and_a_folder_that_is_not_there_are_refused(
    world: World, gare
) -> None:
    sha256 = fill(world, 10)
    with world.app.app_context():
        files.path(sha256).unlink()
    assert "1 of 1 files" in gare("upgrade", ok=False).output
    with world.app.app_context(), pytest.raises(files.StoreIncomplete):
        files.recount()
    with world.app.app_context():
        assert files.used() == 10 and files.recount(forget_missing=True) == 1 and files.used() == 0
        files.check_whole()


def test_small_part_of_many_files_is_forgotten_unless_it_weighs(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        session.execute(delete(StoredFile))
    sums = [fill(world, 10, b"%03d" % number) for number in range(100)]
    with world.app.app_context():
        for sha256 in sums[:5]:
            files.path(sha256).unlink()
        assert files.recount() == 5
    large = [fill(world, 1000, mark) for mark in (b"y", b"z")]
    with world.app.app_context():
        for sha256 in large:
            files.path(sha256).unlink()
        with pytest.raises(files.StoreIncomplete):
            files.recount()
