"""`python -m bench station`: the server's time for a station of twenty platforms over 5,000 entries, and for the
network's home with a hundred projects, beside the bare page's; without the cache of whole answers, then with it.

Times are of the processor, database included (SQLite is in the process): a busy machine changes them little.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask

from bench.bare import app as bare
from bench.bazar import statements, timed
from bench.instance import PASSWORD, create
from wiki.accounts import people
from wiki.app import close_app, create_app
from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, forms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import SYSTEM, Actor
from wiki.pages.models import Page
from wiki.projects import create as projects_create
from wiki.projects.station import block_of

PLATFORMS = (
    "purpose",
    "meetings",
    "minutes",
    "agenda",
    "actions",
    "help_wanted",
    "decisions",
    "contacts",
    "news",
    "our_tools",
    "channels",
    "resources",
    "partners",
    "wins",
    "documents",
    "recent",
    "arrivals",
    "members",
    "ask",
    "discuss",
)
MODELS = (
    "meetings",
    "actions",
    "roles",
    "decisions",
    "news",
    "our_tools",
    "channels",
    "resources",
    "partners",
    "wins",
)
BUDGET_KB = 45


def run(arguments: list[str]) -> None:
    """Make the network and measure its station and its home, as a guest and as a member."""
    parser = argparse.ArgumentParser(prog="bench station")
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--projects", type=int, default=100)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gare-bench-") as work:
        folder = Path(work) / "instance"
        app = create(folder, lang="fr")
        began = time.monotonic()
        with app.app_context():
            _fill(asked.entries, asked.projects)
        print(
            f"{asked.entries} entries, {asked.projects} projects: {time.monotonic() - began:.0f} s"
        )
        close_app(app)
        print(f"{'':34}{'CPU ms':>8}{'of bare':>9}{'SQL':>6}{'kB gz':>8}{'budget':>8}")
        base = timed(bare.test_client(), "/", time.process_time)[0]
        for cache_mb in (0, 32):
            app = create_app(folder, page_cache_mb=cache_mb, rate_limits=False)
            _measure(app, base, "kept answers" if cache_mb else "made each time")
            close_app(app)


def _measure(app: Flask, base: float, how: str) -> None:
    member = app.test_client()
    member.post(
        "/-/login",
        data={"name": "bench", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    for who, client in (("guest", app.test_client()), ("member", member)):
        for label, path in (("station", "/Projet-0"), ("home", "/"), ("my station", "/-/me")):
            if who == "guest" and path == "/-/me":
                continue
            took, size = timed(client, path, time.process_time)
            asked = statements(client, path)
            print(
                f"{label + ', ' + who + ', ' + how:34}{took:8.1f}{took / base:9.0f}{asked:6}"
                f"{size / 1000:8.1f}{BUDGET_KB:8}",
                flush=True,
            )


def _fill(count: int, projects: int) -> None:
    """Make the forms, the projects, and entries: half of them the first project's, the rest everywhere."""
    with db.write() as session:
        made = [catalogue.form_from_model(session, model, "fr") for model in MODELS]
    user = people.find_user("bench")
    assert user is not None, "the admin was just made"
    stations = [_project(number, people.actor_of(user)) for number in range(projects)]
    for start in range(0, count, 100):
        with db.write():
            for number in range(start, min(start + 100, count)):
                home = stations[0] if number % 2 else stations[number // 2 % len(stations)]
                _entry(made[number % len(made)], number, home)


def _project(number: int, author: Actor) -> Page:
    macros = PLATFORMS if number == 0 else PLATFORMS[:6]
    blocks = [block_of(macro, wide=at % 3 == 0) for at, macro in enumerate(macros)]
    return projects_create.make(
        projects_create.Plan(
            f"Projet {number}", purpose="Mesurer une gare centrale.", blocks=blocks
        ),
        author=author,
    )


def _entry(form: Form, number: int, station: Page) -> None:
    day = (db.utcnow() + timedelta(days=number % 400 - 200)).strftime("%Y-%m-%d")
    answers: dict[str, object] = {"title": f"{form.singular or form.title} {number}"}
    for spec in form.specs():
        kind = spec.type
        if kind in {"choice"} and spec.options.get("choices"):
            choices = spec.options["choices"]
            answers[spec.key] = choices[number % len(choices)]["key"]
        elif kind == "date":
            answers[spec.key] = f"{day}T18:30" if spec.options.get("time") else day
        elif kind == "link":
            answers[spec.key] = f"https://example.org/{number}"
        elif kind in {"longtext", "text"} and spec.required and spec.key != "title":
            answers[spec.key] = f"Une phrase qui dit ce que c'est, la {number}e."
    known = {spec.key for spec in forms.writable_specs(form, SYSTEM, creating=True)}
    content = entries.clean_data(form, {k: v for k, v in answers.items() if k in known}, SYSTEM)
    entries.create(form, content, SYSTEM, entries.Room(station.project_id, station.membrane_id))
