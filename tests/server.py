"""The real server, in processes of its own, on a free port: for what only real processes show."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


class Server:
    """`gare serve` on an instance, which can be stopped or killed with all its processes."""

    def __init__(
        self, instance: Path, *, workers: int = 2, worker: bool = True, **settings: object
    ) -> None:
        self.instance, self.workers, self.worker = instance, workers, worker
        self.port = free_port()
        names = {f"GARE_{name.upper()}": str(value) for name, value in settings.items()}
        self.environment = (
            os.environ | {"GARE_INSTANCE": str(instance), "GARE_RATE_LIMITS": "0"} | names
        )
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Kill it: nobody looks at what it leaves, and stopping well takes seconds."""
        if self.process and self.process.poll() is None:
            self.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        program = Path(sys.executable).parent / "gare"
        command = [str(program), "serve", "--port", str(self.port), "--workers", str(self.workers)]
        command += [] if self.worker else ["--no-worker"]
        self.process = subprocess.Popen(
            command, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        for _attempt in range(300):
            try:
                if self.request("GET", "/robots.txt")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def stop(self) -> None:
        """Stop it as an administrator would."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill every process at once, as a power cut would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def request(
        self, method: str, path: str, body: Any = None, *, token: str = "", timeout: float = 30
    ) -> tuple[int, Any]:
        """Send one request; return its status and its JSON, or its text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        try:
            connection.request(
                method, path, json.dumps(body) if body is not None else None, headers
            )
            answer = connection.getresponse()
            text = answer.read().decode()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()
        return answer.status, json.loads(text) if "json" in answer.headers.get(
            "Content-Type", ""
        ) else text


def free_port() -> int:
    """Return a port nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
