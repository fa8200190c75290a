"""Start the process that reads a file, wait for it, and say how it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from wiki.core.extraction.outcome import REASONS

ROOT = Path(__file__).parents[3]
GRACE = 5
"""Seconds past its own limit after which the process is killed."""

_BY_CODE = {code: reason for reason, code in REASONS.items()}
_BY_SIGNAL = {signal.SIGALRM: "slow", signal.SIGXCPU: "slow", signal.SIGXFSZ: "cut"}


@dataclass(frozen=True)
class Limits:
    """Seconds, megabytes of memory, and characters of text kept."""

    seconds: int
    megabytes: int
    characters: int


@dataclass(frozen=True)
class Reading:
    """What was read; `reason` says why not all of it was, "" when all was.

    Reasons: those of `outcome.REASONS`; "slow"; "killed" by something else than us; "stopped" by us.
    """

    text: str
    reason: str = ""


class Processes:
    """The processes at work in this one, so that they end with it."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self.stopping = False

    def stop(self) -> None:
        """Kill those that run, and start no other."""
        with self._lock:
            self.stopping = True
            for process in self._running:
                _kill(process)

    def start(self, command: list[str], **streams: object) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self.stopping:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own program, no word of the file's
                command,
                env=_environment(),
                cwd="/",
                start_new_session=True,
                **streams,  # type: ignore[call-overload]
            )
            self._running.add(process)
            return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Let go of a process that ended."""
        with self._lock:
            self._running.discard(process)


processes = Processes()


def read(path: Path, limits: Limits) -> Reading:
    """Return the text of a file, pages apart by form feeds, as far as it could be read."""
    with path.open("rb") as source:
        found, reason = run("wiki.core.extraction", source, limits, limits.characters * 4 + 4096)
    return Reading(found.decode(errors="replace").strip(" \n"), reason)


def run(module: str, source: IO[bytes], limits: Limits, most: int) -> tuple[bytes, str]:
    """Let a module of ours read a file in a process of its own; return what it wrote, and why not all."""
    with tempfile.TemporaryFile() as target:
        process = processes.start(
            _command(module, limits), stdin=source, stdout=target, stderr=subprocess.DEVNULL
        )
        if process is None:
            return b"", "stopped"
        try:
            late = _wait(process, limits.seconds + GRACE)
        finally:
            processes.end(process)
        size = target.seek(0, 2)
        target.seek(0)
        found = target.read(min(size, most))
    reason = "stopped" if processes.stopping else "slow" if late else _reason(process.returncode)
    return found, reason


def _command(module: str, limits: Limits) -> list[str]:
    numbers = (limits.seconds, limits.megabytes, limits.characters)
    return [sys.executable, "-P", "-m", module, *map(str, numbers)]


def _environment() -> dict[str, str]:
    """Give the process what Python needs, and none of the wiki's secrets."""
    return {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for a process; kill it, and say so, when it is late."""
    try:
        process.wait(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        return True
    finally:
        if process.poll() is None:
            _kill(process)
            process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _reason(code: int) -> str:
    if code == 0:
        return ""
    if code > 0:
        return _BY_CODE.get(code, "malformed")
    return _BY_SIGNAL.get(signal.Signals(-code), "killed")
