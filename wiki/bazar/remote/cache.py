"""Forms of other wikis shown beside ours: named by who designs a form, asked by the worker, kept while they are away.

Nothing here runs while a list is read but a look at what is kept. Off unless an admin lets the wiki ask others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from wiki.bazar.models import Form
from wiki.bazar.remote import address, parsing
from wiki.bazar.remote.address import Address
from wiki.bazar.remote.models import ElsewhereEntry, ElsewhereSource
from wiki.core import db, jobs, settings
from wiki.core.http import Invalid
from wiki.core.names import fold

if TYPE_CHECKING:
    from wiki.bazar.query.results import Query

log = logging.getLogger(__name__)

JOB = "elsewhere"
EVERY = timedelta(hours=3)
LATEST = timedelta(days=2)
"""How long a site that is away waits at most before it is asked again."""
MOST_SOURCES = 5
MOST_SHOWN = 24
"""Entries of elsewhere that one page of a list shows."""
MOST_WORDS = 8
"""Words looked for that narrow what is shown."""


@dataclass(frozen=True)
class Beside:
    """Entries of elsewhere for one page of a list, with the site of each, and how many there are."""

    rows: Sequence[tuple[ElsewhereEntry, ElsewhereSource]]
    total: int


NOTHING = Beside((), 0)


def where_of(source: ElsewhereSource) -> Address:
    """Return the address of a source."""
    return Address(source.kind, source.base, source.key)


def sources_of(form: Form) -> list[ElsewhereSource]:
    """Return the forms of elsewhere that a form shows beside its own, the oldest first."""
    query = select(ElsewhereSource).where(ElsewhereSource.form_id == form.id)
    return list(db.session().scalars(query.order_by(ElsewhereSource.id)))


def standing_of(form: Form) -> list[tuple[ElsewhereSource, Address, int]]:
    """Return the sources of a form, each with its address and how many of its entries are kept."""
    query = select(ElsewhereEntry.source_id, func.count()).join(
        ElsewhereSource, ElsewhereSource.id == ElsewhereEntry.source_id
    )
    query = query.where(ElsewhereSource.form_id == form.id).group_by(ElsewhereEntry.source_id)
    counts: dict[int, int] = dict(db.session().execute(query).all())
    return [(one, where_of(one), counts.get(one.id, 0)) for one in sources_of(form)]


def beside(form: Form, asked: Query) -> Beside:
    """Return what is shown beside a form's own entries: what bears all the words that are looked for.

    Filters are of our fields: nothing of elsewhere answers them.
    """
    if asked.filters or asked.ranges or asked.near or asked.project_id is not None:
        return NOTHING
    query = bearing(asked.q.split()).where(ElsewhereSource.form_id == form.id)
    counted = query.with_only_columns(func.count())
    rows = db.session().execute(query.order_by(ElsewhereEntry.id).limit(MOST_SHOWN)).all()
    if len(rows) < MOST_SHOWN:
        return Beside([(row[0], row[1]) for row in rows], len(rows))
    return Beside([(row[0], row[1]) for row in rows], db.session().scalar(counted) or 0)


def bearing(words: Iterable[str]) -> Select[ElsewhereEntry, ElsewhereSource]:
    """Return the query of the entries of elsewhere that bear all these words, each with its source.

    It knows no reader: whoever asks narrows it to forms that may be seen.
    """
    query = select(ElsewhereEntry, ElsewhereSource).join(
        ElsewhereSource, ElsewhereSource.id == ElsewhereEntry.source_id
    )
    # Each on its own: a fold joins what spaces part.
    for word in [fold(word) for word in words][:MOST_WORDS]:
        query = query.where(ElsewhereEntry.words.contains(word, autoescape=True))
    return query


def add(form: Form, typed: str) -> ElsewhereSource:
    """Show the entries of another wiki's form beside ours, once it answers. Raises Invalid for `url`."""
    where = address.read(typed)
    held = sources_of(form)
    if len(held) >= MOST_SOURCES:
        raise Invalid(url=_("A form shows at most %(count)s others.", count=MOST_SOURCES))
    if where in [where_of(one) for one in held]:
        raise Invalid(url=_("It is shown already."))
    told = _told(where)
    with db.write() as session:
        source = ElsewhereSource(form_id=form.id, created_at=db.utcnow(), **asdict(where))
        session.add(source)
        session.flush()
        _keep(session, source, told)
        return source


def remove(form: Form, source_id: int) -> bool:
    """Show a source no more and forget its entries; answer whether it was there."""
    with db.write() as session:
        query = select(ElsewhereSource).where(
            ElsewhereSource.id == source_id, ElsewhereSource.form_id == form.id
        )
        found = session.scalar(query)
        if found is None:
            return False
        session.execute(delete(ElsewhereEntry).where(ElsewhereEntry.source_id == found.id))
        session.delete(found)
        return True


def refresh(*, source: int, due: str) -> None:
    """Ask a source and plan the next time: a job of the worker's. Another plan, or no source, ends it."""
    row = db.session().get(ElsewhereSource, source)
    if row is None or row.next_at is None or row.next_at.isoformat() != due:
        return
    if not settings.get("outside"):
        # Asked again when it is allowed again: the plan goes on, and asks nothing meanwhile.
        _fail(source, str(_("This wiki asks nothing of other sites: an admin may allow it.")))
        return
    try:
        told = _told(where_of(row))
    except Invalid as error:
        log.info("entries of elsewhere not fetched: source %s", source)
        _fail(source, " ".join(error.errors.values()))
        return
    with db.write(quiet=_is_same(row, told)) as session:
        current = session.get(ElsewhereSource, source)
        if current is not None:
            _keep(session, current, told)


def _told(where: Address) -> parsing.Told:
    """Ask a site for the entries of a form. Raises Invalid for `url`."""
    document = address.ask(where.entries)
    try:
        return parsing.read(document, where)
    except parsing.NoEntries as error:
        raise Invalid(url=_("This site answers, but with no entries of a form.")) from error


def _is_same(source: ElsewhereSource, told: parsing.Told) -> bool:
    """Answer whether nothing that readers see has changed: pages kept for them stay then."""
    query = select(ElsewhereEntry).where(ElsewhereEntry.source_id == source.id)
    kept = [row.told() for row in db.session().scalars(query.order_by(ElsewhereEntry.id))]
    return not source.failures and kept == [asdict(item) for item in told.items]


def _keep(session: Session, source: ElsewhereSource, told: parsing.Told) -> None:
    source.title, source.total = told.title or source.title, told.total
    source.fetched_at, source.failures, source.problem = db.utcnow(), 0, ""
    session.execute(delete(ElsewhereEntry).where(ElsewhereEntry.source_id == source.id))
    session.add_all(ElsewhereEntry(source_id=source.id, **asdict(item)) for item in told.items)
    _plan(session, source, db.utcnow() + EVERY)


def _fail(source_id: int, problem: str) -> None:
    """Write down that a site is away; what is kept of it stays, with its date."""
    known = db.session().get(ElsewhereSource, source_id)
    # The first time, readers are told the date of what they see.
    with db.write(quiet=known is None or known.failures > 0) as session:
        source = session.get(ElsewhereSource, source_id)
        if source is None:
            return
        source.problem, source.failures = problem[:300], source.failures + 1
        _plan(session, source, db.utcnow() + min(EVERY * 2 ** min(source.failures, 5), LATEST))


def _plan(session: Session, source: ElsewhereSource, when: datetime) -> None:
    source.next_at = when
    session.flush()
    jobs.enqueue(session, JOB, run_at=when, source=source.id, due=when.isoformat())
