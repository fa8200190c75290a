"""Queries that nobody would type to find something: each engine answers them like any other, over HTTP."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from bench.hostile import QUERIES
from tests.conftest import running
from tests.world import World
from wiki import worker

LONGEST = 3_900
"""Characters of a query in an address; a longer one is refused before it is read."""


@pytest.mark.data
@pytest.mark.parametrize("engine", ["whoosh", "fts5", "postgres"])
def test_hostile_queries_are_answered(
    engine: str, instance: Path, settings: dict[str, object], server: str
) -> None:
    if engine == "postgres" and not server:
        pytest.skip("wants PostgreSQL")
    with running(instance, settings | {"search_engine": engine}) as app:
        world = World(app)
        world.page("Long", f"statuts {'ﷺ' * 3000} {'x' * 5000} {'é' * 5000}")
        for number in range(30):
            world.page(
                f"Statuts-{number}",
                f"Statuts d'une association, loi {number} : aaa bbb mot{number}.",
            )
        worker.reconcile(app)
        while worker.tick(app):
            pass
        reader = world.browser()
        for query in QUERIES:
            typed = quote(query.encode("utf-8", "replace"))[:LONGEST]
            for path in ("/-/search", "/-/search/instant", "/-/api/v1/search"):
                answer = reader.get(f"{path}?q={typed}")
                assert answer.status_code == 200, (path, query[:60], answer.text[:300])
        assert reader.get("/-/api/v1/search?q=statuts").get_json()["total"] == 31
