"""Many documents from a few: copies of pages whose words are changed here and there, written in bulk."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from wiki.core import db
from wiki.pages.models import Page, Revision, Tag

_AT_ONCE = 500
_SHARE = 0.1
"""Of the words of a copy, how many are others."""

_WORD = re.compile(r"(?<=[ >])[a-zà-ÿ]{5,}(?=[ <.,])")


def multiply(wanted: int) -> int:
    """Copy pages of text until the wiki has so many; return how many there are."""
    with db.write() as session:
        originals = session.execute(
            select(
                Page.__table__,
                Revision.__table__.c.text.label("body"),
                Revision.data,
                Revision.tags,
            )
            .join(Revision, (Revision.page_id == Page.id) & (Revision.number == Page.revision_no))
            .where(Page.kind == "text", Page.trashed_at.is_(None))
        ).mappings()
        pages = [dict(row) for row in originals]
        there = session.scalar(select(func.count(Page.id))) or 0
        last = session.scalar(select(func.max(Page.id))) or 0
        copies = _copies(pages, last, max(0, wanted - there))
        batch: list[dict[str, Any]] = []
        for copy in copies:
            batch.append(copy)
            if len(batch) == _AT_ONCE:
                _insert(session, batch)
                batch.clear()
        _insert(session, batch)
        if not db.database().is_sqlite:
            _set_sequences(session)
    return max(there, wanted)


def _copies(pages: list[dict[str, Any]], last: int, count: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(3)
    words = sorted({word for page in pages for word in _WORD.findall(page["html"])})

    def other(found: re.Match[str]) -> str:
        return dice.choice(words) if dice.random() < _SHARE else found[0]

    for number in range(count):
        page, turn = pages[number % len(pages)], number // len(pages) + 1
        yield page | {
            "id": last + 1 + number,
            "name": f"{page['name']}-copie-{turn}",
            "name_key": f"{page['name_key']}-copie-{turn}",
            "title": _WORD.sub(other, f"{page['title']} ") + dice.choice(words),
            "html": _WORD.sub(other, page["html"]),
            "revision_no": 1,
            "parent_id": None,
        }


def _insert(session: Session, batch: list[dict[str, Any]]) -> None:
    if not batch:
        return
    columns = {column.name for column in Page.__table__.columns}
    session.execute(insert(Page), [{k: v for k, v in row.items() if k in columns} for row in batch])
    revisions = [
        {
            "page_id": row["id"],
            "number": 1,
            "title": row["title"],
            "text": row["body"],
            "data": row["data"],
            "tags": row["tags"],
            "created_at": row["created_at"],
        }
        for row in batch
    ]
    session.execute(insert(Revision), revisions)
    tags = [
        {"page_id": row["id"], "tag": tag, "tag_key": tag.lower()}
        for row in batch
        for tag in dict.fromkeys(row["tags"])
    ]
    if tags:
        session.execute(insert(Tag), tags)


def _set_sequences(session: Session) -> None:
    for table in ("page", "revision"):
        session.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        )
