"""Lists kept under a name: who sees them, what they ask for, which one a form opens with.

One that names what its reader may not read is not there for them. The screens are `saved_view_routes.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from wiki.bazar.forms import form_rights, forms
from wiki.bazar.models import Form, SavedView
from wiki.bazar.query.results import Query
from wiki.bazar.views import parse_query, views
from wiki.bazar.views.support.urls import list_url
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid

LONGEST, MOST = 80, 50


@dataclass(frozen=True)
class Saved:
    """A kept list for one reader: its row, what it asks for, its view and its address."""

    row: SavedView
    query: Query
    view: str
    url: str
    removable: bool = False


def of_form(form: Form, *, actor: Actor) -> list[Saved]:
    """Return the kept lists of a form that this reader may use, shared ones and their own."""
    rows = db.session().scalars(
        select(SavedView)
        .where(SavedView.form_id == form.id, _mine(actor))
        .order_by(SavedView.title, SavedView.id)
    )
    found = (_read(form, row, actor) for row in rows)
    return [one for one in found if one is not None]


def default_of(form: Form, *, actor: Actor) -> Saved | None:
    """Return what the list of a form opens with, None when nothing is set."""
    return next((one for one in of_form(form, actor=actor) if one.row.is_default), None)


def named(form: Form, title: str, *, actor: Actor) -> Saved | None:
    """Return the kept list of this name or number that this reader may use."""
    wanted = " ".join(title.split()).casefold()
    return next(
        (
            one
            for one in of_form(form, actor=actor)
            if wanted in {one.row.title.casefold(), str(one.row.id)}
        ),
        None,
    )


def may_share(form: Form, actor: Actor) -> bool:
    """Answer whether this actor may keep lists for everybody: who may add entries."""
    return (actor.is_admin or not actor.is_anonymous) and forms.may_add(form, actor)


def keep(
    session: Session,
    form: Form,
    *,
    title: str,
    view: str,
    args: Mapping[str, Any],
    actor: Actor,
    shared: bool = False,
    default: bool = False,
) -> SavedView:
    """Keep a list under a name; one of theirs of the same name is replaced. Raises Invalid: `title`, `view`."""
    title = " ".join(title.split())
    if not title or len(title) > LONGEST:
        raise Invalid(title=_("Give it a name of at most %(count)s characters.", count=LONGEST))
    if view not in views():
        raise Invalid(view=_("Choose a view."))
    asked = parse_query(form, args, actor=actor)
    mine = session.scalars(
        select(SavedView).where(SavedView.form_id == form.id, SavedView.owner_id == actor.id)
    ).all()
    row = next((one for one in mine if one.title.casefold() == title.casefold()), None)
    if row is None and len(mine) >= MOST:
        raise Invalid(
            title=_("You keep %(count)s lists of this form: remove one first.", count=MOST)
        )
    row = row or SavedView(form_id=form.id, owner_id=actor.id, created_at=db.utcnow())
    row.title, row.view, row.args = title, view, asked.args()
    allowed = may_share(form, actor)
    row.shared = (shared or default) and allowed
    # What a form opens with is a setting of the form.
    row.is_default = default and form_rights.may_design(form, actor)
    if row.is_default:
        _undefault(session, form)
    session.add(row)
    session.flush()
    return row


def remove(session: Session, row: SavedView) -> None:
    """Forget a kept list."""
    session.delete(row)
    session.flush()


def may_remove(row: SavedView, form: Form, actor: Actor) -> bool:
    """Answer whether this actor may remove it: its owner, or for shared ones who may share."""
    mine = row.owner_id is not None and row.owner_id == actor.id
    orphan = row.shared and row.owner_id is None and may_share(form, actor)
    return mine or orphan or actor.is_admin


def _mine(actor: Actor) -> Any:
    if actor.id is None:
        return SavedView.shared.is_(True)
    return or_(SavedView.shared.is_(True), SavedView.owner_id == actor.id)


def _read(form: Form, row: SavedView, actor: Actor) -> Saved | None:
    try:
        asked = parse_query(form, row.args, actor=actor)
    except Invalid:
        return None
    if row.view not in views():
        return None
    url = list_url(form, asked, view=row.view)
    return Saved(row, asked, row.view, url, may_remove(row, form, actor))


def _undefault(session: Session, form: Form) -> None:
    rows: Sequence[SavedView] = session.scalars(
        select(SavedView).where(SavedView.form_id == form.id, SavedView.is_default)
    ).all()
    for row in rows:
        row.is_default = False
