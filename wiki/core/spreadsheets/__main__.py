"""What runs in the limited process: a spreadsheet on standard input, its rows on standard output."""

from __future__ import annotations

import sys
import zipfile
from typing import BinaryIO

from wiki.core.extraction.limited import ENCRYPTED, OLE, run
from wiki.core.extraction.outcome import Unreadable
from wiki.core.extraction.xml import Package
from wiki.core.spreadsheets import opendocument, openxml
from wiki.core.spreadsheets.grid import Grid


def read(stream: BinaryIO, grid: Grid) -> None:
    """Read a spreadsheet by what it holds, whatever its name. Raises Unreadable."""
    if stream.read(len(OLE)) == OLE:
        raise Unreadable("encrypted" if ENCRYPTED in stream.read() else "unknown")
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        package = Package(archive)
        if openxml.WORKBOOK in package.names:
            openxml.read(package, grid)
        elif "content.xml" in package.names:
            opendocument.read(package, grid)
        else:
            raise Unreadable("unknown")


if __name__ == "__main__":
    run(lambda most: read(sys.stdin.buffer, Grid(sys.stdout.buffer, most)))
