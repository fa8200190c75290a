"""A page takes another name, title or place as one action, which can be undone as one.

Its old address is kept: links lead there by it until `following` has rewritten them, and for ever
where nobody may write.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core import db, jobs, settings
from wiki.core.access import Actor, allows
from wiki.core.http import Invalid
from wiki.core.names import fold, is_page_name
from wiki.core.search.index.queue import enqueue
from wiki.pages import events, find, save
from wiki.pages.content import Content
from wiki.pages.models import Alias, Draft, Link, Page
from wiki.pages.structure import order
from wiki.pages.structure.backlinks import linking_to

JOB = "move"


class Move(db.Base):
    """One action: what a page was called and where it stood, before and after.

    `state` is working, done, undoing or undone; `done` of `total` pages have been looked at.
    """

    __tablename__ = "move"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str]
    old_name: Mapped[str]
    new_name: Mapped[str]
    old_title: Mapped[str]
    new_title: Mapped[str]
    old_parent_id: Mapped[int | None]
    new_parent_id: Mapped[int | None]
    old_place: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MoveLink(db.Base):
    """A page whose links are to be rewritten: waiting, done (its `revision_no` is ours), left or undone."""

    __tablename__ = "move_link"
    __table_args__ = (Index("ix_move_link_state", "move_id", "state"),)

    move_id: Mapped[int] = mapped_column(
        ForeignKey("move.id", ondelete="CASCADE"), primary_key=True
    )
    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[str]
    revision_no: Mapped[int | None]


@dataclass(frozen=True)
class Wanted:
    """What a page is to be; None leaves as it is. `place` True stands it under `under` (None: the root).

    `links` are the identifiers of the pages to rewrite; None is all those that may be.
    """

    name: str | None = None
    title: str | None = None
    place: bool = False
    under: Page | None = None
    links: frozenset[int] | None = None


def linking(page: Page, *, actor: Actor) -> Select[Page]:
    """Return the query of the pages whose links this actor may rewrite, by title; the page is one of them."""
    return linking_to(page, actor=actor, itself=True).where(allows(actor, "write", Page))


def move(page: Page, wanted: Wanted, *, actor: Actor) -> Move:
    """Do one action on a page, and have the links to it rewritten. Raises Invalid, Gone."""
    try:
        with db.write() as session:
            current = find.reload(page, actor=actor)
            if current is None or "write" not in current.allowed:
                raise save.Gone(page.name)
            made = _note(session, current, wanted, actor)
            if wanted.place:
                _above, made.old_place = order.put(
                    current, under=wanted.under, at=None, actor=actor
                )
            if made.new_title != made.old_title:
                _retitle(current, made.new_title, actor)
            if made.new_name != made.old_name:
                _rename(session, current, made.new_name, actor)
                _list_links(session, made, current, wanted.links, actor)
            _begin(session, made)
            page.name, page.title = current.name, current.title
            return made
    except IntegrityError as error:
        raise Invalid(name=_("This name is taken.")) from error


def undo(move_id: int, *, actor: Actor) -> Move:
    """Give a page back its name, its title and its place, and have its links written as before.

    Raises Invalid when it has been changed again since, Gone.
    """
    with db.write() as session:
        made = session.get_one(Move, move_id)
        page = find.page_by_id(made.page_id, actor=actor)
        if page is None or "write" not in page.allowed:
            raise save.Gone(made.new_name)
        if made.state not in ("working", "done") or page.name != made.new_name:
            raise Invalid(move=_("This has been undone, or the page has another name since."))
        if made.new_name != made.old_name:
            _rename(session, page, made.old_name, actor)
        if made.new_title != made.old_title and page.title == made.new_title:
            _retitle(page, made.old_title, actor)
        if made.new_parent_id != made.old_parent_id:
            above = session.get(Page, made.old_parent_id) if made.old_parent_id else None
            order.put(page, under=above, at=made.old_place, actor=actor)
        _turn_back(session, made)
        return made


def _note(session: Session, page: Page, wanted: Wanted, actor: Actor) -> Move:
    """Keep what is to change. Raises Invalid when a name cannot be had."""
    name = page.name if wanted.name is None else wanted.name
    title = page.title if wanted.title is None else wanted.title
    if name != page.name:
        if "own" not in page.allowed:
            raise Invalid(name=_("Only the owner of a page and admins change its address."))
        _check_name(session, page, name)
    made = Move(
        page_id=page.id,
        actor_id=actor.id,
        state="working",
        old_name=page.name,
        new_name=name,
        old_title=page.title,
        new_title=" ".join(title.split()),
        old_parent_id=page.parent_id,
        new_parent_id=_parent_id(page, wanted),
        created_at=db.utcnow(),
    )
    session.add(made)
    session.flush()
    return made


def _parent_id(page: Page, wanted: Wanted) -> int | None:
    if not wanted.place:
        return page.parent_id
    return wanted.under.id if wanted.under else None


def _check_name(session: Session, page: Page, name: str) -> None:
    if not is_page_name(name):
        raise Invalid(name=_("A page cannot be named like this."))
    key = fold(name)
    held = session.scalar(select(Page.id).where(Page.name_key == key, Page.id != page.id))
    alias = session.get(Alias, key)
    if held is not None or (alias is not None and alias.page_id != page.id):
        raise Invalid(name=_("This name is taken: choose another one."))


def _rename(session: Session, page: Page, name: str, actor: Actor) -> None:
    """Give a page its new name; what was kept under the old one follows it."""
    old, old_key, key = page.name, page.name_key, fold(name)
    session.execute(delete(Alias).where(Alias.name_key == key, Alias.page_id == page.id))
    if key != old_key:
        session.add(Alias(name_key=old_key, page_id=page.id))
    page.name, page.name_key = name, key
    session.flush()
    _bring_drafts(session, old_key, key)
    _bring_settings(session, old_key, name)
    told = _("Address: %(old)s → %(new)s", old=old, new=name)
    events.log(session, page, "renamed", actor=actor, summary=told)
    session.flush()
    enqueue(session, [page.id])
    db.after_commit(jobs.wake)


def _bring_drafts(session: Session, old: str, new: str) -> None:
    def of(key: str) -> ColumnElement[bool]:
        return or_(Draft.name_key == key, Draft.name_key.startswith(f"{key}#", autoescape=True))

    taken = select(Draft.user_id).where(of(new))
    session.execute(
        update(Draft)
        .where(of(old), Draft.user_id.not_in(taken))
        .values(name_key=literal(new) + func.substr(Draft.name_key, len(old) + 1))
        .execution_options(synchronize_session=False)
    )


def _bring_settings(session: Session, old: str, name: str) -> None:
    """Write the new name where the menu and the home say the old one."""
    if fold(str(settings.get("home"))) == old:
        settings.put(session, home=name)
    menu = [list(item) for item in settings.get("menu")]
    changed = [
        [label, name if not target.startswith("/") and fold(target) == old else target]
        for label, target in menu
    ]
    if changed != menu:
        settings.put(session, menu=changed)


def _retitle(page: Page, title: str, actor: Actor) -> None:
    head = page.head
    content = Content(title, head.text, dict(head.data), tuple(head.tags))
    stamp = save.Stamp(summary=_("Title: %(title)s", title=title))
    save.save(page, content, base=None, author=actor, stamp=stamp)


def _list_links(
    session: Session, made: Move, page: Page, only: frozenset[int] | None, actor: Actor
) -> None:
    found = linking(page, actor=actor).order_by(None).with_only_columns(Page.id)
    ids = [one for one in session.scalars(found) if only is None or one in only]
    rows = [{"move_id": made.id, "page_id": one, "state": "waiting"} for one in ids]
    if rows:
        session.execute(MoveLink.__table__.insert(), rows)  # type: ignore[attr-defined]
    made.total = len(rows)


def _begin(session: Session, made: Move) -> None:
    if made.total:
        jobs.enqueue(session, JOB, move=made.id)
    else:
        made.state, made.ended_at = "done", db.utcnow()
    session.flush()


def _turn_back(session: Session, made: Move) -> None:
    """Have the pages done so far written as before; those that waited are left alone."""
    mine = MoveLink.move_id == made.id
    session.execute(
        update(MoveLink)
        .where(mine, MoveLink.state == "waiting")
        .values(state="left")
        .execution_options(synchronize_session=False)
    )
    made.total = session.scalar(select(func.count()).where(mine, MoveLink.state == "done")) or 0
    made.done, made.state = 0, "undoing"
    if made.total:
        jobs.enqueue(session, JOB, move=made.id)
    else:
        end(session, made)
    session.flush()


def end(session: Session, made: Move) -> None:
    """Note that a move, or its undoing, is over."""
    undone = made.state == "undoing"
    made.state, made.ended_at = "undone" if undone else "done", db.utcnow()
    if undone:
        # The name that was tried is free again, unless someone has linked to it meanwhile.
        key = fold(made.new_name)
        linked = select(Link.page_id).where(Link.target_key == key)
        if session.scalar(linked.limit(1)) is None:
            session.execute(delete(Alias).where(Alias.name_key == key))
    session.flush()
