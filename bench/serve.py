"""What the measures are taken on: the bare page, a token to save with, and the wait until a save is found."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server import Server, free_port
from wiki.accounts import people, sessions
from wiki.app import close_app, create_app
from wiki.core import db

WORKERS, THREADS = 2, 4


def findable(server: Server, token: str) -> str:
    """Save pages one by one and ask until each is found; times in milliseconds."""
    times = []
    for turn in range(30):
        word = f"trouvable{turn}x"
        server.request(
            "PUT", f"/-/api/v1/pages/Findable-{turn % 5}", {"text": f"{word}\n"}, token=token
        )
        began = time.perf_counter()
        while not server.request("GET", f"/-/api/v1/search?q={word}", token=token)[1]["total"]:
            time.sleep(0.005)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return f"median {statistics.median(times):.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms"


def token(folder: Path, **settings: str) -> str:
    """Return a token of the API for the admin."""
    app = create_app(folder, **settings)
    with app.app_context(), db.write(quiet=True) as session:
        user = people.find_user("bench")
        assert user is not None
        made = sessions.make_token(session, user, "api")
    close_app(app)
    return made


@contextmanager
def bare(size: int) -> Iterator[int]:
    """Serve the bare page with the same server, workers and threads."""
    port = free_port()
    program = Path(sys.executable).parent / "gunicorn"
    command = [
        str(program),
        "bench.bare:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(WORKERS),
    ]
    command += [
        "--threads",
        str(THREADS),
        "--worker-class",
        "gthread",
        "--log-level",
        "error",
        "--no-control-socket",
    ]
    process = subprocess.Popen(command, env=os.environ | {"BARE_SIZE": str(size)})
    time.sleep(2)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)
