"""`python -m bench bazar --entries N`: the server's time for each view of a large form, beside the bare page's."""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from bench.bare import app as bare
from bench.instance import create
from wiki.app import close_app
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.bazar.models import FieldSpec
from wiki.bazar.views import views
from wiki.core import db
from wiki.core.access import SYSTEM

TOWNS = (
    ("Brest", 48.39, -4.49),
    ("Rennes", 48.11, -1.68),
    ("Lyon", 45.76, 4.84),
    ("Lille", 50.63, 3.06),
)
ROUNDS = 5
BUDGET, MAP_BUDGET = 45, 100


def run(arguments: list[str]) -> None:
    """Make a form of twenty fields with so many entries, and measure every view of it."""
    parser = argparse.ArgumentParser(prog="bench bazar")
    parser.add_argument("--entries", type=int, default=10_000)
    count = parser.parse_args(arguments).entries
    with tempfile.TemporaryDirectory(prefix="gare-bench-") as work:
        app = create(Path(work) / "instance", page_cache_mb=0)
        with app.app_context():
            began = time.monotonic()
            _fill(count)
            print(f"{count} entries made in {time.monotonic() - began:.0f} s")
        base = timed(bare.test_client(), "/")[0]
        print(f"{'':26}{'ms':>8}{'of bare':>9}{'kB gz':>8}{'budget':>8}{'statements':>12}")
        for label, path in _cases():
            took, size = timed(app.test_client(), path)
            budget = MAP_BUDGET if "map" in label else BUDGET
            asked = statements(app.test_client(), path)
            row = f"{label:26}{took:8.1f}{took / base:9.0f}{size / 1000:8.1f}{budget:8}{asked:12}"
            print(row, flush=True)
        close_app(app)


def _cases() -> list[tuple[str, str]]:
    here = "/-/forms/mesure?view="
    cases = [(name, here + name) for name in views()]
    return [
        *cases,
        ("list, five facets", f"{here}list&kind=k1&kind=k2&state=s1&stars=3&open=yes&themes=t1"),
        ("table by number", f"{here}table&sort=-n0&_sums=n0"),
        ("map, colours", f"{here}map&_by=kind"),
        ("within 100 km", f"{here}list&place.near=Rennes,100"),
    ]


def timed(
    client: FlaskClient, path: str, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, int]:
    """Return the median milliseconds of an answer and its bytes compressed, once warm."""
    times, body = [], b""
    for turn in range(ROUNDS + 1):
        began = clock()
        answer = client.get(path)
        body = answer.data
        if turn:
            times.append((clock() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    return statistics.median(times), len(gzip.compress(body, 5))


def statements(client: FlaskClient, path: str) -> int:
    """Return how many statements an answer takes, once warm."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    client.get(path)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        client.get(path)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return sum(one.lstrip().upper().startswith(("SELECT", "WITH")) for one in asked)


def _fill(count: int) -> None:
    with db.write() as session:
        form = changes.make_form(session, title="Mesure", key="mesure", fields=_fields())
    for start in range(0, count, 200):
        with db.write():
            for number in range(start, min(start + 200, count)):
                content = entries.clean_data(form, _answers(number), SYSTEM)
                entries.create(form, content, SYSTEM)


def _fields() -> list[FieldSpec]:
    def choice(key: str, kind: str, count: int) -> FieldSpec:
        options = [{"key": f"{key[0]}{at}", "label": f"{key.title()} {at}"} for at in range(count)]
        return FieldSpec(
            key, kind, key.title(), facet=True, in_list=True, options={"choices": options}
        )

    def plain(key: str, kind: str) -> FieldSpec:
        return FieldSpec(key, kind, key.title())

    return [
        FieldSpec("title", "text", "Title", required=True),
        choice("kind", "choice", 8),
        choice("state", "choice", 5),
        choice("themes", "choices", 12),
        FieldSpec("stars", "rating", "Stars", facet=True),
        FieldSpec("open", "yesno", "Open", facet=True),
        FieldSpec("place", "location", "Place", facet=True),
        FieldSpec("when", "period", "When", in_list=True, options={"time": True}),
        plain("told", "date"),
        plain("site", "link"),
        plain("photo", "image"),
        plain("story", "longtext"),
        *(plain(f"n{at}", "number") for at in range(4)),
        *(plain(f"w{at}", "text") for at in range(4)),
    ]


def _answers(number: int) -> dict[str, object]:
    town, lat, lon = TOWNS[number % len(TOWNS)]
    day = f"{2025 + number % 3}-{1 + number // 3 % 12:02}-{1 + number // 36 % 28:02}"
    spread = (number * 37 % 100 / 100, number * 61 % 100 / 60)
    return {
        "title": f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}ssociation {number}",
        "kind": f"k{number % 8}",
        "state": f"s{number // 8 % 5}",
        "themes": [f"t{number % 12}", f"t{number * 7 % 12}"],
        "stars": 1 + number % 5,
        "open": bool(number % 2),
        "place": {"city": town, "lat": lat + spread[0], "lon": lon + spread[1]},
        "when": {"start": f"{day}T18:00", "end": f"{day}T20:00"},
        "told": day,
        "site": f"https://example.org/{number}",
        "story": f"Une organisation de {number % 200} personnes qui héberge et accompagne ses voisines. "
        * 4,
        **{f"n{at}": number * (at + 1) % 997 for at in range(4)},
        **{f"w{at}": f"mot {number * (at + 3) % 500}" for at in range(4)},
    }
