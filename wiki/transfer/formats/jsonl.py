"""Pages from JSON lines, plain or gzip: `name`, `title`, `tags`, `body`, and `lang` if there is one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wiki.core.access import Actor
from wiki.transfer.page_import import Item, Progress, Report, bring


def bring_in(file: Path, *, author: Actor, progress: Progress) -> Report:
    """Bring in every line of a file; a line that is not what it should be is reported by its number."""
    total = sum(1 for _line in _lines(file))
    bad: list[str] = []
    report = bring(_items(file, bad), total=total, author=author, progress=progress)
    report.problems = bad + report.problems
    return report


def _items(file: Path, bad: list[str]) -> Iterator[Item]:
    for number, line in _lines(file):
        try:
            yield _item(f"line {number}", json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            bad.append(f"line {number}: {error}")


def _item(where: str, row: dict[str, Any]) -> Item:
    tags = row.get("tags") or []
    if not isinstance(tags, list):
        raise TypeError("tags: a list is expected")
    return Item(
        where=where,
        name=str(row.get("name") or ""),
        title=str(row.get("title") or ""),
        body=str(row.get("body") or ""),
        tags=tuple(str(tag) for tag in tags),
        lang=str(row.get("lang") or ""),
    )


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Give the lines that hold something, with their numbers in the file."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
