"""A video: a card, and nothing asked of its site before a click; or a file of the page, played here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core.http import allow_frame
from wiki.core.params import Param
from wiki.macros.base import BadParam, Call, Macro
from wiki.macros.page_files import file_url, page_file
from wiki.macros.support.video_players import video_player

RATIO = Param(
    "ratio",
    _l("Shape"),
    kind="choice",
    default="wide",
    choices=("wide", "classic", "square", "tall"),
    labels=(_l("16:9"), _l("4:3"), _l("Square"), _l("Upright")),
)
SERVERS = {"youtube": "https://youtu.be/{id}", "vimeo": "https://vimeo.com/{id}"}


class Video(Macro):
    """PeerTube, YouTube, Vimeo, Dailymotion; shown here where an admin allows their host."""

    name: ClassVar[str] = "video"
    label = _l("Video")
    help = _l("From PeerTube or elsewhere: nothing is asked of it before a click.")
    group = "media"
    icon = "monitor"
    params = (
        Param(
            "url",
            _l("Address of the video"),
            kind="file",
            required=True,
            help=_l("Or the name of a video or sound of this page."),
        ),
        Param("title", _l("Title")),
        RATIO,
    )
    aliases = {"player": {}}

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        known = dict(params)
        if "id" in params and "url" not in params:
            # YesWiki: serveur, id, peertubeinstance
            instance = params.get("peertubeinstance", "").rstrip("/")
            server = SERVERS.get(params.get("serveur", ""), f"{instance}/w/{{id}}")
            known["url"] = server.replace("{id}", params["id"])
        if known.get("ratio") not in RATIO.choices:
            known.pop("ratio", None)
        return known

    def context(self, call: Call) -> dict[str, Any] | None:
        common = {"title": call.get("title"), "ratio": call.get("ratio") or "wide"}
        wanted = call.get("url")
        if "://" not in wanted:
            row = page_file(call, wanted)
            sound = row.media_type.startswith("audio/")
            if not sound and not row.media_type.startswith("video/"):
                raise BadParam(_("%(name)s is neither a video nor a sound.", name=row.name))
            return common | {"file": row, "url": file_url(call, row), "sound": sound}
        player = video_player(wanted)
        if player.is_allowed:
            allow_frame(player.origin)
        return common | {"player": player}
