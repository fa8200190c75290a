"""Bob's bakery moves to another wiki, with all it holds; what it leaves behind leads there; bad archives stay out."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import own_settings, running
from tests.killing import give_back, killed, nth, work_again
from tests.moving.places import KEY, arrive, held, make_fournil, pack, rewritten
from tests.world import World
from wiki import worker
from wiki.accounts import people
from wiki.app import create_app
from wiki.core import db, files
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid
from wiki.pages import find
from wiki.pages.comments import Comment
from wiki.pages.models import Page
from wiki.projects import find as projects
from wiki.projects.models import Invitation, Project
from wiki.transfer.projects import archive_format, import_project
from wiki.transfer.projects.models import Crossing

pytestmark = pytest.mark.data
SITE = "https://elsewhere.example/"


@pytest.fixture
def there(server: str, prepared: Path, tmp_path: Path) -> Iterator[Flask]:
    """Another wiki, where Alice is an admin too."""
    folder = Path(shutil.copytree(prepared, tmp_path / "there"))
    with (
        own_settings(server, f"{tmp_path} there") as settings,
        running(folder, settings | {"base_url": SITE.rstrip("/")}) as app,
    ):
        yield app


def test_project_moves_whole_and_its_addresses_follow(world: World, there: Flask, tmp_path: Path):
    make_fournil(world)
    archive = pack(world.app, tmp_path / "fournil.zip", emails=("bob", "carol"))
    report = arrive(there, archive)
    assert held(there) == held(world.app)
    assert (report["names"], report["lost"], report["invited"]) == ({}, {}, 0)

    while worker.tick(there):
        pass
    away = World(there)
    bob, xavier, nobody = (away.browser(name) for name in ("bob", "xavier", ""))
    # What is derived came by the one save: links, search, departures, the tree, the talk.
    assert bob.get("/-/api/v1/search?q=six").json["total"] >= 1
    assert bob.get("/-/api/v1/search?q=oven").json["total"] == 1
    assert "Rye" in bob.get("/Sourdough").text
    assert "Sourdough" in bob.get("/Rye").text
    assert bob.get("/Le-four").headers["Location"].endswith("/Le-grand-four")
    assert "<strong>safe</strong>" in bob.get("/Le-grand-four/comments").text
    history = bob.get("/Levain/history").text
    assert "turn 2" in history and "Bob Member" in history
    # Rights: Carol, who is known here by her address, and no one else outside.
    assert [browser.get("/Caisse").status_code for browser in (bob, xavier, nobody)] == [
        200,
        404,
        404,
    ]
    assert away.browser("carol").get("/Caisse").status_code == 200
    with there.app_context():
        found = projects.project_or_none(KEY, actor=SYSTEM)
        assert found is not None
        roles = {member.user.name: member.role for member in projects.members(found[0])}
        assert roles == {"bob": "referent", "carol": "gardener", "alice": "referent"}
        replies = db.session().scalars(select(Comment).where(Comment.thread_id.is_not(None))).all()
        assert [one.text for one in replies] == ["It is."]

    # A second time, the same archive says that it is here, and makes nothing.
    with pytest.raises(Invalid, match="here already"):
        arrive(there, archive)

    # At the old place, each address leads on; what one may not read leads nowhere.
    at_home = world.browser("bob")
    receipt = json.dumps(report["receipt"]).encode()
    sent = {"moved_to": SITE, "receipt": (_bytes(receipt), "receipt.json")}
    answer = at_home.post(f"/-/projects/{KEY}/moved", sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    for path in (KEY, "Levain", "Levain/history", "Le-grand-four/attachments/plan.pdf", "Rye"):
        answer = world.browser().get(f"/{path}?x=1")
        assert (answer.status_code, answer.headers["Location"]) == (308, f"{SITE}{path}?x=1")
        assert answer.headers["Cache-Control"] == "no-cache"
    assert world.browser().get("/le-four").headers["Location"] == f"{SITE}Le-grand-four"
    feed = world.browser().get(f"/-/projects/{KEY}/departures.ics").headers["Location"]
    assert feed == f"{SITE}-/projects/{KEY}/departures.ics"
    outside = world.browser("xavier").get("/Caisse")
    assert outside.status_code == 404 and SITE not in outside.text
    assert at_home.get(f"/{KEY}?here=1").status_code == 200
    assert at_home.post("/Levain", {"title": "x", "text": "y", "base": "3"}).status_code == 403
    at_home.post(f"/-/projects/{KEY}/moved", {"moved_to": ""})
    assert world.browser().get(f"/{KEY}").status_code == 200


def test_names_that_are_taken_are_settled_and_links_follow(
    world: World, there: Flask, tmp_path: Path
):
    make_fournil(world)
    away = World(there)
    away.page("Le-grand-four", "Another oven.")
    away.page(KEY, "Another bakery.")
    report = arrive(there, pack(world.app, tmp_path / "fournil.zip"))
    assert report["names"] == {KEY: f"{KEY}-2", "Le-grand-four": "Le-grand-four-2"}
    assert report["key"] == f"{KEY}-2"
    assert away.text("Le-grand-four") == "Another oven."
    assert "[[Le-grand-four-2]]" in away.text("Caisse")
    assert away.browser("bob").get("/Le-four").headers["Location"].endswith("/Le-grand-four-2")
    receipt = report["receipt"]
    assert isinstance(receipt, dict)
    sent = {"moved_to": SITE, "receipt": (_bytes(json.dumps(receipt).encode()), "r.json")}
    where = f"/-/projects/{KEY}/moved"
    world.browser("bob").post(where, sent, content_type="multipart/form-data")
    home = world.browser()
    assert home.get("/Le-grand-four").headers["Location"] == f"{SITE}Le-grand-four-2"
    assert home.get(f"/{KEY}").headers["Location"] == f"{SITE}{KEY}-2"
    # Another project's receipt is refused, and nothing typed is lost.
    other = {"moved_to": SITE, "receipt": (_bytes(b'{"names": {}}'), "r.json")}
    answer = world.browser("bob").post(where, other, content_type="multipart/form-data")
    assert answer.status_code == 422 and SITE in answer.text


def test_archive_holds_what_its_maker_may_read(world: World, tmp_path: Path):
    make_fournil(world)
    whole, bobs = tmp_path / "whole.zip", tmp_path / "bobs.zip"
    pack(world.app, whole)
    pack(world.app, bobs, who="bob", emails=("bob", "carol"))
    everything, his = _words(whole), _words(bobs)
    assert "secretrecipe" in everything and "secretrecipe" not in his
    assert '"inner"' not in his
    # Bob gives his own address and nobody else's; the whole one gives none that was not asked for.
    assert "bob@example.org" in his and "carol@example.org" not in his
    assert "@example.org" not in everything


def test_unknown_names_close_what_they_opened(world: World, there: Flask, tmp_path: Path):
    make_fournil(world)
    with there.app_context(), db.write() as session:
        group = people.find_group("friends")
        assert group is not None
        group.name = group.name_key = "others"
        session.merge(group)
    # No address goes along: Carol is unknown there too, whatever an account of this name may be.
    report = arrive(there, pack(world.app, tmp_path / "fournil.zip"))
    assert report["closed"] == ["Caisse"]
    away = World(there)
    assert away.browser("carol").get("/Caisse").status_code == 404
    assert away.browser("alice").get("/Caisse").status_code == 200


def test_people_who_agreed_are_invited_with_their_role_once(
    world: World, there: Flask, tmp_path: Path
):
    make_fournil(world, visibility="discreet")
    with there.app_context(), db.write() as session:
        carol = people.find_user("carol")
        assert carol is not None
        carol.email = carol.email_key = "other@example.org"
        session.merge(carol)
    archive = pack(world.app, tmp_path / "fournil.zip", emails=("carol",))
    assert arrive(there, archive, invite=True)["invited"] == 1
    while worker.tick(there):
        pass
    mails = [one.read_text() for one in (Path(there.instance_path) / "mail").iterdir()]
    (letter,) = (one for one in mails if "carol@example.org" in one)
    link = re.search(r"/-/projects/invitations/[\w=\n-]+", letter.replace("=\n", ""))
    assert link
    path = link[0].strip()
    away = World(there)
    assert away.browser("carol").post(path).status_code == 303
    assert away.browser("xavier").post(path).status_code == 404
    with there.app_context():
        found = projects.project_or_none(KEY, actor=SYSTEM)
        assert found is not None
        roles = {member.user.name: member.role for member in projects.members(found[0])}
        assert roles["carol"] == "gardener"
        assert db.session().scalars(select(Invitation)).all() == []


def test_screens_pack_and_bring_in(world: World, there: Flask, tmp_path: Path):
    make_fournil(world)
    bob, away = world.browser("bob"), World(there)
    screen = f"/-/projects/{KEY}/moving"
    assert world.browser("carol").get(screen).status_code == 403
    assert "Carol" not in bob.get(screen).text.partition("<main")[2]
    assert bob.post(screen, {"email": "bob"}).status_code == 303
    assert "hx-get" in bob.get(screen).text
    while worker.tick(world.app):
        pass
    ready = bob.get(screen).text
    link = re.search(rf"{screen}/\d+\.zip", ready)
    assert link
    sent = bob.get(link[0])
    assert sent.status_code == 200 and sent.headers["Cache-Control"] == "private, no-store"
    # Only who had it made takes it: it holds what Bob may read.
    assert world.browser("alice").get(link[0]).status_code == 404

    alice = away.browser("alice")
    upload = {"file": (_bytes(sent.data), "fournil.gare.zip")}
    kind = {"content_type": "multipart/form-data"}
    assert away.browser("bob").get("/-/arrivals").status_code == 403
    bad = alice.post("/-/arrivals", {"file": (_bytes(b"nothing"), "x.zip")}, **kind)
    assert bad.status_code == 422 and "not a zip" in bad.text
    at = alice.post("/-/arrivals", upload, **kind).headers["Location"]
    # What the screen asks for every two seconds is this part of it alone.
    part = {"HX-Request": "true", "HX-Target": "section#arrival-state"}
    waiting = alice.get(at, headers=part)
    assert waiting.status_code == 200 and "<html" not in waiting.text
    preview = alice.get(at).text
    assert waiting.text.strip() in preview
    assert "Le Fournil" in preview and "Bakes" in preview and "Bob Member" in preview
    with there.app_context():
        assert projects.project_or_none(KEY, actor=SYSTEM) is None
    assert alice.post(at).status_code == 303
    while worker.tick(there):
        pass
    done = alice.get(at, headers=part)
    assert "See its station" in done.text and done.text.strip() in alice.get(at).text
    assert alice.get(at + "/receipt.json").json["origin"]
    assert alice.get(f"/{KEY}").status_code == 200
    again = alice.post("/-/arrivals", {"file": (_bytes(sent.data), "x.zip")}, **kind)
    assert again.status_code == 422 and "here already" in again.text
    with there.app_context():
        left = [one.path.exists() for one in db.session().scalars(select(Crossing))]
    assert left == [False]


def test_arrival_that_is_killed_comes_in_once(world: World, there: Flask, tmp_path: Path):
    """Before the one transaction ends nothing is there; after it, the next worker knows that it is done."""
    make_fournil(world)
    archive = pack(world.app, tmp_path / "fournil.zip")
    before = _everything(there)[:2]
    alice = World(there).browser("alice")
    sent = {"file": (_bytes(archive.read_bytes()), "fournil.zip")}
    at = alice.post("/-/arrivals", sent, content_type="multipart/form-data").headers["Location"]
    alice.post(at)
    settings = {"base_url": SITE.rstrip("/"), "rate_limits": False}
    if not there.config["GARE"].is_sqlite:
        settings["database_url"] = there.config["GARE"].database_url

    def come_in() -> None:
        worker.tick(create_app(there.instance_path, **settings))

    killed(come_in, import_project, "lay_comments", nth(1))
    assert _everything(there)[:2] == before
    give_back(there)
    killed(come_in, Path, "unlink", lambda path, **_: path.suffix == ".zip")
    work_again(there)
    assert "See its station" in alice.get(at).text
    assert alice.get(at + "/receipt.json").json["origin"]
    assert held(there) == held(world.app)
    assert _everything(there)[1] == before[1] + 1


def test_project_without_room_for_its_files_leaves_nothing(
    world: World, there: Flask, tmp_path: Path
):
    make_fournil(world)
    archive = pack(world.app, tmp_path / "fournil.zip")
    there.config["GARE"] = replace(there.config["GARE"], max_files_mb=1)
    with there.app_context():
        # Room for the smallest of its files only.
        files.put(_bytes(b"x" * (files.MB - 40)))
    before = _everything(there)
    with pytest.raises(Invalid, match="no room for this file"):
        arrive(there, archive)
    assert _everything(there) == before
    with there.app_context():
        assert files.used() == files.MB - 40
        assert len([one for one in files.folder().rglob("*") if one.is_file()]) == 1


def _line(members: dict[str, bytes], which: str, /, **changed: object) -> None:
    lines = members[which].splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | changed).encode()
    members[which] = b"\n".join(lines) + b"\n"


def _deep(members: dict[str, bytes]) -> None:
    members[archive_format.PROJECT] = b'{"people":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


HOSTILE = {
    "path": lambda m: m.update({"../../etc/passwd": b"x"}),
    "absolute": lambda m: m.update({"/etc/passwd": b"x"}),
    "stranger": lambda m: m.update({"files/evil.html": b"<script>"}),
    "other content": lambda m: m.update({f"files/{'0' * 64}": b"not this"}),
    "no head": lambda m: m.pop(archive_format.HEAD),
    "other head": lambda m: m.update({archive_format.HEAD: b'{"format": "zip"}'}),
    "newer": lambda m: m.update(
        {archive_format.HEAD: m[archive_format.HEAD].replace(b'"version":1', b'"version":9')}
    ),
    "deep": _deep,
    "no list": lambda m: m.pop(archive_format.PAGES),
    "not JSON": lambda m: m.update({archive_format.PAGES: b"{" * 50}),
    "not an object": lambda m: m.update({archive_format.PAGES: b"[1]\n"}),
    "no station": lambda m: _line(m, archive_format.PAGES, kind="text"),
    "other kind": lambda m: _line(m, archive_format.PAGES, kind="shell"),
    "odd name": lambda m: _line(m, archive_format.PAGES, name="../x"),
    "no text": lambda m: _line(m, archive_format.REVISIONS, text=["x"]),
    "zero": lambda m: _line(m, archive_format.REVISIONS, text="a\0b"),
    "no history": lambda m: _line(m, archive_format.REVISIONS, number=7),
    "page twice": lambda m: m.update({archive_format.REVISIONS: m[archive_format.REVISIONS] * 2}),
    "blocks of stone": lambda m: _line(m, archive_format.REVISIONS, data={"blocks": "stone"}),
    "no form": lambda m: m.update({archive_format.FORMS: b""}),
    "form without fields": lambda m: _line(m, archive_format.FORMS, fields=[]),
    "long": lambda m: _line(m, archive_format.REVISIONS, text="x" * (17 * 1024 * 1024)),
}


@pytest.fixture(scope="module")
def sound(
    server: str, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Path]]:
    """A wiki that takes nothing bad, and an archive to spoil."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(prepared, folder / "home")
    shutil.copytree(prepared, folder / "there")
    with (
        own_settings(server, f"{folder} home") as settings,
        running(folder / "home", settings) as home,
    ):
        make_fournil(World(home))
        archive = pack(home, folder / "fournil.zip")
    with (
        own_settings(server, f"{folder} there") as settings,
        running(folder / "there", settings) as app,
    ):
        yield app, archive


def _everything(app: Flask) -> tuple[int, ...]:
    with app.app_context():
        return tuple(
            len(db.session().scalars(select(what.id)).all()) for what in (Page, Project, Crossing)
        )


@pytest.mark.parametrize("how", HOSTILE)
def test_hostile_archive_is_refused_and_leaves_nothing(
    sound: tuple[Flask, Path], tmp_path: Path, how: str
):
    app, archive = sound
    before = _everything(app)
    bad = rewritten(archive, tmp_path / "bad.zip", HOSTILE[how])
    with pytest.raises(Invalid, match=r"^(?!.*here already)"):
        arrive(app, bad)
    assert _everything(app) == before


def test_bomb_is_refused_by_what_it_says_and_by_what_it_holds(
    sound: tuple[Flask, Path], tmp_path: Path
):
    app, archive = sound
    bomb = tmp_path / "bomb.zip"
    shutil.copy(archive, bomb)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"files/{'a' * 64}", b"\0" * (30 * 1024 * 1024))
    with pytest.raises(Invalid, match="more than"):
        arrive(app, bomb)
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "torn.zip").write_bytes(data)
    with pytest.raises(Invalid):
        arrive(app, tmp_path / "torn.zip")


def test_what_a_stranger_wrote_runs_nowhere(
    sound: tuple[Flask, Path], there: Flask, tmp_path: Path
):
    """Values that no screen would take are left out, whatever the archive says of them."""
    app, archive = there, sound[1]

    def poison(members: dict[str, bytes]) -> None:
        station = json.loads(members[archive_format.REVISIONS].splitlines()[0])["data"]
        bad = {"contact": "javascript:alert(1)", "menu": [{"label": "x", "target": "data:x"}]}
        _line(members, archive_format.REVISIONS, data=station | bad)
        members[archive_format.REVISIONS] = members[archive_format.REVISIONS].replace(
            b"https://bread.example", b"javascript:alert(2)"
        )
        members[archive_format.COMMENTS] = members[archive_format.COMMENTS].replace(
            b"**safe**", b"<script>x()</script>"
        )
        _line(members, archive_format.PAGES, rules={"own": {}, "effective": {}})

    report = arrive(app, rewritten(archive, tmp_path / "poison.zip", poison))
    assert report["lost"] == {"Bakes": 3}
    alice = World(app).browser("alice")
    for path in (f"/{KEY}", "/Sourdough", "/Sourdough/revisions/1", "/Le-grand-four/comments"):
        answer = alice.get(path)
        assert answer.status_code == 200
        assert "javascript:alert" not in answer.text and "<script>x()" not in answer.text
    # Rules that say nothing close.
    assert World(app).browser().get(f"/{KEY}").status_code == 404
    with app.app_context():
        assert find.page_or_none("Levain", actor=World(app).actor()) is not None


def _bytes(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


def _words(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        named = [name for name in archive.namelist() if not name.startswith("files/")]
        return "\n".join(archive.read(name).decode() for name in named)
