"""How much one request may say: fields of a form and values of JSON are counted before any is made."""

from __future__ import annotations

import re
from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

MOST = 20_000
"""Fields or values at most. Forms that send files have a limit of their own, `MAX_FORM_PARTS`."""

_TEXTS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.S)


def check_json(raw: bytes) -> None:
    """Abort 413 when a body of JSON holds more values than anyone writes."""
    signs = _TEXTS.sub(b"", raw)
    if sum(signs.count(sign) for sign in (b",", b"[", b"{")) > MOST:
        raise RequestEntityTooLarge


class CountedForms(FormDataParser):
    """Reads forms as Werkzeug does, which leaves the fields of plain ones uncounted.

    Millions of empty fields fit in one request, and would take many seconds and much memory.
    """

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            if body.count(b"&") >= MOST:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class CountedRequest(Request):
    """A request whose forms are counted."""

    form_data_parser_class = CountedForms
