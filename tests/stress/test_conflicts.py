"""Many save one line of a page at once, from one version: one goes in, the others see their text, and it is kept."""

from __future__ import annotations

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from threading import Barrier
from urllib.parse import urlencode

import pytest

from tests.server import Server
from tests.world import World
from wiki.accounts import people, sessions
from wiki.core import db
from wiki.pages import find
from wiki.pages.editing import drafts


@dataclass(frozen=True)
class Answer:
    """How a save was answered."""

    status: int
    body: str


def hands(world: World, count: int) -> list[str]:
    """Make people with an account; return the token of each."""
    tokens = []
    with world.app.app_context(), db.write(quiet=True) as session:
        for number in range(count):
            user = people.add_user(
                session,
                name=f"hand{number}",
                email=f"hand{number}@example.org",
                password="correct horse battery",
            )
            tokens.append(sessions.make_token(session, user, "api"))
    return tokens


def post(server: Server, path: str, fields: dict[str, str], token: str) -> Answer:
    """Send a form as a browser would, signed by a token."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Bearer {token}",
    }
    try:
        connection.request("POST", path, urlencode(fields), headers)
        found = connection.getresponse()
        return Answer(found.status, found.read().decode())
    finally:
        connection.close()


@pytest.mark.data
@pytest.mark.parametrize(
    ("rounds", "writers"), [(2, 6), pytest.param(50, 20, marks=pytest.mark.slow)]
)
def test_one_save_of_many_on_one_version_goes_in_and_no_text_is_lost(
    world: World, stopped: Server, rounds: int, writers: int
) -> None:
    world.page("Shared", "Start.", title="Shared")
    tokens = hands(world, writers)
    with stopped as server, ThreadPoolExecutor(writers) as pool:
        for turn in range(rounds):
            base = str(turn + 1)
            ready = Barrier(writers)

            def save(number: int, turn: int = turn, base: str = base, ready: Barrier = ready):
                text = f"Line of hand {number} in turn {turn}."
                ready.wait(60)
                return post(server, "/Shared", {"text": text, "base": base}, tokens[number])

            answers = list(pool.map(save, range(writers)))
            check(world, answers, turn)


def check(world: World, answers: list[Answer], turn: int) -> None:
    """Look at one round: its winner's text stands, each loser's is on the screen and in their draft."""
    won = [number for number, answer in enumerate(answers) if answer.status == 303]
    assert [answer.status for answer in answers].count(409) == len(answers) - 1
    assert len(won) == 1
    assert world.text("Shared") == f"Line of hand {won[0]} in turn {turn}."
    with world.app.app_context():
        page = find.page_or_404("Shared", actor=world.actor("alice"))
        assert page.revision_no == turn + 2
        for number, answer in enumerate(answers):
            if number in won:
                continue
            mine = f"Line of hand {number} in turn {turn}."
            shown = re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", unescape(answer.body), re.S)
            assert any(mine in text for text in shown)
            draft = drafts.draft_of("Shared", actor=world.actor(f"hand{number}"))
            assert draft is not None
            assert (draft.content["text"], draft.base) == (mine, turn + 1)
