"""Minutes taken live: a text for each point of the agenda, decisions and actions noted as they fall.

All is saved by the one save on the version it was opened from, so that several people write at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.bazar.field import BadValue
from wiki.bazar.fields.longtext import LongText
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.meetings import agenda, outcomes
from wiki.meetings.meeting import Meeting
from wiki.meetings.outcomes import Noted
from wiki.pages import save
from wiki.pages.models import Page, Revision

NOTES = "minutes"
"""Key of the field of minutes: what stands under no point."""
TEXT = LongText()


@dataclass(frozen=True)
class Capture:
    """A decision or an action as it was typed, under a point ("" for none)."""

    point: str
    kind: str
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Written:
    """What the screen sent: texts by point, notes, a point more, and what is to be noted."""

    base: int
    texts: Mapping[str, str]
    notes: str | None = None
    point: str = ""
    capture: Capture | None = None


@dataclass(frozen=True)
class Row:
    """A point on the screen: what stands in its text, what others wrote meanwhile, what was noted."""

    point: Mapping[str, Any]
    text: str
    theirs: str | None = None
    noted: Sequence[Noted] = ()


@dataclass(frozen=True)
class Sheet:
    """The whole screen: `base` is the version it is written on."""

    base: int
    rows: Sequence[Row]
    notes: str | None
    notes_theirs: str | None = None
    loose: Sequence[Noted] = ()
    capture: Capture | None = None
    point: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def keep(meeting: Meeting, written: Written, *, actor: Actor) -> Page:
    """Save what was written, and make the entry of what is noted with it.

    Raises Invalid, Conflict, Gone; then nothing is kept.
    """
    spec, before = meeting.points_spec, _version(meeting, written.base)
    assert spec is not None
    points = agenda.stored(before, spec)
    for point in points:
        if point["id"] in written.texts:
            point["text"] = written.texts[point["id"]]
    if written.point.strip():
        points.append({"title": written.point})
    with db.write():
        if written.capture is not None:
            _note(meeting, points, written.capture, actor)
        content = agenda.with_points(before, spec, agenda.checked(points))
        if written.notes is not None and notes_spec(meeting) is not None:
            content.data.pop(NOTES, None)
            content.data.update(_notes(written.notes))
        stamp = save.Stamp(summary=_("Minutes"), minor=True)
        return save.save(meeting.page, content, base=written.base, author=actor, stamp=stamp)


def notes_spec(meeting: Meeting) -> FieldSpec | None:
    """Return the field of the notes that stand under no point, if the form has it."""
    notes = (spec for spec in meeting.entry.specs if spec.key == NOTES)
    return next((spec for spec in notes if isinstance(forms.traits_of(spec), LongText)), None)


def sheet(meeting: Meeting) -> Sheet:
    """Return the screen as things stand."""
    rows = [
        Row(point, point.get("text", ""), noted=meeting.noted.get(point["id"], ()))
        for point in meeting.points
    ]
    notes = None if notes_spec(meeting) is None else str(meeting.entry.get(NOTES) or "")
    return Sheet(meeting.page.revision_no, rows, notes, loose=meeting.noted[""])


def typed(meeting: Meeting, written: Written, errors: Mapping[str, str]) -> Sheet:
    """Return the screen with what was typed and refused, and why."""
    now = sheet(meeting)
    rows = [
        Row(row.point, written.texts.get(row.point["id"], row.text), noted=row.noted)
        for row in now.rows
    ]
    return Sheet(
        written.base,
        rows,
        now.notes if written.notes is None else written.notes,
        loose=now.loose,
        capture=written.capture,
        point=written.point,
        errors=errors,
    )


def collision(meeting: Meeting, written: Written) -> Sheet:
    """Return the screen where two people wrote on the same line: what was typed, and theirs beside it.

    It stands on the version of now: saving again keeps what is in the texts.
    """
    spec, now = meeting.points_spec, sheet(meeting)
    assert spec is not None
    before = {
        one["id"]: one.get("text", "")
        for one in agenda.stored(_version(meeting, written.base), spec)
    }
    rows = []
    for row in now.rows:
        mine = written.texts.get(row.point["id"], row.text)
        mine = row.text if mine == before.get(row.point["id"], "") else mine
        theirs = (
            row.text if row.text != mine and row.text != before.get(row.point["id"], "") else None
        )
        rows.append(Row(row.point, mine, theirs, row.noted))
    notes = now.notes if written.notes is None else written.notes
    beside = now.notes if now.notes != notes else None
    return Sheet(now.base, rows, notes, beside, now.loose, written.capture, written.point)


def _note(
    meeting: Meeting, points: Sequence[dict[str, Any]], capture: Capture, actor: Actor
) -> None:
    made = outcomes.note(meeting.page, capture.kind, capture.answers, day=meeting.day, actor=actor)
    for point in points:
        if point["id"] == capture.point:
            point["entries"] = [*point.get("entries", ()), made.id]


def _version(meeting: Meeting, number: int) -> Revision:
    """Return the version the screen was opened on. Raises Invalid."""
    query = select(Revision).where(Revision.page_id == meeting.page.id, Revision.number == number)
    found = db.session().scalar(query)
    if found is None or found.purged_at is not None:
        raise Invalid(base=_("This version does not exist."))
    return found


def _notes(text: str) -> dict[str, Any]:
    try:
        clean = TEXT.clean(FieldSpec(NOTES, "longtext", ""), text)
    except BadValue as error:
        raise Invalid(notes=str(error)) from error
    return {NOTES: clean} if clean else {}
