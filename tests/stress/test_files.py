"""Files are read by the real worker while pages are saved; killed with it, they are read by the next."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.documents.pdf import pdf
from tests.pages.test_attachments import send
from tests.server import Server
from tests.world import World
from wiki import worker
from wiki.core import db
from wiki.core.jobs import Job
from wiki.pages.files import text_extraction
from wiki.pages.files.text_extraction import FileText
from wiki.search import index

pytestmark = pytest.mark.data

LONG = pdf(["\n".join(f"ligne {n} de la grenouille" for n in range(80))] * 300)
"""A file that takes long enough to read for its reader to be seen and held."""


def states(world: World) -> list[str]:
    with world.app.app_context():
        return list(db.session().scalars(select(FileText.state)))


def readers(server: Server) -> list[int]:
    """Return the processes that read a file for a server."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text()
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            of_server = f"GARE_INSTANCE={server.instance}\0" in (
                Path("/proc") / parent / "environ"
            ).read_text(errors="replace")
        except OSError:
            continue
        if "wiki.core.extraction" in words and of_server:
            found.append(int(process.name))
    return found


def held(server: Server) -> list[int]:
    """Wait for the processes that read a file and stop them where they are, however quick the machine."""
    wait_for(lambda: readers(server))
    found = readers(server)
    for pid in found:
        os.kill(pid, signal.SIGSTOP)
    return found


def wait_for(what, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_page_saved_while_a_file_is_read_is_found(
    world: World, stopped: Server, token: str
) -> None:
    world.page("Folder", "text")
    send(world.browser("bob"), "Folder", ("long.pdf", LONG))
    with stopped:
        reading = held(stopped)
        address = "/-/api/v1/pages/Saved"
        status, _answer = stopped.request("PUT", address, {"text": "zyxq"}, token=token)
        assert status == 201

        def found() -> bool:
            with world.app.app_context():
                return index.search("zyxq", actor=world.actor("bob")).total == 1

        wait_for(found)
        assert states(world) == ["waiting"]
        for pid in reading:
            os.kill(pid, signal.SIGCONT)
        wait_for(lambda: states(world) == ["read"], 60)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_file_whose_worker_goes_is_read_by_the_next(
    world: World, stopped: Server, how: signal.Signals
) -> None:
    world.page("Folder", "text")
    send(world.browser("bob"), "Folder", ("long.pdf", LONG))
    stopped.start()
    left = held(stopped)
    if how == signal.SIGKILL:
        stopped.kill()
        for pid in left:  # held, they would never end
            os.kill(pid, signal.SIGKILL)
    else:
        stopped.stop()
        assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]
    assert states(world) == ["waiting"]
    with world.app.app_context(), db.write(quiet=True) as session:
        past = db.utcnow() - text_extraction.PAUSE
        session.execute(update(Job).values(leased_until=past, run_at=past))
    while worker.tick(world.app):
        pass
    assert states(world) == ["read"]
    with world.app.app_context():
        hits = index.search("grenouille", actor=world.actor()).hits
        assert [hit.file.name for hit in hits if hit.file] == ["long.pdf"]
