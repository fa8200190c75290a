"""`python -m bench together`: what an ordinary page costs while editors of one page poll, idle or typing.

The page is read by someone signed in, so that no kept answer hides the cost; each row is beside the first one.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench.instance import PASSWORD, create
from bench.load import Measure
from bench.serve import WORKERS
from tests.server import Server
from wiki.app import close_app
from wiki.core import db, settings
from wiki.core.access import SYSTEM
from wiki.pages import save
from wiki.pages.content import Content
from wiki.pages.live.document import Shared

TEXT = "\n\n".join(f"Une ligne {number}, l'été 😀 d'une page ordinaire." for number in range(60))
SIGN_IN = {"name": "bench", "password": PASSWORD}
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}


def run(words: list[str]) -> None:
    """Measure the page alone, beside idle editors and beside people who type."""
    parser = argparse.ArgumentParser(prog="python -m bench together")
    parser.add_argument("--editors", type=int, default=20)
    parser.add_argument("--typing", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args(words)
    cases = (("nobody edits", 0, 5.0, False), ("idle", asked.editors, 5.0, False))
    cases = (*cases, ("typing", asked.typing, 1.0, True))
    with tempfile.TemporaryDirectory(prefix="gare-bench-") as work:
        folder = Path(work) / "instance"
        make(folder)
        with Server(folder, workers=WORKERS) as server:
            found: dict[str, list[Measure]] = {label: [] for label, *_rest in cases}
            spent: dict[str, list[float]] = {label: [] for label, *_rest in cases}
            for _turn in range(asked.turns):
                for label, count, every, typing in cases:
                    with editors(server.port, count, every=every, typing=typing):
                        before = processor(server)
                        time.sleep(asked.seconds)
                        spent[label].append((processor(server) - before) / asked.seconds)
                        found[label].append(read(server.port, asked.seconds))
    names = {label: f"{count} {label}" if count else label for label, count, *_rest in cases}
    table({names[label]: found[label] for label in names})
    for label, name in names.items():
        print(
            f"{name}: {100 * statistics.median(spent[label]):.1f} % of a processor without readers"
        )


def make(folder: Path) -> None:
    """Make a wiki of two pages where people write together."""
    app = create(folder)
    with app.app_context(), db.write() as session:
        settings.put(session, coediting=True)
        for name in ("Lue", "Ecrite"):
            save.create(save.NewPage(name), Content(name, TEXT), author=SYSTEM)
    close_app(app)


@contextmanager
def editors(port: int, count: int, *, every: float, typing: bool) -> Iterator[None]:
    """Keep editors of a page open, each polling as its script does."""
    over, ready = threading.Event(), threading.Barrier(count + 1)
    cookie = sign_in(port) if count else ""
    threads = [
        threading.Thread(target=_edit, args=(port, cookie, n, every, typing, ready, over))
        for n in range(count)
    ]
    for thread in threads:
        thread.start()
    ready.wait(120)
    yield
    over.set()
    for thread in threads:
        thread.join()


def read(port: int, seconds: float) -> Measure:
    """Read the page again and again, signed in, in one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers, times = {"Cookie": sign_in(port)}, []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        began = time.perf_counter()
        connection.request("GET", "/Lue", headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(str(answer.status))
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return Measure(len(times) / seconds, statistics.median(times), times[int(len(times) * 0.95)])


def processor(server: Server) -> float:
    """Return the seconds of processor that the server's processes have used."""
    assert server.process is not None
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == server.process.pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def sign_in(port: int) -> str:
    """Return the cookie of someone signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/-/login", urlencode(SIGN_IN), FROM_HERE)
    answer = connection.getresponse()
    answer.read()
    return (answer.headers["Set-Cookie"] or "").split(";")[0]


def table(rows: dict[str, list[Measure]]) -> None:
    """Print medians of the turns, and each beside the first."""
    print(f"\n{'an ordinary page while':28}{'req/s':>8}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>9}")
    first = 0.0
    for label, measures in rows.items():
        rate, p50, p95 = (
            statistics.median(getattr(one, name) for one in measures)
            for name in ("rate", "p50", "p95")
        )
        first = first or p50
        print(f"{label:28}{rate:8.0f}{p50:9.1f}{p95:9.1f}{p50 / first:9.2f}", flush=True)


def _edit(
    port: int,
    cookie: str,
    number: int,
    every: float,
    typing: bool,
    ready: threading.Barrier,
    over: threading.Event,
) -> None:
    key = {"presence": f"bench-editor-{number}", "base": "1"}

    def ask(values: dict[str, str]) -> dict[str, object]:
        headers = FROM_HERE | {"Cookie": cookie}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/Ecrite/live", urlencode(key | values), headers)
        answer = connection.getresponse()
        told: dict[str, object] = json.loads(answer.read())
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {told}")
        return told

    told = ask({"join": "1", "text": TEXT})
    known = {"epoch": str(told["epoch"])}
    mine = Shared([Shared().whole])
    ready.wait(120)
    # Editors do not ask at the same moment.
    over.wait(every * number / 20)
    while not over.is_set():
        sent = b64encode(mine.write(mine.text + " tapé 😀")).decode() if typing else ""
        told = ask(known | {"since": str(told["since"]), "update": sent})
        over.wait(every)
