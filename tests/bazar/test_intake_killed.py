"""An import of entries whose process is killed at a row: in the end all is as if it had not been."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from sqlalchemy import select

from tests.bazar import partners
from tests.bazar.test_intake import BAD, choose, count, figures, table, upload, work
from tests.killing import killed, nth, work_again
from tests.world import World
from wiki import worker
from wiki.app import create_app
from wiki.bazar.imports import pending, run, undo
from wiki.bazar.imports.models import Intake
from wiki.core import db
from wiki.pages.models import Page, Revision

SIZES = [(60, 33), pytest.param(1000, 500, marks=pytest.mark.slow)]
"""Rows of the table, and the saved one at which its process is killed: always in the middle of a batch."""


def versions(world: World) -> Counter[str]:
    """Return how many versions the entries of each title have together."""
    with world.app.app_context():
        titles = select(Page.title).join(Revision, Revision.page_id == Page.id)
        return Counter(db.session().scalars(titles.where(Page.kind == "entry")))


@pytest.mark.data
@pytest.mark.parametrize(("size", "at"), SIZES)
def test_import_killed_at_a_row_ends_as_if_it_had_not_been(
    world: World, instance, settings, size: int, at: int
) -> None:
    """The worker is killed; the next one goes on, and still knows the rows that came in before."""
    partners.make(world, rows=[])
    alice, good = world.browser("alice"), size - BAD
    twice = table(size) + f"\r\nCœur {BAD};Hosting;1;x;x".encode("cp1252")
    place = upload(alice, twice).headers["Location"]
    choose(alice, place)
    killed(lambda: worker.tick(create_app(instance, **settings)), run, "_saved", nth(at))
    assert 0 < count(world) < at, "whole batches before the row, nothing of its own"
    assert "hx-get" in alice.get(place).text
    work_again(world.app)
    done = alice.get(place).text
    assert figures(done) == {
        "added": good, "modified": 0, "as they were": 0, "left out": BAD + 1,
    }  # fmt: skip
    assert "says the same here" in done
    assert versions(world) == {f"Cœur {at}": 1 for at in range(BAD, size)}
    alice.post(f"{place}/undo")
    work(world)
    assert count(world) == 0


@pytest.mark.parametrize(("size", "at"), SIZES)
def test_undo_that_is_killed_is_ended_by_the_same_command(
    world: World, gare, tmp_path, size: int, at: int
) -> None:
    """The command is killed bringing rows in that it does not recognise, then taking them back."""
    partners.make(world, rows=[])
    file, good = tmp_path / "partners.csv", size - BAD
    file.write_bytes(table(size))
    bring = ("import", "csv", "partners", file, "--always-add")
    killed(lambda: gare(*bring), run, "_saved", nth(at))
    assert 0 < count(world) < at
    killed(lambda: gare(*bring), run, "_saved", nth(3))
    told = gare(*bring, ok=False).output
    assert f"{good} created" in told and versions(world) == {
        f"Cœur {at}": 1 for at in range(BAD, size)
    }
    number = re.search(r"gare import undo (\d+)", told).group(1)
    alice, place = world.browser("alice"), f"/-/forms/partners/imports/{number}"
    killed(lambda: gare("import", "undo", number), undo, "_take_back", nth(at))
    assert 0 < count(world) < good
    with world.app.app_context():
        intake = db.session().get_one(Intake, int(number))
        with pending.held(intake):
            refused = gare("import", "undo", number, ok=False).output
            assert "is at work" in refused
            assert "Go on from here" not in alice.get(place).text
    killed(lambda: gare("import", "undo", number), undo, "_take_back", nth(3))
    # Who sits at a browser can end it too.
    assert "Go on from here" in alice.get(place).text
    for _twice in range(2):
        assert alice.post(f"{place}/continuation").status_code == 303
    assert "Go on from here" not in alice.get(place).text
    work(world)
    assert "Taken back" in alice.get(place).text and count(world) == 0
    gare("import", "undo", number, ok=False)
