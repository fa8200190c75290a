"""Stations for tests: a project of Bob's with what its platforms read."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.world import World
from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, forms
from wiki.core import db
from wiki.pages import find
from wiki.pages.models import Page
from wiki.projects import create
from wiki.projects.station import block_of

KEY = "Le-Fournil"
ZONE = ZoneInfo("Europe/Paris")
"""The zone of a new wiki."""
AT = f"/-/projects/{KEY}"


def make_station(world: World, *macros: str, key: str = KEY, visibility: str = "public") -> None:
    """Make a station with these platforms; Bob is its referent."""
    plan = create.Plan(
        key.replace("-", " "),
        purpose="Bread for all",
        visibility=visibility,
        blocks=[block_of(macro) for macro in macros],
    )
    with world.app.app_context():
        create.make(plan, author=world.actor("bob"))


def station(world: World, key: str = KEY) -> Page:
    """Return a station as an admin reads it."""
    with world.app.app_context():
        return find.page_or_404(key, actor=world.actor("alice"))


def blocks(world: World) -> list[str]:
    """Return the platforms of the station, in order."""
    return [block["macro"] for block in station(world).head.data["blocks"]]


def make_forms(world: World, *models: str) -> None:
    """Make ready-made forms."""
    with world.app.app_context(), db.write() as session:
        for model in models:
            catalogue.form_from_model(session, model, "en")


def add_entry(world: World, model: str, key: str = KEY, **answers: object) -> None:
    """Add an entry of a project, as Alice."""
    with world.app.app_context():
        actor, form = world.actor("alice"), forms.form_of_model(model)
        page = find.page_or_404(key, actor=actor)
        assert form is not None and page.project_id is not None
        needed = [spec for spec in form.specs() if spec.required and spec.type == "choice"]
        first = {spec.key: spec.options["choices"][0]["key"] for spec in needed}
        content = entries.clean_data(form, first | answers, actor)
        room = entries.room_of(page.project_id, actor=actor)
        entries.create(form, content, actor, room)


def in_days(days: int) -> str:
    """Return a moment some days from now, at noon, as a date field takes it."""
    return (datetime.now(ZONE) + timedelta(days=days)).strftime("%Y-%m-%dT12:00")
