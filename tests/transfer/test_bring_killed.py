"""An import of pages whose process is killed: the same command brings in the rest, and changes nothing else."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from sqlalchemy import select

from tests.killing import killed, nth
from tests.world import World
from wiki.core import db
from wiki.pages.models import Page, Revision
from wiki.transfer import page_import


@pytest.mark.parametrize("kind", ["markdown", pytest.param("jsonl", marks=pytest.mark.slow)])
def test_pages_killed_at_one_come_in_by_the_same_command(
    world: World, gare, tmp_path, kind: str
) -> None:
    names = [f"Brought-{at:03}" for at in range(70)]
    if kind == "markdown":
        source = tmp_path / "pages"
        source.mkdir()
        for name in names:
            (source / f"{name}.md").write_text(f"# {name}\n\nText of {name}.\n")
    else:
        source = tmp_path / "pages.jsonl"
        source.write_text("".join(json.dumps({"name": one, "body": one}) + "\n" for one in names))
    killed(lambda: gare("import", kind, source), page_import, "_bring_one", nth(60))
    assert set(versions(world)) == set(names[: page_import.BATCH])
    assert "20 created, 0 changed, 50 unchanged" in gare("import", kind, source).output
    assert versions(world) == dict.fromkeys(names, 1)


def versions(world: World) -> Counter[str]:
    """Return how many versions each page that was brought has."""
    with world.app.app_context():
        named = select(Page.name).join(Revision, Revision.page_id == Page.id)
        return Counter(db.session().scalars(named.where(Page.name.startswith("Brought"))))
