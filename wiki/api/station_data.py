"""Validate the data of a station: its schema, platforms (blocks), contact and menu."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from wiki.api import body
from wiki.api.documents import Document
from wiki.api.schemas import STATION_DATA
from wiki.core.http import Invalid
from wiki.projects.station import block_macros, block_of, check_contact, check_menu

STAGE = {"label": "", "note": "", "state": "todo"}
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")


def validate(data: Mapping[str, Any], *, current: Mapping[str, Any]) -> Document:
    """Return complete station data; missing keys keep current values. Raises Invalid (`data`)."""
    try:
        body.check(STATION_DATA, data)
        if "contact" in data:
            check_contact(data["contact"])
        check_menu(data.get("menu", ()))
        merged = dict(current) | dict(data)
        merged["stages"] = [STAGE | stage for stage in merged.get("stages", [])]
        merged["blocks"] = _blocks(merged.get("blocks", []), current.get("blocks", []))
    except Invalid as error:
        messages = " ".join(f"{key}: {message}" for key, message in error.errors.items())
        raise Invalid(data=messages) from error
    return merged


def _blocks(submitted: list[Document], current: list[Document]) -> list[Document]:
    """Return complete blocks, each of a known macro and with a unique id."""
    known_macros = {*block_macros(), *(block["macro"] for block in current)}
    blocks = [block_of(block["macro"]) | block for block in submitted]
    ids = [block["id"] for block in blocks]
    if unknown := [block["macro"] for block in blocks if block["macro"] not in known_macros]:
        raise Invalid(blocks=_("There is no platform called %(name)s.", name=unknown[0]))
    if len(set(ids)) != len(ids) or not all(IDENTIFIER.fullmatch(key) for key in ids):
        raise Invalid(blocks=_("Each block has its own identifier: letters, digits, - and _."))
    return blocks
