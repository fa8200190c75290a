"""The server is killed under saves, again and again: what was acknowledged is there, and is found."""

from __future__ import annotations

import random
import threading
import time

import pytest

from tests.server import Server
from tests.world import World
from wiki import worker
from wiki.core import db
from wiki.core.search.index import queue
from wiki.search import index
from wiki.search.indexing.documents import Pages

WRITERS = 4


class Saver(threading.Thread):
    """Saves until the server is gone, and remembers what was acknowledged."""

    def __init__(self, server: Server, token: str, name: str, stamp: str) -> None:
        super().__init__()
        self.server, self.token, self.name_of_page, self.stamp = server, token, name, stamp
        self.acknowledged: list[str] = []

    def run(self) -> None:
        for turn in range(10_000):
            word = f"k{self.stamp}q{turn}"
            try:
                status, _answer = self.server.request(
                    "PUT",
                    f"/-/api/v1/pages/{self.name_of_page}",
                    {"text": f"now {word}\n"},
                    token=self.token,
                    timeout=5,
                )
            except OSError:
                return
            if status not in (200, 201):
                return
            self.acknowledged.append(word)


@pytest.mark.data
@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_kills_under_saves_lose_nothing(
    world: World, stopped: Server, token: str, rounds: int
) -> None:
    dice = random.Random(7)
    last: dict[str, str] = {}
    for turn in range(rounds):
        stopped.start()
        savers = [Saver(stopped, token, f"Killed-{n}", f"{turn}w{n}") for n in range(WRITERS)]
        for saver in savers:
            saver.start()
        time.sleep(dice.uniform(0.3, 1.5))
        wait_for_one(savers)
        stopped.kill()
        for saver in savers:
            saver.join()
            if saver.acknowledged:
                check_acknowledged(world, saver)
                last[saver.name_of_page] = current_word(world, saver.name_of_page)
    assert last
    # A save that was killed before its answer may have gone in all the same.
    last = {name: current_word(world, name) for name in last}
    converge(world)
    check_index(world, last)


def wait_for_one(savers: list[Saver]) -> None:
    """On a slow machine, nothing may have been saved yet: a kill then would show nothing."""
    for _moment in range(200):
        if any(saver.acknowledged for saver in savers):
            return
        time.sleep(0.05)


def check_acknowledged(world: World, saver: Saver) -> None:
    """Every acknowledged save is a revision; one more may have gone in unheard."""
    with world.app.app_context():
        from sqlalchemy import select

        from wiki.pages.models import Page, Revision

        texts = db.session().scalars(
            select(Revision.text)
            .join(Page, Page.id == Revision.page_id)
            .where(Page.name == saver.name_of_page)
        )
        written = {text.split()[-1] for text in texts if text.strip()}
    assert set(saver.acknowledged) <= written


def current_word(world: World, name: str) -> str:
    return world.text(name).split()[-1]


def converge(world: World) -> None:
    """Let a worker do what waits, as after a restart."""
    while worker.tick(world.app):
        pass


def check_index(world: World, last: dict[str, str]) -> None:
    with world.app.app_context():
        assert queue.count(db.session()) == 0
        assert index.engine().ids() == set(Pages().all_ids())
        actor = world.actor("alice")

        def found(word: str) -> list[str]:
            return [hit.page.name for hit in index.search(word, actor=actor).hits]

        assert {name: found(word)[:1] for name, word in last.items()} == {
            name: [name] for name in last
        }
