"""The worker: indexes what was saved and runs the jobs that wait, for all the wikis it serves.

It can be killed at any time: what it had not finished is still in the database. Slow jobs (reading
files) run in a thread of their own, so that a page saved meanwhile is found at once.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

from flask import Flask

from wiki.core import jobs, periodic
from wiki.core.extraction.reader import processes
from wiki.core.search.index import indexer
from wiki.pages.files import text_extraction
from wiki.search import index
from wiki.search.indexing.documents import Pages

log = logging.getLogger("wiki.worker")

IDLE = 2.0
"""Seconds between two looks when nobody rings."""
ENDING = 5.0
"""Seconds that a slow job has to put itself back in line when we are told to stop."""


def tick(app: Flask) -> int:
    """Do all that waits in one wiki, slow jobs too; return how much was done."""
    return quick(app) + slow(app)


def quick(app: Flask) -> int:
    """Index, and run the jobs that are not slow; return how much was done."""
    with app.app_context():
        periodic.enqueue_due()
        indexed = indexer.run_once(index.engine(), Pages())
        done = indexed + jobs.run_due(slow=False)
        if not done:
            indexer.tidy(index.engine())
        return done


def slow(app: Flask) -> int:
    """Run the slow jobs; return how many."""
    with app.app_context():
        return jobs.run_due(slow=True)


def run(
    apps: Sequence[Flask],
    *,
    parent: int | None = None,
    on_ready: Callable[[], object] = lambda: None,
) -> None:
    """Work until told to stop (SIGTERM, SIGINT), or until the parent process is gone.

    Call `on_ready` once, when nothing but the work itself is left to fail.
    """
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    bells = [*(_bell(app) for app in apps), _signals()]
    on_ready()
    for app in apps:
        _try(app, reconcile)
    aside = Aside(apps)
    aside.start()
    while not stopping and (parent is None or os.getppid() == parent):
        for app in apps:
            _try(app, quick)
        _wait(bells)
        aside.rung.set()
    aside.stop()
    for app in apps:
        with app.app_context():
            jobs.socket_path().unlink(missing_ok=True)


def reconcile(app: Flask) -> int:
    """Index what the index of one wiki lacks, whatever happened before; return how much.

    An engine newly chosen has no index yet: it is built here, and the one before goes. Texts of
    files that came by another way than a browser are asked for too.
    """
    with app.app_context():
        index.sweep()
        return indexer.reconcile(index.engine(), Pages()) + text_extraction.want_missing()


class Aside(threading.Thread):
    """Runs slow jobs beside the rest; `rung` has it look at once."""

    def __init__(self, apps: Sequence[Flask]) -> None:
        super().__init__(name="slow jobs", daemon=True)
        self.apps, self.rung, self.stopping = apps, threading.Event(), False

    def run(self) -> None:
        while not self.stopping:
            for app in self.apps:
                _try(app, slow)
            self.rung.wait(IDLE)
            self.rung.clear()

    def stop(self) -> None:
        """End what runs; it is begun again by the next worker."""
        self.stopping = True
        processes.stop()
        self.rung.set()
        self.join(ENDING)


def _try(app: Flask, work: Callable[[Flask], int]) -> None:
    try:
        work(app)
    except Exception:
        # One wiki's trouble (disk full, database locked) must not stop the others; it is tried again.
        log.exception("work on %s failed", app.instance_path)


def _bell(app: Flask) -> socket.socket:
    with app.app_context():
        path = jobs.socket_path()
    path.unlink(missing_ok=True)
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        bell.bind(str(path))
    except OSError as error:
        log.warning("no bell at %s (%s): new work is looked for every %s s", path, error, IDLE)
    bell.setblocking(False)
    return bell


def _signals() -> socket.socket:
    """Return a bell that signals ring: by itself, Python goes on waiting after one."""
    bell, ringing = socket.socketpair()
    bell.setblocking(False)
    ringing.setblocking(False)
    signal.set_wakeup_fd(ringing.detach())
    return bell


def _wait(bells: Sequence[socket.socket]) -> None:
    ready, _writable, _broken = select.select(bells, [], [], IDLE)
    for bell in ready:
        with suppress(BlockingIOError):
            while bell.recv(16):
                pass
