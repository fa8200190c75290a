"""The form of an entry on screen: its questions with what stands in them, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from wiki.bazar.entries import antispam, assignment, drafts, entries, entry_view
from wiki.bazar.entries.form_fields import Question, Versus, questions, stretches
from wiki.bazar.field import Around
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.forms.submission_terms import terms_of
from wiki.bazar.models import FieldSpec, Form
from wiki.core.access import Actor, current_actor
from wiki.core.http import render
from wiki.pages import three_way_merge
from wiki.pages.content import Content
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.pages.save import Conflict


@dataclass(frozen=True)
class Problem:
    """Why nothing is saved yet, when it is not for an answer."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A form to be filled in: what stands in it, where its answers go, and what is wrong.

    `page` is the entry it changes, `base` the version that is changed; `project` says to whom a new one goes.
    `previewed` is what the wiki makes of the answers, `alike` are entries that may be the same. Where it is
    `suggesting`, nothing is saved.
    """

    form: Form
    values: Mapping[str, Any]
    action: str
    page: Page | None = None
    base: int | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    versus: Mapping[str, Versus] = field(default_factory=dict)
    problem: Problem | None = None
    project: str = ""
    previewed: Content | None = None
    alike: Sequence[Page] = ()
    suggesting: bool = False


def screen(sheet: Sheet, *, status: int = 200) -> Response:
    """Answer with the form of an entry."""
    actor, form, page = current_actor(), sheet.form, sheet.page
    asked = questions(
        form, sheet.values, actor=actor, current=page, errors=sheet.errors, versus=sheet.versus
    )
    guest = actor.is_anonymous and (page is None or sheet.suggesting)
    return render(
        "bazar/entry_edit.html",
        status=status,
        sheet=sheet,
        form=form,
        page=page,
        errors=sheet.errors,
        asked=asked,
        whole=stretches(form, [*asked, *_assigned(sheet, actor)]),
        labels={question.spec.key: question.spec.label for question in asked},
        makes=any(_is_made(spec) for spec in form.specs()),
        made_title=_made_title(sheet),
        draft=None if sheet.suggesting else drafts.draft_of(form, page, actor=actor),
        guest=guest,
        **_terms(form, guest=guest),
    )


def _assigned(sheet: Sheet, actor: Actor) -> list[Question]:
    """Return what the wiki fills in by itself: as previewed, else as it stands."""
    form, page = sheet.form, sheet.page
    if sheet.previewed is not None:
        content = assignment.completed(form, sheet.previewed, page=None, actor=actor)
    elif page is not None:
        content = page.head.content
    else:
        return []
    values = entries.values_of(form, content)
    return [
        Question(spec, forms.type_of(spec), values.get(spec.key))
        for spec in forms.readable_specs(form, actor, page.owner_id if page else actor.id)
        if forms.role(spec) == "assigned"
        and forms.traits_of(spec).shown_in_form
        and (sheet.previewed is not None or values.get(spec.key) is not None)
    ]


def _is_made(spec: FieldSpec) -> bool:
    """Answer whether a preview shows something that other answers make."""
    kind = forms.traits_of(spec)
    return kind.computed or kind.makes_title


def _made_title(sheet: Sheet) -> str:
    """Return the title that the wiki makes of the answers previewed, "" when people give it."""
    if sheet.previewed is None or assignment.title_spec(sheet.form) is None:
        return ""
    return sheet.previewed.title


def _terms(form: Form, *, guest: bool) -> dict[str, Any]:
    """Return what stands under the questions: what is asked beyond them, and what keeps robots out."""
    return {
        "terms": terms_of(form),
        "email": request.form.get("_email", ""),
        "agreed": "_agreed" in request.form,
        "seal": antispam.seal(form) if guest else "",
        "bits": antispam.BITS,
    }


def collision(found: Conflict, *, action: str) -> Response:
    """Answer 409 with what both sides agree on filled in, and both answers where they do not."""
    page, actor = found.page, current_actor()
    form, kind = entries.form_of(page), kind_of(page)
    merged = three_way_merge.merge(
        kind.merge, base=found.base, mine=found.mine, theirs=found.head
    ).content
    versus = _versus(form, found.both, found.head.content, merged, page, actor)
    who = found.head.author_name or _("someone without account")
    problem = Problem(
        _("You and %(who)s changed the same answers", who=who),
        _("Nothing is lost, and nothing is saved yet. Choose below, then save."),
    )
    sheet = Sheet(
        form=form,
        values=entries.values_of(form, merged),
        action=action,
        page=page,
        base=found.head.number,
        versus=versus,
        problem=problem,
    )
    return screen(sheet, status=409)


def _versus(
    form: Form, both: Sequence[str], theirs: Content, mine: Content, page: Page, actor: Actor
) -> dict[str, Versus]:
    specs = [spec for spec in form.specs() if spec.key in both]
    sides = []
    for content in (theirs, mine):
        values = entries.values_of(form, content)
        held = [(spec, values.get(spec.key)) for spec in specs]
        targets = entry_view.targets_of(entry_view.refs((s, v) for s, v in held if v), actor=actor)
        sides.append({spec.key: _shown(spec, value, Around(page, targets)) for spec, value in held})
    return {key: Versus(sides[0][key], sides[1][key]) for key in sides[0]}


def _shown(spec: FieldSpec, value: Any, around: Around) -> Markup:
    kind = forms.type_of(spec)
    if value is None or not kind.holds(spec, value):
        return Markup()
    seen = value if spec.key == TITLE else kind.see(spec, value, around)
    return kind.shown(spec, seen) if seen is not None else Markup()
