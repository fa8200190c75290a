"""A process that is killed at a certain point of its work: held there by the call it makes, never by luck."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import update

from wiki import worker
from wiki.core import db
from wiki.core.jobs import Job


def nth(number: int) -> Callable[..., bool]:
    """Return what answers yes the n-th time it is asked."""
    asked = iter(range(1, number + 1))
    return lambda *_args, **_more: next(asked) == number


def killed(work: Callable[[], object], owner: Any, name: str, when: Callable[..., bool]) -> None:
    """Do some work in a process of its own, which SIGKILL ends as it calls `owner.name` the time that `when` says.

    The work makes an application of its own: locks of this process are not that one's.
    """
    child = os.fork()
    if child == 0:
        true = getattr(owner, name)

        def called(*args: Any, **more: Any) -> Any:
            if when(*args, **more):
                os.kill(os.getpid(), signal.SIGKILL)
            return true(*args, **more)

        try:
            setattr(owner, name, called)
            work()
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, f"{name} was not called so often"


def give_back(app: Flask) -> None:
    """End the lease of jobs whose worker was killed, as time does."""
    with app.app_context(), db.write(quiet=True) as session:
        lent = update(Job).where(Job.leased_until.is_not(None))
        session.execute(lent.values(leased_until=db.utcnow()))


def work_again(app: Flask) -> None:
    """Let another worker do what a killed one left."""
    give_back(app)
    while worker.tick(app):
        pass


CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "open"}
"""What Python says when it changes a folder (SQLite's own writing apart)."""


def changes_of(work: Callable[[], object]) -> int:
    """Return how many changes of folders some work makes, done in a process of its own."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        seen = _watched(lambda _count: None)
        try:
            work()
            os.write(writing, str(len(seen)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        count = int(said.read())
    os.wait()
    return count


def killed_at_change(work: Callable[[], object], number: int) -> None:
    """Do some work in a process of its own, which SIGKILL ends as it makes its number-th change of a folder."""
    child = os.fork()
    if child == 0:
        _watched(lambda count: os.kill(os.getpid(), signal.SIGKILL) if count == number else None)
        try:
            work()
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, f"it made fewer than {number} changes"


def _watched(tell: Callable[[int], object]) -> list[str]:
    """Call `tell` at each change of a folder from now on with its number; return the list that grows."""
    seen: list[str] = []

    def hook(event: str, args: tuple[Any, ...]) -> None:
        reads = event == "open" and not (isinstance(args[2], int) and args[2] & os.O_CREAT)
        if event in CHANGES and not reads:
            seen.append(event)
            tell(len(seen))

    sys.addaudithook(hook)
    return seen
