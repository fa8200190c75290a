"""Album: the pictures laid on the project's pages."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from wiki.core import db
from wiki.core.params import Param
from wiki.macros.base import Block, Call, Picture, Platform
from wiki.pages.find import visible_pages
from wiki.pages.models import Attachment, Page


class Album(Block):
    """The last pictures of the project's pages, each with its page."""

    name: ClassVar[str] = "album"
    label = _l("Album")
    help = _l("The last pictures of the project's pages.")
    params = (Param("limit", _l("How many"), kind="number", default="4"),)

    def platform(self, call: Call) -> Platform:
        limit = call.number("limit", least=1, most=12)
        query = visible_pages(call.actor).join(Attachment, Attachment.page_id == Page.id)
        query = query.where(
            Attachment.media_type.startswith("image/"),
            Attachment.media_type != "image/svg+xml",
            Attachment.field == "",
            Attachment.removed_at.is_(None),
        )
        if call.page is not None and call.page.project_id is not None:
            query = query.where(Page.project_id == call.page.project_id)
        total = db.session().scalar(select(func.count()).select_from(query.subquery())) or 0
        own = call.page.name if call.page and call.page.kind == "station" else ""
        way = url_for("pages.attachments", name=own) if own else ""
        if not total:
            words = _("Lay a picture on the station or on one of its pages.")
            return Platform(
                _("No picture yet"), words, _("Add a picture") if way else "", way, True
            )
        newest = query.add_columns(Attachment.name).order_by(Attachment.id.desc()).limit(limit)
        pictures = [_picture(page, name) for page, name in db.session().execute(newest)]
        return Platform(
            live=ngettext("%(num)s picture", "%(num)s pictures", total),
            way=_("Add a picture") if way else "",
            url=way,
            pictures=pictures,
        )


def _picture(page: Page, name: str) -> Picture:
    src = url_for("pages.attachment", name=page.name, file=name)
    return Picture(src, name.rpartition(".")[0], url_for("pages.show", name=page.name))
