"""What runs in the limited process: the file on standard input, its text on standard output.

Arguments: seconds, megabytes of memory, characters. It ends with a code of `outcome.REASONS`."""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
import zipfile
from typing import BinaryIO

from wiki.core.extraction import opendocument, openxml, pdf, plain
from wiki.core.extraction.outcome import REASONS, Sink, Unreadable
from wiki.core.extraction.xml import Package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the old Office begin, and those that the new one encrypts."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NICE = 10


def main(seconds: int, megabytes: int, characters: int) -> int:
    """Read standard input within the limits; return the exit code."""
    limit(seconds, megabytes, characters)
    logging.disable()
    try:
        read(sys.stdin.buffer, Sink(sys.stdout.buffer, characters))
    except Unreadable as error:
        return REASONS[error.reason]
    except MemoryError:
        return REASONS["memory"]
    except Exception:
        # Whatever a library says of a file it cannot read, the file is at fault.
        return REASONS["malformed"]
    return 0


def limit(seconds: int, megabytes: int, characters: int) -> None:
    """Take away from this process what reading does not need."""
    # By itself too, so that it ends even when who started it is gone.
    signal.alarm(seconds)
    os.nice(NICE)
    # The hard limit kills without a word: the soft one says why.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024**2,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (characters * 4 + 4096,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


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
    # At once: nothing is left to tidy, and a library's memory may take long to give back.
    code = main(*(int(argument) for argument in sys.argv[1:4]))
    sys.stdout.flush()
    os._exit(code)
