"""Sizes as people read them, in their language."""

from __future__ import annotations

import pytest

from wiki.core import i18n


@pytest.mark.parametrize(
    ("size", "french", "english"),
    [
        (1, "1 octet", "1 byte"),
        (999, "999 octets", "999 bytes"),
        (8_449, "8,4 ko", "8.4 kB"),
        (2_600_000, "2,6 Mo", "2.6 MB"),
        (5e15, "5 000 To", "5,000 TB"),
    ],
)
def test_size_is_said_in_the_readers_units(app, size: float, french: str, english: str) -> None:
    for lang, said in (("fr", french), ("en", english)):
        with app.test_request_context(headers={"Cookie": f"{i18n.COOKIE}={lang}"}):
            assert " ".join(i18n.weight(size).split()) == said
