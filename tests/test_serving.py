"""`gare serve` whose processes cannot start ends with an error that says why; a clean stop says nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.server import Server, free_port
from wiki import serving

BROKEN = {
    "no folder for temporary files": (
        "from gunicorn.workers import workertmp\n"
        "def refuse(*_args, **_more): raise FileNotFoundError(2, 'No usable temporary directory')\n"
        "workertmp.tempfile.mkstemp = refuse",
        "web processes cannot start: [Errno 2] No usable temporary directory",
    ),
    "an application that raises": (
        "def refuse(_self): raise RuntimeError('the disk is gone')\nserving.Server.load = refuse",
        "the disk is gone",
    ),
    "an application that exits": (
        "serving.Server.load = lambda _self: sys.exit(0)",
        "web processes cannot start: they end as they start",
    ),
    "an application that is killed": (
        "serving.Server.load = lambda _self: os.kill(os.getpid(), signal.SIGKILL)",
        "web processes cannot start: they end as they start",
    ),
    "an application that hangs": (
        "serving.TIMEOUT = 1\nserving.Server.load = lambda _self: time.sleep(1000)",
        "web processes cannot start: they end as they start",
    ),
    "web processes that end once ready": (
        "serving.ThreadWorker.run = lambda _self: sys.exit(0)",
        "web processes cannot start: they end as they start",
    ),
    "a worker that raises": (
        "def refuse(*_args, **_more): raise RuntimeError('no bell')\nserving.worker.run = refuse",
        "the worker cannot start",
    ),
    "a worker that is killed": (
        "serving.worker.run = lambda *_args, **_more: os.kill(os.getpid(), signal.SIGKILL)",
        "the worker cannot start",
    ),
}


def start(instance: Path, change: str = "", *, port: int | None = None) -> subprocess.Popen[str]:
    """Run `gare serve` after some lines of Python."""
    program = (
        "import os, signal, sys, time\nfrom wiki import serving\nfrom wiki.cli import main\n"
        f"serving.PAUSE = 0.1\n{change}\nmain(['serve', '--port', '{port or free_port()}'])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"GARE_INSTANCE": str(instance)},
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(server: subprocess.Popen[str], *, within: float = 90) -> tuple[int, str]:
    """Return the status and the log of a server that ended, with all its processes."""
    try:
        log = server.communicate(timeout=within)[1]
        assert not list(alive(server.pid))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
    return server.returncode, log


def alive(group: int) -> Iterator[str]:
    """Return the processes of a group that run: not those ended that nobody waited for."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, its_group = file.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                yield file.parent.name


@pytest.mark.parametrize("change, reason", BROKEN.values(), ids=BROKEN.keys())
def test_a_server_whose_processes_cannot_start_exits_and_says_why(
    instance: Path, change: str, reason: str
):
    status, log = ended(start(instance, change))
    assert status not in {0, -signal.SIGKILL} and reason in log
    assert "AssertionError" not in log


def test_a_port_in_use_and_broken_settings_are_errors(instance: Path):
    with Server(instance, worker=False) as other:
        status, log = ended(start(instance, port=other.port))
    assert status == 1 and "in use" in log
    with (instance / "config.toml").open("a") as config:
        config.write("\nthis is no setting\n")
    status, log = ended(start(instance))
    assert status == 1 and "config.toml" in log and "Traceback" not in log


def test_a_worker_that_ends_at_its_work_is_started_again_and_the_server_stays(
    instance: Path, tmp_path: Path
):
    starts = tmp_path / "starts"
    change = (
        "def work(*_args, on_ready, **_more):\n    on_ready()\n"
        f"    open({str(starts)!r}, 'a').write('x')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "serving.worker.run = work"
    )
    server = start(instance, change)
    wait_until(lambda: starts.exists() and starts.stat().st_size > 2 * serving.ATTEMPTS)
    assert server.poll() is None
    server.terminate()
    assert ended(server)[0] == 0


def test_a_clean_stop_says_nothing(instance: Path):
    running = Server(instance)
    process = start(instance, port=running.port)
    wait_until(lambda: answers(running))
    process.terminate()
    status, log = ended(process)
    assert status == 0 and "Error" not in log and "Traceback" not in log


def test_the_documented_unit_lets_processes_start():
    text = (ROOT / "docs/hosting.md").read_text().partition("```ini\n")[2].partition("```")[0]
    unit = ConfigParser()
    unit.read_string(text)
    service = unit["Service"]
    assert service["ProtectSystem"] == "strict" and service["PrivateTmp"] == "yes"
    assert service["Restart"] == "always" and service["RestartSec"]


def answers(server: Server) -> bool:
    with suppress(OSError):
        return server.request("GET", "/robots.txt")[0] == 200
    return False


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that takes seconds on a busy machine."""
    limit = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < limit
        time.sleep(0.1)
