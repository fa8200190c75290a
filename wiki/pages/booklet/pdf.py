"""A booklet as PDF, where WeasyPrint is installed: made by a process that has little time and memory, no secret
and no way out; it is given the text and the pictures, and fetches nothing."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from flask import current_app, render_template

from wiki.pages.booklet.booklet import Booklet

ROOT = Path(__file__).parents[3]
SECONDS = 60
MEGABYTES = 2048
MOST = 100
"""Pages in one PDF: beyond, the browser's own print is quicker."""
FONT = "fonts/archivo-narrow-bold.woff2"


TURN = 20.0
"""Seconds one waits for the press: a process prints one book at a time, so that others are still answered."""
_press = Lock()


class NotPrinted(RuntimeError):
    """No PDF could be made: others print, it takes too long, or too much memory, or WeasyPrint is not whole."""


def is_possible() -> bool:
    """Answer whether this installation makes PDF."""
    return find_spec("weasyprint") is not None


def pdf(book: Booklet) -> bytes:
    """Return the book as the bytes of a PDF. Raises NotPrinted."""
    font = Path(str(current_app.static_folder)) / FONT
    files = {one.name: (one.media_type, one.content) for one in book.pictures}
    files["sign.woff2"] = ("font/woff2", font.read_bytes())
    told = {
        "html": render_template("pages/booklet/print.html", book=book),
        "files": {
            name: [media_type, base64.b64encode(content).decode()]
            for name, (media_type, content) in files.items()
        },
    }
    if not _press.acquire(timeout=TURN):
        raise NotPrinted("busy")
    try:
        return _pressed(json.dumps(told).encode())
    finally:
        _press.release()


def _pressed(told: bytes) -> bytes:
    command = [
        sys.executable,
        "-P",
        "-m",
        "wiki.pages.booklet.pdf_process",
        str(SECONDS),
        str(MEGABYTES),
    ]
    environment = {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no word of anyone's
            command,
            input=told,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            timeout=SECONDS + 5,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotPrinted("slow") from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotPrinted(f"ended with {done.returncode}")
    return done.stdout
