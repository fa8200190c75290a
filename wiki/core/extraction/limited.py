"""The limited process that reads a stranger's file: what it may use, and the code it ends with.

Its arguments: seconds, megabytes of memory, the most that is written. Its code is one of `outcome.REASONS`.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from wiki.core.extraction.outcome import REASONS, Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the old Office begin, and those that the new one encrypts."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NICE = 10


def run(work: Callable[[int], None]) -> NoReturn:
    """Do the work, which is told the most it may write, within the limits; then end this process."""
    seconds, megabytes, most = (int(argument) for argument in sys.argv[1:4])
    _limit(seconds, megabytes, most)
    logging.disable()
    code = _outcome(work, most)
    sys.stdout.flush()
    # At once: nothing is left to tidy, and a library's memory may take long to give back.
    os._exit(code)


def _limit(seconds: int, megabytes: int, characters: int) -> None:
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


def _outcome(work: Callable[[int], None], most: int) -> int:
    try:
        work(most)
    except Unreadable as error:
        return REASONS[error.reason]
    except MemoryError:
        return REASONS["memory"]
    except Exception:
        # Whatever a library says of a file it cannot read, the file is at fault.
        return REASONS["malformed"]
    return 0
