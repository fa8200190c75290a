"""Answers that the demo network gives only to who changes it, or asks other sites: those of a wiki of the test's own.

A browser shows them at an address of the demo, which serves the styles and scripts that both have.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route
from werkzeug.test import TestResponse

from tests.bazar import neighbours
from tests.documents import office
from tests.world import Browser, World
from wiki import worker
from wiki.accounts import people
from wiki.bazar.forms import catalogue
from wiki.core import db, settings

TOLD = Path(__file__).parent.parent / "bazar" / "yeswiki" / "form.json"
HEADS = [
    "Nom de l'organisation",
    "Type d'activité",
    "Site web",
    "Ville",
    "Remarques de la commission",
]
ROWS = [
    [
        "La Fabrique des Communs numériques",
        "Hébergement",
        "https://fabrique.example",
        "Brest",
        "À rappeler",
    ],
    ["Octet Coop", "Formation", "octet", "Clermont-Ferrand", ""],
    ["", "Conseil", "", "Lille", "Sans nom : qui est-ce ?"],
    [
        "Le Fournil",
        "Boulangerie",
        "https://fournil.example/une/adresse/plutot/longue",
        "",
        "Vu au salon",
    ],
]


@dataclass(frozen=True)
class Passing:
    """An answer by name, and where it was given."""

    name: str
    path: str
    html: str
    headers: dict[str, str]


def answers(world: World) -> Iterator[Passing]:
    """Give the steps of an import, a form of another wiki before it is made, and entries of other wikis."""
    with world.app.app_context(), db.write() as session:
        settings.put(session, lang="fr", outside=True)
        people.find_user("alice").lang = "fr"
        key = catalogue.form_from_model(session, "partners", "fr").key
    alice = world.browser("alice")
    yield from _import(world, alice, key)
    url = {"url": "https://ancien.example/?BazaR&vue=consulter&id=4"}
    yield _kept("form-elsewhere", alice.post("/-/new-form/address", url))
    with world.app.app_context():
        titles = (f"Le Fournil de la vallée, numéro {number}" for number in range(8))
        neighbours.keep(key, "cooperatives-du-territoire.example", *titles)
        neighbours.keep(key, "voisine.example", "La Ruche, à côté du fournil")
    for name, query in (("search-elsewhere", "fournil"), ("search-only-elsewhere", "ruche")):
        yield _kept(name, alice.get(f"/-/search?q={query}"))
    yield _kept("beside-a-table", alice.get(f"/-/forms/{key}?view=table"))


def _import(world: World, alice: Browser, key: str) -> Iterator[Passing]:
    sent = {"file": (io.BytesIO(office.ods([HEADS, *ROWS], empty=("Notes",))), "annuaire-2026.ods")}
    place = alice.post(f"/-/forms/{key}/imports", sent, content_type="multipart/form-data").headers[
        "Location"
    ]
    yield _kept("import-columns", alice.get(place))
    chosen = {f"column-{at}": "" for at in range(len(HEADS))} | {"column-0": "title"}
    yield _kept("import-refused", alice.post(place, chosen | {"column-1": "title"}))
    alice.post(place, chosen | {"start": "1"})
    yield _kept("import-at-work", alice.get(place))
    while worker.tick(world.app):
        pass
    yield _kept("import-done", alice.get(place))
    yield _kept("imports", alice.get(f"/-/forms/{key}/imports"))


def _kept(name: str, answer: TestResponse) -> Passing:
    kept = ("Content-Type", "Content-Security-Policy")
    path = urlsplit(answer.request.url).path
    return Passing(name, path, answer.text, {one: answer.headers[one] for one in kept})


def show(page: Page, answer: Passing) -> None:
    """Open an answer as if the demo gave it; what it asks again after a while changes nothing."""

    def give(route: Route) -> None:
        if route.request.resource_type == "document":
            route.fulfill(body=answer.html, headers=answer.headers)
        else:
            route.fulfill(status=204)

    page.route(f"**{answer.path}", give)
    page.goto(answer.path)
