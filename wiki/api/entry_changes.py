"""What a program answers to a form, as the content of an entry: title and tags among its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wiki.bazar.entries import entries
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.models import Form
from wiki.core.access import Actor
from wiki.pages.content import Content
from wiki.pages.models import Page


def entry_content(
    form: Form,
    actor: Actor,
    current: Page | None = None,
    *,
    title: str | None = None,
    data: Mapping[str, Any] | None = None,
    tags: list[str] | None = None,
) -> Content:
    """Return the content these answers make; what is not given stays. Raises Invalid by field."""
    given = dict(data or {})
    tag_field = tags_key(form)
    if title is not None:
        given[TITLE] = title
    if tags is not None and tag_field:
        given[tag_field] = tags
    content = entries.clean_data(form, given, actor, current)
    return replace(content, tags=tuple(tags)) if tags is not None and not tag_field else content


def tags_key(form: Form) -> str:
    """Return the key of the field that holds a form's tags, "" without one."""
    return next((spec.key for spec in form.specs() if forms.traits_of(spec).stores_tags), "")
