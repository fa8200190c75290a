"""Indexing processes of the tests: started, killed, and what is left finished."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.core.search.documents import Chosen
from tests.core.search.sqlite_source import SqliteSource
from wiki.core.search.engines.base import Engine
from wiki.core.search.index import indexer

ROOT = Path(__file__).parents[3]


def start(chosen: Chosen, source: SqliteSource, *, last: float = math.inf) -> subprocess.Popen[str]:
    """Start a worker that indexes until killed; it stands still once it has read the document `last`."""
    program = [sys.executable, "-m", "tests.core.search.sqlite_source"]
    given = [str(chosen.folder), str(source.path), chosen.name, chosen.url, str(last)]
    worker = subprocess.Popen([*program, *given], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout and worker.stdout.readline() == "ready\n"
    return worker


def kill(worker: subprocess.Popen[str]) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()


def finish(engine: Engine, source: SqliteSource) -> None:
    """Index all that waits, once whoever led is known to be gone."""
    with engine.leading(wait=True):
        pass
    while indexer.run_once(engine, source):
        pass
