"""A form with fields of several rules and its entries, for the tests of entries and queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event

from tests.world import World
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes, forms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.pages.models import Page

SECRET = "zyxqv7"
KINDS = [{"key": "host", "label": "Hosting"}, {"key": "train", "label": "Training"}]
WORDS = [{"key": word, "label": word.capitalize()} for word in ("mail", "chat", "files")]


def fields() -> list[dict[str, Any]]:
    """Return one field of each kind of rule: `phone` for signed-in people, `note` for the owner."""
    level = [{"key": SECRET, "label": SECRET.upper()}]
    return [
        field("title", "text", "Name"),
        field("kind", "choice", "Kind", facet=True, options={"choices": KINDS}),
        field("offers", "choices", "Offers", facet=True, options={"choices": WORDS}),
        field("story", "longtext", "Story"),
        field("since", "date", "Since", options={"time": True}),
        field("members", "number", "Members"),
        field("words", "tags", "Words", facet=True),
        field(
            "friends", "relation", "Friends", facet=True, options={"form": "orgs", "several": True}
        ),
        field("phone", "text", "Phone", read="+"),
        field("level", "choice", "Level", facet=True, read="@friends", options={"choices": level}),
        field("note", "longtext", "Note", read="%"),
        field("paper", "file", "Paper", read="@friends"),
        field("stamp", "text", "Stamp", write="@admins"),
    ]


def field(key: str, kind: str, label: str, **settings: Any) -> dict[str, Any]:
    """Return one field as a form keeps it."""
    return {"key": key, "type": kind, "label": label, **settings}


def make_form(world: World, **settings: Any) -> Form:
    """Make the form `orgs`."""
    with world.app.app_context(), db.write() as session:
        return changes.make_form(session, title="Orgs", key="orgs", fields=fields(), **settings)


def make_with(world: World, *fields: dict[str, Any], key: str = "orgs", **settings: Any) -> Form:
    """Make a form with a title and these fields."""
    with world.app.app_context(), db.write() as session:
        rows = [field("title", "text", "Name"), *fields]
        return changes.make_form(session, title=key.title(), key=key, fields=rows, **settings)


def add(world: World, title: str, author: str = "alice", form: str = "orgs", **answers: Any) -> str:
    """Make an entry and return its name."""
    with world.app.app_context():
        actor = world.actor(author)
        found = forms.form_or_404(form, actor)
        content = entries.clean_data(found, {"title": title, **answers}, actor)
        return entries.create(found, content, actor).name


def head(world: World, name: str) -> Mapping[str, Any]:
    """Return the data stored of an entry."""
    from wiki.core.access import SYSTEM
    from wiki.pages import find

    with world.app.app_context():
        return dict(find.page_or_404(name, actor=SYSTEM).head.data)


def page_id(world: World, name: str) -> int:
    """Return the identifier of an entry."""
    from wiki.core.access import SYSTEM
    from wiki.pages import find

    with world.app.app_context():
        page: Page = find.page_or_404(name, actor=SYSTEM)
        return page.id


class Statements:
    """Counts the statements sent to a database while it is open."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.seen = engine, []

    def __enter__(self) -> Statements:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_rest) -> None:
        self.seen.append(statement)
