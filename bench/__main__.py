"""`make bench`: run everything, print the table. Takes some five minutes.

`python -m bench search --documents 10000 --engine all` measures the search engines alone,
`python -m bench bazar --entries 10000` the views of a list, `python -m bench history --revisions 10000` the screens
of a page with many versions, `python -m bench station` a station of twenty platforms over 5,000 entries and the
home of a hundred projects; `python -m bench together` an ordinary page beside editors that poll.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from bench import bazar, history, instance, search, station, together, weight
from bench.load import CONNECTIONS, Measure, load
from bench.serve import WORKERS, bare, findable, token
from tests.server import Server
from wiki.config import ENGINES

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
    """Run what the command line asks for."""
    if not instance.CORPUS.exists():
        sys.exit("The bench reads the shared corpus, which is not here.")
    parser = argparse.ArgumentParser(prog="python -m bench")
    about = parser.add_subparsers(dest="what")
    one = about.add_parser("search", help="the search engines, over many documents")
    one.add_argument("--documents", type=int, default=10_000)
    one.add_argument("--engine", choices=("all", *ENGINES), default="all")
    one.add_argument("--seconds", type=float, default=10.0, help="of each measure")
    one.add_argument("--hostile", action="store_true", help="forty odd queries too")
    one.add_argument("--alone", action="store_true", help="without the concurrent readers")
    asked = parser.parse_args()
    if asked.what == "search":
        search.run(
            asked.documents,
            search.engines_of(asked.engine),
            seconds=asked.seconds,
            odd=asked.hostile,
            alone=asked.alone,
        )
    else:
        everything()


def everything() -> None:
    """Make the wiki, serve it beside the bare page, and measure both in turn."""
    with tempfile.TemporaryDirectory(prefix="gare-bench-") as work:
        folder = Path(work) / "instance"
        began = time.monotonic()
        names = instance.make(folder)
        print(
            f"wiki made in {time.monotonic() - began:.0f} s ({len(names)} documents, {instance.ENTRIES} entries)"
        )
        key = token(folder)
        with Server(folder, workers=WORKERS) as server:
            _speeds(server, names, key)
            weight.table(server.url)


def _speeds(server: Server, names: list[str], key: str) -> None:
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
        load(port, lambda _turn: "/")
        beside = _beside(port)
        for label, path_of in cases:
            beside(label, server.port, path_of)
        # Each connection reads every page once, so that each worker has them all.
        load(server.port, lambda turn: pages[turn // CONNECTIONS % len(pages)], seconds=100)
        beside(
            "3,000 pages, read before",
            server.port,
            lambda turn: shuffled[(turn * 7) % len(shuffled)],
        )
    print(f"\nsave to findable: {findable(server, key)}")


def _beside(port: int) -> Callable[[str, int, Callable[[int], str]], None]:
    """Return what loads a wiki and prints its speed over the bare page's, taken just before and just after."""
    before = load(port, lambda _turn: "/")
    _row("bare Flask page", before, before.rate)

    def measured(label: str, wiki: int, path_of: Callable[[int], str]) -> None:
        nonlocal before
        measure = load(wiki, path_of)
        after = load(port, lambda _turn: "/")
        _row(label, measure, (before.rate + after.rate) / 2)
        before = after

    return measured


def _row(label: str, measure: Measure, base: float) -> None:
    print(
        f"{label:28}{measure.rate:8.0f}{measure.p50:9.1f}{measure.p95:9.1f}{measure.rate / base:9.2f}",
        flush=True,
    )


if __name__ == "__main__":
    alone = {
        "bazar": bazar.run,
        "history": history.run,
        "station": station.run,
        "together": together.run,
    }.get("".join(sys.argv[1:2]))
    if alone:
        alone(sys.argv[2:])
    else:
        main()
