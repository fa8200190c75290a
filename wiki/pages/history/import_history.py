"""Import a page with its history: the last version is saved as usual, the former ones are inserted before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages import save
from wiki.pages.content import Content
from wiki.pages.models import Event, Page, Revision


@dataclass(frozen=True)
class Version:
    """An imported version with its author and date. `purged` is (date, person, reason) of a purged one."""

    number: int
    content: Content
    at: datetime
    author_name: str = ""
    author_id: int | None = None
    summary: str = ""
    minor: bool = False
    label: str = ""
    purged: tuple[datetime, str, str] | None = None
    others: tuple[dict[str, Any], ...] = ()

    @property
    def names(self) -> str:
        """The names of its authors, as in the event log."""
        return ", ".join(n for n in (self.author_name, *(o["name"] for o in self.others)) if n)


def bring_back(new: save.NewPage, versions: Sequence[Version], *, author: Actor) -> Page:
    """Create a page with all its versions. Raises Invalid on an incomplete history or a taken name."""
    numbers = [version.number for version in versions]
    if not versions or numbers != list(range(1, len(versions) + 1)) or versions[-1].purged:
        raise Invalid(history=_("The history of %(name)s is damaged.", name=new.name))
    last = versions[-1]
    with db.write() as session:
        stamp = save.Stamp(last.summary, last.minor, last.at, last.author_name)
        page = save.create(new, last.content, author=author, stamp=stamp)
        _sign(session, page, last)
        for version in versions[:-1]:
            _insert(session, page, version)
        page.created_at = versions[0].at
        session.flush()
        session.expire(page, ["head"])
        return page


def _sign(session: Session, page: Page, last: Version) -> None:
    """Set the original number and authors of the saved version."""
    head = page.head
    head.number, head.author_id, head.author_name = (
        last.number,
        last.author_id,
        last.author_name,
    )
    head.label = last.label
    head.others, head.shared = list(last.others), bool(last.others)
    page.revision_no = last.number
    event = {
        "revision_no": last.number,
        "actor_id": last.author_id,
        "actor_name": last.names,
        "kind": "saved" if last.number > 1 else "created",
    }
    session.execute(update(Event).where(Event.page_id == page.id).values(event))
    session.flush()


def _insert(session: Session, page: Page, version: Version) -> None:
    content = Content("", "") if version.purged else save.clean(version.content)
    at, by, why = version.purged or (None, "", "")
    session.add(
        Revision(
            page_id=page.id,
            number=version.number,
            title=content.title,
            text=content.text,
            data=content.data,
            tags=list(content.tags),
            author_id=version.author_id,
            author_name=version.author_name,
            summary=version.summary,
            minor=version.minor,
            label=version.label,
            created_at=version.at,
            purged_at=at,
            purged_by=by,
            purged_why=why,
            others=list(version.others),
            shared=bool(version.others),
        )
    )
    session.add(
        Event(
            kind="saved" if version.number > 1 else "created",
            page_id=page.id,
            revision_no=version.number,
            actor_id=version.author_id,
            actor_name=version.names,
            summary=version.summary,
            created_at=version.at,
        )
    )
