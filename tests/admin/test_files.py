"""Admins see the files whose text could not be extracted, with the reason, and can retry them."""

from __future__ import annotations

import pytest

from tests.pages.test_attachments import send
from wiki import worker
from wiki.core.extraction import reader


@pytest.fixture
def unread(world, monkeypatch):
    """Create a page with an encrypted file, one extracted in part and a scan without text."""
    endings = {b"1": ("", "encrypted"), b"2": ("half\f", "slow"), b"3": ("\f", "")}
    monkeypatch.setattr(
        reader, "read", lambda path, _limits: reader.Reading(*endings[path.read_bytes()[-1:]])
    )
    world.page("Folder", "text", title="A <b>folder</b>")
    files = [(f"f{n}.pdf", b"%PDF-" + str(n).encode()) for n in (1, 2, 3)]
    send(world.browser("bob"), "Folder", *files, ("fine.txt", b"4"))
    endings[b"4"] = ("fine", "")
    while worker.tick(world.app):
        pass
    return world


def test_unreadable_files_are_listed_with_the_reason(unread):
    html = unread.browser("alice").get("/-/admin/files").text
    for words in ("f1.pdf", "protected by a password", "f2.pdf", "Read in part", "60 seconds"):
        assert words in html
    assert "f3.pdf" in html and "It has no text" in html
    assert "fine.txt" not in html
    assert "A &lt;b&gt;folder&lt;/b&gt;" in html and "<b>folder" not in html


def test_only_admins_see_unreadable_files(unread):
    assert unread.browser("bob").get("/-/admin/files").status_code == 403
    assert unread.browser("bob").post("/-/admin/files").status_code == 403
    assert unread.browser().get("/-/admin/files").status_code in (302, 303, 401, 403)


def test_one_file_or_all_are_retried(unread, monkeypatch):
    alice = unread.browser("alice")
    monkeypatch.setattr(reader, "read", lambda _path, _limits: reader.Reading("now"))
    sha256 = alice.get("/-/admin/files").text.partition('name="sha256"')[2].split('"')[1]
    answer = alice.post("/-/admin/files", {"sha256": sha256}, follow_redirects=True)
    assert "1 file will be read again." in answer.text
    assert answer.text.count('name="sha256"') == 2
    assert "2 files will be read again." in alice.post("/-/admin/files", follow_redirects=True).text
    while worker.tick(unread.app):
        pass
    assert "Every file was read." in alice.get("/-/admin/files").text


def test_unknown_file_is_reported(unread):
    answer = unread.browser("alice").post(
        "/-/admin/files", {"sha256": "x' OR 1"}, follow_redirects=True
    )
    assert "0 files" in answer.text


def test_page_without_files_lists_none(world):
    assert "Every file was read." in world.browser("alice").get("/-/admin/files").text
