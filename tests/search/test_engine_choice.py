"""Another search engine is chosen: it is built by itself, and nothing found before is trusted again."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import running
from tests.world import World
from wiki import worker
from wiki.config import BadSetting, load
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.search import index
from wiki.transfer.check import diagnose


def search(app: Flask, query: str) -> tuple[bool, list[str]]:
    world = World(app)
    with app.app_context():
        found = index.search(query, actor=world.actor("alice"))
        return found.available, [hit.page.name for hit in found.hits]


def write(app: Flask, name: str, text: str) -> None:
    """Make a page, or give it another text."""
    world = World(app)
    with app.app_context():
        actor = world.actor("alice")
        page = find.page_or_none(name, actor=actor)
        if page is None:
            save.create(save.NewPage(name=name), Content(name, text), author=actor)
        else:
            save.save(page, Content(name, text), base=None, author=actor)


def says(app: Flask) -> str:
    with app.app_context():
        return next(finding.says for finding in diagnose() if finding.about == "search")


def work(app: Flask) -> None:
    worker.reconcile(app)
    while worker.tick(app):
        pass


def others(server: str) -> list[str]:
    return ["fts5", "postgres"] if server else ["fts5"]


@pytest.mark.data
def test_engine_chosen_anew_is_built_and_the_one_before_is_not_trusted(
    instance: Path, settings: dict[str, object], server: str
) -> None:
    for other in others(server):
        with running(instance, settings) as app:
            write(app, "Ferry", f"The boat before {other}.")
            work(app)
            assert search(app, f"before {other}") == (True, ["Ferry"])
        with running(instance, settings | {"search_engine": other}) as app:
            assert search(app, "ferry") == (False, ["Ferry"])
            assert "no index yet" in says(app)
            work(app)
            assert search(app, f"before {other}")[0]
            assert says(app).startswith(other)
            assert "no index" not in says(app)
            write(app, "Ferry", f"The boat after {other}.")
            work(app)
            assert search(app, f"after {other}") == (True, ["Ferry"])
            assert not (instance / "search" / "whoosh").exists()
        with running(instance, settings) as app:
            assert search(app, "ferry") == (False, ["Ferry"])
            work(app)
            assert search(app, f"after {other}") == (True, ["Ferry"])


@pytest.mark.data
def test_stale_index_of_an_engine_chosen_again_is_built_anew(
    instance: Path, settings: dict[str, object]
) -> None:
    """Its pages are all there, at versions that the other engine alone saw pass."""
    with running(instance, settings) as app:
        write(app, "Ferry", "The boat is red.")
        work(app)
    kept = instance / "kept"
    (instance / "search" / "whoosh").rename(kept)
    with running(instance, settings | {"search_engine": "fts5"}) as app:
        write(app, "Ferry", "The boat is green.")
        work(app)
    kept.rename(instance / "search" / "whoosh")
    with running(instance, settings) as app:
        work(app)
        assert search(app, "green") == (True, ["Ferry"])
        assert search(app, "red") == (True, [])


def test_engine_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="search_engine: 'sphinx' is none of whoosh, fts5"):
        load(tmp_path, search_engine="sphinx")
    with pytest.raises(BadSetting, match=r"search_engine: postgres .* set database_url"):
        load(tmp_path, search_engine="postgres")
    url = "postgresql+psycopg://gare@localhost/gare"
    assert load(tmp_path, search_engine="postgres", database_url=url).search_engine == "postgres"
