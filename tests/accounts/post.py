"""The post office of the tests: deliver what waits, and read what people got."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import Flask

from wiki.core import jobs


def letters(app: Flask, to: str = "") -> list[EmailMessage]:
    """Return the letters sent so far, to one address if it is given."""
    with app.app_context():
        jobs.run_due()
        folder = app.config["GARE"].instance / "mail"
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    ]
    return [letter for letter in found if not to or letter["To"] == to]


def link(letter: EmailMessage) -> str:
    """Return the address in a letter."""
    found = re.search(r"https?://\S+", letter.get_content())
    assert found, letter.get_content()
    return found[0]


def path(letter: EmailMessage) -> str:
    """Return the path of the address in a letter."""
    return urlsplit(link(letter)).path
