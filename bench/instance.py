"""The wikis that are measured: an empty one, and one with the shared French documents and a bazar of 1,000 entries."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from flask import Flask

from wiki import instances
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes, forms
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.core.search.index import indexer
from wiki.search import index
from wiki.search.indexing.documents import Pages
from wiki.transfer import demo
from wiki.transfer.formats import jsonl

PASSWORD = "bench the wiki"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "fr-3000.jsonl.gz"
ENTRIES = 1_000
PLACES = ("Brest", "Rennes", "Nantes", "Lyon", "Lille", "Liège", "Lausanne", "Toulouse")


def create(folder: Path, **settings: object) -> Flask:
    """Make an empty wiki whose admin is `bench`."""
    return instances.create(
        folder, admin="bench", email="bench@example.org", password=PASSWORD, **settings
    )


def make(folder: Path, **settings: str) -> list[str]:
    """Make the wiki and return the names of its documents. Needs the shared corpus."""
    app = create(folder, **settings)
    with app.app_context():
        demo.fill("fr")
        jsonl.bring_in(CORPUS, author=SYSTEM, progress=lambda *_: None)
        _bazar()
        indexer.catch_up(index.engine(), Pages())
    with gzip.open(CORPUS, "rt") as lines:
        return [json.loads(line)["name"] for line in lines]


def _bazar() -> None:
    options = [{"key": f"s{number}", "label": f"Service {number}"} for number in range(12)]
    fields = [
        FieldSpec("title", "text", "Nom", required=True),
        FieldSpec(
            "services",
            "choices",
            "Services",
            facet=True,
            in_list=True,
            options={"choices": options},
        ),
        FieldSpec(
            "town", "choice", "Ville", facet=True, in_list=True, options={"choices": _towns()}
        ),
        FieldSpec("people", "number", "Personnes", in_list=True),
        FieldSpec("about", "longtext", "Présentation"),
    ]
    with db.write() as session:
        form = changes.make_form(
            session, title="Mesure", key="mesure", fields=fields, default_view="cards"
        )
    for start in range(0, ENTRIES, 100):
        with db.write():
            for number in range(start, start + 100):
                _entry(form, number)


def _towns() -> list[dict[str, str]]:
    return [{"key": town.lower(), "label": town} for town in PLACES]


def _entry(form: forms.Form, number: int) -> None:
    answers = {
        "title": f"Organisation {number}",
        "services": [f"s{number % 12}", f"s{(number * 7) % 12}"],
        "town": PLACES[number % len(PLACES)].lower(),
        "people": number % 200,
        "about": f"Une organisation de {number % 200} personnes qui héberge et accompagne.",
    }
    entries.create(form, entries.clean_data(form, answers, SYSTEM), SYSTEM)
