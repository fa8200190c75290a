"""Templates of stations: data files of `wiki/models/stations`, in both languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wiki.projects.station import block_of

FOLDER = Path(__file__).parent.parent / "models" / "stations"


@dataclass(frozen=True)
class Template:
    """A ready-made station: its words in one language, and its blocks in order."""

    key: str
    title: str
    description: str
    blocks: tuple[dict[str, Any], ...]

    @property
    def macros(self) -> tuple[str, ...]:
        return tuple(block["macro"] for block in self.blocks)


def templates(lang: str) -> list[Template]:
    """Return the templates in a language, in the order of their files."""
    return [_template(path, lang) for path in sorted(FOLDER.glob("*.toml"))]


def blocks_of(template: Template, chosen: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """Return new blocks for a station of this template; `chosen` macros, or all of them."""
    wanted = template.macros if chosen is None else chosen
    own = {block["macro"]: block for block in template.blocks}
    order = [name for name in template.macros if name in wanted]
    order += [name for name in wanted if name not in own]
    return [
        block_of(
            name, title=own.get(name, {}).get("title", ""), values=own.get(name, {}).get("values")
        )
        for name in order
    ]


def _template(path: Path, lang: str) -> Template:
    data = _read(path)
    blocks = tuple(
        {**block, "title": block.get("title", {}).get(lang, ""), "values": _values(block, lang)}
        for block in data["blocks"]
    )
    key = path.stem.partition("-")[2]
    return Template(key, data["title"][lang], data["description"][lang], blocks)


def _values(block: dict[str, Any], lang: str) -> dict[str, str]:
    values = block.get("values", {})
    return {
        name: value[lang] if isinstance(value, dict) else value for name, value in values.items()
    }


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())
