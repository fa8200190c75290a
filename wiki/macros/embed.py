"""Another site's page inside this one, after a click: only of hosts that an admin allows."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.core.http import allow_frame
from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.support.video_players import frame_player
from wiki.macros.video import RATIO


class Embed(Macro):
    """A frame of an allowed host; a link to any other."""

    name: ClassVar[str] = "embed"
    label = _l("Page of another site")
    help = _l("A pad, a form, a map: shown here after a click where an admin allows the site.")
    group = "media"
    icon = "external-link"
    template = "macros/video.html"
    params = (
        Param("url", _l("Address"), kind="url", required=True),
        Param("title", _l("Title")),
        RATIO,
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        player = frame_player(call.get("url"))
        if player.is_allowed:
            allow_frame(player.origin)
        return {
            "title": call.get("title"),
            "ratio": call.get("ratio") or "wide",
            "player": player,
            "page": True,
        }
