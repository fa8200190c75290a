"""Answers to a form become the content of an entry, each field by its own rule.

Saving is `pages.save`'s, and what an entry leaves behind for lists and search `entry_kind.py`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.entries import assignment, moderation
from wiki.bazar.field import BadValue
from wiki.bazar.forms import conditions, forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.names import page_name
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.pages.models import Page

LONGEST_NAME = 80
KIND = "entry"
UNSIGNED = save.Stamp()


@dataclass(frozen=True)
class Room:
    """Where an entry is put: a project's identifier and membrane, and what its station is called."""

    project_id: int | None = None
    membrane_id: int | None = None
    title: str = ""


class Refused(Invalid):
    """Answers that cannot be taken: `typed` holds them all by key, the clean ones as stored."""

    def __init__(
        self, errors: Mapping[str, str], typed: Mapping[str, Any], *, status: int = 422
    ) -> None:
        super().__init__(**errors)
        self.typed, self.status = typed, status


@dataclass
class _Answers:
    """What a submission gives so far: values by key, and a message by key for what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)


def clean(
    form: Form,
    raw_form: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    actor: Actor,
    current: Page | None = None,
    *,
    keep: Collection[str] = (),
) -> Content:
    """Return what a submitted form answers. Raises Invalid with a message by field key.

    `current` is the entry that is edited, None for a new one. Fields the actor may not fill in, and
    those in `keep`, stay as they are in it.
    """
    types = forms.field_types()
    raw = {
        spec.key: types[spec.type].from_form(spec, raw_form, files)
        for spec in asked(form, actor, current)
        if spec.key not in keep
    }
    return clean_data(form, raw, actor, current)


def clean_data(
    form: Form, raw: Mapping[str, Any], actor: Actor, current: Page | None = None
) -> Content:
    """Return the content that answers by field key (JSON, CSV) make; what is not given stays.

    A key that is no field the actor may fill in is refused; what the wiki fills in is passed over,
    so that what was read can be sent back. Raises Invalid with a message by key.
    """
    specs = {spec.key: spec for spec in asked(form, actor, current)}
    filled_in = _filled_in(form, actor, current.owner_id if current else actor.id)
    raw = {key: value for key, value in raw.items() if key not in filled_in}
    before = _before(form, current)
    answers = _Answers(dict(before))
    for key in raw.keys() - specs.keys():
        answers.errors[key] = _("There is no such field, or it is not yours to fill in.")
    for key, spec in specs.items():
        if key in raw or current is None:
            _answer(spec, raw.get(key), before.get(key), actor, answers)
    hidden = conditions.hidden(form.specs(), answers.values) & specs.keys()
    errors = {key: message for key, message in answers.errors.items() if key not in hidden}
    if errors:
        status = max(answers.statuses.get(key, 422) for key in errors)
        raise Refused(errors, {**raw, **answers.values}, status=status)
    values = {key: value for key, value in answers.values.items() if key not in hidden}
    return _content(form, values, current)


def create(
    form: Form,
    content: Content,
    author: Actor,
    project: Room | None = None,
    name: str = "",
    stamp: save.Stamp = UNSIGNED,
) -> Page:
    """Make an entry of this content, under a free name made from its title. Raises Invalid."""
    room, waiting = project or Room(), moderation.waiting_rules(form, author)
    new = save.NewPage(
        name=name or free_name(content.title),
        kind=KIND,
        form_id=form.id,
        project_id=room.project_id,
        membrane_id=room.membrane_id,
        rules_id=waiting or form.rules_id,
    )
    with db.write() as session:
        page = _created(new, content, author, stamp, is_named=bool(name))
        if waiting:
            moderation.hold(session, page)
        return page


def _created(
    new: save.NewPage, content: Content, author: Actor, stamp: save.Stamp, *, is_named: bool
) -> Page:
    try:
        return save.create(new, content, author=author, stamp=stamp)
    except Invalid as error:
        if is_named or "name" not in error.errors:
            raise
        # Someone took the free name in between: the next one is taken at most once more.
        return save.create(
            replace(new, name=free_name(content.title)), content, author=author, stamp=stamp
        )


def room_of(project_id: int, *, actor: Actor) -> Room | None:
    """Return where entries of a project are put, None unless the actor may read its station."""
    station = find.visible_pages(actor).where(Page.project_id == project_id, Page.kind == "station")
    page = db.session().scalars(station.limit(1)).first()
    return Room(project_id, page.membrane_id, page.title) if page else None


def free_name(title: str) -> str:
    """Return the name a title gives, with a number when it is taken."""
    base = page_name(title)[:LONGEST_NAME].rstrip("-.") or page_name(_("Entry"))
    name, number = base, 1
    while find.is_taken(name):
        number += 1
        name = f"{base}-{number}"
    return name


def asked(form: Form, actor: Actor, current: Page | None) -> list[FieldSpec]:
    """Return the fields this actor answers, of an entry or (None) of a new one."""
    owner_id = current.owner_id if current else actor.id
    specs = forms.writable_specs(form, actor, owner_id, creating=current is None)
    made = assignment.title_spec(form) is not None
    return [
        spec for spec in specs if forms.role(spec) == "answer" and not (made and spec.key == TITLE)
    ]


def form_of(page: Page) -> Form:
    """Return the form an entry is of."""
    return db.session().get_one(Form, page.form_id)


def values_of(form: Form, content: Content) -> dict[str, Any]:
    """Return what a content holds by field key, title and tags among them."""
    values = dict(content.data) | {TITLE: content.title}
    return values | {
        spec.key: list(content.tags) or None
        for spec in form.specs()
        if forms.traits_of(spec).stores_tags
    }


def with_hidden_links(spec: FieldSpec, mine: Any, held: Any, *, actor: Actor) -> Any:
    """Return the links to save: those to pages the actor cannot see stay where they were."""
    before = [one for one in held if isinstance(one, int)] if isinstance(held, list) else []
    chosen = list(mine or ())
    unseen = set(before) - set(chosen)
    if unseen:
        query = find.visible_pages(actor).where(Page.id.in_(unseen)).with_only_columns(Page.id)
        unseen -= set(db.session().scalars(query))
        existing = select(Page.id).where(Page.id.in_(unseen))
        unseen &= set(db.session().scalars(existing))
    if chosen and not spec.options.get("several"):
        return chosen
    order = [one for one in before if one in unseen or one in chosen]
    return order + [one for one in chosen if one not in order] or None


def _filled_in(form: Form, actor: Actor, owner: int | None) -> set[str]:
    """Return the keys of what an actor may read and the wiki fills in."""
    specs = forms.readable_specs(form, actor, owner)
    made = {TITLE} if assignment.title_spec(form) else set()
    return made | {spec.key for spec in specs if forms.role(spec) in {"assigned", "found"}}


def _before(form: Form, current: Page | None) -> dict[str, Any]:
    return values_of(form, current.head.content) if current else {}


def _answer(spec: FieldSpec, raw: Any, before: Any, actor: Actor, answers: _Answers) -> None:
    """Put one clean answer among the values; what stands may stay, whatever the form says now."""
    kind = forms.type_of(spec)
    try:
        same = raw is not None and (raw == before or kind.echoes(spec, raw))
        value = before if same else kind.clean(spec, kind.replacing(spec, raw, before))
        if value is not None and value != before:
            value = kind.settle(spec, value, actor=actor)
        if value is None and spec.required:
            raise BadValue(_("This answer is needed."))
    except BadValue as error:
        answers.errors[spec.key], answers.statuses[spec.key] = str(error), error.status
        answers.values.pop(spec.key, None)
    else:
        answers.values[spec.key] = value


def _content(form: Form, values: Mapping[str, Any], current: Page | None) -> Content:
    tag_keys = [spec.key for spec in form.specs() if forms.traits_of(spec).stores_tags]
    apart = {*tag_keys, TITLE}
    data = {key: value for key, value in values.items() if key not in apart and value is not None}
    tags = next((values.get(key) for key in tag_keys), None)
    kept = tuple(current.head.tags) if current and not tag_keys else ()
    text = current.head.text if current else ""
    title = assignment.made_title(form, values) or str(values.get(TITLE) or "")
    return Content(title, text, data, tuple(tags or kept))
