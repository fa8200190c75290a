"""What the FAQ does not answer yet: questions without answer for all, words looked for in vain for who may answer."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform
from wiki.search import help_desk
from wiki.search.help_desk_routes import to_write_context


class FaqToWrite(Block):
    """Questions that wait for an answer."""

    name: ClassVar[str] = "faq-to-write"
    label = _l("Answers to write")
    help = _l(
        "Questions without answer, and for those who may answer, what was looked for in vain."
    )
    template = "macros/faq_to_write.html"
    params = (Param("limit", _l("How many"), kind="number", default="6"),)

    def context(self, call: Call) -> dict[str, Any] | None:
        limit = call.number("limit", least=1, most=50)
        return to_write_context(call.actor, limit=limit) | {"may_write": _may_write(call)}

    def platform(self, call: Call) -> Platform:
        waiting = to_write_context(call.actor, limit=50)
        questions, rows, faq = waiting["questions"], waiting["rows"], waiting["faq"]
        if not questions and not rows:
            return Platform(live=_("Nothing waits for an answer."), closed=True)
        live = ngettext(
            "%(num)s answer to write", "%(num)s answers to write", len(questions) + len(rows)
        )
        first = questions[0].title if questions else f"“{rows[0].words}”"
        if _may_write(call):
            return Platform(live, first, _("Write the answer"), url_for("search.to_write"))
        url = url_for("bazar.lists.show", form_key=faq.key)
        return Platform(live, first, _("See the questions"), url)


def _may_write(call: Call) -> bool:
    return help_desk.may_write_faq(call.actor)
