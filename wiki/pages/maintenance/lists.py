"""The garden: what of the wiki needs a hand, as one reader may see it. Each list is a query and counts as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, abort
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from wiki.accounts.models import User
from wiki.core import db, i18n, settings
from wiki.core.access import Actor, allows, current_actor
from wiki.core.http import audience, paging, render
from wiki.core.names import fold, page_name
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.external_links import OutsideAddress, OutsideLink, is_broken
from wiki.pages.maintenance.reviews import Review
from wiki.pages.models import Alias, Link, Page

PAGE_SIZE = 50
UNTOUCHED = timedelta(days=730)
"""How long a page without review date may stay as it is before someone should read it."""


@dataclass(frozen=True)
class Bed:
    """One list of the garden: `query` gives what this actor may know of it, of one project or of all."""

    key: str
    label: Any
    help: Any
    icon: str
    query: Callable[[Actor, int | None], Any]


def _pages(actor: Actor, project: int | None) -> Select[Page]:
    found = find.visible_pages(actor)
    return found if project is None else found.where(Page.project_id == project)


def _wanted(actor: Actor, project: int | None) -> Select[str, str, int]:
    """Names that links lead to, where this reader sees no page: `key`, `name`, `count`."""
    seen = _pages(actor, project).with_only_columns(Page.id)
    there = find.visible_pages(actor).with_only_columns(Page.name_key)
    former = find.visible_pages(actor).join(Alias, Alias.page_id == Page.id)
    return (
        select(Link.target_key, func.min(Link.target).label("name"), func.count().label("count"))
        .where(
            Link.page_id.in_(seen),
            Link.target_key.not_in(there),
            Link.target_key.not_in(former.with_only_columns(Alias.name_key)),
        )
        .group_by(Link.target_key)
        .order_by(func.count().desc(), Link.target_key)
    )


def _orphans(actor: Actor, project: int | None) -> Select[Any]:
    """Pages that no page links to, and no tree leads to."""
    source, name = aliased(Page), aliased(Alias)
    seen = select(source.id).where(source.trashed_at.is_(None), allows(actor, "read", source))
    linked = select(Link.page_id).where(
        Link.page_id != Page.id,
        Link.page_id.in_(seen),
        or_(
            Link.target_key == Page.name_key,
            Link.target_key.in_(select(name.name_key).where(name.page_id == Page.id)),
        ),
    )
    known = {fold(target) for _label, target in settings.get("menu")} | {fold(settings.get("home"))}
    return (
        _pages(actor, project)
        .where(
            Page.kind == "text",
            Page.parent_id.is_(None),
            Page.project_id.is_(None),
            Page.name_key.not_in(known),
            ~linked.correlate(Page).exists(),
        )
        .order_by(Page.title, Page.id)
    )


def _dead_ends(actor: Actor, project: int | None) -> Select[Any]:
    """Pages of text that lead to no other."""
    out = select(Link.page_id)
    found = _pages(actor, project).where(Page.kind == "text", Page.id.not_in(out))
    return found.order_by(Page.title, Page.id)


def _stale(actor: Actor, project: int | None) -> Select[Any]:
    """Pages past their date, then those that nobody has touched for long: with their `until`."""
    today, long_ago = i18n.today().isoformat(), db.utcnow() - UNTOUCHED
    over = and_(Review.until != "", Review.until < today)
    unread = or_(Review.read_at.is_(None), Review.read_at < long_ago)
    no_date = or_(Review.until.is_(None), Review.until == "")
    old = and_(no_date, unread, Page.updated_at < long_ago, Page.kind == "text")
    return (
        _pages(actor, project)
        .outerjoin(Review, Review.page_id == Page.id)
        .outerjoin(User, User.id == Review.reviewer_id)
        .add_columns(Review, User.display_name.label("reviewer"))
        .where(or_(over, old))
        .order_by(no_date, Review.until, Page.updated_at, Page.id)
    )


def _unowned(actor: Actor, project: int | None) -> Select[Any]:
    """Pages that belong to nobody, or to an account that is closed."""
    closed = select(User.id).where(User.disabled.is_(True))
    nobody = or_(Page.owner_id.is_(None), Page.owner_id.in_(closed))
    return _pages(actor, project).where(nobody).order_by(Page.title, Page.id)


def _same_titles(actor: Actor, project: int | None) -> Select[Any]:
    """Pages that bear the title of another one that this reader may see."""
    twins = (
        find.visible_pages(actor)
        .with_only_columns(func.lower(Page.title))
        .group_by(func.lower(Page.title))
        .having(func.count() > 1)
    )
    found = _pages(actor, project).where(func.lower(Page.title).in_(twins))
    return found.order_by(func.lower(Page.title), Page.id)


def _broken(actor: Actor, project: int | None) -> Select[Any]:
    """Links to other sites that do not answer, with their `url` and `problem`."""
    return (
        _pages(actor, project)
        .join(OutsideLink, OutsideLink.page_id == Page.id)
        .join(OutsideAddress, OutsideAddress.id == OutsideLink.address_id)
        .add_columns(OutsideAddress)
        .where(is_broken())
        .order_by(OutsideAddress.url, Page.title, Page.id)
    )


BEDS = {
    bed.key: bed
    for bed in (
        Bed(
            "stale",
            _l("To read again"),
            _l("Past their date, or untouched for two years."),
            "calendar",
            _stale,
        ),
        Bed("wanted", _l("Pages to write"), _l("Linked, and not there yet."), "pencil", _wanted),
        Bed(
            "orphans",
            _l("Pages nothing leads to"),
            _l("No link, no tree, no menu."),
            "sprout",
            _orphans,
        ),
        Bed("dead-ends", _l("Dead ends"), _l("They lead to no other page."), "minus", _dead_ends),
        Bed(
            "unowned",
            _l("Pages without owner"),
            _l("Nobody looks after them."),
            "user",
            _unowned,
        ),
        Bed(
            "same-titles",
            _l("Same titles"),
            _l("Two pages, one title: perhaps one too many."),
            "copy",
            _same_titles,
        ),
        Bed(
            "broken",
            _l("Broken links"),
            _l("Other sites that do not answer any more."),
            "external-link",
            _broken,
        ),
    )
}


@blueprint.get("/-/garden")
@audience("page")
def garden() -> Response:
    """Show how many of each the reader may see."""
    counted = counts(current_actor())
    return render("pages/garden.html", beds=BEDS, counts=counted, outside=settings.get("outside"))


@blueprint.get("/-/garden/<bed>")
@audience("page")
def garden_bed(bed: str) -> Response:
    """Show one list."""
    found = BEDS.get(bed) or abort(404)
    actor = current_actor()
    where = paging(count(found, actor), PAGE_SIZE)
    return render(
        "pages/maintenance_list.html",
        bed=found,
        rows=rows(found, actor, limit=where.size, offset=where.offset),
        paging=where,
        page_name=page_name,
        outside=settings.get("outside"),
    )


def counts(actor: Actor, *, project: int | None = None) -> dict[str, int]:
    """Return how many there are of each, in one query."""
    columns = [
        select(func.count()).select_from(bed.query(actor, project).order_by(None).subquery())
        for bed in BEDS.values()
    ]
    row = db.session().execute(select(*(column.scalar_subquery() for column in columns))).one()
    return dict(zip(BEDS, row, strict=True))


def count(bed: Bed, actor: Actor) -> int:
    """Return how many there are of one."""
    found = bed.query(actor, None).order_by(None).subquery()
    return db.session().scalar(select(func.count()).select_from(found)) or 0


def rows(bed: Bed, actor: Actor, *, limit: int, offset: int) -> list[Any]:
    """Return a stretch of a list, each row as its query gives it."""
    return list(db.session().execute(bed.query(actor, None).limit(limit).offset(offset)))
