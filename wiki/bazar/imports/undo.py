"""An import is taken back: its entries are as they were, but for what people changed since."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.bazar.imports.models import UNDONE, Intake, IntakeRow
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages import find, save
from wiki.pages.models import Page, Revision
from wiki.pages.structure import trash


def undo_batch(intake_id: int, actor: Actor, some: int) -> bool:
    """Take back the last rows that are left; answer whether there may be more."""
    with db.write() as session:
        intake = session.get_one(Intake, intake_id)
        query = select(IntakeRow).where(IntakeRow.intake_id == intake_id)
        rows = session.scalars(query.order_by(IntakeRow.id.desc()).limit(some)).all()
        for row in rows:
            _take_back(session, intake, row, actor)
            session.delete(row)
        intake.done = min(intake.total, intake.done + len(rows))
        if not rows:
            intake.state, intake.done = UNDONE, intake.total
        return bool(rows)


def _take_back(session: Session, intake: Intake, row: IntakeRow, actor: Actor) -> None:
    """Put an entry back where it was; what people changed since is left as it is, and said."""
    page = find.page_by_id(row.page_id, actor=actor)
    if page is None:
        return
    try:
        with session.begin_nested():
            if row.before:
                _restore(session, page, row, actor, intake.file_name)
            elif page.revision_no == row.after:
                trash.put_in_trash(page, actor=actor)
            else:
                raise Invalid(page=_("It was changed since: it stays."))
    except save.Conflict:
        intake.report(row.line, [(page.title, _("It was changed since: it stays."))])
    except save.Gone:
        intake.report(row.line, [(page.title, _("You may not change this entry."))])
    except Invalid as error:
        intake.report(row.line, [(page.title, text) for text in error.errors.values()])


def _restore(session: Session, page: Page, row: IntakeRow, actor: Actor, file_name: str) -> None:
    query = select(Revision).where(Revision.page_id == page.id, Revision.number == row.before)
    old = session.scalars(query).one()
    stamp = save.Stamp(summary=_("Import of %(file)s taken back", file=file_name))
    save.save(page, old.content, base=row.after, author=actor, stamp=stamp)
