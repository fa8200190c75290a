"""Free: a page of one's own choice, or a few words with any component in them."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.core import i18n
from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform
from wiki.macros.support.closed_platform import closed, page_named, to_write
from wiki.pages import rendering


class Free(Block):
    """What no other platform shows."""

    name: ClassVar[str] = "free"
    label = _l("Free platform")
    help = _l("A page of your choice, or any component.")
    params = (
        Param("page", _l("Page"), kind="page", default=""),
        Param("text", _l("A few words or a component, such as {{entries form=…}}"), default=""),
    )

    def platform(self, call: Call) -> Platform:
        name, text = call.get("page"), call.get("text")
        page = page_named(call, name) if name else None
        if name and page is None:
            return to_write(call, name)
        if page is None and not text:
            return closed(call, _("Choose a page, or write a component."))
        document = rendering.document_of(text, "")
        # Near the deepest level: a component shown here shows few more.
        body = rendering.fill(
            document, page=call.page, actor=call.actor, depth=rendering.DEEPEST - 1
        )
        return Platform(
            live=page.title if page else "",
            meta=_("Changed %(day)s", day=i18n.day(page.updated_at)) if page else "",
            way=_("Read it") if page else "",
            url=url_for("pages.show", name=page.name) if page else "",
            body=body if text else Platform.body,
        )
