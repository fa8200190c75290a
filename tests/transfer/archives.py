"""Backups of a test's wiki, and archives made of them by someone who means harm."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Members = dict[str, bytes]


def members_of(archive: Path) -> Members:
    """Return the content of each member of a backup but its manifest."""
    with tarfile.open(archive) as tar:
        found = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    del found["manifest.json"]
    return found


def manifest_of(members: Members, **other: Any) -> dict[str, Any]:
    """Return the manifest that fits these members."""
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    return {"format": 1, "sha256": sums} | other


def crafted(
    path: Path,
    members: Members,
    *odd: tarfile.TarInfo | tuple[str, bytes],
    manifest: bytes | dict[str, Any] | None = None,
    how: str = "w",
) -> Path:
    """Write an archive: odd members first, then the others and a manifest that fits all that are files."""
    plain = [one for one in odd if not isinstance(one, tarfile.TarInfo)]
    if manifest is None:
        manifest = manifest_of(members | dict(plain))
    said = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    with tarfile.open(path, how) as tar:
        for one in odd:
            if isinstance(one, tarfile.TarInfo):
                tar.addfile(one)
            else:
                _add(tar, *one)
        for name, content in {**members, "manifest.json": said}.items():
            _add(tar, name, content)
    return path


def changed(
    members: Members, work: Path, change: Callable[[sqlite3.Connection], object]
) -> Members:
    """Return the members with another database: what `change` makes of a copy."""
    copy = work / "changed.db"
    copy.write_bytes(members["wiki.db"])
    raw = sqlite3.connect(copy, isolation_level=None)
    change(raw)
    raw.execute("PRAGMA journal_mode=DELETE")
    raw.close()
    content = copy.read_bytes()
    copy.unlink()
    return members | {"wiki.db": content}


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
