"""The filters people type, read for one reader: a form by its title, a person by their name.

What this reader may not know of is unknown, exactly as what is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select

from wiki.accounts.models import User
from wiki.bazar.forms import forms
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.core.search.engines.base import Asked, Filters, Query
from wiki.core.search.pipeline.query import kind_named, parse
from wiki.pages.comments import Comment
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Revision, Tag
from wiki.projects import find as projects
from wiki.search.indexing import comments

KINDS = frozenset({"text", "entry", "station", "file", "comment"})
_Named = tuple[str, str]
"""What a filter asks for, and a name people may give it."""


def understand(raw: str, *, actor: Actor, filters: Filters | None = None) -> Query:
    """Read what was typed; in its `asked`, what is not known to this reader, and narrows nothing.

    A tag that nobody uses still narrows: it is no other tag.
    """
    query = parse(raw, filters)
    given = filters or Filters()
    tags = _tags_seen([each.value for each in query.asked if each.name == "tag"], actor)
    found = replace(query.filters, kinds=query.filters.kinds & KINDS or given.kinds)
    asked: list[Asked] = []
    for each in query.asked:
        known = each.known
        if find := _FINDERS.get(each.name):
            value = find(each.value, actor)
            known = bool(value)
            narrowed: Any = {each.name: value or getattr(given, each.name)}
            found = replace(found, **narrowed)
        elif each.name == "tag":
            known = fold(each.value) in tags
        elif each.name == "kind":
            known = kind_named(each.value) in KINDS
        asked.append(replace(each, known=known))
    return replace(query, filters=found, asked=tuple(asked))


def _form(typed: str, actor: Actor) -> str:
    seen = forms.forms_visible(actor)
    return _match(
        typed, ((form.key, name) for form in seen for name in (form.key, form.model, form.title))
    )


def _project(typed: str, actor: Actor) -> str:
    seen = projects.known(actor)
    return _match(typed, ((each.key, name) for each in seen for name in (each.key, each.title)))


def _author(typed: str, actor: Actor) -> str:
    """Return the sign-in name of someone who wrote, or said, what this reader may read."""
    wanted = fold(typed)
    pages = visible_pages(actor).with_only_columns(Page.id)
    wrote = select(Revision.author_id).where(Revision.page_id.in_(pages))
    said = comments.visible(actor).with_only_columns(Comment.author_id)
    people = select(User.name, User.display_name).where(
        or_(User.name_key == wanted, User.display_name != ""),
        or_(User.id.in_(wrote), User.id.in_(said)),
    )
    found = db.session().execute(people.order_by(User.name)).all()
    return _match(typed, ((name, each) for name, shown in found for each in (name, shown)))


def _tags_seen(typed: list[str], actor: Actor) -> set[str]:
    """Return those of the tags, folded, that a page this actor may read bears."""
    if not typed:
        return set()
    pages = visible_pages(actor).with_only_columns(Page.id)
    keys = select(Tag.tag_key).where(Tag.tag_key.in_(map(fold, typed)), Tag.page_id.in_(pages))
    return set(db.session().scalars(keys.distinct()))


def _match(typed: str, named: Iterable[_Named]) -> str:
    """Return what bears the name typed, else what alone has a name that begins so."""
    wanted, known = fold(typed), [(value, fold(name)) for value, name in named if name]
    same = [value for value, name in known if name == wanted]
    near = {value for value, name in known if any(part.startswith(wanted) for part in _parts(name))}
    return same[0] if same else near.pop() if len(near) == 1 else ""


def _parts(name: str) -> list[str]:
    return [name, *name.replace("-", " ").split()]


_FINDERS: dict[str, Callable[[str, Actor], str]] = {
    "form": _form,
    "project": _project,
    "author": _author,
}
