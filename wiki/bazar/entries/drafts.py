"""What a signed-in person typed in an entry's form and did not save: kept among the drafts of pages.

A new entry has no name yet: its draft bears the form's number, which no page name looks like.
"""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from wiki.bazar.entries import entries
from wiki.bazar.forms import forms
from wiki.bazar.models import Form
from wiki.core.access import Actor
from wiki.pages.editing import drafts
from wiki.pages.models import Draft, Page

LATER = "_later"
"""The button that keeps a draft and saves nothing."""
NEW = "-form."


def draft_of(form: Form, page: Page | None, *, actor: Actor) -> Draft | None:
    """Return what this person typed for an entry, or for a new one of a form."""
    return drafts.draft_of(_name(form, page), actor=actor)


def keep(form: Form, page: Page | None, typed: MultiDict[str, str], *, actor: Actor) -> Draft:
    """Keep what was typed, as it was sent."""
    return drafts.keep(_name(form, page), typed.to_dict(flat=False), actor=actor)


def forget(form: Form, page: Page | None, *, actor: Actor) -> None:
    """Throw away what this person typed, once it is saved or not wanted."""
    drafts.forget(_name(form, page), actor=actor, section="")


def taken_up(form: Form, page: Page | None, *, actor: Actor) -> dict[str, Any]:
    """Return the answers of a draft as they were typed, {} without one."""
    found = draft_of(form, page, actor=actor)
    if found is None:
        return {}
    typed: MultiDict[str, str] = MultiDict(found.content)
    return {
        spec.key: forms.type_of(spec).from_form(spec, typed, MultiDict())
        for spec in entries.asked(form, actor, page)
        if not forms.type_of(spec).stores_file
    }


def base_of(form: Form, page: Page, *, actor: Actor) -> int | None:
    """Return the version that a draft was written on."""
    found = draft_of(form, page, actor=actor)
    said = str(found.content.get("_base", "")) if found else ""
    return int(said) if said.isdecimal() and len(said) < 10 else None


def form_id_of(draft: Draft) -> int | None:
    """Return the form whose new entry a draft is, None for a draft of something else."""
    said = draft.name_key.removeprefix(NEW)
    return int(said) if said != draft.name_key and said.isdecimal() else None


def _name(form: Form, page: Page | None) -> str:
    return page.name if page else f"{NEW}{form.id}"
