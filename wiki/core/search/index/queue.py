"""What waits to be indexed: one row a page, which stands for all that is laid on it, or one for a part alone.

Written in the transaction of the change. A row is forgotten only at the version seen, so a save during
indexing keeps its page waiting."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.core.db import Base

_AT_ONCE = 500

Row = tuple[int, int]
"""A key (the id of a page, or below zero what `key_of_file` and `key_of_comment` give), and the version of
its row in the queue."""


class SearchQueue(Base):
    """What to index again, or to remove if it is gone: hence no foreign key."""

    __tablename__ = "search_queue"

    page_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)


def key_of_file(file_id: int) -> int:
    """Return the key of a file alone."""
    return -2 * file_id


def key_of_comment(comment_id: int) -> int:
    """Return the key of a comment alone."""
    return -2 * comment_id - 1


def parts_of(keys: Collection[int]) -> tuple[list[int], set[int], set[int]]:
    """Return the pages, the files and the comments that keys stand for."""
    alone = [-key for key in keys if key < 0]
    return (
        [key for key in keys if key > 0],
        {key // 2 for key in alone if key % 2 == 0},
        {key // 2 for key in alone if key % 2},
    )


def enqueue(
    session: Session,
    page_ids: Collection[int],
    *,
    files: Collection[int] = (),
    comments: Collection[int] = (),
) -> None:
    """Have pages indexed again after this transaction, with what is laid on them, and parts alone."""
    keys = {*page_ids, *map(key_of_file, files), *map(key_of_comment, comments)}
    rows = [{"page_id": key, "version": 1} for key in sorted(keys)]
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
    """Return rows that wait, at most `limit`; pages first, since files take longer."""
    order = (SearchQueue.page_id < 0, SearchQueue.page_id)
    chosen = select(SearchQueue.page_id, SearchQueue.version).order_by(*order)
    return [(page_id, version) for page_id, version in session.execute(chosen.limit(limit))]


def forget(session: Session, rows: Sequence[Row]) -> None:
    """Delete the rows that are still at the version seen."""
    for start in range(0, len(rows), _AT_ONCE):
        seen = tuple_(SearchQueue.page_id, SearchQueue.version).in_(rows[start : start + _AT_ONCE])
        session.execute(delete(SearchQueue).where(seen))


def count(session: Session) -> int:
    """Return how many pages and parts wait."""
    return session.scalar(select(func.count()).select_from(SearchQueue)) or 0
