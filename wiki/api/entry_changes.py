"""Build the content of an entry from API data; title and tags are fields of the form."""

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
    """Return the content of an entry; None and missing keys keep current values. Raises Invalid by field."""
    values = dict(data or {})
    tag_field = tags_key(form)
    if title is not None:
        values[TITLE] = title
    if tags is not None and tag_field:
        values[tag_field] = tags
    content = entries.clean_data(form, values, actor, current)
    return replace(content, tags=tuple(tags)) if tags is not None and not tag_field else content


def tags_key(form: Form) -> str:
    """Return the key of the field that holds a form's tags, "" without one."""
    return next((spec.key for spec in form.specs() if forms.traits_of(spec).stores_tags), "")
