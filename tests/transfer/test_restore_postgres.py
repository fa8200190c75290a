"""A backup of PostgreSQL goes into the empty database that is named, never into the one of its own settings."""

from __future__ import annotations

import hashlib
import io
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from tests.conftest import _sql, running
from tests.killing import killed, nth
from tests.transfer.archives import crafted, members_of
from tests.world import World
from wiki.core import db
from wiki.pages.models import Page
from wiki.transfer import dump, restore

pytestmark = pytest.mark.data

FILE = b"a file"
NAME = hashlib.sha256(FILE).hexdigest()
PLACE = f"files/{NAME[:2]}/{NAME}"


@pytest.fixture(autouse=True)
def _only_postgres(server: str) -> None:
    if not server:
        pytest.skip("wants PostgreSQL")


@pytest.fixture
def archive(app, gare, instance, settings, tmp_path) -> Path:
    """A backup of a wiki with a page and a file, whose settings name its database."""
    world = World(app)
    world.page("Leaven", "Flour \\ and\ttabs\n\n\\.\n")
    file = {"file": (io.BytesIO(FILE), "note.txt")}
    world.browser("alice").post("/Leaven/attachments", file, content_type="multipart/form-data")
    url = settings["database_url"]
    (instance / "config.toml").write_text(f'# mine\nlang = "en"\ndatabase_url = "{url}"\n')
    gare("backup", tmp_path / "wiki.tar")
    return tmp_path / "wiki.tar"


@pytest.fixture
def empty(server, tmp_path) -> Iterator[str]:
    """An empty database."""
    name = f"e{abs(hash(str(tmp_path)))}"
    _sql(server, f'CREATE DATABASE "{name}"')
    yield f"{server}/{name}"
    _sql(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def target(tmp_path, monkeypatch, archive) -> Path:
    monkeypatch.setenv("GARE_INSTANCE", str(tmp_path / "again"))
    monkeypatch.delenv("GARE_DATABASE_URL", raising=False)
    return tmp_path / "again"


def tables(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(
            text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        )
    engine.dispose()
    return int(count)


def test_database_must_be_named_and_empty(archive, gare, target, empty, settings, server):
    said = gare("restore", archive, ok=False).output
    assert "--database postgresql+psycopg://" in said and "never touched" in said
    said = gare("restore", archive, "--database", settings["database_url"], ok=False).output
    assert "is not empty" in said
    for address, says in (
        ("sqlite:///x.db", "must be PostgreSQL"),
        ("nonsense", "no address"),
        (f"{server}/nowhere", "does not exist"),
        ("postgresql+psycopg://gare@127.0.0.1:1/x", "the database says"),
        ("postgresql+pg8000://gare@127.0.0.1:1/x", "pip install"),
    ):
        said = gare("restore", archive, "--database", address, ok=False).output
        assert says in said and said.startswith("Error: ") and "Traceback" not in said
    assert not target.exists() and tables(empty) == 0


def test_wiki_is_restored_into_the_database_that_is_named(
    app, archive, gare, target, empty, server
):
    with app.app_context(), db.write() as session:
        session.connection().execute(text("UPDATE page SET title = 'later' WHERE name = 'Leaven'"))
    gare("restore", archive, "--database", empty)
    lines = (target / "config.toml").read_text().splitlines()
    assert lines == [f'database_url = "{empty}"', "# mine", 'lang = "en"']
    assert not (target / "wiki.dump").exists()
    with running(target, {"rate_limits": False}) as again:
        world = World(again)
        assert world.text("Leaven") == "Flour \\ and\ttabs\n\n\\.\n"
        assert world.browser().get("/Leaven/attachments/note.txt").data == FILE
        world.page("After", "numbers go on")
        with again.app_context():
            assert (
                db.session().scalar(text("SELECT title FROM page WHERE name = 'Leaven'")) != "later"
            )
            found = db.session().scalar(
                text("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
            )
    with app.app_context():
        assert db.session().query(Page).filter_by(name="After").count() == 0
        ours = db.session().scalar(text("SELECT count(*) FROM pg_constraint WHERE contype = 'f'"))
    assert found == ours
    assert "is not empty" in gare("restore", archive, "--database", empty, ok=False).output
    _sql(server, f'CREATE DATABASE "{target.parent.name}"')
    other = f"{server}/{target.parent.name}"
    said = gare("restore", archive, "--database", other, ok=False).output
    assert "holds a wiki already" in said and tables(other) == 0
    _sql(server, f'DROP DATABASE "{target.parent.name}"')


def test_files_that_are_missing_are_named(archive, app, gare, instance, target, empty, monkeypatch):
    (instance / PLACE).unlink()
    with monkeypatch.context() as patched:
        patched.setenv("GARE_INSTANCE", str(instance))
        said = gare("backup", archive, ok=False).output
    assert f"{PLACE} missing" in said
    said = gare("restore", archive, "--database", empty, ok=False).output
    assert f"{PLACE} missing" in said and "the wiki is restored" in said


CRAFTED = {
    "trigger": "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
    " CREATE TRIGGER t BEFORE INSERT ON link EXECUTE FUNCTION f()",
    "view": "CREATE VIEW v AS SELECT * FROM user_account",
    "table": "CREATE TABLE more (a int)",
    "column": "ALTER TABLE page ADD COLUMN more text",
    "missing": "DROP TABLE link",
    "large object": "SELECT lo_from_bytea(0, 'x')",
    "newer": "UPDATE alembic_version SET version_num = '9999'",
    "broken": "ALTER TABLE attachment DROP CONSTRAINT fk_attachment_page_id_page;"
    " UPDATE attachment SET page_id = 999",
    "empty": "DROP TABLE alembic_version",
}


@pytest.mark.parametrize("statement", CRAFTED.values(), ids=CRAFTED)
def test_crafted_dump_runs_nothing(
    app, archive, gare, instance, target, empty, settings, statement, monkeypatch
):
    with app.app_context(), db.database().writer.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
    file = archive.with_name("wiki.dump")
    url = str(settings["database_url"]).replace("+psycopg", "")
    subprocess.run(["pg_dump", "--format=custom", f"--file={file}", f"--dbname={url}"], check=True)
    bad = crafted(archive, members_of(archive) | {"wiki.dump": file.read_bytes()})
    if statement in (CRAFTED["trigger"], CRAFTED["view"]):
        # What a dump defines is never read: only its rows are.
        gare("restore", bad, "--database", empty)
        with running(target, {}) as again, again.app_context():
            query = "SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal)"
            query += " + (SELECT count(*) FROM pg_views WHERE schemaname = 'public')"
            assert db.session().scalar(text(query)) == 0
        return
    said = gare("restore", bad, "--database", empty, ok=False).output
    assert said.startswith("Error: ") and "Traceback" not in said and "Aborted" not in said
    assert not target.exists() and tables(empty) == 0


def test_damaged_dump_and_statements_in_its_data_are_refused(archive, gare, target, empty):
    members = members_of(archive)
    whole = members["wiki.dump"]
    evil = whole.replace(b"COPY public.link (", b"DROP TABLE x; --(")
    assert evil != whole
    for content in (b"", b"x" * 999, whole[:5000], whole[: len(whole) // 2], evil):
        bad = crafted(archive.with_name("bad.tar"), members | {"wiki.dump": content})
        said = gare("restore", bad, "--database", empty, ok=False).output
        assert said.startswith("Error: ") and said.count("\n") == 1
    assert (
        "more than"
        in gare("restore", archive, "--database", empty, "--max-gb", "0.0001", ok=False).output
    )
    assert not target.exists() and tables(empty) == 0


MOMENTS = {
    "before it moves": (restore, "_move", 1),
    "in the middle": (Path, "replace", 2),
    "before the commit": (Connection, "commit", 1),
    "before it cleans": (restore, "_remove", 1),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_killed_at_any_moment_leaves_nothing_in_the_way_or_the_whole_wiki(
    archive, target, empty, moment
):
    owner, name, number = moment
    killed(lambda: restore.restore(archive, target, database=empty), owner, name, nth(number))
    if tables(empty):
        with pytest.raises((FileExistsError, ValueError), match=r"holds a wiki already|not empty"):
            restore.restore(archive, target, database=empty)
    else:
        restore.restore(archive, target, database=empty)
    assert (target / PLACE).read_bytes() == FILE and (target / "secret_key").exists()
    with running(target, {"rate_limits": False}) as again:
        assert World(again).browser().get("/Leaven").status_code == 200


def test_password_stands_in_no_list_of_processes(monkeypatch, app, gare, tmp_path):
    seen = []

    def run(command, **more):
        seen.append((command, more["env"]["PGPASSWORD"]))
        raise subprocess.CalledProcessError(1, command, stderr="no")

    monkeypatch.setattr(subprocess, "run", run)
    with suppress(ValueError):
        dump.write("postgresql+psycopg://gare:se%2Fcret@host/x?sslmode=require", tmp_path / "d")
    assert "se%2Fcret" not in " ".join(seen[0][0])
    assert "sslmode=require" in seen[0][0][-1] and seen[0][1] == "se/cret"
