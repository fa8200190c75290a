"""`python -m bench history --revisions 10000`: the screens of a page with very many versions, beside one with ten."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient

from bench.instance import create
from wiki.app import close_app
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.pages.models import Page, Revision

FEW = 10
ROUNDS = 9
AT_ONCE = 500
LINES = 60
AUTHORS = 40


def run(arguments: list[str]) -> None:
    """Make a page with so many versions and one with ten, and tell how much longer each screen takes."""
    parser = argparse.ArgumentParser(prog="bench history")
    parser.add_argument("--revisions", type=int, default=10_000)
    many = parser.parse_args(arguments).revisions
    with tempfile.TemporaryDirectory(prefix="gare-bench-") as work:
        app = create(Path(work) / "instance", page_cache_mb=0)
        with app.app_context():
            began = time.monotonic()
            # Both go from the same text to the same text: what differs is how many versions lie between.
            for name, count in (("Few", FEW), ("Many", many)):
                fill(name, count, many // count)
            print(f"{many} versions made in {time.monotonic() - began:.0f} s")
        print(f"{'':22}{'ten, ms':>9}{'many, ms':>10}{'ratio':>7}")
        client = app.test_client()
        for label, few, lots in cases(many):
            base, took = _times(client, few, lots)
            print(f"{label:22}{base:9.1f}{took:10.1f}{took / base:7.2f}", flush=True)
        close_app(app)


def fill(name: str, count: int, step: int = 1) -> None:
    """Make a page and give it versions, one line changed in each: the first and the last by the one save."""
    page = save.create(save.NewPage(name=name), Content(name, text_of(1)), author=SYSTEM)
    numbers = range(2, count)
    for start in range(0, len(numbers), AT_ONCE):
        with db.write() as session:
            some = numbers[start : start + AT_ONCE]
            rows = [_version(page, number, text_of(number * step)) for number in some]
            session.execute(Revision.__table__.insert(), rows)  # type: ignore[attr-defined]
    with db.write() as session:
        session.get_one(Page, page.id).revision_no = max(1, count - 1)
    found = find.page_or_404(name, actor=SYSTEM)
    save.save(found, Content(name, text_of(count * step)), base=None, author=SYSTEM)


def text_of(number: int) -> str:
    """Return the text of a version: a few paragraphs, of which each version changes one."""
    return "\n\n".join(
        f"Paragraphe {line}, écrit à la version {number - (number - line) % LINES} par quelqu'un."
        for line in range(LINES)
    )


def cases(many: int) -> Iterator[tuple[str, str, str]]:
    """Give what is measured: a label, the address for the page with few versions and for the other."""
    for label, few, lots in (
        ("page", "", ""),
        ("history", "/history", "/history"),
        ("history, last screen", "/history", f"/history?page={(many - 1) // 50 + 1}"),
        (
            "diff, the last two",
            f"/diff?from={FEW - 1}&to={FEW}",
            f"/diff?from={many - 1}&to={many}",
        ),
        ("diff, 1 and the last", f"/diff?from=1&to={FEW}", f"/diff?from=1&to={many}"),
        (
            "diff, side by side",
            f"/diff?from=1&to={FEW}&show=side",
            f"/diff?from=1&to={many}&show=side",
        ),
        ("first version", "/revisions/1", "/revisions/1"),
        ("authors", "/authors", "/authors"),
        ("blame, known", "/blame", "/blame"),
    ):
        yield label, f"/Few{few}", f"/Many{lots}"


def _version(page: Page, number: int, text: str) -> dict[str, object]:
    return {
        "page_id": page.id,
        "number": number,
        "title": page.title,
        "text": text,
        "data": {},
        "tags": [],
        "author_name": f"Personne {number % AUTHORS}",
        "summary": f"changement {number}",
        "minor": number % 3 == 0,
        "label": "",
        "created_at": db.utcnow(),
    }


def _times(client: FlaskClient, few: str, lots: str) -> tuple[float, float]:
    """Return the median milliseconds of both, asked in turn so that a busy machine weighs on both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        for times, path in zip(taken, (few, lots), strict=True):
            began = time.perf_counter()
            answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path}: {answer.status_code}")
            if turn:
                times.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[0]), statistics.median(taken[1])
