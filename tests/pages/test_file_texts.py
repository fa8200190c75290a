"""The text of files is asked for when they are laid, read once by the worker, and its failures can be tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.documents.pdf import pdf
from tests.pages.test_attachments import png, send
from wiki import worker
from wiki.core import db
from wiki.core.extraction import reader
from wiki.core.jobs import Job
from wiki.pages.files import text_extraction
from wiki.pages.files.text_extraction import FileText
from wiki.pages.models import Attachment

pytestmark = pytest.mark.data


def work(world) -> None:
    while worker.tick(world.app):
        pass


def texts(world) -> dict[str, tuple[str, str]]:
    """Return the state of what is on pages, by name: (state, reason)."""
    with world.app.app_context():
        query = select(Attachment.name, FileText.state, FileText.reason)
        query = query.join(FileText, FileText.sha256 == Attachment.sha256)
        return {name: (state, reason) for name, state, reason in db.session().execute(query)}


def waiting_jobs(world) -> int:
    with world.app.app_context():
        return db.session().scalar(
            select(func.count(Job.id)).where(Job.kind == text_extraction.JOB)
        )


@pytest.fixture
def outcomes(monkeypatch):
    """Readings that end as the test says, without a process; gives the list of what is left."""
    left: list[reader.Reading] = []
    monkeypatch.setattr(reader, "read", lambda _path, _limits: left.pop(0))
    return left


def let_time_pass(world) -> None:
    with world.app.app_context(), db.write(quiet=True) as session:
        session.execute(update(Job).values(run_at=db.utcnow() - timedelta(minutes=1)))


def test_laid_file_is_read_by_the_worker(world):
    world.page("Page", "text")
    send(world.browser("bob"), "Page", ("a.pdf", pdf(["un", "deux"])), ("b.png", png()))
    send(world.browser("bob"), "Page", ("note.TXT", "Café".encode()), ("c.zip", b"PK"))
    assert texts(world) == {"a.pdf": ("waiting", ""), "note.TXT": ("waiting", "")}
    work(world)
    assert texts(world) == {"a.pdf": ("read", ""), "note.TXT": ("read", "")}
    with world.app.app_context():
        rows = db.session().scalars(select(FileText).order_by(FileText.pages)).all()
        assert [(row.text, row.pages, row.characters) for row in rows] == [
            ("Café", 0, 4),
            ("un\fdeux", 2, 7),
        ]
    assert waiting_jobs(world) == 0


def test_same_content_is_read_once(world):
    for name in ("One", "Two"):
        world.page(name, "text")
        send(world.browser("bob"), name, ("a.txt", b"one content"), ("b.md", b"one content"))
    assert waiting_jobs(world) == 1
    work(world)
    send(world.browser("bob"), "Two", ("c.txt", b"one content"))
    assert waiting_jobs(world) == 0
    assert texts(world)["c.txt"] == ("read", "")


def test_file_that_is_not_read_says_why_and_can_be_tried_again(world, outcomes):
    world.page("Page", "text")
    send(world.browser("bob"), "Page", ("scan.pdf", b"%PDF-1"), ("locked.pdf", b"%PDF-2"))
    outcomes += [reader.Reading("\f\f")] * 2
    work(world)
    assert set(texts(world).values()) == {("empty", "")}
    with world.app.app_context():
        sums = list(db.session().scalars(select(FileText.sha256)))
        assert text_extraction.again(sums) == 2
        assert text_extraction.again(sums) == 0
    outcomes += [reader.Reading("", "encrypted"), reader.Reading("one\ftwo", "slow")]
    work(world)
    assert set(texts(world).values()) == {("failed", "encrypted"), ("read", "slow")}
    with world.app.app_context():
        assert text_extraction.states() == {"failed": 1, "partly": 1}
        assert len(db.session().execute(text_extraction.troubles()).all()) == 2


def test_killed_reading_is_begun_again_then_given_up(world, outcomes):
    world.page("Page", "text")
    send(world.browser("bob"), "Page", ("a.txt", b"one"), ("b.txt", b"two"))
    outcomes += [reader.Reading("", "killed")] * 2 + [reader.Reading("back")] * 2
    work(world)
    assert set(texts(world).values()) == {("waiting", "")}
    let_time_pass(world)
    work(world)
    assert set(texts(world).values()) == {("read", "")}
    send(world.browser("bob"), "Page", ("c.txt", b"three"))
    outcomes += [reader.Reading("", "killed")] * text_extraction.ATTEMPTS
    for _turn in range(text_extraction.ATTEMPTS):
        work(world)
        let_time_pass(world)
    assert texts(world)["c.txt"] == ("failed", "killed")
    assert outcomes == []
    assert waiting_jobs(world) == 0


def test_reading_that_takes_its_worker_with_it_ends_too(world, monkeypatch):
    class Killed(BaseException):
        """As if the process were gone."""

    def die(*_args):
        raise Killed

    monkeypatch.setattr(reader, "read", die)
    world.page("Page", "text")
    send(world.browser("bob"), "Page", ("a.txt", b"one"))
    for _turn in range(text_extraction.ATTEMPTS):
        with pytest.raises(Killed):
            worker.tick(world.app)
        with world.app.app_context(), db.write(quiet=True) as session:
            session.execute(update(Job).values(leased_until=db.utcnow() - timedelta(minutes=1)))
    work(world)
    assert texts(world) == {"a.txt": ("failed", "killed")}


def test_stopped_reading_waits_for_the_next_worker(world, outcomes):
    world.page("Page", "text")
    send(world.browser("bob"), "Page", ("a.txt", b"one"))
    for _turn in range(text_extraction.ATTEMPTS + 2):
        outcomes.append(reader.Reading("", "stopped"))
        work(world)
        let_time_pass(world)
    assert texts(world) == {"a.txt": ("waiting", "")}
    outcomes.append(reader.Reading("one"))
    work(world)
    assert texts(world) == {"a.txt": ("read", "")}


def test_files_that_came_before_are_read_when_a_worker_starts(world):
    world.page("Page", "text")
    send(world.browser("bob"), "Page", ("a.txt", b"one"))
    with world.app.app_context(), db.write(quiet=True) as session:
        session.query(FileText).delete()
        session.query(Job).delete()
    worker.reconcile(world.app)
    work(world)
    assert texts(world) == {"a.txt": ("read", "")}


def test_lost_content_is_told(world):
    world.page("Page", "text")
    send(world.browser("bob"), "Page", ("a.txt", b"one"))
    with world.app.app_context():
        sha256 = db.session().scalar(select(FileText.sha256))
    (world.app.config["GARE"].instance / "files" / sha256[:2] / sha256).unlink()
    work(world)
    assert texts(world) == {"a.txt": ("failed", "missing")}
