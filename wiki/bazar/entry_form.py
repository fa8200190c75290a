"""The form of an entry on screen: its questions with what stands in them, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from wiki.bazar import (
    assignment,
    conditions,
    entries,
    entry_drafts,
    forms,
    grouping,
    guard,
    reading,
)
from wiki.bazar.definition import TITLE
from wiki.bazar.fields.base import Around, Field
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.terms import terms_of
from wiki.core.access import Actor, current_actor
from wiki.core.http import render
from wiki.pages import merging
from wiki.pages.content import Content
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.pages.save import Conflict


@dataclass(frozen=True)
class Versus:
    """Two answers to the same question: what stands now and what was typed, as read."""

    theirs: Markup
    mine: Markup


@dataclass(frozen=True)
class Question:
    """One field as it is asked: what stands in it, what is wrong, both answers if two collide."""

    spec: FieldSpec
    type: Field
    value: Any
    error: str = ""
    versus: Versus | None = None
    may_vanish: bool = False
    """In a conditional block: the browser cannot tell whether the answer is needed."""

    @property
    def id(self) -> str:
        return f"f-{self.spec.key}"

    @property
    def control(self) -> Markup:
        """The HTML of the input."""
        described = [f"{self.id}-help"] if self.spec.help else []
        described += [f"{self.id}-error"] if self.error else []
        attributes = {
            "id": self.id,
            "name": self.spec.key,
            "required": True if self.spec.required and not self.may_vanish else None,
            "aria-describedby": " ".join(described) or None,
            "aria-invalid": "true" if self.error else None,
        }
        return self.type.control(self.spec, self.value, attributes)


@dataclass(frozen=True)
class Block:
    """What a block says in the form."""

    spec: FieldSpec
    type: Field


@dataclass
class Stretch:
    """A part of the form as it is drawn: its block, what it holds, when it shows."""

    spec: FieldSpec | None
    type: Field | None
    opens: str
    items: list[Stretch | Question | Block]
    test: str = ""
    field: str = ""
    words: str = ""

    @property
    def is_empty(self) -> bool:
        """Answer whether nothing is asked in it."""
        return all(isinstance(one, Stretch) and one.is_empty for one in self.items)


@dataclass(frozen=True)
class Problem:
    """Why nothing is saved yet, when it is not for an answer."""

    title: str
    text: str


def questions(
    form: Form,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    current: Page | None,
    errors: Mapping[str, str] | None = None,
    versus: Mapping[str, Versus] | None = None,
) -> list[Question]:
    """Return the questions this actor is asked, in the order of the form."""
    stored = current.head.data if current else {}
    return [
        Question(
            spec,
            forms.type_of(spec),
            forms.type_of(spec).in_form(spec, values.get(spec.key), stored.get(spec.key)),
            (errors or {}).get(spec.key, ""),
            (versus or {}).get(spec.key),
        )
        for spec in entries.asked(form, actor, current)
    ]


def stretches(form: Form, asked: Sequence[Question]) -> Stretch:
    """Return the questions in the parts of the form, with the blocks among them."""
    specs = form.specs()
    return _stretch(grouping.whole(specs), specs, {one.spec.key: one for one in asked})


def _stretch(
    part: grouping.Part, specs: Sequence[FieldSpec], asked: Mapping[str, Question]
) -> Stretch:
    items: list[Stretch | Question | Block] = []
    for item in part.items:
        if isinstance(item, grouping.Part):
            inner = _stretch(item, specs, asked)
            items += [] if inner.is_empty else [inner]
        elif item.key in asked:
            question = asked[item.key]
            items.append(
                replace(question, may_vanish=True) if part.opens == "condition" else question
            )
        elif forms.role(item) == "block":
            items.append(Block(item, forms.type_of(item)))
    if part.spec is None:
        return Stretch(None, None, "", items)
    words = json.dumps(conditions.asked(part.spec, specs)) if part.opens == "condition" else ""
    options = part.spec.options
    test, field = str(options.get("test") or ""), str(options.get("field") or "")
    kind = forms.type_of(part.spec)
    return Stretch(part.spec, kind, part.opens, items, test, field, words)


def made(form: Form, content: Content, *, actor: Actor, current: Page | None) -> list[Question]:
    """Return what the wiki fills in by itself, as a content that is not saved yet would have it."""
    reckoned = assignment.completed(form, content, page=None, actor=actor)
    values = entries.values_of(form, reckoned)
    readable = forms.readable_specs(form, actor, current.owner_id if current else actor.id)
    return [
        Question(spec, forms.type_of(spec), values.get(spec.key))
        for spec in readable
        if forms.role(spec) == "assigned" and spec.type != "hidden"
    ]


def screen(
    form: Form,
    asked: Sequence[Question],
    *,
    action: str,
    page: Page | None = None,
    base: int | None = None,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    project: str = "",
    previewed: Content | None = None,
    alike: Sequence[Page] = (),
    suggesting: bool = False,
    status: int = 200,
) -> Response:
    """Answer with the form of an entry; `project` says to whom a new one goes, `suggesting` that nothing is saved."""
    actor = current_actor()
    guest = actor.is_anonymous and (page is None or suggesting)
    return render(
        "bazar/entry_edit.html",
        status=status,
        form=form,
        whole=stretches(form, [*asked, *_assigned(form, page, previewed)]),
        asked=asked,
        makes=any(spec.type in {"computed", "autotitle"} for spec in form.specs()),
        made_title=assignment.title_spec(form) is not None and previewed and previewed.title,
        labels={question.spec.key: question.spec.label for question in asked},
        action=action,
        page=page,
        base=base,
        errors=errors or {},
        problem=problem,
        project=project,
        suggesting=suggesting,
        draft=None if suggesting else entry_drafts.draft_of(form, page, actor=actor),
        alike=alike,
        guest=guest,
        **_terms(form, guest=guest),
    )


def _terms(form: Form, *, guest: bool) -> dict[str, Any]:
    """Return what stands under the questions: what is asked beyond them, and what keeps robots out."""
    return {
        "terms": terms_of(form),
        "email": request.form.get("_email", ""),
        "agreed": "_agreed" in request.form,
        "seal": guard.seal(form) if guest else "",
        "bits": guard.BITS,
    }


def _assigned(form: Form, page: Page | None, previewed: Content | None) -> list[Question]:
    """Return what the wiki fills in: as previewed, else as it stands."""
    actor = current_actor()
    if previewed is not None:
        return made(form, previewed, actor=actor, current=page)
    if page is None:
        return []
    values = entries.values_of(form, page.head.content)
    return [
        Question(spec, forms.type_of(spec), values[spec.key])
        for spec in forms.readable_specs(form, actor, page.owner_id)
        if forms.role(spec) == "assigned"
        and spec.type != "hidden"
        and values.get(spec.key) is not None
    ]


def collision(found: Conflict, *, action: str) -> Response:
    """Answer 409 with what both sides agree on filled in, and both answers where they do not."""
    page, actor = found.page, current_actor()
    form, kind = entries.form_of(page), kind_of(page)
    merged = merging.merge(kind.merge, base=found.base, mine=found.mine, theirs=found.head).content
    versus = _versus(form, found.both, found.head.content, merged, page, actor)
    asked = questions(
        form, entries.values_of(form, merged), actor=actor, current=page, versus=versus
    )
    who = found.head.author_name or _("someone without account")
    problem = Problem(
        _("You and %(who)s changed the same answers", who=who),
        _("Nothing is lost, and nothing is saved yet. Choose below, then save."),
    )
    return screen(
        form, asked, action=action, page=page, base=found.head.number, problem=problem, status=409
    )


def _versus(
    form: Form, both: Sequence[str], theirs: Content, mine: Content, page: Page, actor: Actor
) -> dict[str, Versus]:
    specs = [spec for spec in form.specs() if spec.key in both]
    sides = []
    for content in (theirs, mine):
        values = entries.values_of(form, content)
        held = [(spec, values.get(spec.key)) for spec in specs]
        targets = reading.targets_of(reading.refs((s, v) for s, v in held if v), actor=actor)
        sides.append({spec.key: _shown(spec, value, Around(page, targets)) for spec, value in held})
    return {key: Versus(sides[0][key], sides[1][key]) for key in sides[0]}


def _shown(spec: FieldSpec, value: Any, around: Around) -> Markup:
    kind = forms.type_of(spec)
    if value is None or not kind.holds(spec, value):
        return Markup()
    seen = value if spec.key == TITLE else kind.see(spec, value, around)
    return kind.shown(spec, seen) if seen is not None else Markup()
