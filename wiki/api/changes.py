"""Create or change a page from a PUT body; missing keys leave their values unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app
from flask_babel import gettext as _

from wiki.api import documents, station_data
from wiki.api.entry_changes import entry_content
from wiki.api.problems import Refused
from wiki.bazar.entries.entries import form_of
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.names import fold, page_name
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Page


@dataclass(frozen=True)
class PageChange:
    """The body of a PUT; None for missing keys. `base` is the revision that the change started from."""

    title: str | None = None
    text: str | None = None
    data: Mapping[str, Any] | None = None
    tags: list[str] | None = None
    summary: str = ""
    base: int | None = None
    rules: Mapping[str, str] | None = None


def put(name: str, change: PageChange, *, actor: Actor) -> tuple[documents.Document, bool]:
    """Create or change a page; return its document and whether it is new.

    Raises Invalid, Conflict, Gone; aborts 403 and 404. One lock covers reading and writing, so that
    missing keys keep their current values, and rules are set together with the page.
    """
    with db.write():
        page = find.page_or_none(name, actor=actor)
        saved = change_page(page, change, actor=actor) if page else _create(name, change, actor)
        if change.rules:
            _set_rules(saved, change.rules, actor)
        return documents.of_page(saved, actor=actor), page is None


def change_page(page: Page, change: PageChange, *, actor: Actor) -> Page:
    """Save a change of a page, inside `db.write()`. Raises and aborts as `put`."""
    current = find.reload(page, actor=actor)
    if current is None:
        raise save.Gone(page.name)
    if "write" not in current.allowed or (change.rules and "own" not in current.allowed):
        abort(403)
    content = CONTENTS[current.kind](current, change, actor)
    _check_size(content.text)
    stamp = save.Stamp(summary=change.summary)
    return save.save(current, content, base=change.base, author=actor, stamp=stamp)


def _create(raw_name: str, change: PageChange, actor: Actor) -> Page:
    if change.base is not None:
        raise Invalid(base=_("There is no such page to bring this to."))
    if not rights.may_create(actor) or (change.rules and actor.is_anonymous):
        abort(403)
    name = _free_name(raw_name, actor)
    title = name.replace("-", " ") if change.title is None else change.title
    content = Content(title, change.text or "", dict(change.data or {}), tuple(change.tags or ()))
    _check_size(content.text)
    stamp = save.Stamp(summary=change.summary)
    return save.create(save.NewPage(name=name), content, author=actor, stamp=stamp)


def _free_name(raw: str, actor: Actor) -> str:
    """Return the name of a new page. Aborts 404 if the name belongs to a page hidden from the actor."""
    name = page_name(raw)
    if fold(name) != fold(raw):
        raise Invalid(name=_("A page cannot be named like this."))
    if find.page_or_none(name, actor=actor, trashed=True):
        raise Invalid(name=_("A page of this name is in the trash: restore it first."))
    if find.is_taken(name):
        abort(404)
    return name


def _check_size(text: str) -> None:
    limit = current_app.config["GARE"].max_page_kb
    if len(text.encode()) > limit * 1024:
        message = _("This text is too long: a page holds at most %(count)s kB.", count=limit)
        raise Refused(413, message, text=message)


def _text_content(page: Page, change: PageChange, _actor: Actor) -> Content:
    head = page.head
    return Content(
        head.title if change.title is None else change.title,
        head.text if change.text is None else change.text,
        dict(head.data if change.data is None else change.data),
        tuple(head.tags if change.tags is None else change.tags),
    )


def _station_content(page: Page, change: PageChange, actor: Actor) -> Content:
    content = _text_content(page, change, actor)
    if change.data is None:
        return content
    data = station_data.validate(change.data, current=page.head.data)
    return Content(content.title, content.text, data, content.tags)


def _entry_content(page: Page, change: PageChange, actor: Actor) -> Content:
    if change.text is not None and change.text != page.head.text:
        raise Invalid(data=_("An entry has no text of its own: send its fields in `data`."))
    form = form_of(page)
    return entry_content(form, actor, page, title=change.title, data=change.data, tags=change.tags)


def _set_rules(page: Page, rules: Mapping[str, str], actor: Actor) -> None:
    try:
        rights.set_rules(page, actor=actor, **rules)
    except Invalid as error:
        messages = " ".join(
            f"{privilege}: {message}" for privilege, message in error.errors.items()
        )
        raise Invalid(rules=messages) from error


CONTENTS = {"text": _text_content, "station": _station_content, "entry": _entry_content}
