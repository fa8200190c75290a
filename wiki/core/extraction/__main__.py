"""What runs in the limited process: the file on standard input, its text on standard output."""

from __future__ import annotations

import sys
import zipfile
from typing import BinaryIO

from wiki.core.extraction import opendocument, openxml, pdf, plain
from wiki.core.extraction.limited import ENCRYPTED, OLE, run
from wiki.core.extraction.outcome import Sink, Unreadable
from wiki.core.extraction.xml import Package


def read(stream: BinaryIO, sink: Sink) -> None:
    """Read a file by what it holds, whatever its name. Raises Unreadable."""
    start = stream.read(1024)
    stream.seek(0)
    if b"%PDF-" in start:
        pdf.read(stream, sink)
    elif start.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(stream) as archive:
            _package(Package(archive), sink)
    elif start.startswith(OLE):
        raise Unreadable("encrypted" if ENCRYPTED in stream.read() else "unknown")
    else:
        plain.read(stream, sink)


def _package(package: Package, sink: Sink) -> None:
    if "content.xml" in package.names:
        opendocument.read(package, sink)
    elif "[Content_Types].xml" in package.names:
        openxml.read(package, sink)
    else:
        raise Unreadable("unknown")


if __name__ == "__main__":
    run(lambda characters: read(sys.stdin.buffer, Sink(sys.stdout.buffer, characters)))
