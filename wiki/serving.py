"""Serve a wiki: gunicorn's web processes and one worker beside them, ended together."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from wiki import worker
from wiki.app import create_app

THREADS = 4


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings; each web process makes its own application."""

    def __init__(self, instance: Path, options: dict[str, Any]) -> None:
        self.instance, self.options = instance, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.instance)


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
        "when_ready": lambda _server: keeper.start() if keeper else None,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "gare",
    }
    Server(instance, options).run()


class Keeper:
    """Holds the worker process that lives as long as the server."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        self.process: BaseProcess | None = None

    def start(self) -> None:
        """Start the worker."""
        context = multiprocessing.get_context("spawn")
        self.process = context.Process(
            target=keep, args=(str(self.instance), os.getpid()), daemon=False
        )
        self.process.start()

    def stop(self) -> None:
        """End it and wait for it."""
        if self.process is not None and self.process.pid is not None:
            os.kill(self.process.pid, signal.SIGTERM)
            self.process.join(timeout=10)


def keep(instance: str, parent: int) -> None:
    """Run the worker of an instance; it ends by itself when its server is gone."""
    worker.run([create_app(instance)], parent=parent)
