"""Read and write the tar of a backup: plain files of a few known names, and a manifest of their SHA-256 sums.

An archive may come from a stranger. It is read header by header, without `tarfile`'s extraction: a member that is
not a plain file, has another name than a backup writes, or passes a limit is refused before anything of it is kept.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

Progress = Callable[[int, int], None]
FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, DUMP, CONFIG, SECRET = "wiki.db", "wiki.dump", "config.toml", "secret_key"
DATABASES = {SQLITE, DUMP}
NAME = re.compile(
    r"wiki\.db|wiki\.dump|config\.toml|secret_key|manifest\.json|files/([0-9a-f]{2})/\1[0-9a-f]{62}"
)
"""What a member may be called. No two of these differ by case only."""
SMALL = {CONFIG: 1_000_000, SECRET: 4_096, MANIFEST: 64_000_000}
"""Most bytes of the members that are read whole."""
GB, MB = 1_000_000_000, 1_000_000
READ = 1024 * 1024
BLOCK = tarfile.BLOCKSIZE
LONGEST_PAX = 16_384


class BadArchive(ValueError):
    """An archive that is damaged, foreign, or over a limit; the message says which."""


@dataclass(frozen=True)
class Limits:
    """Most that an archive may unpack to: bytes of all, bytes of one stored file, number of members."""

    total: int = 50 * GB
    file: int = 2 * GB
    members: int = 300_000


@dataclass
class Contents:
    """What an archive holds: sizes in bytes and SHA-256 sums by name, and names whose content is not theirs."""

    sizes: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.sizes.values())

    @property
    def damaged(self) -> list[str]:
        """Stored files whose content has another sum than their name says: they were so when backed up."""
        return [name for name, digest in self.sums.items() if is_damaged(name, digest)]


def is_damaged(name: str, digest: str) -> bool:
    """Answer whether a stored file's content is not the one it is named after."""
    return name.startswith("files/") and not name.endswith(f"/{digest}")


def write(target: IO[bytes], members: list[tuple[str, Path]], progress: Progress) -> Contents:
    """Write files and their manifest as a tar; those that are gone meanwhile are left out."""
    contents = Contents()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for done, (name, path) in enumerate(members, start=1):
            try:
                stream = path.open("rb")
            except FileNotFoundError:
                continue
            with stream:
                # Not `gettarinfo`: it writes a second hard link to a file as a link.
                info, stat = tarfile.TarInfo(name), os.fstat(stream.fileno())
                info.size, info.mtime, info.mode = stat.st_size, int(stat.st_mtime), 0o600
                hashing = _Hashing(stream)
                archive.addfile(info, hashing)  # type: ignore[arg-type]
            contents.sizes[name], contents.sums[name] = info.size, hashing.digest.hexdigest()
            progress(done, len(members))
        manifest = json.dumps({"format": FORMAT, "sha256": contents.sums}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(manifest)
        archive.addfile(info, io.BytesIO(manifest))
    return contents


def read(source: Path, limits: Limits, folder: Path | None = None) -> Contents:
    """Check a whole archive, and unpack it into `folder` if one is given. Raises BadArchive, OSError."""
    contents = Contents()
    manifest = None
    with _words_for_damage(), source.open("rb") as raw, _decompressed(raw) as stream:
        for name, size in _members(stream, limits):
            if name in contents.sizes:
                raise BadArchive(f"this backup holds {name} twice")
            contents.sizes[name] = size
            if name == MANIFEST:
                manifest = _exactly(stream, size)
            else:
                contents.sums[name] = _unpack(stream, size, folder and folder / name)
            _exactly(stream, -size % BLOCK)
    if manifest is None:
        raise BadArchive("this file is not a backup of Gare, or its end is missing")
    _compare(contents.sums, _sums(manifest))
    return contents


def open_new(path: Path) -> BinaryIO:
    """Open a new file that only its owner reads. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def shown(name: str) -> str:
    """Return a name of a stranger's as it may stand on a terminal."""
    return ascii(name[:100])


class _Hashing:
    """A stream that is hashed as it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int) -> bytes:
        chunk = self.stream.read(size)
        self.digest.update(chunk)
        return chunk


@contextmanager
def _words_for_damage() -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError) as error:
        raise BadArchive(f"this file is damaged, or not a backup of Gare: {error}") from error


@contextmanager
def _decompressed(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    start = raw.read(2)
    raw.seek(0)
    if start != b"\x1f\x8b":
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as stream:
        yield stream  # type: ignore[misc]


def _members(stream: IO[bytes], limits: Limits) -> Iterator[tuple[str, int]]:
    """Give name and size of each member, whose content and padding are to be read before the next."""
    count = total = 0
    while (header := _header(stream)) is not None:
        name, size = header
        count, total = count + 1, total + size
        if count > limits.members:
            raise BadArchive(
                f"this backup holds more than {limits.members} files (raise it with --max-files)"
            )
        if total > limits.total:
            raise BadArchive(
                f"this backup unpacks to more than {limits.total / GB:g} GB (raise it with --max-gb)"
            )
        if name.startswith("files/") and size > limits.file:
            raise BadArchive(
                f"{name} takes more than {limits.file / MB:g} MB (raise it with --max-file-mb)"
            )
        if size > SMALL.get(name, size):
            raise BadArchive(f"{name} takes more than {SMALL[name] / MB:g} MB in this backup")
        yield name, size


def _header(stream: IO[bytes]) -> tuple[str, int] | None:
    """Return name and size of the next member, None at the end. Raises BadArchive, TarError."""
    info = _info(stream)
    if info is None:
        return None
    records = {}
    if info.type == tarfile.XHDTYPE:
        records = _pax(stream, info.size)
        info = _info(stream)
        if info is None:
            raise BadArchive("this file is damaged: a tar header without its file")
    if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise BadArchive(
            f"this file is not a backup of Gare: {shown(info.name)} in it is no plain file"
        )
    if not NAME.fullmatch(info.name):
        raise BadArchive(
            f"this file is not a backup of Gare: {shown(info.name)} is no name that one holds"
        )
    if "size" in records and not re.fullmatch(r"[0-9]{1,18}", records["size"]):
        raise BadArchive("this file is damaged: a size that is no number")
    size = int(records.get("size", info.size))
    if size < 0:
        raise BadArchive("this file is damaged: a size below zero")
    return info.name, size


def _info(stream: IO[bytes]) -> tarfile.TarInfo | None:
    block = stream.read(BLOCK)
    if len(block) == BLOCK and not block.strip(b"\0"):
        return None
    return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")


def _pax(stream: IO[bytes], size: int) -> dict[str, str]:
    """Read the extended header of one member, which older backups have for the time of their files."""
    if not 0 <= size <= LONGEST_PAX:
        raise BadArchive("this file is damaged: a tar header that is too long")
    block = _exactly(stream, size)
    _exactly(stream, -size % BLOCK)
    records = {}
    while block:
        found = re.match(rb"([0-9]{1,5}) ([^=\n]+)=", block)
        length = int(found[1]) if found else 0
        if not found or not found.end() < length <= len(block) or block[length - 1] != 10:
            raise BadArchive("this file is damaged: a tar header that cannot be read")
        records[found[2].decode("utf-8", "replace")] = block[found.end() : length - 1].decode(
            "utf-8", "replace"
        )
        block = block[length:]
    if odd := records.keys() - {"mtime", "atime", "ctime", "size", "uname", "gname", "uid", "gid"}:
        raise BadArchive(f"a tar header says {shown(min(odd))}, which backups do not")
    return records


def _unpack(stream: IO[bytes], size: int, target: Path | None) -> str:
    """Read one member, write it if it has a target, and return its SHA-256."""
    digest = hashlib.sha256()
    if target is None:
        for chunk in _chunks(stream, size):
            digest.update(chunk)
        return digest.hexdigest()
    for above in (target.parent.parent, target.parent):
        above.mkdir(exist_ok=True, mode=0o700)
    with open_new(target) as file:
        for chunk in _chunks(stream, size):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _chunks(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size:
        chunk = stream.read(min(size, READ))
        if not chunk:
            raise BadArchive("this file is damaged: its end is missing")
        size -= len(chunk)
        yield chunk


def _exactly(stream: IO[bytes], size: int) -> bytes:
    return b"".join(_chunks(stream, size))


def _sums(manifest: bytes) -> dict[str, str]:
    """Return the sums that a manifest says. Raises BadArchive."""
    try:
        said = json.loads(manifest)
    except (ValueError, RecursionError) as error:
        raise BadArchive("the manifest of this backup is damaged") from error
    number = said.get("format") if isinstance(said, dict) else None
    if type(number) is not int or number < 1:
        raise BadArchive("this file is not a backup of Gare: its manifest says no format")
    if number > FORMAT:
        raise BadArchive(
            f"this backup has format {number} and this version reads up to {FORMAT}:"
            " restore it with the version of Gare that made it, or a newer one"
        )
    sums = said.get("sha256")
    if not isinstance(sums, dict) or not all(isinstance(one, str) for one in sums.values()):
        raise BadArchive("the manifest of this backup is damaged")
    return sums


def _compare(sums: dict[str, str], said: dict[str, str]) -> None:
    """Compare what is there with what the manifest says. Raises BadArchive."""
    for name in sorted(said.keys() - sums.keys()):
        raise BadArchive(f"{shown(name)} is named by the manifest and missing in this backup")
    for name, digest in sums.items():
        if name not in said:
            raise BadArchive(f"{name} is in this backup and not in its manifest")
        if said[name] != digest:
            raise BadArchive(f"{name} is damaged in this backup")
    if len(DATABASES & sums.keys()) != 1:
        raise BadArchive("a backup holds one database: wiki.db or wiki.dump")
