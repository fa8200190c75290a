"""Documents: the project's pages and files, and where to lay down one's own."""

from __future__ import annotations

from typing import ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import Select, func, select

from wiki.core import db, i18n
from wiki.core.http import template_markup
from wiki.core.params import Param
from wiki.macros.base import Block, Call, Platform, Row
from wiki.macros.support.closed_platform import asking
from wiki.pages.find import visible_pages
from wiki.pages.models import Attachment, Page

SHOWN = 5


class Documents(Block):
    """The text pages of the project, the latest first, and the files laid on its station."""

    name: ClassVar[str] = "documents"
    label = _l("Documents")
    help = _l("The project's pages and files, and where to drop yours.")
    icon = "file-text"
    params = (Param("text", _l("In one line"), default=""),)

    def platform(self, call: Call) -> Platform:
        project_id = call.page.project_id if call.page else None
        query = visible_pages(call.actor).where(
            Page.kind == "text", Page.form_id.is_(None), Page.project_id == project_id
        )
        pages, files = _count(query), _files(call)
        way, url = _deposit(call)
        if not pages + files and not way:
            return asking(call, _("Closed platform"))
        if not pages + files:
            return Platform(
                _("Closed platform"),
                _("A first page or file opens it."),
                way,
                url,
                closed=True,
                body=_drop(call),
            )
        latest = db.session().scalars(query.order_by(Page.updated_at.desc()).limit(SHOWN)).all()
        drop = _drop(call)
        titles = ", ".join(page.title for page in latest[:2])
        counts = [ngettext("%(num)s document", "%(num)s documents", pages)] if pages else []
        counts += [ngettext("%(num)s file", "%(num)s files", files)] if files else []
        return Platform(
            live=", ".join(counts),
            meta=call.get("text") or (_("Latest: %(titles)s", titles=titles) if titles else ""),
            # Who drops a file right there is led to all of them.
            way=_("All the files") if drop else way,
            url=url,
            body=drop,
            rows=[
                Row(page.title, url_for("pages.show", name=page.name), i18n.day(page.updated_at))
                for page in latest
            ],
        )


def _drop(call: Call) -> Markup:
    """Return the form that lays a file down at once, for who may write on the station."""
    page = call.page
    if page is None or page.kind != "station" or "write" not in page.allowed:
        return Markup()
    return template_markup("macros/drop.html", page=page)


def _deposit(call: Call) -> tuple[str, str]:
    """Return the way to drop a contribution: a file on the station, or a page where there is none."""
    page = call.page
    if page is None:
        return _("Add a document"), url_for("pages.new")
    if page.kind == "station":
        return _("Drop yours here"), url_for("pages.attachments", name=page.name)
    return _("Add a document"), url_for("pages.new", parent=page.name)


def _count(query: Select[Page]) -> int:
    return db.session().scalar(select(func.count()).select_from(query.subquery())) or 0


def _files(call: Call) -> int:
    """Return how many files lie on the station; who reads it may see them."""
    if call.page is None:
        return 0
    laid = select(func.count()).where(
        Attachment.page_id == call.page.id,
        Attachment.field == "",
        Attachment.removed_at.is_(None),
    )
    return db.session().scalar(laid) or 0
