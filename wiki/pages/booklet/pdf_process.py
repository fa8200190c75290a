"""What runs in the process that makes a PDF: a text and its files on standard input, the PDF on standard output.

It knows the addresses it was given and no other: nothing is asked of a disk or of a network."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import resource
import signal
import sys
from typing import Any

HERE = "http://book.invalid/"
NICE = 10


def main(seconds: int, megabytes: int) -> int:
    """Print what standard input holds, within the limits; return the exit code."""
    _limit(seconds, megabytes)
    logging.disable()
    told = json.loads(sys.stdin.buffer.read())
    from weasyprint import HTML

    document = HTML(string=told["html"], base_url=HERE, url_fetcher=_fetcher(told["files"]))
    sys.stdout.buffer.write(document.write_pdf())
    return 0


def _limit(seconds: int, megabytes: int) -> None:
    os.nice(NICE)
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024 * 1024,) * 2)


def _fetcher(files: dict[str, list[str]]) -> Any:
    """Return what WeasyPrint asks for each address: only those given with the text have an answer."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Given(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            media_type, content = files[url.removeprefix(HERE)]
            body = io.BytesIO(base64.b64decode(content))
            return URLFetcherResponse(url, body, {"Content-Type": media_type})

    return Given()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
