"""Pages that others begin from: marked as templates for everywhere, for their project or for their place."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ForeignKey, and_, case, delete, or_
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, render, see_other
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page
from wiki.pages.throttle import count_change
from wiki.pages.toast import tell

SCOPES = ("all", "project", "place")
MOST = 24


class PageTemplate(db.Base):
    """A page offered to begin others from: everywhere, in its project, or under the same page."""

    __tablename__ = "page_template"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    scope: Mapped[str] = mapped_column(default="all")


@blueprint.get("/<name>/template")
@audience("page")
def ask_template(name: str) -> Response:
    """Ask where a page is offered as a template."""
    page = find.page_or_404(name, actor=current_actor(), need="write")
    held = db.session().get(PageTemplate, page.id)
    # Who asks this wants a template: the usual answer is there already.
    return render("pages/template.html", page=page, scope=held.scope if held else "all")


@blueprint.post("/<name>/template")
@audience("page")
def set_template(name: str) -> BaseResponse:
    """Offer a page as a template, or no longer when no `scope` is given."""
    page = find.page_or_404(name, actor=current_actor(), need="write")
    scope = request.form.get("scope", "")
    count_change()
    with db.write() as session:
        session.execute(delete(PageTemplate).where(PageTemplate.page_id == page.id))
        if scope in SCOPES and page.kind == "text":
            session.add(PageTemplate(page_id=page.id, scope=scope))
    said = _("“%(title)s” is offered to begin new pages from.")
    tell(
        (said if scope in SCOPES else _("“%(title)s” is no longer a template."))
        % {"title": page.title}
    )
    return see_other(url_for("pages.show", name=page.name))


def offered(parent: Page | None, *, actor: Actor) -> list[Page]:
    """Return the templates for a new page under another one: those of its place first."""
    project = parent.project_id if parent else None
    here = Page.parent_id == (parent.id if parent else None)
    in_project = and_(Page.project_id == project, Page.project_id.is_not(None))
    fits = or_(_scope("all"), and_(_scope("project"), in_project), and_(_scope("place"), here))
    nearness = case((_scope("place"), 0), (_scope("project"), 1), else_=2)
    query = find.visible_pages(actor).join(PageTemplate, PageTemplate.page_id == Page.id)
    ordered = query.where(fits, Page.kind == "text").order_by(nearness, Page.title, Page.id)
    return list(db.session().scalars(ordered.limit(MOST)))


def source_of(name: str, *, actor: Actor) -> Page | None:
    """Return the page of text that a new one is to begin from, if this actor may read it."""
    page = find.page_or_none(name, actor=actor) if name else None
    return page if page is not None and page.kind == "text" else None


def _scope(name: str) -> ColumnElement[bool]:
    return PageTemplate.scope == name
