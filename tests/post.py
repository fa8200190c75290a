"""The post office of the tests: deliver what waits, and read what people got."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from wiki.core import jobs


def letters(app: Flask, to: str = "") -> list[EmailMessage]:
    """Return the letters sent so far, to one address if it is given."""
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in _files(app)]
    return [letter for letter in found if not to or letter["To"] == to]


def taken(app: Flask) -> list[EmailMessage]:
    """Return the letters sent since the last time."""
    found = letters(app)
    for file in _files(app):
        file.unlink()
    return found


def _files(app: Flask) -> list[Path]:
    with app.app_context():
        jobs.run_due()
    folder = app.config["GARE"].instance / "mail"
    return sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)


def link(letter: EmailMessage) -> str:
    """Return the address in a letter."""
    found = re.search(r"https?://\S+", letter.get_content())
    assert found, letter.get_content()
    return found[0]


def path(letter: EmailMessage) -> str:
    """Return the path of the address in a letter."""
    return urlsplit(link(letter)).path
