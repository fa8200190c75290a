"""Pictures of a station of each template, filled as its people would: `python -m scripts.station_shots [template…]`
fills ./shots. What they hold is in `station_content.toml`, made by the functions that screens call."""

from __future__ import annotations

import io
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from scripts.shots import FOLDER, THEMES, WIDTHS, visitor
from tests import demo
from tests.browser.demo import own_chromium
from wiki.accounts import people
from wiki.accounts.models import Group, User
from wiki.app import close_app, create_app
from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, forms
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.core.names import fold
from wiki.pages import save
from wiki.pages.content import Content
from wiki.pages.files import attachments
from wiki.pages.models import Page as WikiPage
from wiki.projects import create, templates
from wiki.projects.models import Project

CONTENT = Path(__file__).parent / "station_content.toml"
TALL = {390: 3200, 1280: 2400}
"""How much of a long station is kept, in pixels."""


def main() -> None:
    """Make the demo and the stations in it, serve them, and keep each at both widths, in both themes."""
    FOLDER.mkdir(exist_ok=True)
    content = tomllib.loads(CONTENT.read_text())
    wanted = [key for key in content if not sys.argv[1:] or key in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder, demo.served(Path(folder) / "instance") as server:
        names = fill(Path(folder) / "instance", {key: content[key] for key in wanted})
        with own_chromium() as chromium:
            guest = visitor(chromium, server.url, "")
            for key, name in names.items():
                take(guest, key, name)


def fill(instance: Path, content: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Make a station of each template with what its people wrote; return their addresses."""
    app = create_app(instance)
    names = {}
    with app.app_context(), app.test_request_context():
        known = {template.key: template for template in templates.every_template("fr")}
        for key, said in content.items():
            names[key] = _station(known[key], said)
    close_app(app)
    return names


def take(page: Page, key: str, name: str) -> None:
    """Keep a station as a guest sees it."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/{name}")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            tall = min(TALL[width], page.evaluate("document.documentElement.scrollHeight"))
            # As high as the picture, so that what sticks to the foot of the window hides nothing.
            page.set_viewport_size({"width": width, "height": tall})
            page.screenshot(path=FOLDER / f"template-{key}_{width}_{theme}.png")
    print(key)


def _station(template: templates.Template, said: Mapping[str, Any]) -> str:
    with db.write() as session:
        members = [_person(session, name) for name in said["people"]]
    author = people.actor_of(members[0])
    plan = create.Plan(
        said["title"],
        purpose=said["purpose"],
        contact=said["contact"],
        blocks=_blocks(template, said.get("governance", "")),
        stages=list(template.stages),
        greeting=template.greeting,
    )
    station = create.make(plan, author=author)
    author = people.actor_of(members[0])
    with db.write() as session:
        project = session.get_one(Project, station.project_id)
        group = session.get_one(Group, project.group_id)
        for member in members[1:]:
            people.join(session, group.name, member, role="member")
    for name in said.get("pages", ()):
        new = save.NewPage(
            entries.free_name(name), project_id=project.id, membrane_id=project.membrane_id
        )
        save.create(new, Content(name, f"{name}, à lire et à corriger ensemble."), author=author)
    laid = [attachments.take(name, io.BytesIO(b"%PDF-1.4\n")) for name in said.get("files", ())]
    if laid:
        attachments.lay(station, laid, actor=author)
    for model, read in READ.items():
        for row in said.get(model, ()):
            _entry(model, read(row), station, author)
    return station.name


def _blocks(template: templates.Template, governance: str) -> list[dict[str, Any]]:
    """Return the platforms of a template; the one of rules names its page, as who arranges a station does."""
    blocks = templates.blocks_of(template)
    for block in blocks:
        if block["macro"] == "governance" and governance:
            block["values"] = {"page": entries.free_name(governance)}
    return blocks


def _person(session: Any, name: str) -> User:
    """Return someone of the demo by their name, or someone new."""
    key = fold(name.split()[0])
    return people.find_user(key) or people.add_user(
        session,
        name=key,
        email=f"{key}@example.org",
        password="a long demo password",
        display_name=name,
    )


def _entry(model: str, answers: Mapping[str, Any], station: WikiPage, author: Actor) -> None:
    form = forms.form_of_model(model)
    if form is None:
        with db.write() as session:
            form = catalogue.form_from_model(session, model, "fr")
    known = {spec.key for spec in forms.writable_specs(form, author, author.id, creating=True)}
    given = {
        key: value for key, value in answers.items() if value not in ("", None) and key in known
    }
    room = entries.Room(station.project_id, station.membrane_id, station.title)
    entries.create(form, entries.clean_data(form, given, author), author, room)


def _day(days: int, hour: str = "") -> str:
    day = (i18n.today() + timedelta(days=days)).isoformat()
    return f"{day}T{hour}" if hour else day


READ = {
    "roles": lambda row: {
        "title": row[0],
        "holder": row[1],
        "contact": row[2],
        "until": _day(row[3]) if row[3] else "",
    },
    "meetings": lambda row: {
        "title": row[0],
        "date": _day(row[1], row[2]),
        "place": row[3],
        "minutes": row[4],
    },
    "events": lambda row: {
        "title": row[0],
        "start": _day(row[1], row[2]),
        "place": row[3],
        "kind": "open",
    },
    "actions": lambda row: {
        "title": row[0],
        "lead": row[1],
        "state": row[2],
        "deadline": _day(row[3]),
        "help_wanted": row[4],
        "progress": row[5],
    },
    "decisions": lambda row: {"title": row[0], "state": row[1], "date": _day(row[2])},
    "news": lambda row: {"title": row[0], "summary": row[1], "body": row[1]},
    "our_tools": lambda row: {"title": row[0], "url": row[1], "purpose": row[2]},
    "channels": lambda row: {"title": row[0], "url": row[1], "join": row[2]},
    "resources": lambda row: {"title": row[0], "kind": row[1]},
    "partners": lambda row: {"title": row[0], "summary": row[1]},
    "wins": lambda row: {"title": row[0], "thanks": row[1], "date": _day(-3)},
}
"""From a row of the content to the answers of a form, by its model."""


if __name__ == "__main__":
    main()
