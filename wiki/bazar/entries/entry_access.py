"""Entries whose own answer says who reads them: the answer becomes the entry's rule for reading.

It is laid at each save, in its transaction, so no list, feed or search has to know of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.core import access
from wiki.pages import rights
from wiki.pages.models import Page

NOBODY = "@admins"
"""Who reads an entry for a group that is gone."""


def spec_of(form: Form) -> FieldSpec | None:
    """Return the field of a form that says who reads an entry, if it has one."""
    return next((spec for spec in form.specs() if forms.traits_of(spec).restricts_readers), None)


def lay(session: Session, page: Page, form: Form, data: Mapping[str, Any]) -> None:
    """Make an entry's answer its rule for reading; an entry that waits is left to its moderators."""
    spec = spec_of(form)
    if spec is None or page.rules_id == form.settings.get("waiting_rules"):
        return
    # No answer opens nothing: an entry that was closed by hand before the field came stays so.
    if (answer := data.get(spec.key)) is not None:
        rights.lay(session, page, read=_known(forms.type_of(spec).reading_rule(answer)))


def _known(rule: str) -> str:
    try:
        access.compile_rule(rule, people.resolve_rule_name)
    except access.UnknownName:
        return NOBODY
    return rule
