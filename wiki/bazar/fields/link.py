"""The address of a place on the web."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, Field, clean_line
from wiki.bazar.models import FieldSpec

LONGEST = 2000
BARE = re.compile(r"[\w-]+(\.[\w-]+)+(:\d{1,5})?([/?#].*)?")
"""An address typed without its scheme: example.org/page."""


class Link(Field):
    """An http or https address."""

    name: ClassVar[str] = "link"
    order: ClassVar[int] = 50
    web_address = True
    editable_in_cell: ClassVar[bool] = True
    identifying: ClassVar[bool] = True
    summary = "a web address"
    sample = "example.org/page?a=1"
    part = "contacts"
    label = _l("Web address")
    group = _l("Text")
    icon = "link"

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        url = clean_line(raw, longest=LONGEST)
        if url is None:
            return None
        if BARE.fullmatch(url):
            url = f"https://{url}"
        if not _is_web(url):
            raise BadValue(_("A web address begins with https:// or http://."))
        return url

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return isinstance(value, str) and _is_web(value)

    def short(self, value: str) -> str:
        """Return an address as people say it: without scheme nor closing slash."""
        return value.partition("://")[2].removeprefix("www.").rstrip("/")


def _is_web(url: str) -> bool:
    if any(ord(char) <= 32 or char in '\\"<>^`{|}' for char in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
