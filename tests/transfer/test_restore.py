"""Archives that are damaged, crafted, too large, newer or not whole: refused in a sentence, and nothing is left."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
from pathlib import Path

import pytest
from alembic import command

from tests.conftest import running
from tests.killing import changes_of, killed_at_change
from tests.transfer.archives import Members, changed, crafted, manifest_of, members_of
from tests.world import World
from wiki.app import close_app, create_app
from wiki.core import db, schema
from wiki.transfer import restore, tarball

FILE = b"a file"
NAME = hashlib.sha256(FILE).hexdigest()
PLACE = f"files/{NAME[:2]}/{NAME}"


@pytest.fixture
def archive(app, gare, tmp_path) -> Path:
    """A backup of a wiki with a page and a file."""
    if not app.config["GARE"].is_sqlite:
        pytest.skip("archives of PostgreSQL have their own tests")
    world = World(app)
    world.page("Leaven", "Flour")
    file = {"file": (io.BytesIO(FILE), "note.txt")}
    world.browser("alice").post("/Leaven/attachments", file, content_type="multipart/form-data")
    gare("backup", tmp_path / "wiki.tar")
    return tmp_path / "wiki.tar"


@pytest.fixture
def members(archive) -> Members:
    return members_of(archive)


@pytest.fixture
def outside(tmp_path) -> Path:
    """What the folder stands in: nothing beside it may change."""
    (tmp_path / "outside").mkdir()
    return tmp_path / "outside"


@pytest.fixture
def target(outside, monkeypatch) -> Path:
    monkeypatch.setenv("GARE_INSTANCE", str(outside / "again"))
    return outside / "again"


@pytest.fixture
def refused(gare, target, outside):
    """Try to restore an archive, which must be refused in one sentence and leave nothing; return the sentence."""

    def run(path: Path, *options: object) -> str:
        result = gare("restore", path, *options, ok=False)
        assert isinstance(result.exception, SystemExit)
        assert result.output.startswith("Error: ") and result.output.count("\n") == 1
        assert "Aborted" not in result.output and "Traceback" not in result.output
        assert not any(ord(sign) < 32 for sign in result.output.rstrip("\n"))
        assert list(outside.iterdir()) == []
        return result.output

    return run


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


KINDS = {
    "symlink": tarfile.SYMTYPE,
    "hard link": tarfile.LNKTYPE,
    "folder": tarfile.DIRTYPE,
    "fifo": tarfile.FIFOTYPE,
    "character device": tarfile.CHRTYPE,
    "block device": tarfile.BLKTYPE,
    "contiguous": tarfile.CONTTYPE,
    "sparse": tarfile.GNUTYPE_SPARSE,
    "unknown": b"Z",
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("name", ["d", "files/ab", PLACE, "config.toml"])
def test_member_that_is_no_plain_file_is_refused(members, refused, tmp_path, kind, name):
    bad = crafted(tmp_path / "bad.tar", members, link(name, "wiki.db", kind))
    assert "no plain file" in refused(bad)


NAMES = [
    "../evil",
    "d/../../../evil",
    "/tmp/evil",
    "//evil",
    "./wiki.db",
    "files/../config.toml",
    "files/ab/../../secret_key",
    "files\\ab\\evil",
    "C:\\evil",
    "Wiki.db",
    "CONFIG.TOML",
    "files/AB/" + "AB" * 32,
    "files/ab/" + "cd" * 32,
    "files/ab/short",
    "files/ab/" + "ab" * 32 + "\n",
    "wiki.db-wal",
    "wiki.db-journal",
    "search/whoosh/MAIN.toc",
    "backups/before.tar",
    "mail/x.eml",
    "\x1b[2Jwiki.db",
    "wiki.db ",
    "e\u0301",
    "x" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_name_that_no_backup_writes_is_refused(members, refused, tmp_path, name):
    for how in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        path = tmp_path / "bad.tar"
        with tarfile.open(path, "w", format=how) as tar:
            everything = {name: b"evil"} | members
            said = json.dumps(manifest_of(everything)).encode()
            for one, content in (everything | {"manifest.json": said}).items():
                info = tarfile.TarInfo(one)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
        assert "not a backup of Gare" in refused(path) or "a tar header says" in refused(path)


def test_link_of_the_tar_with_a_way_out_in_the_manifest_is_refused(members, refused, tmp_path):
    manifest = manifest_of(members)
    manifest["sha256"]["d/../../../evil"] = manifest["sha256"]["wiki.db"]
    bad = crafted(
        tmp_path / "bad.tar", members, link("d", "files", tarfile.SYMTYPE), manifest=manifest
    )
    assert "no plain file" in refused(bad)
    bad = crafted(tmp_path / "bad.tar", members, manifest=manifest)
    assert "named by the manifest and missing" in refused(bad)


def test_member_that_comes_twice_or_is_in_no_manifest_is_refused(members, refused, tmp_path):
    twice = crafted(tmp_path / "a.tar", members, ("config.toml", b"lang = 'fr'\n"))
    assert "config.toml twice" in refused(twice)
    manifest = manifest_of(members)
    del manifest["sha256"]["secret_key"]
    unnamed = crafted(tmp_path / "b.tar", members, manifest=manifest)
    assert "not in its manifest" in refused(unnamed)
    manifest["sha256"]["secret_key"] = "0" * 64
    assert "secret_key is damaged" in refused(
        crafted(tmp_path / "c.tar", members, manifest=manifest)
    )
    both = crafted(tmp_path / "d.tar", members | {"wiki.dump": b"x"})
    assert "holds one database" in refused(both)
    none = crafted(tmp_path / "e.tar", {"config.toml": b""})
    assert "holds one database" in refused(none)


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b'{"format": ' + b"9" * 5000 + b"}", "damaged"),
        (b"[]", "says no format"),
        (b'{"sha256": {}}', "says no format"),
        (b'{"format": true, "sha256": {}}', "says no format"),
        (b'{"format": "1", "sha256": {}}', "says no format"),
        (b'{"format": 0, "sha256": {}}', "says no format"),
        (b'{"format": 1}', "damaged"),
        (b'{"format": 1, "sha256": []}', "damaged"),
        (b'{"format": 1, "sha256": {"wiki.db": 1}}', "damaged"),
        (b'{"format": 1, "sha256": {}}', "not in its manifest"),
        (b'{"format": 2, "sha256": {}}', "format 2"),
    ],
)
def test_manifest_that_is_damaged_or_newer_is_refused(members, refused, tmp_path, manifest, says):
    assert says in refused(crafted(tmp_path / "bad.tar", members, manifest=manifest))


@pytest.mark.parametrize("suffix", ["tar", "tar.gz"])
def test_file_cut_or_garbled_anywhere_is_refused(archive, members, refused, tmp_path, suffix):
    whole = archive.read_bytes()
    whole = gzip.compress(whole, 1) if suffix.endswith("gz") else whole
    bad = tmp_path / f"bad.{suffix}"
    for size in (0, 1, 2, 10, 511, 513, 1500, len(whole) // 2, len(whole) * 9 // 10):
        bad.write_bytes(whole[:size])
        refused(bad)
    for at in (0, 3, 120, 400, len(whole) // 3, len(whole) // 2):
        bad.write_bytes(
            whole[:at] + bytes(255 - one for one in whole[at : at + 40]) + whole[at + 40 :]
        )
        refused(bad)
    for content in (
        b"\x1f\x8b",
        b"\x1f\x8bxx" * 999,
        b"BZh9" + b"x" * 999,
        b"PK" * 999,
        b"x" * 999,
    ):
        bad.write_bytes(content)
        refused(bad)


def test_archive_that_unpacks_to_too_much_is_refused_before_anything_is_written(
    members, refused, tmp_path
):
    bomb = tmp_path / "bomb.tar.gz"
    crafted(bomb, members | {PLACE: b"\0" * 50_000_000}, how="w:gz")
    assert bomb.stat().st_size < 2_000_000
    assert "more than 0.02 GB (raise it with --max-gb)" in refused(bomb, "--max-gb", "0.02")
    assert "more than 10 MB (raise it with --max-file-mb)" in refused(bomb, "--max-file-mb", "10")
    assert "more than 3 files (raise it with --max-files)" in refused(bomb, "--max-files", "3")
    for name in ("config.toml", "secret_key"):
        large = crafted(tmp_path / "large.tar", members | {name: b"#" * 2_000_000})
        assert f"{name} takes more than" in refused(large)


def test_size_that_is_declared_and_not_there_is_refused(archive, refused, tmp_path):
    info = tarfile.TarInfo(PLACE)
    bad = tmp_path / "bad.tar"
    for size, says in (
        (10**13, "--max-gb"),
        (8**11 - 1, "--max-file-mb"),
        (900_000, "its end is missing"),
    ):
        info.size = size
        bad.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + archive.read_bytes())
        assert says in refused(bad)
    below = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    below[124:136] = (-512).to_bytes(12, "big", signed=True)
    below[148:156] = b"%06o\0 " % (256 + sum(below[:148]) + sum(below[156:]))
    bad.write_bytes(bytes(below) + archive.read_bytes())
    assert "damaged" in refused(bad)


def test_odd_extended_headers_are_refused(members, refused, archive, tmp_path):
    for records in (
        {"path": "../evil"},
        {"linkpath": "/etc/passwd"},
        {"GNU.sparse.name": "../evil"},
        {"size": "-1"},
        {"comment": "x" * 20_000},
    ):
        info = tarfile.TarInfo(PLACE)
        info.pax_headers = records
        bad = tmp_path / "bad.tar"
        bad.write_bytes(info.tobuf(tarfile.PAX_FORMAT) + archive.read_bytes())
        assert "tar header" in refused(bad) or "damaged" in refused(bad)
    lone = tarfile.TarInfo("x").tobuf()[:512]
    for kind in (b"g", b"L", b"K", b"xx"):
        block = bytearray(lone)
        block[156:157] = kind[:1]
        block[148:156] = b"%06o\0 " % (256 + sum(block[:148]) + sum(block[156:]))
        bad.write_bytes(bytes(block) * len(kind) + archive.read_bytes())
        refused(bad)


def test_no_room_on_the_disk_is_said_before_anything_is_written(archive, refused, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 9, 1))
    assert "no room in" in refused(archive)


OBJECTS = {
    "trigger": "CREATE TRIGGER t AFTER INSERT ON page BEGIN DELETE FROM user_account; END",
    "view": "CREATE VIEW v AS SELECT * FROM user_account",
    "virtual table": "CREATE VIRTUAL TABLE f USING fts5(a)",
    "table": "CREATE TABLE more (a)",
    "index": "CREATE INDEX more ON page (title)",
    "index of an expression": "CREATE INDEX more ON page (lower(title))",
    "column": "ALTER TABLE page ADD COLUMN more TEXT",
    "generated column": "ALTER TABLE page ADD COLUMN more TEXT AS (lower(title))",
    "missing index": "DROP INDEX ix_attachment_sha256",
    "missing table": "DROP TABLE link",
    "renamed": "ALTER TABLE link RENAME TO links",
    "column renamed": "ALTER TABLE page RENAME COLUMN title TO titles",
}


@pytest.mark.parametrize("statement", OBJECTS.values(), ids=OBJECTS)
def test_database_that_defines_other_things_than_ours_is_refused(
    members, refused, tmp_path, statement
):
    bad = changed(members, tmp_path, lambda raw: raw.execute(statement))
    said = refused(crafted(tmp_path / "bad.tar", bad))
    assert "the database of this backup" in said


def rewrite(raw: sqlite3.Connection) -> None:
    """Give a table a check that our own has not, as no statement could."""
    raw.execute("PRAGMA writable_schema=ON")
    raw.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'title VARCHAR NOT NULL',"
        " 'title VARCHAR NOT NULL CHECK (load_extension(title))') WHERE name = 'page'"
    )


def garble(raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA writable_schema=ON")
    raw.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE page (' WHERE name = 'page'")


@pytest.mark.parametrize("change", [rewrite, garble])
def test_schema_written_by_hand_is_refused(members, refused, tmp_path, change):
    bad = changed(members, tmp_path, change) if change is rewrite else garbled(members, tmp_path)
    said = refused(crafted(tmp_path / "bad.tar", bad))
    assert "in another way" in said or "is damaged" in said


def garbled(members: Members, work: Path) -> Members:
    path = work / "garbled.db"
    path.write_bytes(members["wiki.db"])
    raw = sqlite3.connect(path, isolation_level=None)
    garble(raw)
    raw.close()
    return members | {"wiki.db": path.read_bytes()}


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "schema '9999'"),
        ("UPDATE alembic_version SET version_num = 'head'", "schema 'head'"),
        ("DELETE FROM alembic_version", "does not say which schema"),
        ("INSERT INTO alembic_version VALUES ('0001')", "does not say which schema"),
        ("DROP TABLE alembic_version", "not a wiki"),
        ("UPDATE alembic_version SET version_num = '0005'", "the database of this backup"),
    ],
)
def test_schema_that_is_newer_or_not_what_it_says_is_refused(
    members, refused, tmp_path, statement, says
):
    bad = changed(members, tmp_path, lambda raw: raw.execute(statement))
    assert says in refused(crafted(tmp_path / "bad.tar", bad))


def test_database_that_is_damaged_is_refused(members, refused, tmp_path):
    whole = members["wiki.db"]
    page = 4096
    for content in (b"", b"x" * 5000, whole[:page], whole[: len(whole) // 2], whole[:100]):
        refused(crafted(tmp_path / "bad.tar", members | {"wiki.db": content}))
    broken = changed(
        members,
        tmp_path,
        lambda raw: raw.execute("UPDATE attachment SET page_id = 999"),
    )
    assert "points to one that is missing" in refused(crafted(tmp_path / "bad.tar", broken))


@pytest.mark.parametrize(
    "content",
    [
        b"lang = ",
        b"\xff\xfe",
        b"nothing = 1",
        b"max_page_kb = 'many'",
        b"max_page_kb = []",
        b"max_page_kb = inf",
        b"search_engine = 'postgres'",
        b"lang = " + b"[" * 100_000,
        b'database_url = """\nsqlite:///x"""\n',
    ],
)
def test_settings_that_cannot_be_used_are_refused(members, refused, tmp_path, content):
    said = refused(crafted(tmp_path / "bad.tar", members | {"config.toml": content}))
    assert "config.toml" in said or "settings of this backup" in said


@pytest.mark.parametrize("secret", [b"", b"two\nlines", b"\0" * 40, "é".encode()])
def test_secret_key_that_is_no_line_is_refused(members, refused, tmp_path, secret):
    assert "secret_key" in refused(crafted(tmp_path / "a.tar", members | {"secret_key": secret}))


def test_address_of_the_database_in_an_archive_is_not_followed(
    members, gare, target, outside, tmp_path
):
    production = tmp_path / "production.db"
    for quote in ('"', "'"):
        text = (
            f"# mine\nlang = 'en'\ndatabase_url = {quote}sqlite:///{production}{quote}  # there\n"
        )
        gare("restore", crafted(tmp_path / "a.tar", members | {"config.toml": text.encode()}))
        assert (target / "config.toml").read_text() == "# mine\nlang = 'en'\n"
        assert not production.exists()
        app = create_app(target)
        assert app.config["GARE"].url == f"sqlite:///{target / 'wiki.db'}"
        close_app(app)
        shutil.rmtree(target)
    said = gare("restore", tmp_path / "a.tar", "--database", "postgresql://x/y", ok=False).output
    assert "leave --database out" in said


def test_what_is_restored_is_read_by_its_owner_only(archive, gare, target):
    gare("restore", archive)
    for path in (target, *target.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert sorted(one.name for one in target.iterdir()) == [
        "config.toml",
        "files",
        "secret_key",
        "wiki.db",
    ]


def test_archive_as_older_versions_wrote_it_is_restored(members, gare, target, tmp_path):
    for number, how in enumerate((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)):
        old = tmp_path / "old.tar"
        said = json.dumps(manifest_of(members)).encode()
        with tarfile.open(old, "w", format=how) as tar:
            for name, content in (members | {"manifest.json": said}).items():
                info = tarfile.TarInfo(name)
                info.size, info.mtime, info.uname = len(content), 1_700_000_000.25, "jardinière"
                tar.addfile(info, io.BytesIO(content))
        gare("restore", old)
        assert (target / PLACE).read_bytes() == FILE, number
        shutil.rmtree(target)


@pytest.mark.parametrize("revision", ["0001", "0016", "0021"])
def test_older_schema_is_restored_then_upgraded(app, gare, tmp_path, monkeypatch, revision):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("archives of PostgreSQL have their own tests")
    old = tmp_path / "old.db"
    made = db.Database(f"sqlite:///{old}", 10)
    schema.build(made.writer, revision)
    made.dispose()
    path = crafted(tmp_path / "old.tar", {"wiki.db": old.read_bytes()})
    monkeypatch.setenv("GARE_INSTANCE", str(tmp_path / "again"))
    assert f"schema {revision}: run `gare upgrade`" in gare("restore", path).output
    gare("upgrade")
    again = create_app(tmp_path / "again")
    with again.app_context():
        assert schema.current() == schema.wanted()
    close_app(again)


def test_schema_that_came_by_upgrades_is_ours_too(app, gare, tmp_path, monkeypatch):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("archives of PostgreSQL have their own tests")
    path = tmp_path / "stepwise.db"
    made = db.Database(f"sqlite:///{path}", 10)
    schema.build(made.writer, "0001")
    for _step in range(100):
        try:
            command.upgrade(schema.config(made.writer), "+1")
        except command.util.CommandError:
            break
    with made.writer.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    made.dispose()
    monkeypatch.setenv("GARE_INSTANCE", str(tmp_path / "again"))
    gare("restore", crafted(tmp_path / "a.tar", {"wiki.db": path.read_bytes()}))


def test_folder_that_holds_anything_is_refused_and_left_as_it_is(archive, gare, target):
    target.mkdir()
    for name in ("config.toml", "notes.txt", "wiki.db"):
        (target / name).write_text("lang = 'fr'\n")
        said = gare("restore", archive, ok=False).output
        assert "holds a wiki already" in said or f"is not empty: it holds {name}" in said
        assert [one.name for one in target.iterdir()] == [name]
        (target / name).unlink()
    (target / "lost+found").mkdir()
    gare("restore", archive)
    assert "holds a wiki already" in gare("restore", archive, ok=False).output


def test_folder_without_wiki_that_a_command_opened_may_be_restored_into(archive, gare, target):
    target.mkdir()
    gare("check", ok=False)
    assert (target / "wiki.db").exists()
    gare("restore", archive)
    with running(target, {}) as app:
        assert World(app).browser().get("/Leaven").status_code == 200


def test_two_restores_at_once_do_not_meet(archive, target):
    target.mkdir()
    with restore._alone(target), pytest.raises(ValueError, match="another restore"):
        restore.restore(archive, target)


def test_file_that_cannot_be_read_or_written_is_said_in_words(archive, gare, target, monkeypatch):
    def fail(*_args: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(tarball, "open_new", fail)
        assert "No space left" in gare("restore", archive, ok=False).output
        assert not target.exists()
    assert "exit" not in gare("restore", archive).output


def lost_and_damaged(instance: Path, names: list[str]) -> None:
    (instance / names[0]).unlink()
    (instance / names[1]).write_bytes(b"rotten")


@pytest.mark.parametrize("suffix", ["tar", "tar.gz"])
def test_files_that_are_missing_are_named_by_backup_and_restore(
    app, gare, world, instance, tmp_path, monkeypatch, suffix
):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("archives of PostgreSQL have their own tests")
    names = []
    world.page("Leaven", "Flour")
    for content in (b"one", b"two", b"three"):
        file = {"file": (io.BytesIO(content), f"{content.decode()}.txt")}
        world.browser("bob").post("/Leaven/attachments", file, content_type="multipart/form-data")
        digest = hashlib.sha256(content).hexdigest()
        names.append(f"files/{digest[:2]}/{digest}")
    lost_and_damaged(instance, names)
    path = tmp_path / f"wiki.{suffix}"
    said = gare("backup", path, ok=False).output
    assert f"{names[0]} missing" in said and f"{names[1]} damaged" in said and "is written" in said
    monkeypatch.setenv("GARE_INSTANCE", str(tmp_path / "again"))
    said = gare("restore", path, ok=False).output
    assert f"{names[0]} missing" in said and f"{names[1]} damaged" in said
    assert "the wiki is restored" in said
    assert (tmp_path / "again" / names[2]).read_bytes() == b"three"
    with running(tmp_path / "again", {}) as again:
        assert World(again).browser().get("/Leaven").status_code == 200


def test_backup_on_a_node_without_the_files_fails(app, gare, world, instance, tmp_path):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("archives of PostgreSQL have their own tests")
    world.page("Leaven", "Flour")
    for number in range(25):
        file = {"file": (io.BytesIO(str(number).encode()), f"{number}.txt")}
        world.browser("bob").post("/Leaven/attachments", file, content_type="multipart/form-data")
    shutil.rmtree(instance / "files")
    said = gare("backup", tmp_path / "wiki.tar", ok=False).output
    assert "and 5 more missing" in said
    with app.app_context(), db.write() as session:
        session.connection().exec_driver_sql("DELETE FROM stored_file")
    assert "and 5 more missing" in gare("backup", tmp_path / "wiki.tar", ok=False).output


def test_hard_links_among_files_are_backed_up_as_files(app, gare, archive, instance, tmp_path):
    other = b"linked"
    digest = hashlib.sha256(other).hexdigest()
    place = instance / "files" / digest[:2] / digest
    place.parent.mkdir(exist_ok=True)
    place.hardlink_to(instance / PLACE)
    gare("backup", tmp_path / "b.tar", ok=False)
    restored = tmp_path / "again"
    assert restore.restore(tmp_path / "b.tar", restored).damaged == [
        place.relative_to(instance).as_posix()
    ]


def test_backup_that_cannot_be_written_is_said_in_words(app, gare, archive, tmp_path):
    (tmp_path / "file").write_text("")
    said = gare("backup", tmp_path / "file" / "wiki.tar", ok=False).output
    assert said.startswith("Error: no backup was made")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(".restore")
    }


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_killed_at_any_moment_leaves_nothing_in_the_way_or_the_whole_wiki(archive, tmp_path, every):
    folder = tmp_path / "again"
    count = changes_of(lambda: restore.restore(archive, folder))
    whole = snapshot(folder)
    assert count > 12 and {"wiki.db", PLACE, "secret_key", "config.toml"} == whole.keys()
    few = (1, count // 3, count - 7, count - 5, count - 3, count - 1)
    for number in range(1, count + 1) if every else few:
        shutil.rmtree(folder)
        killed_at_change(lambda: restore.restore(archive, folder), number)
        if "wiki.db" in snapshot(folder):
            with pytest.raises(FileExistsError, match="holds a wiki already"):
                restore.restore(archive, folder)
        else:
            killed_at_change(lambda: restore.restore(archive, folder), max(1, number // 2))
            if not (folder / "wiki.db").exists():
                restore.restore(archive, folder)
        assert snapshot(folder) == whole, number
