"""Writes the tables of the documentation that the code declares: field types, views, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import wiki.app  # noqa: F401 - it imports every feature, in their order
from wiki.bazar.field import Field
from wiki.bazar.forms import forms
from wiki.bazar.views import views
from wiki.bazar.views.base import View
from wiki.config import Config
from wiki.core.site_setting import SiteSetting, declared

DOCS = Path(__file__).resolve().parent.parent / "docs"


def field_type(kind: Field) -> tuple[str, ...]:
    """Return the row of a field type."""
    return _code(kind.name), kind.summary, _codes(param.name for param in kind.options)


def view(one: View) -> tuple[str, ...]:
    """Return the row of a view."""
    return _code(one.name), one.summary, _codes(param.name for param in one.settings())


def hoster_setting(setting: Any) -> tuple[str, ...]:
    """Return the row of a setting of `config.toml`, a field of `Config`."""
    default = "empty" if setting.default == "" else repr(setting.default)
    return _code(setting.name), default, setting.metadata["doc"]


def site_setting(setting: SiteSetting) -> tuple[str, ...]:
    """Return the row of a setting that admins change in the browser."""
    default = "empty" if setting.default in ("", []) else f"`{setting.default!r}`"
    return _code(setting.name), default, setting.doc


def tables() -> dict[tuple[str, str], tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Return by file and heading the head and the rows of each table."""
    setting = ("setting", "default", "meaning")
    types = sorted(forms.field_types().values(), key=lambda kind: (kind.order, kind.name))
    shown = sorted(views().values(), key=lambda one: (not one.common, one.name))
    hoster = [one for one in fields(Config) if one.name != "instance"]
    return {
        ("bazars.md", "Types of field"): (
            ("Type", "What it holds", "Settings of its own"),
            list(map(field_type, types)),
        ),
        ("bazars.md", "Views"): (
            ("View", "What it shows", "Settings"),
            list(map(view, shown)),
        ),
        ("settings.md", "Settings of the hoster"): (setting, list(map(hoster_setting, hoster))),
        ("settings.md", "Settings of the site"): (
            setting,
            list(map(site_setting, declared().values())),
        ),
    }


def written(name: str) -> str:
    """Return a file of the documentation with its tables as the code declares them."""
    text = (DOCS / name).read_text()
    for (file, heading), (head, rows) in tables().items():
        if file == name:
            text = _with_table(text, heading, _table(head, rows))
    return text


def files() -> list[str]:
    """Return the files that hold such tables."""
    return sorted({file for file, _heading in tables()})


def _with_table(text: str, heading: str, table: str) -> str:
    """Return a text with the first table under a heading replaced. Raises ValueError without one."""
    before, mark, after = text.partition(f"## {heading}\n")
    if not mark:
        raise ValueError(f"no heading {heading}")
    lines = after.split("\n")
    first = next(at for at, line in enumerate(lines) if line.startswith("|"))
    last = next(at for at in range(first, len(lines)) if not lines[at].startswith("|"))
    return before + mark + "\n".join([*lines[:first], table, *lines[last:]])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])


def _code(word: str) -> str:
    return f"`{word}`"


def _codes(words: Iterable[str]) -> str:
    return ", ".join(map(_code, words))


def main(write: Callable[[Path, str], Any] = Path.write_text) -> None:
    """Write each file anew."""
    for name in files():
        write(DOCS / name, written(name))


if __name__ == "__main__":
    main()
