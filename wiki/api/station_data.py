"""The data of a station as programs send it: its shape, its platforms, a contact one may follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from wiki.api import body
from wiki.api.schemas import STATION_DATA
from wiki.core.http import Invalid
from wiki.projects.station import block_macros, block_of, check_contact, check_menu

STAGE = {"label": "", "note": "", "state": "todo"}
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")


def checked(data: Mapping[str, Any], *, current: Mapping[str, Any]) -> dict[str, Any]:
    """Return a station's data as it is kept; what is not given stays. Raises Invalid (`data`)."""
    try:
        body.check(STATION_DATA, data)
        if "contact" in data:
            check_contact(data["contact"])
        check_menu(data.get("menu", ()))
        kept = dict(current) | dict(data)
        kept["stages"] = [STAGE | stage for stage in kept.get("stages", [])]
        kept["blocks"] = _blocks(kept.get("blocks", []), current.get("blocks", []))
    except Invalid as error:
        said = " ".join(f"{key}: {message}" for key, message in error.errors.items())
        raise Invalid(data=said) from error
    return kept


def _blocks(given: list[dict[str, Any]], current: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return whole blocks, each of a known platform and with an identifier of its own."""
    known = {*block_macros(), *(block["macro"] for block in current)}
    blocks = [block_of(block["macro"]) | block for block in given]
    ids = [block["id"] for block in blocks]
    if unknown := [block["macro"] for block in blocks if block["macro"] not in known]:
        raise Invalid(blocks=_("There is no platform called %(name)s.", name=unknown[0]))
    if len(set(ids)) != len(ids) or not all(IDENTIFIER.fullmatch(key) for key in ids):
        raise Invalid(blocks=_("Each block has its own identifier: letters, digits, - and _."))
    return blocks
