"""To be gardened: pages left without care for long, and pages still blank."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from wiki.core import db, i18n
from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform, Row
from wiki.pages.find import visible_pages
from wiki.pages.models import Page


class Garden(Block):
    """The pages of the project that nobody has read over for long, the oldest first."""

    name: ClassVar[str] = "garden"
    label = _l("To be gardened")
    help = _l("The pages that nobody has read over for long.")
    params = (Param("days", _l("Days without any change"), kind="number", default="180"),)

    def platform(self, call: Call) -> Platform:
        days = call.number("days", least=1, most=3650)
        project_id = call.page.project_id if call.page else None
        query = visible_pages(call.actor).where(
            Page.kind == "text", Page.updated_at < db.utcnow() - timedelta(days=days)
        )
        if project_id is not None:
            query = query.where(Page.project_id == project_id)
        total = db.session().scalar(select(func.count()).select_from(query.subquery())) or 0
        if not total:
            return Platform(
                _("Well kept"),
                _("Every page was read over lately."),
                _("See all changes"),
                url_for("pages.changes"),
            )
        oldest = db.session().scalars(query.order_by(Page.updated_at, Page.id).limit(5)).all()
        rows = [
            Row(
                page.title,
                url_for("pages.show", name=page.name),
                _("unchanged since %(day)s", day=i18n.day(page.updated_at)),
            )
            for page in oldest
        ]
        return Platform(
            live=ngettext("%(num)s page to read over", "%(num)s pages to read over", total),
            meta=f"{rows[0].title} : {rows[0].note}",
            way=_("Tend the oldest one"),
            url=rows[0].url,
            rows=rows,
        )
