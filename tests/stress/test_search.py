"""Search goes on while processes are killed, its index damaged, lost or another engine's: it always answers, and
ends equal to the database."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import running
from tests.server import Server
from tests.world import World
from wiki import serving
from wiki.core import db
from wiki.core.search.index import indexer, queue
from wiki.search import index
from wiki.search.indexing.documents import Pages

WRITERS = 3
PAUSE = 0.1
"""Seconds between what one person does and the next: without, all wait for the processor and nothing else."""
KNOWN = "zyxqknown"
"""A word of a page that nothing touches: whatever happens, it is found by title."""


class Writer(threading.Thread):
    """Saves page after page, whatever is killed meanwhile, and remembers the last word of each."""

    def __init__(self, server: Server, token: str, number: int) -> None:
        super().__init__()
        self.server, self.token, self.number = server, token, number
        self.stopping = threading.Event()
        self.saved = 0

    def run(self) -> None:
        while not self.stopping.is_set():
            name = f"Written-{self.number}-{self.saved % 7}"
            content = {"text": f"now w{self.number}q{self.saved}\n"}
            try:
                status, _answer = self.server.request(
                    "PUT", f"/-/api/v1/pages/{name}", content, token=self.token, timeout=20
                )
            except OSError:
                time.sleep(0.02)
                continue
            assert status in (200, 201), status
            self.saved += 1
            self.stopping.wait(PAUSE)


class Reader(threading.Thread):
    """Searches all the while; a process killed under it may cut an answer off, and nothing else."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.stopping = threading.Event()
        self.wrong: list[tuple[int, str]] = []
        self.answers = self.cut = self.by_title = 0

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                status, page = self.server.request(
                    "GET", f"/-/search?q={KNOWN}&x={time.monotonic_ns()}", timeout=20
                )
            except OSError:
                self.cut += 1
                time.sleep(0.02)
                continue
            self.answers += 1
            self.by_title += "only titles are searched" in page
            if status != 200 or f'href="/{KNOWN}"' not in page:
                self.wrong.append((status, page[:2000]))
            self.stopping.wait(PAUSE)


@contextmanager
def under_load(server: Server, token: str) -> Iterator[Reader]:
    """Write and search all the while; check at the end that every search was answered."""
    people = [Writer(server, token, number) for number in range(WRITERS)]
    reader = Reader(server)
    for each in (*people, reader):
        each.start()
    try:
        wait_for(lambda: reader.answers and all(writer.saved for writer in people))
        yield reader
        before, answered = [writer.saved for writer in people], reader.answers
        # Whatever was killed, each goes on.
        wait_for(lambda: all(w.saved > n for w, n in zip(people, before, strict=True)))
        wait_for(lambda: reader.answers > answered)
    finally:
        for each in (*people, reader):
            each.stopping.set()
        for each in (*people, reader):
            each.join()
    assert reader.wrong == []
    assert reader.answers > reader.cut


def wait_for(what: Callable[[], object], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def processes(server: Server) -> tuple[list[int], list[int]]:
    """Return the web processes of a server, and its worker."""
    assert server.process
    web, worker = [], []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            name, alive = (entry / "comm").read_text().strip(), (entry / "cmdline").read_text()
        except OSError:
            continue
        if parent == server.process.pid and alive:
            (worker if name == serving.NAME else web).append(int(entry.name))
    return web, worker


def converged(world: World) -> None:
    """The worker at work brings the index to the database; nothing is missing, nothing too much."""
    with world.app.app_context():
        engine = index.engine()

        def is_done() -> bool:
            db.session().rollback()
            return not queue.count(db.session()) and bool(engine.generation())

        wait_for(is_done, 240)
        assert engine.generation() == Pages().generation()
        # One more look, as the leader: a worker that is in the middle of something has the lock.
        with engine.leading(wait=True):
            db.session().rollback()
            assert engine.ids() == set(Pages().all_ids())
            documents = {each.id: each.version for each in Pages().documents(Pages().all_ids())}
            assert engine.versions() == documents


@pytest.fixture
def known(world: World, stopped: Server) -> World:
    world.page(KNOWN, "the page that every search must find", title=KNOWN)
    with world.app.app_context():
        indexer.catch_up(index.engine(), Pages())
    return world


@pytest.mark.data
@pytest.mark.parametrize("kills", [2, pytest.param(100, marks=pytest.mark.slow)])
def test_killed_processes_come_back_and_search_ends_equal(
    known: World, stopped: Server, token: str, kills: int
) -> None:
    dice = random.Random(kills)
    with stopped as server:
        with under_load(server, token):
            for turn in range(kills):
                # Both kinds in turn, each once it is there again.
                wait_for(lambda turn=turn: processes(server)[turn % 2])
                time.sleep(dice.uniform(0.05, 0.8))
                for pid in processes(server)[turn % 2][:1]:
                    os.kill(pid, signal.SIGKILL)
            wait_for(lambda: len(processes(server)[0]) == 2 and processes(server)[1])
        converged(known)


def damage(folder: Path) -> None:
    """Overwrite the largest file of the index in use, in its middle and at its end."""
    sizes = [(path.stat().st_size, path) for path in folder.rglob("*") if path.is_file()]
    _size, path = max(sizes)
    with path.open("r+b") as file:
        content = file.read()
        file.seek(len(content) // 3)
        file.write(b"\xa5" * (len(content) // 3))
        file.truncate(2 * len(content) // 3)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_damaged_or_deleted_index_is_built_again_under_load(
    known: World, stopped: Server, token: str, times: int
) -> None:
    with known.app.app_context():
        folder = index.engine().folder
    ways: list[Callable[[Path], None]] = [damage, shutil.rmtree]
    with stopped as server:
        for how in ways * times:
            with under_load(server, token):
                # A file may go meanwhile: the worker writes and removes all the while.
                with suppress(OSError):
                    how(folder)
                # Words saved from now on are found: the index is whole again.
                word = f"after{time.monotonic_ns()}"
                address = f"/-/api/v1/pages/{word}"
                assert server.request("PUT", address, {"text": word}, token=token)[0] == 201
                wait_for(lambda word=word: is_found(server, word), 240)
            converged(known)


def is_found(server: Server, word: str) -> bool:
    status, answer = server.request("GET", f"/-/api/v1/search?q={word}")
    assert status == 200
    return word in [hit["name"] for hit in answer["hits"]] and bool(answer["facets"]["kind"])


def test_engine_is_switched_under_load(
    known: World, stopped: Server, token: str, instance: Path, settings: dict[str, object]
) -> None:
    """The server starts again with another engine while people write and search: titles answer meanwhile."""
    for turn, engine in enumerate(("fts5", "whoosh")):
        stopped.environment["GARE_SEARCH_ENGINE"] = engine
        with stopped as server:
            with under_load(server, token):
                word = f"after{turn}{engine}"
                address = f"/-/api/v1/pages/{word}"
                assert server.request("PUT", address, {"text": word}, token=token)[0] == 201
                wait_for(lambda word=word: is_found(server, word), 240)
            with running(instance, settings | {"search_engine": engine}) as app:
                converged(World(app))
