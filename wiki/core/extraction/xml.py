"""XML read in a stream, by a parser that knows no document type: no entity can grow or point outside."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from xml.parsers import expat

from wiki.core.extraction.outcome import UNPACKED, Unreadable

Attributes = dict[str, str]
_CHUNK = 256 * 1024


class Package:
    """A zip of parts, which may not unpack to more than UNPACKED bytes together."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.left = UNPACKED

    def parse(
        self,
        part: str,
        *,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _tag: None,
        text: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """Call back for each tag, as `prefix:name` in the document, and each text of a part."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        with self._opened(part) as stream:
            while chunk := stream.read(_CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise Unreadable("bomb")
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def read(self, part: str) -> bytes:
        """Return a small part whole, "" if it is not there; its first 64 kB."""
        if part not in self.names:
            return b""
        with self._opened(part) as stream:
            return stream.read(64 * 1024)

    def _opened(self, part: str) -> zipfile.ZipExtFile:
        info = self.archive.getinfo(part)
        if info.flag_bits & 1:
            raise Unreadable("encrypted")
        return self.archive.open(info)  # type: ignore[return-value]


def local(tag: str) -> str:
    """Return a tag's name without its prefix."""
    return tag.rpartition(":")[2]


def _refuse(*_declaration: object) -> None:
    raise Unreadable("malformed")
