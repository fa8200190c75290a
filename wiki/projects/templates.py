"""Templates of stations: data files of `wiki/models/stations`, in both languages, and stations people kept."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages.models import Page
from wiki.projects.models import StationTemplate
from wiki.projects.station import block_macros, block_of

FOLDERS = [Path(__file__).parent.parent / "models" / "stations"]
"""Open folders: each file is a template; the number it begins with is its place."""
OWN = "own-"
MOST = 200
GENERAL = {"number", "choice", "flag"}
"""Kinds of settings that a template keeps; the others (addresses, pages, words) are the station's own."""


@dataclass(frozen=True)
class Template:
    """A ready-made station: its words in one language, and its blocks in order. `kept` by a person."""

    key: str
    title: str
    description: str
    blocks: tuple[dict[str, Any], ...]
    stages: tuple[dict[str, str], ...] = ()
    greeting: str = ""
    kept: StationTemplate | None = field(default=None, compare=False)

    @property
    def macros(self) -> tuple[str, ...]:
        return tuple(block["macro"] for block in self.blocks)


def templates(lang: str) -> list[Template]:
    """Return the templates in a language, in the order of their files."""
    files = (path for folder in FOLDERS for path in folder.glob("*.toml"))
    return [_template(path, lang) for path in sorted(files, key=lambda path: path.name)]


def every_template(lang: str) -> list[Template]:
    """Return the templates of the wiki: those of the files, then those kept by people."""
    query = select(StationTemplate).order_by(StationTemplate.title, StationTemplate.id).limit(MOST)
    return templates(lang) + [_kept(row) for row in db.session().scalars(query)]


def blocks_of(template: Template, chosen: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """Return new blocks for a station of this template; `chosen` macros, or all of them."""
    wanted = template.macros if chosen is None else chosen
    kept = [block for block in template.blocks if block["macro"] in wanted]
    kept += [{"macro": name} for name in wanted if name not in template.macros]
    return [
        block_of(
            block["macro"],
            title=block.get("title", ""),
            values=block.get("values"),
            wide=bool(block.get("wide")),
            phone=block.get("phone", ""),
        )
        for block in kept
    ]


def keep(page: Page, *, title: str, description: str, actor: Actor) -> StationTemplate:
    """Keep a station as a template, without what is its own. Raises Invalid."""
    title = " ".join(title.split())[:80]
    if not title:
        raise Invalid(template_title=_("Give it a title."))
    data = page.head.data
    macros = block_macros()
    blocks = [
        {
            "macro": block["macro"],
            "title": block.get("title", ""),
            "values": _general(macros[block["macro"]], block.get("values", {})),
            "wide": bool(block.get("wide")),
            "phone": block.get("phone", ""),
        }
        for block in data.get("blocks", [])
        if block["macro"] in macros and not block.get("hidden")
    ]
    stages = [_begun(stage["label"], index) for index, stage in enumerate(data.get("stages", []))]
    made = StationTemplate(
        title=title,
        description=" ".join(description.split())[:200],
        data={"blocks": blocks, "stages": stages},
        owner_id=actor.id,
        created_at=db.utcnow(),
    )
    with db.write() as session:
        session.add(made)
        session.flush()
    return made


def _general(macro: Any, values: Mapping[str, str]) -> dict[str, str]:
    kinds = {param.name: param.kind for param in macro.params}
    return {name: value for name, value in values.items() if kinds.get(name) in GENERAL}


def _begun(label: str, index: int) -> dict[str, str]:
    return {"label": label, "note": "", "state": "todo" if index else "here"}


def _kept(row: StationTemplate) -> Template:
    return Template(
        f"{OWN}{row.id}",
        row.title,
        row.description,
        tuple(row.data.get("blocks", ())),
        tuple(row.data.get("stages", ())),
        kept=row,
    )


def _template(path: Path, lang: str) -> Template:
    data = _read(path)
    blocks = tuple(
        {**block, "title": block.get("title", {}).get(lang, ""), "values": _values(block, lang)}
        for block in data["blocks"]
    )
    stages = tuple(
        {"label": stage["label"][lang], "note": "", "state": stage["state"]}
        for stage in data.get("stages", ())
    )
    greeting = data.get("greeting", {}).get(lang, "")
    key = path.stem.partition("-")[2]
    return Template(key, data["title"][lang], data["description"][lang], blocks, stages, greeting)


def _values(block: dict[str, Any], lang: str) -> dict[str, str]:
    values = block.get("values", {})
    return {
        name: value[lang] if isinstance(value, dict) else value for name, value in values.items()
    }


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())
