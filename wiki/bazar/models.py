"""The rows of bazars: forms, and the typed values by which entries are filtered, counted and sorted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from wiki.core import db


@dataclass(frozen=True)
class FieldSpec:
    """One field of a form, as its designer set it. `key` never changes, so that entries keep values.

    `read` and `write` are rules as text (empty: everyone who may read or write the entry). `options`
    holds what only its type knows (choices, unit, bounds, related form).
    """

    key: str
    type: str
    label: str
    help: str = ""
    required: bool = False
    facet: bool = False
    searchable: bool = True
    in_list: bool = False
    read: str = ""
    write: str = ""
    options: dict[str, Any] = field(default_factory=dict)


class Form(db.Base):
    """A form: `key` is its address, `fields` the list of FieldSpec as JSON, first the title.

    `model` is the ready-made form it comes from, by which blocks ask for it. `owner_id` is who made it,
    None for the wiki's own.
    """

    __tablename__ = "form"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    key_folded: Mapped[str] = mapped_column(unique=True)
    model: Mapped[str] = mapped_column(default="", index=True)
    title: Mapped[str]
    singular: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    default_view: Mapped[str] = mapped_column(default="list")
    fields: Mapped[list[Any]] = mapped_column(default=list)
    rules_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    trashed_at: Mapped[datetime | None]

    def specs(self) -> list[FieldSpec]:
        """Return the fields as their designer set them."""
        return [FieldSpec(**row) for row in self.fields]


class FormAlias(db.Base):
    """A former address of a form; it redirects until another form takes it."""

    __tablename__ = "form_alias"

    key_folded: Mapped[str] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)


class FormWork(db.Base):
    """What a changed form still has to do to its entries, by their identifiers: `after_id` is the last done.

    `kind`: derive (rows of lists and search), assign (what the wiki fills in), rename (`detail`: from,
    to), retype (`detail`: old and new field). Renames are kept: who had a form open sends the old key.
    """

    __tablename__ = "form_work"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    actor_name: Mapped[str] = mapped_column(default="")
    after_id: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class FormCounter(db.Base):
    """How many numbers a field of a form gave; `year` is 0 where it does not begin again."""

    __tablename__ = "form_counter"

    form_id: Mapped[int] = mapped_column(
        ForeignKey("form.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    given: Mapped[int] = mapped_column(default=0)


class EntryValue(db.Base):
    """One value of one field of an entry, typed: what filters, facets, sort and relations query."""

    __tablename__ = "entry_value"
    __table_args__ = (
        Index("ix_entry_value_text", "form_id", "field", "text", "page_id"),
        Index("ix_entry_value_number", "form_id", "field", "number", "page_id"),
        Index("ix_entry_value_ref", "ref_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"))
    field: Mapped[str]
    text: Mapped[str | None]
    number: Mapped[float | None]
    ref_id: Mapped[int | None] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))


class Helped(db.Base):
    """One "it helped me" of an entry; `voter` is a hash of its own for each entry, and names nobody."""

    __tablename__ = "helped"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    voter: Mapped[str] = mapped_column(primary_key=True)


class SavedView(db.Base):
    """A list as someone set it: a view and the arguments of its address, under a name.

    It is its owner's; `shared` ones are everybody's who may read what they name, and `is_default`
    is what the list of the form opens with.
    """

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    title: Mapped[str]
    view: Mapped[str]
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shared: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
