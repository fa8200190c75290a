"""`make bench`: run everything, print the table. Takes some five minutes. `bench bazar`: views alone."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench import bazar, instance, weight
from bench.load import Measure, load
from tests.server import Server, free_port
from wiki.accounts import people, sessions
from wiki.app import close_app, create_app
from wiki.core import db

WORKERS, THREADS = 2, 4
WORDS = (
    "association",
    "statuts",
    "dissoudre",
    "subvention",
    "impôts",
    "bénévole",
    "assemblee generale",
    "employeur",
)


def main() -> None:
    """Make the wiki, serve it beside the bare page, and measure both in turn."""
    if not instance.CORPUS.exists():
        sys.exit("The bench reads the shared corpus, which is not here.")
    with tempfile.TemporaryDirectory(prefix="gare-bench-") as work:
        folder = Path(work) / "instance"
        began = time.monotonic()
        names = instance.make(folder)
        print(
            f"wiki made in {time.monotonic() - began:.0f} s ({len(names)} documents, {instance.ENTRIES} entries)"
        )
        token = _token(folder)
        with Server(folder, workers=WORKERS) as server:
            _speeds(server, names, token)
            weight.table(server.url)


def _speeds(server: Server, names: list[str], token: str) -> None:
    dice = random.Random(1)
    pages = [f"/{quote(name)}" for name in names]
    shuffled = dice.sample(pages, len(pages))
    _status, hot = server.request("GET", "/Premiers-pas")
    queries = [f"/-/search?q={quote(word)}" for word in WORDS]
    cases: list[tuple[str, Callable[[int], str]]] = [
        ("page, hot", lambda _turn: "/Premiers-pas"),
        ("3,000 pages, first reading", lambda turn: shuffled[turn % len(shuffled)]),
        ("station", lambda _turn: "/Offre-commune"),
        ("search", lambda turn: queries[turn % len(queries)] + f"&x={turn}"),
        ("list of 1,000 entries", lambda turn: f"/-/forms/mesure?people.from={turn % 97}"),
    ]
    with bare(len(hot)) as port:
        print(f"\n{'':28}{'req/s':>8}{'p50 ms':>9}{'p95 ms':>9}{'of bare':>9}")
        base = load(port, lambda _turn: "/")
        _row("bare Flask page", base, base)
        for label, path_of in cases:
            _row(label, load(server.port, path_of), base)
        load(server.port, lambda turn: pages[turn % len(pages)], seconds=75)
        _row(
            "3,000 pages, read before",
            load(server.port, lambda turn: shuffled[(turn * 7) % len(shuffled)]),
            base,
        )
        _row("bare Flask page, again", load(port, lambda _turn: "/"), base)
    print(f"\nsave to findable: {_findable(server, token)}")


def _row(label: str, measure: Measure, base: Measure) -> None:
    print(
        f"{label:28}{measure.rate:8.0f}{measure.p50:9.1f}{measure.p95:9.1f}{measure.rate / base.rate:9.2f}",
        flush=True,
    )


def _findable(server: Server, token: str) -> str:
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


def _token(folder: Path) -> str:
    app = create_app(folder)
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["bazar"]:
        bazar.run(sys.argv[2:])
    else:
        main()
