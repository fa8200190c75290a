"""Database models of pages. Revisions are the only source; links, tags and HTML are derived."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.core import db
from wiki.pages.content import Content


class Page(db.Base):
    """A page of any kind (`text`, `entry`, `station`).

    `name_key` is the folded name, unique. `allowed` holds the privileges of the actor who loaded the row.
    `html` is the stored rendering (a markup Document in JSON) by code of `html_version`. `talk` is the state
    of comments: `open`, `closed` (shown, none added) or `none`.
    """

    __tablename__ = "page"
    # The second is for stations: the entries of one form in a project, latest change first.
    __table_args__ = (
        Index("ix_page_listing", "kind", "trashed_at", "updated_at"),
        Index("ix_page_room", "project_id", "form_id", "updated_at"),
    )
    # `allowed` is no column: the loader sets it for the current actor.
    __allow_unmapped__ = True
    allowed: frozenset[str] = frozenset()

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="text")
    lang: Mapped[str] = mapped_column(default="fr")
    form_id: Mapped[int | None] = mapped_column(ForeignKey("form.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    rules_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"), index=True)
    membrane_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    revision_no: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    trashed_at: Mapped[datetime | None]
    talk: Mapped[str] = mapped_column(default="open", server_default="open")
    html: Mapped[str] = mapped_column(default="", deferred=True)
    html_version: Mapped[int] = mapped_column(default=0)

    head: Mapped[Revision] = relationship(
        primaryjoin="and_(Page.id == foreign(Revision.page_id), Page.revision_no == foreign(Revision.number))",
        viewonly=True,
        uselist=False,
    )


class Revision(db.Base):
    """One version of a page: `number` counts from 1 per page; `author_name` is the name at that time.

    A version by several authors is `shared`: `author_name` saved it, `others` are the co-authors, each
    {"id", "name"}; `signers` are all names. A purged version keeps its row without content, with the
    person, date and reason of the purge.
    """

    __tablename__ = "revision"
    # Long texts make rows slow to scan: these indexes alone answer credits and counts.
    __table_args__ = (
        UniqueConstraint("page_id", "number"),
        Index("ix_revision_authors", "page_id", "author_name", "number"),
        Index("ix_revision_labels", "page_id", "label", "number"),
        Index("ix_revision_shared", "page_id", "shared"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tags: Mapped[list[Any]] = mapped_column(default=list)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    author_name: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    minor: Mapped[bool] = mapped_column(default=False)
    label: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    purged_at: Mapped[datetime | None]
    purged_by: Mapped[str] = mapped_column(default="", server_default="")
    purged_why: Mapped[str] = mapped_column(default="", server_default="")
    others: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def signers(self) -> list[str]:
        """The names of all authors, first the one who saved it; "" is someone without account."""
        return [self.author_name, *(one["name"] for one in self.others)]

    @property
    def content(self) -> Content:
        """The content of the revision, ready for another save."""
        return Content(self.title, self.text, dict(self.data), tuple(self.tags))


class Alias(db.Base):
    """A former or other name of a page; its address redirects."""

    __tablename__ = "alias"

    name_key: Mapped[str] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)


class Link(db.Base):
    """A link found in a page's text or data, by the folded name it points to; `included` when the page
    shows the other one, or a section of it, inside its own text."""

    __tablename__ = "link"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    target_key: Mapped[str] = mapped_column(primary_key=True, index=True)
    target: Mapped[str]
    included: Mapped[bool] = mapped_column(default=False)


class Tag(db.Base):
    """A tag of a page, as written, and its folded key."""

    __tablename__ = "tag"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    tag_key: Mapped[str] = mapped_column(primary_key=True, index=True)
    tag: Mapped[str]


class Attachment(db.Base):
    """A file attached to a page, by name; `sha256` is the key of its content. A new file of the same name
    replaces the old one, which keeps its row with `removed_at`.

    `field` is not empty for the file of an entry's field: its rule says who may see it, so that only the
    routes of bazars list, name and serve it. `author_name` is "" for someone without account; None where it
    was not noted, for fields and before there was such a note."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    author_name: Mapped[str | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Draft(db.Base):
    """The unsaved text of a signed-in person, for a page or for a name not yet taken."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name_key: Mapped[str]
    base: Mapped[int] = mapped_column(default=0)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime]


class Event(db.Base):
    """An entry of the event log, the source of recent changes, feeds and mails."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_page", "page_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    revision_no: Mapped[int | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
