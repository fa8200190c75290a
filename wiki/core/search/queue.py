"""The pages that wait to be indexed: one row a page, written in the transaction of its save.

A row is forgotten only at the version seen, so a save during indexing keeps its page waiting."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core.db import Base

_AT_ONCE = 500

Row = tuple[int, int]
"""A page's id and the version of its row in the queue."""


class SearchQueue(Base):
    """A page to index again, or to remove if it is gone: hence no foreign key."""

    __tablename__ = "search_queue"

    page_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)


def enqueue(session: Session, page_ids: Collection[int]) -> None:
    """Have pages indexed again after this transaction."""
    rows = [{"page_id": page_id, "version": 1} for page_id in sorted(set(page_ids))]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for start in range(0, len(rows), _AT_ONCE):
        insert = dialect.insert(SearchQueue).values(rows[start : start + _AT_ONCE])
        session.execute(
            insert.on_conflict_do_update(
                index_elements=[SearchQueue.page_id],
                set_={"version": SearchQueue.version + 1},
            )
        )


def waiting(session: Session, limit: int) -> list[Row]:
    """Return rows that wait, at most `limit`."""
    chosen = select(SearchQueue.page_id, SearchQueue.version).order_by(SearchQueue.page_id)
    return [(page_id, version) for page_id, version in session.execute(chosen.limit(limit))]


def forget(session: Session, rows: Sequence[Row]) -> None:
    """Delete the rows that are still at the version seen."""
    for start in range(0, len(rows), _AT_ONCE):
        seen = tuple_(SearchQueue.page_id, SearchQueue.version).in_(rows[start : start + _AT_ONCE])
        session.execute(delete(SearchQueue).where(seen))


def count(session: Session) -> int:
    """Return how many pages wait."""
    return session.scalar(select(func.count()).select_from(SearchQueue)) or 0
