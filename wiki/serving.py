"""Serve a wiki: gunicorn's web processes and one worker beside them, ended together."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from mmap import mmap
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.sock import BaseSocket
from gunicorn.workers.gthread import ThreadWorker

from wiki import worker
from wiki.app import create_app

log = logging.getLogger("wiki.serving")

NAME = "gare worker"
THREADS = 4
TIMEOUT = 30
"""Seconds without a sign of life, starting included, after which a web process is killed."""
STEADY = 10.0
"""Seconds a web process must live to count as started."""
ATTEMPTS = 3
"""Failed starts in a row (of each web process, or of the worker) after which the server gives up."""
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
        """Serve, and stop the worker however serving ends; web processes, forked in here, pass by too."""
        master = os.getpid()
        try:
            Master(self).run()
        finally:
            if self.keeper and os.getpid() == master:
                self.keeper.stop()


class Master(Arbiter):  # type: ignore[misc]
    """gunicorn's own process: restart the worker if it was killed, exit if processes cannot start."""

    failures = 0
    stopping = False

    def spawn_worker(self) -> int | None:
        """Start a web process; one that cannot even be forked is a failed start too."""
        try:
            return int(super().spawn_worker())
        except OSError as error:
            self.count_failure(str(error))
            return None

    def murder_workers(self) -> None:
        """Look after every process, once a second: web ones that hang, and a worker that was killed."""
        super().murder_workers()
        if any(process.is_steady for process in self.WORKERS.values()):
            self.failures = 0
        if keeper := self.app.keeper:
            keeper.mend(self.LISTENERS)

    def reap_workers(self) -> None:
        """Clean up after ended web processes. Raises HaltServer when one could not start, unless stopping."""
        try:
            super().reap_workers()
        except HaltServer:
            if not self.stopping:
                raise

    def count_end(self, process: WebProcess) -> None:
        """Count a web process that ended as a failed start if it did not live. Raises HaltServer."""
        if not process.is_steady:
            self.count_failure("they end as they start")

    def count_failure(self, reason: str) -> None:
        """Count a failed start. Raises HaltServer when there were too many in a row."""
        self.failures += 1
        if self.failures >= ATTEMPTS * self.num_workers:
            raise HaltServer(f"web processes cannot start: {reason}", 1)

    def stop(self, graceful: bool = True) -> None:
        self.stopping = True
        super().stop(graceful)


class WebProcess(ThreadWorker):  # type: ignore[misc]
    """A web process that tells gunicorn's own process whether it ever became ready."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.started, self._ready = time.monotonic(), mmap(-1, 1)
        # Else the timeout would begin with the first sign of life: starting could take for ever.
        self.notify()

    def run(self) -> None:
        self._ready[0] = 1
        super().run()

    @property
    def is_steady(self) -> bool:
        return bool(self._ready[0]) and time.monotonic() - self.started >= STEADY


def serve(instance: Path, *, host: str, port: int, workers: int, with_worker: bool = True) -> None:
    """Serve until told to stop, with one worker beside unless it runs elsewhere.

    Exits with 0 when told to stop, with another status when processes cannot start.
    """
    keeper = Keeper(instance) if with_worker else None
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "timeout": TIMEOUT,
        "worker_class": f"{__name__}.{WebProcess.__name__}",
        "graceful_timeout": 10,
        "keepalive": 5,
        "when_ready": lambda server: keeper.start(server.LISTENERS) if keeper else None,
        "child_exit": lambda server, process: server.count_end(process),
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "gare",
    }
    Server(instance, options, keeper).run()


class Keeper:
    """Holds the worker process that lives as long as the server.

    The worker holds the other end of a pipe: it writes a byte there when it is ready, and its death closes it.
    It is a plain fork: web processes would inherit what multiprocessing knows of a child, and wait for it.
    """

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.pid, self.pipe = 0, -1
        self.started = 0.0
        self.ended = True
        self.failures = 0

    def start(self, sockets: Iterable[BaseSocket]) -> None:
        """Start the worker, from here as the web processes are: the code is read once, and shared."""
        self.started, server = time.monotonic(), os.getpid()
        ours, theirs = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _run_and_exit(self.instance, server, sockets, theirs)
        os.close(theirs)
        os.set_blocking(ours, False)
        self.pipe, self.ended = ours, False

    def mend(self, sockets: Iterable[BaseSocket]) -> None:
        """Start it again if it was killed, by a system short of memory for one.

        Raises HaltServer when it ended several times in a row before it was ready.
        """
        self._listen()
        if not self.ended or time.monotonic() - self.started < PAUSE:
            return
        self.failures += 1
        if self.failures >= ATTEMPTS:
            raise HaltServer("the worker cannot start", 1)
        self.start(sockets)

    def stop(self) -> None:
        """End it and wait for it."""
        self._listen()
        if self.ended:
            return
        os.kill(self.pid, signal.SIGTERM)
        limit = time.monotonic() + 10
        while not self.ended and time.monotonic() < limit:
            time.sleep(0.05)
            self._listen()

    def _listen(self) -> None:
        """Note whether it became ready or ended; gunicorn may have waited for it: only the pipe tells."""
        with suppress(BlockingIOError):
            while not self.ended:
                if os.read(self.pipe, 16):
                    self.failures = 0
                else:
                    self.ended = True
                    os.close(self.pipe)


def keep(instance: Path, parent: int, sockets: Iterable[BaseSocket], pipe: int) -> None:
    """Run the worker of an instance, which listens to no visitor; it ends by itself when its server is gone."""
    for each in sockets:
        each.close()
    for number in (*Arbiter.SIGNALS, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    # So that `top` and `ps` tell it from the web processes, where the system has such a file.
    with suppress(OSError):
        Path("/proc/self/comm").write_text(NAME)
    worker.run([create_app(instance)], parent=parent, on_ready=lambda: os.write(pipe, b"1"))


def _run_and_exit(instance: Path, parent: int, sockets: Iterable[BaseSocket], pipe: int) -> None:
    """Run the worker in a process just forked, which never returns to the server's code."""
    status = 1
    try:
        keep(instance, parent, sockets, pipe)
        status = 0
    except BaseException:
        log.exception("the worker ended")
    finally:
        os._exit(status)
