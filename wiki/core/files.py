"""The store of files: by content, named by SHA-256, in the instance folder. Who may see them is not its business."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app


class TooLarge(ValueError):
    """A file over the wiki's limit; the message holds the limit in MB."""


@dataclass(frozen=True)
class Stored:
    """A file in the store: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


def put(stream: IO[bytes]) -> Stored:
    """Keep a stream's content and return where; the same content is kept once. Raises TooLarge."""
    limit = current_app.config["GARE"].max_upload_mb * 1024 * 1024
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), prefix=".new-", delete=False) as target:
        try:
            while chunk := stream.read(256 * 1024):
                size += len(chunk)
                if size > limit:
                    raise TooLarge(str(current_app.config["GARE"].max_upload_mb))
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            Path(target.name).unlink()
            raise
    path = _path(digest.hexdigest())
    path.parent.mkdir(exist_ok=True)
    Path(target.name).replace(path)
    return Stored(digest.hexdigest(), size)


def path(sha256: str) -> Path:
    """Return the path of a stored file. Raises FileNotFoundError when it is not there."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256) or not _path(sha256).is_file():
        raise FileNotFoundError(sha256)
    return _path(sha256)


def folder() -> Path:
    """Return the folder of the store, made if need be."""
    found: Path = current_app.config["GARE"].instance / "files"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _path(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256
