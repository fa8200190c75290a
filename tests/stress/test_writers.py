"""Eight people save the same pages at once: nothing that was acknowledged is lost, nothing fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server import Server
from tests.world import World

WRITERS, PAGES = 8, 20
SECTIONS = "\n".join(f"## Part {number}\n\nfirst line of {number}\n" for number in range(WRITERS))


class Writer:
    """One person who adds a line to their own part of page after page, merging with the others."""

    def __init__(self, server: Server, token: str, number: int) -> None:
        self.server, self.token, self.number = server, token, number
        self.acknowledged: list[tuple[str, str]] = []
        self.retried = 0

    def work(self, saves: int) -> None:
        for turn in range(saves):
            self.save(f"Shared-{(turn + self.number) % PAGES}", f"w{self.number}x{turn}z")

    def save(self, name: str, word: str) -> None:
        address = f"/-/api/v1/pages/{name}"
        for _attempt in range(20):
            status, page = self.server.request("GET", address, token=self.token)
            assert status == 200
            mark = f"first line of {self.number}\n"
            text = page["text"].replace(mark, f"{mark}{word}\n")
            change = {"text": text, "base": page["revision"]}
            status, answer = self.server.request("PUT", address, change, token=self.token)
            if status == 200:
                self.acknowledged.append((name, word))
                return
            # Neighbours changed the very lines around: they are told, and read again.
            assert status == 409, answer
            self.retried += 1
        raise AssertionError(f"{word} never went in")


@pytest.mark.data
@pytest.mark.parametrize("saves", [200, pytest.param(1600, marks=pytest.mark.slow)])
def test_eight_writers_lose_nothing(world: World, stopped: Server, token: str, saves: int) -> None:
    for number in range(PAGES):
        world.page(f"Shared-{number}", SECTIONS)
    with stopped as server:
        writers = [Writer(server, token, number) for number in range(WRITERS)]
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda writer: writer.work(saves // WRITERS), writers))
        acknowledged = [pair for writer in writers for pair in writer.acknowledged]
        pages = {
            f"Shared-{n}": server.request("GET", f"/-/api/v1/pages/Shared-{n}")[1]
            for n in range(PAGES)
        }
    assert len(acknowledged) == saves
    assert [pair for pair in acknowledged if pair[1] not in pages[pair[0]]["text"]] == []
    assert sum(page["revision"] - 1 for page in pages.values()) == saves
