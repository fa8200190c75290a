"""Plain text, Markdown and CSV, in UTF-8, UTF-16 with its mark, or the old Western encoding."""

from __future__ import annotations

import codecs
from typing import BinaryIO

from wiki.core.extraction.outcome import Sink, Unreadable

_CHUNK = 64 * 1024
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read(stream: BinaryIO, sink: Sink) -> None:
    """Read a file of text. Raises Unreadable."""
    encoding = _encoding(stream)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        text = decoder.decode(chunk)
        if "\0" in text:
            raise Unreadable("unknown")
        # Form feeds of the file itself are no pages: nobody numbers them.
        sink.add(text.replace("\f", "\n"))
    sink.add(decoder.decode(b"", True))
    sink.end_page()


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4)
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(start)
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
