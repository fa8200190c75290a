"""An archive of a project, read as what a stranger may have made: names, sizes, sums and shapes are checked first."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from flask import current_app
from flask_babel import gettext as _

from wiki.core import db
from wiki.core.http import Invalid
from wiki.transfer.projects import archive_format

Row = dict[str, Any]
READ = 256 * 1024


class Archive(AbstractContextManager["Archive"]):
    """An open archive whose members are known to be sound; what they say is still to be judged."""

    def __init__(self, path: Path) -> None:
        """Open an archive. Raises Invalid (`file`) on whatever is not one."""
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise damaged(_("This file is not a zip.")) from error
        try:
            self.sizes = _checked_members(self.zip)
            self.head = self._whole(archive_format.HEAD)
            _check_head(self.head)
            self.project = self._whole(archive_format.PROJECT)
        except BaseException:
            self.zip.close()
            raise

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.zip.close()

    @property
    def files(self) -> frozenset[str]:
        """The SHA-256 of the files it holds."""
        found = (archive_format.FILE.fullmatch(name) for name in self.sizes)
        return frozenset(one[1] for one in found if one)

    def rows(self, name: str) -> Iterator[Row]:
        """Give the rows of one list, one in memory at a time. Raises Invalid."""
        with self._open(name) as lines:
            number = 0
            while line := lines.readline(archive_format.LONGEST_LINE + 1):
                number += 1
                if len(line) > archive_format.LONGEST_LINE:
                    raise damaged(_("%(name)s has a line that is too long.", name=name))
                row = _parsed(line, f"{name}:{number}")
                if not isinstance(row, dict):
                    raise damaged(_("%(name)s cannot be read.", name=f"{name}:{number}"))
                yield row

    def file(self, sha256: str) -> IO[bytes]:
        """Open one file."""
        return self._open(f"files/{sha256}")

    def verify(self, progress: Callable[[int, int], None] = lambda *_: None) -> None:
        """Read all of it once and compare with its sums. Raises Invalid."""
        sums = self.head["sha256"]
        limit = current_app.config["GARE"].max_upload_mb
        for done, (name, size) in enumerate(self.sizes.items(), 1):
            found = archive_format.FILE.fullmatch(name)
            if found and size > limit * archive_format.MB:
                raise damaged(_("It holds a file of more than %(count)s MB.", count=limit))
            wanted = found[1] if found else sums.get(name)
            if name != archive_format.HEAD and self._sum(name) != wanted:
                raise damaged(_("%(name)s is damaged.", name=name))
            progress(done, len(self.sizes))

    def _sum(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._open(name) as stream:
            while chunk := stream.read(READ):
                digest.update(chunk)
        return digest.hexdigest()

    def _open(self, name: str) -> IO[bytes]:
        if name not in self.sizes:
            raise damaged(_("%(name)s is missing.", name=name))
        try:
            return _Sound(self.zip.open(name), name)  # type: ignore[return-value]
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise damaged(_("%(name)s is damaged.", name=name)) from error

    def _whole(self, name: str) -> Row:
        if self.sizes.get(name, 0) > archive_format.LONGEST_WHOLE:
            raise damaged(_("%(name)s is too large.", name=name))
        with self._open(name) as stream:
            row = _parsed(stream.read(archive_format.LONGEST_WHOLE), name)
        if not isinstance(row, dict):
            raise damaged(_("%(name)s cannot be read.", name=name))
        return row


class _Sound:
    """A member as a stream, whose damage is told as ours."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.stream, self.name = stream, name

    def read(self, size: int = -1) -> bytes:
        return self._tried(lambda: self.stream.read(size))

    def readline(self, size: int) -> bytes:
        return self._tried(lambda: self.stream.readline(size))

    def seek(self, *where: int) -> int:
        return self.stream.seek(*where)

    def tell(self) -> int:
        return self.stream.tell()

    def __enter__(self) -> _Sound:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stream.close()

    def _tried(self, read: Callable[[], bytes]) -> bytes:
        try:
            return read()
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise damaged(_("%(name)s is damaged.", name=self.name)) from error


def damaged(why: str) -> Invalid:
    """Return the refusal of an archive."""
    return Invalid(file=_("This archive is not taken: %(why)s", why=why))


def text(row: Mapping[str, Any], name: str, longest: int = 1000) -> str:
    """Return a text of a row, "" where it has none. Raises Invalid."""
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise damaged(_("“%(name)s” has a value of the wrong kind.", name=name))
    return value


def number(row: Mapping[str, Any], name: str) -> int | None:
    """Return a whole number of a row, None where it has none. Raises Invalid."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise damaged(_("“%(name)s” has a value of the wrong kind.", name=name))
    return value


def moment(row: Mapping[str, Any], name: str) -> datetime | None:
    """Return a moment of a row, never one to come, None where it has none. Raises Invalid."""
    value = text(row, name, 40)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return min(aware.astimezone(UTC), db.utcnow())
    except (ValueError, OverflowError) as error:
        raise damaged(_("“%(name)s” has a value of the wrong kind.", name=name)) from error


def many(row: Mapping[str, Any], name: str, kind: type, most: int = 5000) -> list[Any]:
    """Return a list of a row, all of one type. Raises Invalid."""
    value = row.get(name) or []
    sound = isinstance(value, list) and len(value) <= most
    if not sound or not all(isinstance(one, kind) for one in value):
        raise damaged(_("“%(name)s” has a value of the wrong kind.", name=name))
    return list(value)


def part(row: Mapping[str, Any], name: str) -> Row:
    """Return an object of a row, {} where it has none. Raises Invalid."""
    value = row.get(name) or {}
    if not isinstance(value, dict):
        raise damaged(_("“%(name)s” has a value of the wrong kind.", name=name))
    return value


def _checked_members(archive: zipfile.ZipFile) -> dict[str, int]:
    """Return the sizes of the members, all of known names. Raises Invalid."""
    members = archive.infolist()
    if len(members) > archive_format.MOST_MEMBERS:
        raise damaged(_("It holds too many files."))
    if sum(member.file_size for member in members) > archive_format.LARGEST_MB * archive_format.MB:
        limit = archive_format.LARGEST_MB // 1024
        raise damaged(_("Unpacked, it is more than %(count)s GB.", count=limit))
    known = {archive_format.HEAD, archive_format.PROJECT, *archive_format.LISTS}
    sizes: dict[str, int] = {}
    for member in members:
        named = member.filename in known or archive_format.FILE.fullmatch(member.filename)
        if not named or member.filename in sizes:
            raise damaged(
                _("It holds “%(name)s”, which is of no project.", name=member.filename[:80])
            )
        if member.flag_bits & 0x1 or member.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise damaged(_("%(name)s is packed in a way that is not read.", name=member.filename))
        sizes[member.filename] = member.file_size
    return sizes


def _check_head(head: Row) -> None:
    if head.get("format") != archive_format.FORMAT or not isinstance(head.get("version"), int):
        raise damaged(_("It holds no project of a Gare."))
    if head["version"] > archive_format.VERSION:
        raise damaged(_("A newer Gare made it: bring this one up to date first."))
    part(head, "sha256")
    part(head, "counts")


def _parsed(data: bytes, where: str) -> Any:
    try:
        found = json.loads(data)
        # Half characters and NUL, which no database takes, are refused wherever they hide.
        if b"\\u" in data and any("\0" in one for one in _strings(found)):
            raise ValueError("NUL")
    except (ValueError, RecursionError) as error:
        raise damaged(_("%(name)s cannot be read.", name=where)) from error
    return found


def _strings(value: Any) -> Iterator[str]:
    """Give every text of a value, keys too. Raises UnicodeEncodeError on half a character."""
    if isinstance(value, str):
        value.encode()
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from _strings(key)
            yield from _strings(held)
    elif isinstance(value, list):
        for held in value:
            yield from _strings(held)
