"""A meeting as one reader sees it: its entry, its agenda, who comes, what was decided, and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _

from wiki.bazar.entries import entries, entry_view
from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.fields.date import moment_of
from wiki.bazar.fields.points import Points, has_minutes, total_minutes
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.values.dates import has_hour
from wiki.core import db, i18n
from wiki.core.access import Actor, current_actor
from wiki.meetings import attendance, outcomes, participant
from wiki.meetings.attendance import Voice
from wiki.meetings.models import MeetingEnd
from wiki.meetings.outcomes import Noted
from wiki.pages import find
from wiki.pages.models import Page

MODEL = "meetings"
AN_HOUR = 60
TYPE = Points()


@dataclass(frozen=True)
class Stage:
    """A stop on the line of a meeting, as parts/line.html takes it."""

    label: str
    note: str = ""
    url: str = ""
    state: str = "todo"


def _has_points(spec: FieldSpec) -> bool:
    return isinstance(forms.traits_of(spec), Points)


@dataclass(frozen=True)
class Meeting:
    """An entry of the meetings' form, loaded for `actor`."""

    page: Page
    form: Form
    entry: Entry
    actor: Actor

    @cached_property
    def points_spec(self) -> FieldSpec | None:
        """The field of the agenda, None where the form has none, or none that may be read."""
        return next((spec for spec in self.entry.specs if _has_points(spec)), None)

    @property
    def told_with_points(self) -> Collection[str]:
        """The long texts that stand in the part of the points, under its heading."""
        if self.points_spec is None:
            return ()
        return ("agenda", "minutes") if self.end else ("agenda",)

    @property
    def points_type(self) -> Points:
        return TYPE

    @property
    def points(self) -> Sequence[Mapping[str, Any]]:
        return self.entry.get(self.points_spec.key) or [] if self.points_spec else []

    @property
    def day(self) -> str:
        """When it is, as a date field stores it; "" when it is not said."""
        day = self.entry.get("date")
        return day if isinstance(day, str) else ""

    @property
    def starts(self) -> datetime | None:
        return moment_of(self.day) if self.day else None

    @property
    def duration(self) -> int:
        said = self.entry.get("duration")
        return int(said) if isinstance(said, int | float) and 0 < said < 1440 else 0

    @property
    def is_over(self) -> bool:
        if self.starts is None:
            return False
        lasts = timedelta(minutes=self.duration or AN_HOUR) if has_hour(self.day) else timedelta(1)
        return self.starts + lasts < db.utcnow()

    @property
    def is_today(self) -> bool:
        return self.starts is not None and self.starts.date() == i18n.today()

    @cached_property
    def may_write(self) -> bool:
        return "write" in self.page.allowed

    @cached_property
    def may_arrange(self) -> bool:
        """Whether this reader changes the agenda and takes the minutes."""
        specs = forms.writable_specs(self.form, self.actor, self.page.owner_id)
        return self.may_write and any(_has_points(spec) for spec in specs)

    @property
    def minutes_asked(self) -> int:
        return total_minutes(self.points)

    @property
    def is_too_long(self) -> bool:
        return bool(self.duration) and self.minutes_asked > self.duration

    @cached_property
    def voices(self) -> Sequence[Voice]:
        return attendance.voices(self.page)

    @cached_property
    def mine(self) -> str:
        return attendance.answer_of(self.page, participant.asking(self.actor))

    @property
    def may_answer(self) -> bool:
        return participant.may_answer(self.page, self.actor) and not self.is_over

    @property
    def by_answer(self) -> list[tuple[str, Any, list[Voice]]]:
        """The answers given, with how they are told and by whom."""
        found = [
            (key, words, [voice for voice in self.voices if voice.answer == key])
            for key, words in attendance.TOLD.items()
        ]
        return [row for row in found if row[2]]

    @property
    def shows_names(self) -> bool:
        """Whether names are shown: to the world, only how many."""
        return not self.actor.is_anonymous

    @cached_property
    def noted(self) -> Mapping[str, list[Noted]]:
        """What was decided, by the identifier of its point."""
        return outcomes.under(self.points, outcomes.of_meeting(self.page, actor=self.actor))

    @property
    def all_noted(self) -> list[Noted]:
        return [one for found in self.noted.values() for one in found]

    @cached_property
    def end(self) -> MeetingEnd | None:
        return db.session().get(MeetingEnd, self.page.id)

    @property
    def has_minutes(self) -> bool:
        return has_minutes(self.entry.data)

    @property
    def stages(self) -> list[Stage]:
        """The line of the meeting: why, when, agenda, minutes, sent."""
        said = self.entry.get("why")
        minutes = url_for("meetings.minutes", name=self.page.name) if self.may_arrange else ""
        agenda = url_for("pages.show", name=self.page.name, _anchor="agenda")
        stops = [
            Stage(_("Worth it"), _("why is said") if said else _("why?"), "", _state(said)),
            Stage(_("A date"), self._when(), "", _state(self.starts)),
            Stage(
                _("Agenda of the meeting"),
                self._agenda(),
                agenda,
                _state(self.points or self.entry.get("agenda")),
            ),
            Stage(_("Minutes of the meeting"), "", minutes, _state(self.has_minutes)),
            Stage(_("Sent by mail"), self._sent(), "", _state(self.end)),
        ]
        first = next((at for at, stop in enumerate(stops) if stop.state != "done"), None)
        if first is None:
            return stops
        here = stops[first]
        stops[first] = Stage(here.label, here.note, here.url, "here")
        return stops

    def _when(self) -> str:
        return i18n.day(self.starts) if self.starts else _("to be found")

    def _agenda(self) -> str:
        return _("%(count)s min", count=self.minutes_asked) if self.minutes_asked else ""

    def _sent(self) -> str:
        return i18n.day(self.end.ended_at) if self.end else ""


def meeting_of(page: Page) -> Meeting | None:
    """Return the meeting that a page is for the reader at hand, None for any other page."""
    if page.form_id is None or entries.form_of(page).model != MODEL:
        return None
    return as_meeting(page, actor=current_actor())


def as_meeting(page: Page, *, actor: Actor) -> Meeting:
    """Return an entry of the meetings' form as a reader's meeting."""
    entry = entry_view.entry_at(page, page.head, actor=actor)
    return Meeting(page, entries.form_of(page), entry, actor)


def meeting_or_404(name: str, *, actor: Actor) -> Meeting:
    """Return the meeting of this name. Aborts 404 when it is not there, is none, or may not be read."""
    page = find.page_or_404(name, actor=actor)
    if page.form_id is None or entries.form_of(page).model != MODEL:
        abort(404)
    return as_meeting(page, actor=actor)


def _state(there: object) -> str:
    return "done" if there else "todo"
