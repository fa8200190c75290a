"""3C health: the weather of a project's people, from their short monthly answers."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.macros.base import Block, Call, Platform, Row
from wiki.projects import find
from wiki.upkeep import pulse


class Health(Block):
    """Conviviality, empowerment, commons: how people of the project feel, once five of them said so."""

    name: ClassVar[str] = "health"
    label = _l("Weather of the 3C")
    help = _l("Conviviality, empowerment, commons: how people feel, nobody named.")
    icon = "sun"

    def platform(self, call: Call) -> Platform:
        project = find.of_page(call.page) if call.page else None
        if project is None:
            return Platform(
                _("On a project's page"), _("It shows how the people of a project feel.")
            )
        url = url_for("upkeep.weather", key=project.key)
        may = pulse.may_answer(project, call.actor)
        groups = pulse.weather(project)
        known = [group for group in groups if group.now]
        if not known:
            return Platform(
                _("Not known yet"),
                _("It shows from five answers on, and nobody is named."),
                _("Say my weather") if may else "",
                url if may else "",
                closed=True,
            )
        return Platform(
            live=_whole(known),
            meta=" · ".join(f"{one.label}: {_word(one)}" for one in known),
            way=_("Say my weather") if may else _("See the nine lights"),
            url=url,
            rows=[Row(one.label, url, _word(one)) for one in known],
        )


def _whole(known: list[pulse.Group]) -> str:
    """Return the weather of the three together, as a word."""
    together = round(sum(one.now or 0 for one in known) / len(known))
    return str(pulse.WEATHER[together]).capitalize()


def _word(group: pulse.Group) -> str:
    return str(pulse.WEATHER[group.now or 0]) if group.now else ""
