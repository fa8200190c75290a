"""Fields taken out of a form: kept, so that they come back and nobody takes their key.

A new field under an old key would show what the old one held, past its rules.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wiki.bazar.models import FieldSpec, Form
from wiki.core import db


class RemovedField(db.Base):
    """One field that was removed: `spec` as it was, `position` where it stood (the title is 0)."""

    __tablename__ = "removed_field"
    __table_args__ = (UniqueConstraint("form_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"))
    key: Mapped[str]
    spec: Mapped[dict[str, Any]]
    position: Mapped[int]
    removed_at: Mapped[datetime]

    def as_spec(self) -> FieldSpec:
        """Return the field as it was."""
        return FieldSpec(**self.spec)


def removed_of(form: Form) -> dict[str, RemovedField]:
    """Return the removed fields of a form by key, the last removed first."""
    query = select(RemovedField).where(RemovedField.form_id == form.id)
    rows = db.session().scalars(
        query.order_by(RemovedField.removed_at.desc(), RemovedField.id.desc())
    )
    return {row.key: row for row in rows}


def keep(session: Session, form: Form, spec: FieldSpec, position: int) -> None:
    """Keep a field that goes out of a form."""
    session.add(
        RemovedField(
            form_id=form.id,
            key=spec.key,
            spec=asdict(spec),
            position=position,
            removed_at=db.utcnow(),
        )
    )
    session.flush()


def forget(session: Session, form: Form, keys: Collection[str]) -> None:
    """Forget that fields of these keys were removed: they are in the form again."""
    for key, row in removed_of(form).items():
        if key in keys:
            session.delete(row)
    session.flush()
