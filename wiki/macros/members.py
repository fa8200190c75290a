"""Members: who came in last, and the way to everyone."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.core import i18n
from wiki.macros.base import Block, Call, Platform, Row
from wiki.projects import find
from wiki.projects.labels import ROLE_WORDS


class Members(Block):
    """The people of the project, the newest first."""

    name: ClassVar[str] = "members"
    label = _l("Members")
    help = _l("Who has just come in, and everyone.")

    def platform(self, call: Call) -> Platform:
        project = find.of_page(call.page) if call.page else None
        if project is None:
            return Platform(_("On a project's page"), _("It shows the people of the project."))
        people = sorted(find.members(project), key=lambda one: one.since, reverse=True)
        names = ", ".join(one.user.shown_name for one in people[:3])
        return Platform(
            live=ngettext("%(num)s person", "%(num)s people", len(people)),
            meta=_("Last come: %(names)s", names=names) if names else _("Come in first."),
            way=_("See everyone"),
            url=url_for("projects.members", key=project.key),
            rows=[
                Row(one.user.shown_name, "", f"{ROLE_WORDS[one.role]} · {i18n.day(one.since)}")
                for one in people[:6]
            ],
        )
