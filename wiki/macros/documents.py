"""Documents: the project's pages and resources, and where to lay down one's own."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from wiki.core import db
from wiki.macros.base import Block, Call, Platform
from wiki.pages.find import visible_pages
from wiki.pages.models import Page


class Documents(Block):
    """The text pages of the project, the latest first."""

    name: ClassVar[str] = "documents"
    label = _l("Documents")
    help = _l("The project's pages, and where to add one.")
    icon = "file-text"

    def platform(self, call: Call) -> Platform:
        project_id = call.page.project_id if call.page else None
        query = visible_pages(call.actor).where(Page.kind == "text", Page.project_id == project_id)
        total = db.session().scalar(select(func.count()).select_from(query.subquery())) or 0
        parent = call.page.name if call.page else None
        way, url = _("Add a document"), url_for("pages.new", parent=parent)
        if not total:
            return Platform(
                _("Closed platform"), _("A first page opens it."), way, url, closed=True
            )
        latest = db.session().scalars(query.order_by(Page.updated_at.desc()).limit(2)).all()
        titles = ", ".join(page.title for page in latest)
        live = ngettext("%(num)s document", "%(num)s documents", total)
        return Platform(live, _("Latest: %(titles)s", titles=titles), way, url)
