"""A form with a field for every view, and entries of it; for the tests of views."""

from __future__ import annotations

from typing import Any

from tests.bazar.people import field
from tests.world import World
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.bazar.models import Form
from wiki.core import db
from wiki.pages import rights
from wiki.pages.models import Page

WORD = "zyxqv7"
"""In every hidden field, and nowhere else."""
STATES = ("idea", "ready", "done")
TOWNS = (("Brest", 48.39, -4.49), ("Rennes", 48.11, -1.68), ("Lyon", 45.76, 4.84))


def options(*keys: str) -> dict[str, Any]:
    return {"choices": [{"key": key, "label": key.capitalize()} for key in keys]}


def fields() -> list[dict[str, Any]]:
    """Return the fields: those whose key begins with `x` are for admins alone."""
    tree = [
        {"key": "soft", "label": "Software"},
        {"key": "wiki", "label": "Wiki", "parent": "soft"},
    ]
    hidden = {"read": "@admins", "facet": True, "in_list": True}
    secret = {"choices": [{"key": WORD, "label": WORD.upper()}]}
    return [
        field("title", "text", "Name"),
        field("state", "choice", "State", facet=True, in_list=True, options=options(*STATES)),
        field("themes", "tree", "Themes", facet=True, options={"choices": tree}),
        field("when", "recurrence", "When", in_list=True, options={"time": True}),
        field("told", "date", "Told"),
        field("place", "location", "Place", facet=True),
        field("seats", "number", "Seats", in_list=True),
        field("photo", "image", "Photo"),
        field("site", "link", "Site"),
        field(
            "friends",
            "relation",
            "Friends",
            in_list=True,
            options={"form": "events", "several": True},
        ),
        field("story", "longtext", "Story"),
        field("xnote", "text", f"{WORD} note", **hidden),
        field("xkind", "choice", f"{WORD} kind", options=secret, **hidden),
        field("xday", "date", f"{WORD} day", **hidden),
        field("xspot", "location", f"{WORD} spot", **hidden),
        field("xsum", "number", f"{WORD} sum", **hidden),
        field("xlink", "link", f"{WORD} link", **hidden),
    ]


def make(world: World, count: int = 3, key: str = "events", **settings: Any) -> Form:
    """Make the form and some entries of it, as Alice does."""
    with world.app.app_context():
        with db.write() as session:
            form = changes.make_form(
                session, title=key.title(), key=key, fields=fields(), **settings
            )
        for number in range(count):
            add(world, form, f"Event {number:03}", number)
        return form


def add(
    world: World, form: Form, title: str, number: int = 0, read: str = "", **answers: Any
) -> Page:
    """Add an entry that answers everything; `read` is a rule of its own."""
    town, lat, lon = TOWNS[number % len(TOWNS)]
    with world.app.app_context():
        actor = world.actor("alice")
        data = {
            "title": title,
            "state": STATES[number % 3],
            "themes": ["wiki"],
            "when": {
                "start": f"2026-11-{1 + number % 28:02}T18:30",
                "end": f"2026-11-{1 + number % 28:02}T20:00",
            },
            "told": f"2026-{1 + number % 12:02}-05",
            "place": {"city": town, "lat": lat, "lon": lon},
            "seats": number + 1,
            "site": f"https://example.org/{number}",
            "story": f"What **{title}** is about.",
            "xnote": WORD,
            "xkind": WORD,
            "xday": "2026-11-24",
            "xspot": {"city": WORD, "lat": 50.5, "lon": 3.1},
            "xsum": 424242,
            "xlink": f"https://{WORD}.example.org/",
            **answers,
        }
        page = entries.create(form, entries.clean_data(form, data, actor), actor)
        if read:
            rights.set_rules(page, actor=actor, read=read)
        return page
