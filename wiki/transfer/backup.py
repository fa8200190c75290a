"""Back up a whole wiki into one archive while it runs, and bring it back into an empty folder.

The archive is a tar of the database, the files, the settings and a manifest of SHA-256 sums. The index
is never in it: it is made again.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from flask import current_app

from wiki.core import db

Progress = Callable[[int, int], None]
MANIFEST = "manifest.json"
FORMAT = 1


def backup(target: Path, *, progress: Progress = lambda *_: None) -> Path:
    """Write the wiki at work into an archive; the file appears only once it is whole."""
    instance: Path = current_app.config["GARE"].instance
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
        database = _copy_database(Path(work))
        # Files after the database: one more than it names does no harm, one less would.
        members = [(database.name, database), *_files(instance)]
        with tarfile.open(
            unfinished, "w:gz" if target.suffix in {".gz", ".tgz"} else "w"
        ) as archive:
            unfinished.chmod(0o600)
            _write(archive, members, progress)
    unfinished.replace(target)
    return target


def backup_before_upgrade() -> Path:
    """Back up into the instance's own folder, named by the moment."""
    instance: Path = current_app.config["GARE"].instance
    stamp = db.utcnow().strftime("%Y%m%d-%H%M%S")
    return backup(instance / "backups" / f"before-upgrade-{stamp}.tar")


def restore(source: Path, folder: Path, *, progress: Progress = lambda *_: None) -> None:
    """Bring a backup back into a folder that holds no wiki. Raises FileExistsError, ValueError."""
    if (folder / "wiki.db").exists():
        raise FileExistsError(f"{folder} holds a wiki already")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as work:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        sums = _checked_manifest(Path(work))
        for done, name in enumerate(sums, start=1):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (Path(work) / name).replace(place)
            progress(done, len(sums))
    dump = folder / "wiki.dump"
    if dump.exists():
        _restore_postgres(folder, dump)


def _copy_database(work: Path) -> Path:
    config = current_app.config["GARE"]
    if not config.is_sqlite:
        target = work / "wiki.dump"
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--exclude-schema=gare_search*",
            f"--file={target}",
            f"--dbname={_libpq(config.url)}",
        )
        return target
    target = work / "wiki.db"
    source = sqlite3.connect(config.url.removeprefix("sqlite:///"))
    copy = sqlite3.connect(target)
    with source, copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target


def _files(instance: Path) -> Iterator[tuple[str, Path]]:
    for name in ("config.toml", "secret_key"):
        if (instance / name).exists():
            yield name, instance / name
    for path in sorted((instance / "files").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(instance).as_posix(), path


def _write(archive: tarfile.TarFile, members: list[tuple[str, Path]], progress: Progress) -> None:
    sums = {}
    for done, (name, path) in enumerate(members, start=1):
        sums[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        archive.add(path, arcname=name, recursive=False)
        progress(done, len(members))
    manifest = json.dumps({"format": FORMAT, "sha256": sums}, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(manifest)
    archive.addfile(info, io.BytesIO(manifest))


def _checked_manifest(work: Path) -> dict[str, str]:
    try:
        manifest = json.loads((work / MANIFEST).read_text())
        sums: dict[str, str] = manifest["sha256"]
    except (OSError, ValueError, KeyError) as error:
        raise ValueError("this file is not a backup of Gare") from error
    for name, digest in sums.items():
        path = work / PurePosixPath(name)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise ValueError(f"{name} is damaged in this backup")
    return sums


def _restore_postgres(folder: Path, dump: Path) -> None:
    from wiki import config

    url = _libpq(config.load(folder).url)
    _run(
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={url}",
        str(dump),
    )
    dump.unlink()


def _libpq(url: str) -> str:
    return "postgresql:" + url.partition(":")[2]


def _run(*command: str) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        raise ValueError(
            f"{command[0]} is needed here: install PostgreSQL's client tools"
        ) from error
    except subprocess.CalledProcessError as error:
        raise ValueError(f"{command[0]}: {error.stderr.strip()}") from error
