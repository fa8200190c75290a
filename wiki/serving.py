"""Serve a wiki: gunicorn's web processes and one worker beside them, ended together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.sock import BaseSocket

from wiki import worker
from wiki.app import create_app

NAME = "gare worker"
THREADS = 4
PAUSE = 3.0
"""Seconds from one start of the worker to the next, at least: one that cannot start must not eat the machine."""


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings; each web process makes its own application."""

    def __init__(self, instance: Path, options: dict[str, Any], keeper: Keeper | None) -> None:
        self.instance, self.options, self.keeper = instance, options, keeper
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.instance)

    def run(self) -> None:
        Master(self).run()


class Master(Arbiter):  # type: ignore[misc]
    """gunicorn's own process, which also sees to it that the worker lives."""

    def murder_workers(self) -> None:
        """Look after every process, once a second: web ones that hang, and a worker that was killed."""
        super().murder_workers()
        if keeper := self.app.keeper:
            keeper.mend(self.LISTENERS)


def serve(instance: Path, *, host: str, port: int, workers: int, with_worker: bool = True) -> None:
    """Serve until told to stop, with one worker beside unless it runs elsewhere."""
    keeper = Keeper(instance) if with_worker else None
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "graceful_timeout": 10,
        "keepalive": 5,
        "on_exit": lambda _server: keeper.stop() if keeper else None,
        "when_ready": lambda server: keeper.start(server.LISTENERS) if keeper else None,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "gare",
    }
    Server(instance, options, keeper).run()


class Keeper:
    """Holds the worker process that lives as long as the server."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.process: BaseProcess | None = None
        self.started = 0.0

    def start(self, sockets: Iterable[BaseSocket]) -> None:
        """Start the worker, from here as the web processes are: the code is read once, and shared."""
        self.started = time.monotonic()
        context = multiprocessing.get_context("fork")
        self.process = context.Process(
            target=keep, args=(self.instance, os.getpid(), sockets), daemon=False
        )
        self.process.start()

    def mend(self, sockets: Iterable[BaseSocket]) -> None:
        """Start it again if it was killed, by a system short of memory for one."""
        if self.process is None or time.monotonic() - self.started < PAUSE:
            return
        # gunicorn may have waited for it already: only its pipe tells that it is gone.
        if wait([self.process.sentinel], timeout=0):
            self.start(sockets)

    def stop(self) -> None:
        """End it and wait for it."""
        if self.process is not None and self.process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGTERM)
            self.process.join(timeout=10)


def keep(instance: Path, parent: int, sockets: Iterable[BaseSocket]) -> None:
    """Run the worker of an instance, which listens to no visitor; it ends by itself when its server is gone."""
    for each in sockets:
        each.close()
    for number in (*Arbiter.SIGNALS, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    # So that `top` and `ps` tell it from the web processes, where the system has such a file.
    with suppress(OSError):
        Path("/proc/self/comm").write_text(NAME)
    worker.run([create_app(instance)], parent=parent)
