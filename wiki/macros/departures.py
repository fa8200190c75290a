"""The departures board of the project it stands in, else of the whole network."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.projects import departures_board


class Departures(Macro):
    """What comes next: meetings, deadlines."""

    name: ClassVar[str] = "departures"
    label = _l("Departures")
    help = _l("What comes next: meetings, deadlines.")
    group = "station"
    icon = "train-front"
    params = (Param("limit", _l("How many"), kind="number", default="6"),)

    def context(self, call: Call) -> dict[str, Any] | None:
        project_id = call.page.project_id if call.page is not None else None
        limit = call.number("limit", least=1, most=50)
        return {"rows": departures_board.departures(call.actor, project_id=project_id, limit=limit)}
