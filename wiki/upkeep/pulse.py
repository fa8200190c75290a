"""The weather of the 3C: nine lights, for conviviality, empowerment and commons; a short answer a month.

Answers are sums from the moment they come: nothing says who gave which. A person answers once a month: a mark
made with the month's salt says so, and both are forgotten with the month. What is shown moves by five answers
at a time, so that neither a lonely answer nor the latest one can be told.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.projects.models import Project
from wiki.upkeep.models import PulseMark, PulseSalt, PulseSum

ENOUGH = 5
"""Answers that are shown together, never fewer."""
MONTHS_SHOWN, MONTHS_KEPT = 6, 24
WEATHER = {3: _l("sunny"), 2: _l("cloudy"), 1: _l("rainy")}
GROUPS = {
    "conviviality": (
        _l("Conviviality"),
        {
            "welcome": _l("Whoever comes is welcome."),
            "listening": _l("We listen to each other, also when we disagree."),
            "joy": _l("I am glad to be with these people."),
        },
    ),
    "empowerment": (
        _l("Empowerment"),
        {
            "learning": _l("I learn things here."),
            "voice": _l("What I say counts when we decide."),
            "daring": _l("I can do things without asking anyone."),
        },
    ),
    "commons": (
        _l("Commons"),
        {
            "sharing": _l("What we make is shared, and can be found."),
            "care": _l("Several of us take care of it."),
            "rules": _l("Our rules are clear, and they are ours."),
        },
    ),
}
LIGHTS = tuple(light for _label, lights in GROUPS.values() for light in lights)


class Answered(Exception):
    """This person has answered this month already."""


@dataclass(frozen=True)
class Light:
    """One question with its weather by month: 1 to 3, None where too few have answered."""

    key: str
    words: str
    months: Mapping[str, int | None]
    now: int | None


@dataclass(frozen=True)
class Group:
    """One of the three C with its lights; `now` is their weather together."""

    key: str
    label: str
    lights: tuple[Light, ...]

    @property
    def now(self) -> int | None:
        known = [light.now for light in self.lights if light.now is not None]
        return round(sum(known) / len(known)) if known else None


def answer(project: Project, answers: Mapping[str, str], *, actor: Actor) -> None:
    """Add one person's answers of this month to the sums. Raises Answered, Invalid, PermissionError."""
    if not may_answer(project, actor):
        raise PermissionError
    given = {key: int(answers[key]) for key in LIGHTS if answers.get(key) in {"1", "2", "3"}}
    if not given:
        raise Invalid(lights=_("Say the weather of one light at least."))
    month = this_month()
    with db.write() as session:
        mark = _mark(session, project, actor, month)
        if session.get(PulseMark, (project.id, mark)) is not None:
            raise Answered
        session.add(PulseMark(project_id=project.id, mark=mark, month=month))
        for light, value in sorted(given.items()):
            _add(session, project, month, light, value)


def may_answer(project: Project, actor: Actor) -> bool:
    """Answer whether this actor is of the project, while it goes on."""
    is_member = actor.id is not None and f"g:{project.group_id}" in actor.tokens
    return is_member and project.closed_at is None


def has_answered(project: Project, actor: Actor) -> bool:
    """Answer whether this person has answered this month."""
    salt = db.session().get(PulseSalt, this_month())
    if salt is None or actor.id is None:
        return False
    mark = _hash(salt.salt, project, actor)
    return db.session().get(PulseMark, (project.id, mark)) is not None


def weather(project: Project) -> list[Group]:
    """Return the nine lights as they may be shown, in one query."""
    months = months_shown()
    query = select(PulseSum).where(
        PulseSum.project_id == project.id, PulseSum.month.in_(months), PulseSum.shown >= ENOUGH
    )
    known = {
        (row.light, row.month): round(row.shown_total / row.shown)
        for row in db.session().scalars(query)
    }
    return [
        Group(
            key,
            str(label),
            tuple(_light(one, str(words), known, months) for one, words in lights.items()),
        )
        for key, (label, lights) in GROUPS.items()
    ]


def months_shown() -> list[str]:
    """Return the months of the trend, the oldest first."""
    today = i18n.today()
    return [f"{i18n.month_start(today, back):%Y-%m}" for back in range(MONTHS_SHOWN - 1, -1, -1)]


def this_month() -> str:
    """Return the month at hand, as `2026-11`."""
    return f"{i18n.today():%Y-%m}"


def month_words(month: str) -> str:
    """Return a month as people write it."""
    return str(format_date(date.fromisoformat(f"{month}-01"), "LLL yy", rebase=False))


def _light(key: str, words: str, known: Mapping[tuple[str, str], int], months: list[str]) -> Light:
    by_month = {month: known.get((key, month)) for month in months}
    # The weather of now is the last that is known, of this month or of the one before.
    latest = [by_month[month] for month in months[-2:] if by_month[month] is not None]
    return Light(key, words, by_month, latest[-1] if latest else None)


def _add(session: Session, project: Project, month: str, light: str, value: int) -> None:
    row = session.get(PulseSum, (project.id, month, light))
    if row is None:
        row = PulseSum(
            project_id=project.id,
            month=month,
            light=light,
            count=0,
            total=0,
            shown=0,
            shown_total=0,
        )
        session.add(row)
    row.count, row.total = row.count + 1, row.total + value
    if row.count - row.shown >= ENOUGH:
        row.shown, row.shown_total = row.count, row.total


def _mark(session: Session, project: Project, actor: Actor, month: str) -> str:
    """Return the mark of a person this month; with a new month, the salt and the marks before are gone."""
    found = session.get(PulseSalt, month)
    if found is None:
        session.execute(delete(PulseSalt))
        session.execute(delete(PulseMark).where(PulseMark.month != month))
        oldest = f"{i18n.month_start(i18n.today(), MONTHS_KEPT):%Y-%m}"
        session.execute(delete(PulseSum).where(PulseSum.month < oldest))
        found = PulseSalt(month=month, salt=secrets.token_hex(16))
        session.add(found)
        session.flush()
    return _hash(found.salt, project, actor)


def _hash(salt: str, project: Project, actor: Actor) -> str:
    text = f"{project.id} {actor.id}"
    return hmac.new(salt.encode(), text.encode(), "sha256").hexdigest()[:24]
