"""The French demo network, made once for all the processes of a run: each takes a copy."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server import Server
from wiki import worker
from wiki.app import close_app, create_app

ROOT = Path(__file__).parent.parent


def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo as `make run` makes it, with its index; the first process to ask makes it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / "demo-made-once"
        if not folder.exists():
            make(shared / "demo-at-work")
            (shared / "demo-at-work").rename(folder)
    return folder


@contextmanager
def served(folder: Path, **database: str) -> Iterator[Server]:
    """Make the demo in a folder and serve it, with its accounts open."""
    make(folder, **database)
    with Server(folder, **database) as server:
        yield server


def make(folder: Path, **database: str) -> None:
    """Make the demo in a folder, and do all that its worker would."""
    told = {f"GARE_{name.upper()}": value for name, value in database.items()}
    subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "demo.py")],
        env=os.environ | told | {"GARE_INSTANCE": str(folder)},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    app = create_app(folder, **database)
    while worker.tick(app):
        pass
    close_app(app)
