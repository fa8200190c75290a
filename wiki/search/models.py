"""The rows of search: searches that people save, and words looked for by nobody in particular."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


class SavedSearch(db.Base):
    """A search that a person keeps under a name: `asked` is its address, `looked_at` their last look.

    `nonce` makes the secret address of its feed; a new one closes the former address.
    """

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    nonce: Mapped[str]
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime]


class SearchedWords(db.Base):
    """Words that were looked for: how often without any answer, how often with, and the last day.

    `mark` tells a second search of one browser in one day from another's; the salt that made it is
    forgotten with the day, so it names nobody.
    """

    __tablename__ = "searched_words"

    words: Mapped[str] = mapped_column(primary_key=True)
    missed: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    last_day: Mapped[date]
    mark: Mapped[str] = mapped_column(default="")
    dismissed: Mapped[bool] = mapped_column(default=False)


class SearchSalt(db.Base):
    """What is mixed in the marks of one day; there is one row, of today."""

    __tablename__ = "search_salt"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str]
