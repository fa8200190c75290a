"""The stations of the network, on their line."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.macros.base import Call, Macro
from wiki.projects.station_list import station_list


class Stations(Macro):
    """The stations that the reader may know of."""

    name: ClassVar[str] = "stations"
    label = _l("Stations")
    help = _l("The stations of the network.")
    group = "station"
    icon = "train-front"

    def context(self, call: Call) -> dict[str, Any] | None:
        return station_list(call.actor)
