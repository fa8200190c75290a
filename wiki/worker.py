"""The worker: indexes what was saved and runs the jobs that wait, for all the wikis it serves.

It can be killed at any time: what it had not finished is still in the database.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

from flask import Flask

from wiki.core import jobs, periodic
from wiki.core.search import indexer
from wiki.search import index
from wiki.search.documents import Pages

log = logging.getLogger("wiki.worker")

IDLE = 2.0
"""Seconds between two looks when nobody rings."""


def tick(app: Flask) -> int:
    """Do all that waits in one wiki; return how much was done."""
    with app.app_context():
        periodic.enqueue_due()
        indexed = indexer.run_once(index.engine(), Pages())
        done = indexed + jobs.run_due()
        if not done:
            indexer.tidy(index.engine())
        return done


def run(apps: Sequence[Flask], *, parent: int | None = None) -> None:
    """Work until told to stop (SIGTERM, SIGINT), or until the parent process is gone."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    bells = [_bell(app) for app in apps]
    for app in apps:
        _try(app, reconcile)
    while not stopping and (parent is None or os.getppid() == parent):
        for app in apps:
            _try(app, tick)
        _wait(bells)
    for app in apps:
        with app.app_context():
            jobs.socket_path().unlink(missing_ok=True)


def reconcile(app: Flask) -> int:
    """Index what the index of one wiki lacks, whatever happened before; return how many pages."""
    with app.app_context():
        return indexer.reconcile(index.engine(), Pages())


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


def _wait(bells: Sequence[socket.socket]) -> None:
    with suppress(InterruptedError):
        ready, _writable, _broken = select.select(bells, [], [], IDLE)
        for bell in ready:
            with suppress(BlockingIOError):
                while bell.recv(16):
                    pass
