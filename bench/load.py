"""A small load: a few connections kept open, each sending the next request when it has its answer."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CONNECTIONS = 4
HEADERS = {"Accept-Encoding": "gzip", "Accept": "text/html"}


@dataclass(frozen=True)
class Measure:
    """What a load saw: answers a second, and times in milliseconds."""

    rate: float
    p50: float
    p95: float


def load(
    port: int,
    path_of: Callable[[int], str],
    *,
    seconds: float = 4.0,
    warm: int = 40,
    connections: int = CONNECTIONS,
) -> Measure:
    """Load one address (or several: `path_of` gives the nth) for a while. Raises RuntimeError on an error."""
    for turn in range(warm):
        _ask(port, [path_of(turn)])
    ends = time.monotonic() + seconds
    times: list[list[float]] = [[] for _ in range(connections)]
    threads = [
        threading.Thread(target=_run, args=(port, path_of, index, connections, ends, times[index]))
        for index in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = sorted(time for one in times for time in one)
    if not every:
        raise RuntimeError(f"no answer for {path_of(0)}")
    return Measure(len(every) / seconds, statistics.median(every), every[int(len(every) * 0.95)])


def _run(
    port: int,
    path_of: Callable[[int], str],
    index: int,
    step: int,
    ends: float,
    times: list[float],
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    turn = index
    while time.monotonic() < ends:
        began = time.perf_counter()
        connection.request("GET", path_of(turn), headers=HEADERS)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path_of(turn)}: {answer.status}")
        times.append((time.perf_counter() - began) * 1000)
        turn += step
    connection.close()


def _ask(port: int, paths: Sequence[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for path in paths:
        connection.request("GET", path, headers=HEADERS)
        connection.getresponse().read()
    connection.close()
