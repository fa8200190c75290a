"""Decisions and actions noted in a meeting: entries of their own forms, linked to it, and found again by point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from wiki.bazar.entries import entries, entry_view
from wiki.bazar.entries.entry_view import Entry
from wiki.bazar.fields.choice import Choice
from wiki.bazar.fields.date import moment_of
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages import find
from wiki.pages.models import Page

KINDS = {"decision": "decisions", "action": "actions"}
"""What can be noted, and the ready-made form it goes to."""
WORDS = {"decision": _l("Decision"), "action": _l("Action")}
STATES = {"decision": "adopted", "action": "doing"}
DATES = {"decision": "review", "action": "deadline"}
"""Where the day typed goes: a decision is looked at again, an action has a deadline."""


@dataclass(frozen=True)
class Noted:
    """One decision or action, as a reader sees it: who carries it, and by when."""

    kind: str
    entry: Entry

    @property
    def word(self) -> str:
        return str(WORDS[self.kind])

    @property
    def who(self) -> str:
        return self.entry.text("lead")

    @property
    def when(self) -> str:
        day = self.entry.get(DATES[self.kind])
        return i18n.day(moment_of(day)) if isinstance(day, str) else ""

    @property
    def is_late(self) -> bool:
        day = self.entry.get("deadline")
        over = isinstance(day, str) and moment_of(day).date() < i18n.today()
        return self.kind == "action" and over and self.entry.get("state") != "done"


def possible(actor: Actor) -> list[tuple[str, Form]]:
    """Return what this actor may note, with the forms it goes to."""
    found = forms.look_for(set(KINDS.values()), actor=actor)
    known = [(kind, found[model]) for kind, model in KINDS.items() if model in found]
    return [(kind, form) for kind, form in known if forms.may_add(form, actor)]


def note(meeting: Page, kind: str, answers: Mapping[str, str], *, day: str, actor: Actor) -> Page:
    """Make the entry of a decision or an action of a meeting: what, who, when. Raises Invalid."""
    form = dict(possible(actor)).get(kind)
    if form is None:
        raise Invalid(kind=_("You may not add this."))
    wanted: dict[str, Any] = {
        "title": answers.get("what", ""),
        "lead": answers.get("who", ""),
        DATES[kind]: answers.get("when", ""),
        "state": STATES[kind],
        "meeting": [meeting.id],
    }
    if kind == "decision":
        wanted["date"] = day[:10]
    room = entries.room_of(meeting.project_id, actor=actor) if meeting.project_id else None
    content = entries.clean_data(form, _fitting(form, wanted, actor), actor)
    return entries.create(form, content, actor, room)


def of_meeting(meeting: Page, *, actor: Actor) -> list[Noted]:
    """Return what was noted in a meeting and this reader may see, in the order it was."""
    by_form = [
        (link.form.model, link.pages)
        for link in entry_view.backlinks(meeting, actor=actor)
        if link.form.model in KINDS.values()
    ]
    kinds = {model: kind for kind, model in KINDS.items()}
    kind_of = {page.id: kinds[model] for model, pages in by_form for page in pages}
    if not kind_of:
        return []
    query = find.visible_pages(actor).where(Page.id.in_(sorted(kind_of))).order_by(Page.id)
    # With their heads, which the pages found above have not.
    pages = db.session().scalars(query.options(joinedload(Page.head))).all()
    read = entry_view.entries_of(pages, actor=actor)
    return [Noted(kind_of[entry.page.id], entry) for entry in read]


def under(points: Sequence[Mapping[str, Any]], noted: Sequence[Noted]) -> dict[str, list[Noted]]:
    """Return what was noted by the identifier of its point; "" for what stands under none."""
    by_id = {one.entry.page.id: one for one in noted}
    found: dict[str, list[Noted]] = {}
    for point in points:
        mine = [by_id.pop(key) for key in point.get("entries", ()) if key in by_id]
        found[point["id"]] = mine
    found[""] = list(by_id.values())
    return found


def _fitting(form: Form, wanted: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Return what of this the form asks: its designer may have changed it."""
    asked = {spec.key: spec for spec in entries.asked(form, actor, None)}
    given: dict[str, Any] = {}
    for key, value in wanted.items():
        if key in asked and value:
            given[key] = _answer(asked[key], value)
    return {key: value for key, value in given.items() if value}


def _answer(spec: FieldSpec, value: Any) -> Any:
    kind = forms.type_of(spec)
    if isinstance(kind, Choice) and value not in kind.labels(spec):
        return next(iter(kind.labels(spec)), None) if spec.required else None
    return kind.from_csv(spec, value) if isinstance(value, str) else value
