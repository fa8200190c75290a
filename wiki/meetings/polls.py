"""Date polls: some dates, what each person says of them, and the one that is chosen.

A poll stands on a page, and is read with it: a station, where choosing makes a meeting, or a meeting, which
choosing moves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.bazar.field import BadValue
from wiki.bazar.fields.date import Date, moment_of
from wiki.bazar.models import FieldSpec
from wiki.bazar.values.dates import has_hour
from wiki.core import db, i18n, markup
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.meetings import attendance
from wiki.meetings.models import DatePoll, PollAnswer, PollDate, PollVoice
from wiki.meetings.participant import Who, may_answer
from wiki.pages import find
from wiki.pages.models import Page

ANSWERS = {"yes": _l("Yes"), "maybe": _l("If need be"), "no": _l("No")}
MOST_DATES, MOST_VOICES = 20, 300
LONGEST_TITLE, LONGEST_WHY = 200, 500
DAY = FieldSpec("date", "date", "", options={"time": True})
DATE = Date()


@dataclass(frozen=True)
class Poll:
    """A poll with the page it stands on, loaded for one reader."""

    row: DatePoll
    page: Page

    @property
    def is_open(self) -> bool:
        return not self.row.chosen

    @property
    def may_choose(self) -> bool:
        return "write" in self.page.allowed


@dataclass(frozen=True)
class Option:
    """A date of a poll: how many say yes, if need be, no, and who; `best` when none has more."""

    id: int
    at: str
    names: Mapping[str, Sequence[str]]
    mine: str = ""
    best: bool = False

    @property
    def day(self) -> str:
        return i18n.day(moment_of(self.at))

    @property
    def hour(self) -> str:
        return i18n.clock(moment_of(self.at)) if has_hour(self.at) else ""

    @property
    def score(self) -> int:
        return 2 * len(self.names["yes"]) + len(self.names["maybe"])


def open_poll(page: Page, *, title: str, why: str, dates: Sequence[str], author: Actor) -> DatePoll:
    """Propose dates to those who read a page. Raises Invalid."""
    errors = {}
    title = " ".join(markup.normalise(title).split())[:LONGEST_TITLE]
    if not title:
        errors["title"] = _("Give it a title.")
    try:
        clean = _clean_dates(dates)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(**errors)
    with db.write() as session:
        poll = DatePoll(
            page_id=page.id,
            title=title,
            why=" ".join(markup.normalise(why).split())[:LONGEST_WHY],
            author_id=author.id,
            created_at=db.utcnow(),
        )
        session.add(poll)
        session.flush()
        session.add_all(PollDate(poll_id=poll.id, at=at) for at in clean)
    return poll


def poll_or_404(poll_id: int, *, actor: Actor) -> Poll:
    """Return a poll whose page this actor may read. Aborts 404."""
    row = db.session().get(DatePoll, poll_id)
    page = find.page_by_id(row.page_id, actor=actor) if row else None
    if row is None or page is None:
        abort(404)
    return Poll(row, page)


def options(poll: Poll, who: Who | None) -> list[Option]:
    """Return the dates of a poll, soonest first, with what was answered, in two queries."""
    dates = db.session().scalars(
        select(PollDate).where(PollDate.poll_id == poll.row.id).order_by(PollDate.at, PollDate.id)
    )
    named: dict[int, dict[str, list[str]]] = {}
    mine: dict[int, str] = {}
    for answer, voice, user in _answers(poll):
        kept = named.setdefault(answer.date_id, {key: [] for key in ANSWERS})
        kept[answer.answer].append(user.shown_name if user else voice.name)
        if who is not None and _is(voice, who):
            mine[answer.date_id] = answer.answer
    nobody: dict[str, list[str]] = {key: [] for key in ANSWERS}
    found = [
        Option(one.id, one.at, named.get(one.id, nobody), mine.get(one.id, "")) for one in dates
    ]
    most = max((one.score for one in found), default=0)
    return [
        Option(one.id, one.at, one.names, one.mine, best=bool(most) and one.score == most)
        for one in found
    ]


def answer(poll: Poll, who: Who, answers: Mapping[int, str]) -> None:
    """Keep what someone says of the dates, in place of what they said before. Raises Invalid."""
    if not poll.is_open:
        raise Invalid(answer=_("The date is chosen already."))
    with db.write() as session:
        known = set(session.scalars(select(PollDate.id).where(PollDate.poll_id == poll.row.id)))
        given = {key: one for key, one in answers.items() if key in known and one in ANSWERS}
        if not given:
            raise Invalid(answer=_("Say something of one date at least."))
        voice = _voice(session, poll, who)
        session.execute(delete(PollAnswer).where(PollAnswer.voice_id == voice.id))
        session.add_all(
            PollAnswer(voice_id=voice.id, date_id=key, answer=one) for key, one in given.items()
        )


def close(session: Session, poll: Poll, option: Option, meeting: Page) -> None:
    """End a poll with a date; those who could then are said to come to the meeting."""
    row = session.get_one(DatePoll, poll.row.id)
    row.chosen, row.meeting_id = option.at, meeting.id
    for one, voice, _user in _answers(poll):
        if one.date_id == option.id and one.answer in {"yes", "maybe"}:
            attendance.say(meeting, Who(voice.user_id, voice.guest, voice.name), one.answer)


def remove(poll: Poll) -> None:
    """Take a poll away with its answers."""
    with db.write() as session:
        session.execute(delete(DatePoll).where(DatePoll.id == poll.row.id))


def open_on(page_ids: Collection[int]) -> Sequence[DatePoll]:
    """Return the polls still open on some pages that were loaded for their reader, the last first."""
    query = select(DatePoll).where(DatePoll.page_id.in_(sorted(page_ids)), DatePoll.chosen == "")
    return db.session().scalars(query.order_by(DatePoll.id.desc())).all()


def may_open(page: Page, actor: Actor) -> bool:
    """Answer whether this actor may propose dates on a page."""
    return "write" in page.allowed and may_answer(page, actor)


def _clean_dates(dates: Sequence[str]) -> list[str]:
    found: list[str] = []
    for typed in dates:
        if typed.strip("T "):
            try:
                found.append(str(DATE.clean(DAY, typed.strip())))
            except BadValue as error:
                raise Invalid(dates=str(error)) from error
    found = sorted(set(found))
    if len(found) < 2:
        raise Invalid(dates=_("Propose two dates at least."))
    if len(found) > MOST_DATES:
        raise Invalid(dates=_("At most %(count)s dates.", count=MOST_DATES))
    return found


def _answers(poll: Poll) -> Sequence[tuple[PollAnswer, PollVoice, User | None]]:
    query = (
        select(PollAnswer, PollVoice, User)
        .join(PollVoice, PollVoice.id == PollAnswer.voice_id)
        .outerjoin(User, User.id == PollVoice.user_id)
        .where(PollVoice.poll_id == poll.row.id)
        .order_by(PollVoice.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session().execute(query)]


def _voice(session: Session, poll: Poll, who: Who) -> PollVoice:
    mine = PollVoice.user_id == who.user_id if who.user_id else PollVoice.guest == who.guest
    found = session.scalar(select(PollVoice).where(PollVoice.poll_id == poll.row.id, mine))
    if found is None:
        _check_room(session, PollVoice.poll_id == poll.row.id)
        found = PollVoice(poll_id=poll.row.id, user_id=who.user_id, guest=who.guest)
        session.add(found)
    found.name, found.at = who.name, db.utcnow()
    session.flush()
    return found


def _check_room(session: Session, of_poll: ColumnElement[bool]) -> None:
    if (session.scalar(select(func.count(PollVoice.id)).where(of_poll)) or 0) >= MOST_VOICES:
        raise Invalid(answer=_("At most %(count)s people answer a poll.", count=MOST_VOICES))


def _is(voice: PollVoice, who: Who) -> bool:
    if who.user_id is not None:
        return voice.user_id == who.user_id
    return voice.guest is not None and voice.guest == who.guest
