"""The commands of `gare`, as an operator types them: made, filled, backed up, restored, checked."""

from __future__ import annotations

import gzip
import io
import json
import re
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from tests.bazar import partners
from tests.bazar.people import add, field, head, make_with
from tests.conftest import running
from tests.world import World
from wiki import worker
from wiki.app import close_app, create_app
from wiki.bazar.forms import submission_terms
from wiki.bazar.models import Form
from wiki.cli import main
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.pages import find, rights
from wiki.pages.models import Page, Revision
from wiki.transfer import backup, restore
from wiki.transfer.check import diagnose


@pytest.fixture
def password(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text("another horse battery\n")
    return str(file)


def pages(app) -> dict[str, tuple]:
    """Return what the wiki holds: each page's title, text, data, tags, rules and revisions."""
    with app.app_context():
        rows = db.session().scalars(select(Page)).all()
        count = {
            page.id: db.session()
            .scalars(select(Revision.id).where(Revision.page_id == page.id))
            .all()
            for page in rows
        }
        return {
            page.name: (
                page.title,
                page.head.text,
                page.head.data,
                page.head.tags,
                page.rules_id,
                len(count[page.id]),
            )
            for page in rows
        }


def test_init_makes_a_wiki_once(tmp_path, monkeypatch, password):
    folder = tmp_path / "new"
    monkeypatch.setenv("GARE_INSTANCE", str(folder))
    words = ("init", "--admin", "ada", "--email", "ada@example.org", "--password-file", password)
    made = CliRunner().invoke(main, [*words, "--lang", "en"])
    assert made.exit_code == 0, made.output
    app = create_app(folder, rate_limits=False)
    browser = World(app).browser()
    asked = {"name": "ada", "password": "another horse battery"}
    assert browser.post("/-/login", asked).status_code == 303
    assert browser.get("/-/admin").status_code == 200
    close_app(app)
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 1 and "there is a wiki" in again.output


@pytest.mark.parametrize("command", ["check", "reindex", "rebuild", "upgrade"])
def test_command_without_a_wiki_says_so_in_a_line(tmp_path, monkeypatch, command):
    monkeypatch.setenv("GARE_INSTANCE", str(tmp_path / "nowhere"))
    result = CliRunner().invoke(main, [command])
    assert result.exit_code == 1
    assert "run `gare init` first" in result.output and "Traceback" not in result.output
    assert not (tmp_path / "nowhere").exists()


def test_markdown_folder_comes_in_and_a_second_time_changes_nothing(gare, app, tmp_path):
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / "First note.md").write_text(
        "---\ntags: [Bread, Oven]\n---\n# The first\n\nSee [[Other]]\n"
    )
    (folder / "deep" / "Other.md").write_text("No heading here\n")
    (folder / "bad.md").write_bytes(b"\xff\xfe\xfa")
    result = gare("import", "markdown", str(folder), ok=False)
    assert "2 created" in result.output and "bad.md: this file is not UTF-8" in result.output
    held = pages(app)
    assert held["First-note"][:4] == ("The first", "See [[Other]]\n", {}, ["Bread", "Oven"])
    assert held["Other"][0] == "Other"
    (folder / "bad.md").unlink()
    assert "0 created, 0 changed, 2 unchanged" in gare("import", "markdown", str(folder)).output
    assert 'href="/Other"' in World(app).browser().get("/First-note").text


LINES = [
    json.dumps({"name": "Leaven", "title": "Leaven", "tags": ["Bread"], "body": "Flour, water"}),
    "{not json",
    json.dumps(["a list"]),
    json.dumps({"name": "Tagged", "tags": "not a list", "body": "x"}),
    "",
    json.dumps({"title": "Only a title", "body": "é à ü"}),
    json.dumps({"body": "nameless"}),
]


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_json_lines_come_in_and_bad_ones_are_told_by_number(gare, app, tmp_path, suffix):
    file = tmp_path / f"pages.{suffix}"
    data = ("\n".join(LINES) + "\n").encode()
    file.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    result = gare("import", "jsonl", str(file), ok=False)
    assert "2 created" in result.output and "4 could not be brought in" in result.output
    for number in (2, 3, 4, 7):
        assert f"line {number}:" in result.output
    held = pages(app)
    assert held["Leaven"][:4] == ("Leaven", "Flour, water", {}, ["Bread"])
    assert held["Only-a-title"][1] == "é à ü"
    assert "Tagged" not in held
    assert "Leaven" in World(app).browser().get("/-/search?q=flour").text


def test_json_lines_keep_the_data_of_a_page_that_is_there(gare, app, tmp_path):
    World(app).page("Leaven", "old", data={"kept": 1})
    file = tmp_path / "pages.jsonl"
    file.write_text(LINES[0] + "\n")
    assert "1 changed" in gare("import", "jsonl", str(file)).output
    assert pages(app)["Leaven"][1:3] == ("Flour, water", {"kept": 1})


def test_token_opens_the_api_as_its_person(gare, app):
    token = gare("token", "create", "bob", "--label", "robot").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    made = client.put("/-/api/v1/pages/By-Robot", json={"text": "beep"}, headers=headers)
    assert made.status_code in (200, 201), made.text
    with app.app_context():
        assert World(app).actor("bob").id == db.session().scalar(
            select(Page.owner_id).where(Page.name == "By-Robot")
        )
    refused = gare("token", "create", "nobody", ok=False)
    assert "nobody is called nobody" in refused.output


def test_person_is_added_once_and_may_sign_in(gare, app, password):
    words = ("user", "add", "dora", "--email", "dora@example.org", "--password-file", password)
    gare(*words, "--admin")
    browser = World(app).browser()
    asked = {"name": "dora", "password": "another horse battery"}
    assert browser.post("/-/login", asked).status_code == 303
    assert browser.get("/-/admin").status_code == 200
    assert "taken" in gare(*words, ok=False).output


@pytest.mark.parametrize("suffix", ["tar", "tar.gz"])
def test_backup_brought_back_is_the_same_wiki(gare, app, tmp_path, monkeypatch, suffix):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("pg_dump is tried by hand: it wants a second database")
    world = World(app)
    world.page("Leaven", "Flour", tags=("Bread",), data={"a": [1, {"b": "é"}]})
    world.page("Closed", "Not for all", read="@friends")
    file = {"file": (io.BytesIO(b"a file"), "note.txt")}
    browser = world.browser("alice")
    sent = browser.post("/Leaven/attachments", file, content_type="multipart/form-data")
    assert sent.status_code == 303
    archive = tmp_path / f"wiki.{suffix}"
    gare("backup", str(archive))
    assert archive.stat().st_mode & 0o077 == 0
    before = pages(app)
    world.page("After", "made after the backup")
    monkeypatch.setenv("GARE_INSTANCE", str(tmp_path / "again"))
    gare("restore", str(archive))
    again = create_app(tmp_path / "again", rate_limits=False)
    assert pages(again) == before
    visitor = World(again).browser()
    assert visitor.get("/Leaven/attachments/note.txt").data == b"a file"
    assert visitor.get("/Closed").status_code == 404
    assert World(again).browser("bob").get("/Closed").status_code == 200
    close_app(again)
    assert "holds a wiki already" in gare("restore", str(archive), ok=False).output


def test_backup_made_under_saves_and_uploads_is_whole(app, tmp_path):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("pg_dump has a snapshot of its own")
    world, names = World(app), ["P0", "P1", "P2", "P3"]
    for name in names:
        world.page(name, "0")
    done, busy = Event(), [Event() for _name in names]

    def write(name: str, said: Event) -> None:
        browser, number = world.browser("bob"), 0
        while not done.is_set():
            number += 1
            file = {"file": (io.BytesIO(f"{name} {number}".encode()), f"{number}.txt")}
            page = {"json": {"text": str(number)}, "headers": {"Sec-Fetch-Site": "same-origin"}}
            saved = browser.client.put(f"/-/api/v1/pages/{name}", **page)
            laid = browser.post(f"/{name}/attachments", file, content_type="multipart/form-data")
            assert (saved.status_code, laid.status_code) == (200, 303)
            if number > 1:
                said.set()

    with ThreadPoolExecutor(len(names)) as pool:
        writers = [pool.submit(write, name, said) for name, said in zip(names, busy, strict=True)]
        try:
            assert all(said.wait(60) for said in busy)
            with app.app_context():
                backup.backup(tmp_path / "wiki.tar")
        finally:
            done.set()
        for writer in writers:
            writer.result()
    restore.restore(tmp_path / "wiki.tar", tmp_path / "again")
    with running(tmp_path / "again", {}) as again:
        with again.app_context():
            assert [one for one in diagnose() if not one.ok] == []
            for pragma in ("integrity_check", "foreign_key_check"):
                found = db.session().execute(text(f"PRAGMA {pragma}")).scalars().all()
                assert found == (["ok"] if pragma == "integrity_check" else [])
        visitor = World(again).browser()
        for name in names:
            saved = int(visitor.get(f"/{name}/raw").text)
            file = visitor.get(f"/{name}/attachments/{saved - 1}.txt")
            assert file.text == f"{name} {saved - 1}"


def test_damaged_or_foreign_archive_is_refused_and_leaves_nothing(gare, tmp_path, monkeypatch, app):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("the archive holds a dump there")
    archive, bad = tmp_path / "wiki.tar", tmp_path / "bad.tar"
    gare("backup", str(archive))
    with tarfile.open(archive) as whole, tarfile.open(bad, "w") as changed:
        for member in whole:
            content = whole.extractfile(member)
            if member.name == "secret_key":
                content = io.BytesIO(b"x" * member.size)
            changed.addfile(member, content)
    foreign = tmp_path / "foreign.tar"
    with tarfile.open(foreign, "w") as other:
        other.add(__file__, arcname="whatever.py")
    target = tmp_path / "again"
    monkeypatch.setenv("GARE_INSTANCE", str(target))
    assert "secret_key is damaged" in gare("restore", str(bad), ok=False).output
    assert "not a backup" in gare("restore", str(foreign), ok=False).output
    assert not (target / "wiki.db").exists()


def test_check_is_content_with_a_sound_wiki_and_not_with_a_lost_file(gare, app):
    assert "FAIL" not in gare("check").output
    with app.app_context(), db.write() as session:
        session.execute(
            text(
                "INSERT INTO attachment (page_id, name, sha256, size, media_type, field, created_at)"
                " VALUES (1, 'lost', 'abcd', 1, 'text/plain', '', '2026-01-01 00:00:00')"
            )
        )
    assert "FAIL files" in gare("check", ok=False).output


def test_reindex_and_rebuild_bring_back_what_was_lost(gare, app):
    world = World(app)
    world.page("Leaven", "Flour and [[Rye]]", tags=("Bread",))
    world.page("Rye", "grain")
    with app.app_context(), db.write() as session:
        for table in ("link", "tag"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("UPDATE page SET html = '', html_version = 0"))
    gare("rebuild")
    gare("reindex")
    browser = world.browser()
    assert "Leaven" in browser.get("/Rye/backlinks").text
    assert "Leaven" in browser.get("/-/tags/bread").text
    assert "Leaven" in browser.get("/-/search?q=flour").text
    with app.app_context():
        assert not db.session().scalars(select(Page.id).where(Page.html_version == 0)).all()


def test_upgrade_backs_up_first_and_keeps_everything(gare, app, instance):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("wants PostgreSQL's client tools")
    World(app).page("Leaven", "Flour")
    before = pages(app)
    gare("upgrade")
    assert len(list((instance / "backups").glob("before-upgrade-*.tar"))) == 1
    assert pages(app) == before


def test_files_that_are_not_read_are_listed_and_tried_again(gare, world: World) -> None:
    world.page("Folder", "text")
    files = {"file": (io.BytesIO(b"%PDF-1.7 cut"), "cut.pdf")}
    kind = "multipart/form-data"
    assert world.browser("bob").post("/Folder/attachments", files, content_type=kind)
    while worker.tick(world.app):
        pass
    said = gare("files", "list").output
    assert said.split()[1:] == ["failed", "malformed", "Folder/cut.pdf"]
    assert "1 not read" in gare("check", ok=True).output
    assert "0 to read" in gare("files", "again", "0" * 64).stderr
    assert "1 to read" in gare("files", "again").stderr
    assert gare("files", "list").output == ""
    assert "1 waiting" in gare("check", ok=True).output


def test_pages_are_moved_reviewed_and_the_garden_told(gare, world):
    world.page("Old", "text")
    world.page("One", "[[Old]] [[Nowhere]]")
    number = gare("move", "Old", "--name", "New", "--title", "Newer").output.split()[1]
    assert world.text("One") == "[[New]] [[Nowhere]]"
    gare("unmove", number)
    assert world.text("One") == "[[Old]] [[Nowhere]]"
    gare("review", "Old", "--until", "2020-01-01", "--by", "bob")
    assert "1\tstale" in gare("garden").output
    assert "Old\tOld" in gare("garden", "stale").output
    assert "1\tNowhere" in gare("garden", "wanted").output
    assert "weeds: one of stale" in gare("garden", "weeds", ok=False).output
    assert "no page called" in gare("move", "Nope", "--name", "X", ok=False).output
    assert "taken" in gare("move", "Old", "--name", "One", ok=False).output
    assert "no move" in gare("unmove", "99", ok=False).output


def test_import_csv_tries_brings_in_once_and_takes_back(gare, app, tmp_path):
    partners.make(World(app), rows=[])
    file = tmp_path / "partners.csv"
    file.write_text("Who;Activity\nOne;Hosting\nTwo;Training\nThree;Nothing\n", encoding="cp1252")
    words = ("import", "csv", "partners", str(file), "--column", "Who=title")
    for tried in (gare(*words, "--dry-run", ok=False), gare(*words, ok=False)):
        assert "2 created, 0 changed, 0 unchanged" in tried.output
        assert "line 4: Activity This is not one of the choices." in tried.output
    assert {"One", "Two"} <= pages(app).keys()
    number = re.search(r"gare import undo (\d+)", tried.output).group(1)
    again = gare(*words, ok=False)
    assert "0 created, 0 changed, 2 unchanged" in again.output
    gare("import", "undo", number)
    with app.app_context():
        held = db.session().scalars(select(Page).where(Page.kind == "entry")).all()
        assert [bool(page.trashed_at) for page in held] == [True, True]
    assert "no import 99" in gare("import", "undo", "99", ok=False).output
    assert "no form called nowhere" in gare("import", "csv", "nowhere", str(file), ok=False).output


def test_page_is_lent_and_bound_from_the_command_line(gare, app, tmp_path):
    world = World(app)
    world.page("Secret", "kept text", author="bob", read="%")
    link = gare("share", "make", "Secret", "--person", "bob", "--label", "hall").output.strip()
    path = link.removeprefix("http://localhost")
    assert "kept text" in world.browser().get(path).text
    number, day, label, author = gare("share", "list", "Secret", "--person", "bob").output.split(
        "\t"
    )
    assert (day, label, author.strip()) == ("-", "hall", "Bob Member")
    assert "no page" in gare("share", "list", "Secret", "--person", "carol", ok=False).output
    gare("share", "end", "Secret", number, "--person", "alice")
    assert world.browser().get(path).status_code == 404
    book = tmp_path / "book.epub"
    assert "no page" in gare("booklet", str(book), "Secret", ok=False).output
    assert not book.exists()
    gare("booklet", str(book), "--of", "Secret", "--person", "bob")
    assert book.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"
    assert "ends with" in gare("booklet", str(tmp_path / "a.txt"), "Home", ok=False).output


def test_suggestions_and_entries_that_wait_are_decided_from_the_command_line(gare, world):
    make_with(world, field("story", "text", "Story"), key="orgs")
    name = add(world, "Fournil", "bob", story="One.")
    with world.app.app_context():
        rights.set_rules(find.page_or_404(name, actor=SYSTEM), actor=SYSTEM, write="%")
    carol = world.browser("carol")
    for story in ("Two.", "Three."):
        sent = {"title": "Fournil", "story": story, "_base": "1"}
        assert carol.post(f"/-/forms/orgs/{name}/suggestion", sent).status_code == 303
    first, second = (
        line.split("\t") for line in gare("form", "suggestions", "orgs").output.splitlines()
    )
    assert first[1:] == second[1:] == [name, "Carol Partner", "story"]
    refused = gare("form", "suggestions", "orgs", "--refuse", first[0], "--reason", "Too short")
    assert refused.output.split("\t")[0] == second[0]
    assert gare("form", "suggestions", "orgs", "--accept", second[0]).output == ""
    assert head(world, name)["story"] == "Three."
    assert (
        "no suggestion"
        in gare("form", "suggestions", "orgs", "--accept", first[0], ok=False).output
    )

    with world.app.app_context(), db.write() as session:
        form = session.scalars(select(Form).where(Form.key == "orgs")).one()
        submission_terms.change(
            session, form, submission_terms.Terms(moderated=True, moderators="+", approvals=2)
        )
        db.bump(session, "rights")
    xavier, waiting = world.browser("xavier"), []
    for title in ("Neuve", "Autre"):
        sent = xavier.post("/-/forms/orgs/new", {"title": title, "story": "Here."})
        waiting.append(sent.headers["Location"].strip("/"))
    said = gare("form", "waiting", "orgs").output
    assert sorted(said.splitlines()) == [f"{one}\t0\t2" for one in sorted(waiting)]
    neuve, autre = waiting
    voted = gare("form", "waiting", "orgs", "--vote", neuve, "--as", "bob").output
    assert f"{neuve}\t1\t2" in voted
    assert (
        "has no vote"
        in gare("form", "waiting", "orgs", "--vote", neuve, "--as", "xavier", ok=False).output
    )
    assert world.browser().get(f"/{neuve}").status_code == 404
    assert (
        gare("form", "waiting", "orgs", "--vote", neuve, "--as", "carol").output
        == f"{autre}\t0\t2\n"
    )
    assert world.browser().get(f"/{neuve}").status_code == 200
    # Who types commands decides alone.
    assert gare("form", "waiting", "orgs", "--vote", autre).output == ""
    assert world.browser().get(f"/{autre}").status_code == 200
    for words, why in (
        (("--vote", autre), "does not wait"),
        (("--vote", autre, "--as", "nobody"), "nobody is called"),
    ):
        assert why in gare("form", "waiting", "orgs", *words, ok=False).output
    for command in ("waiting", "suggestions"):
        assert "no form called" in gare("form", command, "nowhere", ok=False).output
