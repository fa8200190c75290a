"""Searching many documents with each engine: times beside a bare page's, sizes, memory, odd queries."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine, text

from bench import copies, hostile, instance
from bench.load import Measure, load
from bench.serve import bare, findable, token
from tests import postgres
from tests.server import Server
from wiki.app import close_app, create_app
from wiki.config import ENGINES
from wiki.core.search.index import indexer
from wiki.pages.models import Page
from wiki.search import index
from wiki.search.indexing.documents import Pages

READERS = 8
ROUNDS = 5
MOST = 3.0
"""How many times the p95 of honest queries a hostile one may take."""

_PAUSE = 0.2
"""Seconds between two saves of the writer."""


def run(documents: int, engines: list[str], *, seconds: float, odd: bool, alone: bool) -> None:
    """Measure each engine over a wiki of so many documents."""
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gare-bench-")))
        made: dict[str, tuple[Path, dict[str, str]]] = {}
        for engine in engines:
            kind = "postgres" if engine == "postgres" else "sqlite"
            if kind not in made:
                settings = stack.enter_context(_database(kind))
                made[kind] = work / kind, settings
                _make(work / kind, settings, documents)
            _measure(*made[kind], engine, seconds=seconds, odd=odd, alone=alone)


@contextmanager
def _database(kind: str) -> Iterator[dict[str, str]]:
    if kind == "sqlite":
        yield {}
        return
    with postgres.cluster() as address:
        admin = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        admin.dispose()
        yield {"database_url": f"{address}/bench"}


def _make(folder: Path, settings: dict[str, str], documents: int) -> None:
    began = time.monotonic()
    instance.make(folder, **settings)
    app = create_app(folder, **settings)
    with app.app_context():
        count = copies.multiply(documents)
    close_app(app)
    print(f"wiki of {count} pages made in {time.monotonic() - began:.0f} s", flush=True)


def _measure(
    folder: Path, settings: dict[str, str], engine: str, *, seconds: float, odd: bool, alone: bool
) -> None:
    chosen = settings | {"search_engine": engine}
    took, size, titles = _index(folder, chosen)
    print(f"\n{engine}: index built in {took:.0f} s, {size / 1e6:.0f} MB", flush=True)
    with Server(folder, workers=2, **chosen) as server:
        _status, page = server.request("GET", "/-/search?q=association&x=a")
        key = token(folder, **chosen)
        with bare(len(page)) as port:
            honest = _speeds(server, port, titles, key, seconds, alone=alone)
        if not alone:
            print(f"  save to findable: {findable(server, key)}")
        print(f"  memory: {_memory(server)}", flush=True)
        if odd:
            _hostile(server, honest)


def _index(folder: Path, settings: dict[str, str]) -> tuple[float, int, list[str]]:
    """Build the index; return the seconds it took, its bytes, and titles to make queries of."""
    app = create_app(folder, **settings)
    with app.app_context():
        from wiki.core import db

        began = time.monotonic()
        indexer.rebuild(index.engine(), Pages())
        took = time.monotonic() - began
        query = Page.__table__.select().with_only_columns(Page.title).where(Page.kind == "text")
        titles = [row[0] for row in db.session().execute(query.order_by(Page.id).limit(3000))]
        size = sum(f.stat().st_size for f in index.engine().folder.rglob("*") if f.is_file())
        if settings["search_engine"] == "postgres":
            size = db.session().scalar(text(_SIZE)) or 0
    close_app(app)
    return took, int(size), titles


_SIZE = """
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'gare_search' AND c.relkind = 'r'
"""


def _speeds(
    server: Server, port: int, titles: list[str], key: str, seconds: float, *, alone: bool
) -> Measure:
    """Print the times, and return those of searches when nothing else goes on."""
    cases: dict[str, Callable[[int], str]] = {
        "search": _paths("/-/search", _queries(titles)),
        "instant": _paths("/-/search/instant", _beginnings(titles)),
    }
    print(f"  {'':32}{'p50 ms':>9}{'p95 ms':>9}{'p50 of bare':>13}{'p95 of bare':>13}")
    found: dict[str, Measure] = {}
    base = load(port, lambda _turn: "/", seconds=seconds, connections=1)
    for label, path_of in cases.items():
        found[label] = load(server.port, path_of, seconds=seconds, connections=1)
        _row(f"{label}, alone", found[label], base)
    if not alone:
        base = load(port, lambda _turn: "/", seconds=seconds, connections=READERS)
        with _writer(server, key) as saved:
            for label, path_of in cases.items():
                measure = load(server.port, path_of, seconds=seconds, connections=READERS)
                _row(f"{label}, {READERS} readers, 1 writer", measure, base)
        print(f"  {len(saved)} saves meanwhile, the slowest {max(saved, default=0):.0f} ms")
    return found["search"]


def _row(label: str, measure: Measure, base: Measure) -> None:
    ratios = f"{measure.p50 / base.p50:13.1f}{measure.p95 / base.p95:13.1f}"
    print(f"  {label:32}{measure.p50:9.1f}{measure.p95:9.1f}{ratios}", flush=True)


def _queries(titles: list[str]) -> list[str]:
    dice = random.Random(5)
    words = [[word for word in title.split() if len(word) > 3] for title in titles]
    chosen = [dice.sample(some, min(len(some), dice.randint(1, 3))) for some in words if some]
    return [" ".join(some) for some in dice.sample(chosen, min(400, len(chosen)))]


def _beginnings(titles: list[str]) -> list[str]:
    dice = random.Random(6)
    return [title[: dice.randint(3, 12)] for title in dice.sample(titles, min(400, len(titles)))]


def _paths(place: str, queries: list[str]) -> Callable[[int], str]:
    # No two addresses are the same: answers kept for readers without account measure nothing.
    began = time.monotonic_ns()
    return lambda turn: f"{place}?q={quote(queries[turn % len(queries)])}&x={began}.{turn}"


@contextmanager
def _writer(server: Server, key: str) -> Iterator[list[float]]:
    """Save pages one after the other meanwhile; give the milliseconds each save took."""
    stop, times = threading.Event(), list[float]()

    def work() -> None:
        turn = 0
        while not stop.is_set():
            began = time.perf_counter()
            content: dict[str, Any] = {"text": f"écrit pendant la mesure {turn}\n" * 40}
            server.request("PUT", f"/-/api/v1/pages/Bench-{turn % 20}", content, token=key)
            times.append((time.perf_counter() - began) * 1000)
            turn += 1
            stop.wait(_PAUSE)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield times
    finally:
        stop.set()
        thread.join()


def _memory(server: Server) -> str:
    """Tell the memory of each process of the server that is its own or its share, in MB."""
    assert server.process
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.process.pid:
                lines = (entry / "smaps_rollup").read_text().splitlines()
                found.append(
                    next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
                )
        except (OSError, StopIteration):
            continue
    return ", ".join(f"{size / 1000:.0f} MB" for size in sorted(found, reverse=True))


def _hostile(server: Server, honest: Measure) -> None:
    """Print the slowest answers to odd queries beside the p95 of honest ones."""
    slowest: list[tuple[float, str]] = []
    statuses: dict[int, int] = {}
    for query in hostile.QUERIES:
        # As much as a request line takes.
        asked = quote(query.encode("utf-8", "replace"))[:3900].rpartition("%")[0]
        asked = asked if len(quote(query)) > 3900 else quote(query)
        times = []
        for turn in range(ROUNDS):
            path = f"/-/search?q={asked}&x={turn}.{time.monotonic_ns()}"
            began = time.perf_counter()
            status, _answer = server.request("GET", path)
            times.append((time.perf_counter() - began) * 1000)
            statuses[status] = statuses.get(status, 0) + 1
        slowest.append((max(times), query[:40]))
    slowest.sort(reverse=True)
    worst, limit = slowest[0], MOST * honest.p95
    print(f"  hostile: {len(slowest)} queries, {ROUNDS} rounds, answers {statuses}")
    print(f"    slowest {worst[0]:.0f} ms ({worst[1]!r}), limit {limit:.0f} ms: ", end="")
    print("within" if worst[0] <= limit else "OVER")
    print("    then " + ", ".join(f"{took:.0f} ms ({query!r})" for took, query in slowest[1:4]))


def engines_of(name: str) -> list[str]:
    """Return the engines that a name of the command line means."""
    return list(ENGINES) if name == "all" else [name]
