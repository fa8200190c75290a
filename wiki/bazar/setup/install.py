"""A ready-made form made whole: with the forms it needs, its views, sample entries and its page.

What a model holds is `catalogue.py`'s; here it becomes rows, entries and a page, each by its usual way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, forms
from wiki.bazar.forms.catalogue import Model
from wiki.bazar.lists import saved_views
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.core.names import page_name
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Page

MOMENT = re.compile(r"([+-]\d+)(?: (\d\d):(\d\d))?")
"""A date of a sample: days from today, and an hour."""
ME = "me"
"""In a sample, the person who makes it."""
TAG = {"fr": "exemple", "en": "sample"}
"""What sample entries are tagged with, so that they are found and thrown away together."""


@dataclass
class Made:
    """What was made: the form that was asked for, those it needs, its page, how many entries."""

    form: Form
    related: list[Form] = field(default_factory=list)
    page: Page | None = None
    entries: int = 0


def make(
    model: str,
    lang: str,
    *,
    actor: Actor,
    related: bool = True,
    samples: bool = False,
    page: bool = False,
) -> Made:
    """Make a ready-made form with what is asked for, in one transaction. Raises UnknownModel, Invalid.

    Of the forms it needs, those the wiki has already are left alone, and get no sample entry.
    """
    asked = catalogue.model_named(model)
    lang = lang if lang in asked.title else i18n.LANGUAGES[0]
    needed = catalogue.needed_by(model) if related else []
    with db.write() as session:
        wanted = [*(one for one in needed if forms.form_of_model(one.model) is None), asked]
        made = {one.model: _form(session, one, lang, actor) for one in wanted}
        result = Made(made[model], [made[one.model] for one in wanted[:-1]])
        if samples:
            names: dict[tuple[str, str], int] = {}
            for one in wanted:
                result.entries += _samples(one, made[one.model], lang, actor, names)
        if page and rights.may_create(actor):
            result.page = _page(asked, result.form, lang, actor)
    return result


def _form(session: Session, model: Model, lang: str, actor: Actor) -> Form:
    form = catalogue.form_from_model(session, model.model, lang, owner=actor)
    for view in model.views:
        saved_views.keep(
            session,
            form,
            title=view["title"][lang],
            view=view["view"],
            args=view.get("args", {}),
            actor=actor,
            shared=True,
        )
    return form


def _samples(
    model: Model, form: Form, lang: str, actor: Actor, known: dict[tuple[str, str], int]
) -> int:
    """Add the sample entries of a form; what they point to is known by model and key."""
    specs = {spec.key: spec for spec in form.specs()}
    for sample in model.samples:
        data = {
            key: _value(specs[key], value, lang, actor, known)
            for key, value in sample["data"].items()
        }
        raw = {"title": sample["title"][lang], "tags": [TAG[lang]]}
        raw |= {key: value for key, value in data.items() if value is not None}
        added = entries.create(form, entries.clean_data(form, raw, actor), actor)
        known[model.model, sample["key"]] = added.id
    return len(model.samples)


def _value(
    spec: FieldSpec, said: Any, lang: str, actor: Actor, known: Mapping[tuple[str, str], int]
) -> Any:
    """Return an answer of a sample as the form takes it, None when it names what is not there."""
    said = _in_language(said, lang)
    kind = forms.type_of(spec)
    if kind.points_to_pages:
        keys = [(str(spec.options["form"]), key) for key in said]
        return [known[key] for key in keys if key in known] or None
    if kind.names_people:
        return [actor.name] if said == ME and actor.id else None
    return _dated(said) if kind.temporal else said


def _in_language(said: Any, lang: str) -> Any:
    if isinstance(said, dict):
        if said.keys() == TAG.keys():
            return said[lang]
        return {key: _in_language(value, lang) for key, value in said.items()}
    return [_in_language(one, lang) for one in said] if isinstance(said, list) else said


def _dated(said: Any) -> Any:
    """Return a date with its days counted from today."""
    if isinstance(said, dict):
        return {key: _dated(value) for key, value in said.items()}
    found = MOMENT.fullmatch(str(said))
    if found is None:
        return said
    day = i18n.today() + timedelta(days=int(found[1]))
    return f"{day.isoformat()}T{found[2]}:{found[3]}" if found[2] else day.isoformat()


def _page(model: Model, form: Form, lang: str, actor: Actor) -> Page:
    title, text = model.page["title"][lang], model.page["text"][lang]
    text = text.replace(f'form="{model.model}"', f'form="{form.key}"')
    new = save.NewPage(name=_free_page(title), lang=lang)
    return save.create(new, Content(title, text), author=actor)


def _free_page(title: str) -> str:
    base = name = page_name(title)
    number = 1
    while find.is_taken(name):
        number += 1
        name = f"{base}-{number}"
    return name


def missing(model: str) -> Sequence[Model]:
    """Return the forms that one needs and the wiki has not. Raises UnknownModel."""
    return [one for one in catalogue.needed_by(model) if forms.form_of_model(one.model) is None]
