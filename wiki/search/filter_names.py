"""What a reader may hear the name of: stations, lists and people, asked once a reading."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.bazar.forms.forms import forms_visible
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.projects.find import known
from wiki.projects.models import Project


def stations(actor: Actor) -> Sequence[Project]:
    """Return the projects that this reader may know of."""
    return db.once(("search.stations", actor), lambda: known(actor))


def lists(actor: Actor) -> Sequence[Form]:
    """Return the forms that this reader may know of."""
    return db.once(("search.lists", actor), lambda: forms_visible(actor))


def places(pages: Sequence[Page], actor: Actor) -> dict[int, str]:
    """Return where each page stands, as `Station › Form` or `Station · kind`, in two queries."""
    if not pages:
        return {}
    titles = {project.id: project.title for project in stations(actor)}
    forms = {form.id: form.title for form in lists(actor)}
    found = {}
    for page in pages:
        path = [titles.get(page.project_id or 0), forms.get(page.form_id or 0)]
        named = " › ".join(part for part in path if part)
        kind = "" if page.form_id else kind_of(page).label(page)
        found[page.id] = " · ".join(part for part in (named, kind) if part)
    return found


def people_named(names: Collection[str]) -> dict[str, str]:
    """Return how people are called, by sign-in name."""
    if not names:
        return {}
    keys = [fold(name) for name in names]
    rows = db.session().scalars(select(User).where(User.name_key.in_(keys)))
    return {user.name: user.shown_name for user in rows}
