"""What the wiki fills in at each save of an entry: computed values, numbers, the title made of fields.

Called under the lock, after the merge; what people answer is checked in `entries.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wiki.bazar.field import Saving
from wiki.bazar.forms import conditions, forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.values.formula import fill
from wiki.core.access import Actor
from wiki.pages.content import Content
from wiki.pages.models import Page

LONGEST_TITLE = 250


def completed(form: Form, content: Content, *, page: Page | None, actor: Actor) -> Content:
    """Return a content without the answers of hidden blocks, and with what the wiki assigns.

    `page` is None for a preview: nothing is taken from a counter then.
    """
    specs, values = form.specs(), dict(content.data) | {TITLE: content.title}
    tags = {spec.key for spec in specs if forms.traits_of(spec).stores_tags}
    values |= {key: list(content.tags) for key in tags}
    owner = page.owner_id if page else actor.id
    mine = {spec.key for spec in forms.writable_specs(form, actor, owner, creating=_is_new(page))}
    for key in conditions.hidden(specs, values) & mine - {TITLE}:
        values.pop(key, None)
    if page is not None:
        _assign(form, specs, values, actor, computed=False)
    _assign(form, specs, values, actor, computed=True)
    title = made_title(form, values) or content.title
    data = {
        key: value
        for key, value in values.items()
        if key not in tags | {TITLE} and value is not None
    }
    return replace(
        content,
        title=title,
        data=data,
        tags=tuple(next((values.get(key) or () for key in tags), content.tags)),
    )


def title_spec(form: Form) -> FieldSpec | None:
    """Return the field that makes the title, None when people write it."""
    return next((spec for spec in form.specs() if forms.traits_of(spec).makes_title), None)


def made_title(form: Form, values: Mapping[str, Any]) -> str:
    """Return the title made of other answers, "" when people write it."""
    spec = title_spec(form)
    if spec is None:
        return ""
    words = words_of(_sources(spec, form.specs()), values)
    made = fill(str(spec.options.get("template") or ""), words)
    return made[:LONGEST_TITLE].strip() or form.singular or form.title


def words_of(specs: Sequence[FieldSpec], values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of these fields in plain words."""
    return {
        spec.key: " ".join(forms.type_of(spec).text(spec, value).split())
        for spec in specs
        if (value := values.get(spec.key)) is not None and forms.type_of(spec).holds(spec, value)
    }


def _assign(
    form: Form, specs: Sequence[FieldSpec], values: dict[str, Any], actor: Actor, *, computed: bool
) -> None:
    for spec in specs:
        if forms.role(spec) != "assigned" or forms.traits_of(spec).computed != computed:
            continue
        sources = _sources(spec, specs)
        seen = {one.key: values[one.key] for one in sources if values.get(one.key) is not None}
        saving = Saving(form.id, sources, seen, actor)
        values[spec.key] = forms.type_of(spec).assigned(spec, values.get(spec.key), saving)


def _sources(spec: FieldSpec, specs: Sequence[FieldSpec]) -> list[FieldSpec]:
    """Return the fields that may be read in another: all who read it may read them too."""
    known = [one for one in specs if forms.role(one) in {"answer", "assigned"} and one is not spec]
    return [one for one in known if forms.is_open(one) or one.read == spec.read]


def _is_new(page: Page | None) -> bool:
    return page is None or page.revision_no == 0
