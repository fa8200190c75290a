"""What runs in the limited process: a spreadsheet on standard input, its rows on standard output.

Arguments: seconds, megabytes of memory, bytes of rows. It ends with a code of `outcome.REASONS`.
"""

from __future__ import annotations

import os
import sys
import zipfile
from typing import BinaryIO

from wiki.core.extraction.__main__ import ENCRYPTED, OLE, limit
from wiki.core.extraction.outcome import REASONS, Unreadable
from wiki.core.extraction.xml import Package
from wiki.core.spreadsheets import opendocument, openxml
from wiki.core.spreadsheets.grid import Grid


def main(seconds: int, megabytes: int, most: int) -> int:
    """Read standard input within the limits; return the exit code."""
    limit(seconds, megabytes, most)
    try:
        read(sys.stdin.buffer, Grid(sys.stdout.buffer, most))
    except Unreadable as error:
        return REASONS[error.reason]
    except MemoryError:
        return REASONS["memory"]
    except Exception:
        # Whatever a library says of a file it cannot read, the file is at fault.
        return REASONS["malformed"]
    return 0


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
    # At once: nothing is left to tidy, and a library's memory may take long to give back.
    code = main(*(int(argument) for argument in sys.argv[1:4]))
    sys.stdout.flush()
    os._exit(code)
