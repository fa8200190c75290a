"""A version made from what several people wrote together: who signs it, and what its document is told of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.core.markup import normalise
from wiki.pages.live import form_token, sessions
from wiki.pages.live.models import LiveSession, LiveUpdate
from wiki.pages.models import Page, Revision


def is_shared_text(page: Page, said: str, text: str) -> bool:
    """Return whether a form's text is the document's, as it says: nobody signs what another typed alone."""
    found = form_token.read(said)
    if found is None:
        return False
    there = sessions.text_of(page, found)
    return there is not None and normalise(there) == normalise(text)


def note(session: Session, revision: Revision, said: str, *, all_sign: bool) -> None:
    """Tell the document which version was made from it; with `all_sign`, all who typed since the last one sign it.

    Call it in the save's own transaction: a version that the document took for a plain save would come twice.
    """
    found = form_token.read(said)
    if found is None:
        return
    row = session.get(LiveSession, revision.page_id)
    if row is None or row.epoch != found.epoch:
        return
    row.saves = [*row.saves, [revision.number, found.upto, found.key]]
    if all_sign:
        people = typed(session, row, found.upto)
        mine = (revision.author_id, revision.author_name)
        revision.others = [{"id": who, "name": name} for who, name in people if (who, name) != mine]
        revision.shared = bool(revision.others)
        row.credited, row.uncredited = max(row.credited, found.upto), []
    session.flush()


def typed(session: Session, row: LiveSession, upto: int) -> list[tuple[int | None, str]]:
    """Return who typed since the last version that was signed, in order of arrival."""
    query = select(LiveUpdate.user_id, LiveUpdate.author_name).where(
        LiveUpdate.page_id == row.page_id,
        LiveUpdate.id > row.credited,
        LiveUpdate.id <= upto,
        LiveUpdate.saved_no == 0,
    )
    rows = session.execute(query.order_by(LiveUpdate.id))
    found = [(who, name) for who, name in row.uncredited]
    return list(dict.fromkeys([*found, *((one.user_id, one.author_name) for one in rows)]))
