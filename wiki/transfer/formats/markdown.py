"""Pages from a folder of Markdown files: the first heading is the title, `tags:` in a front matter the tags."""

from __future__ import annotations

import re
from pathlib import Path

from wiki.core.access import Actor
from wiki.core.names import page_name
from wiki.transfer.page_import import Item, Progress, Report, bring

FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)
HEADING = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*\n")


def bring_in(folder: Path, *, author: Actor, progress: Progress) -> Report:
    """Bring in every `.md` file of a folder and of those in it; a file's name is the page's."""
    files = sorted(folder.rglob("*.md"))
    bad: list[str] = []
    items = [item for file in files if (item := _read(file, folder, bad)) is not None]
    report = bring(items, total=len(items), author=author, progress=progress)
    report.problems = bad + report.problems
    return report


def _read(file: Path, folder: Path, bad: list[str]) -> Item | None:
    where = str(file.relative_to(folder))
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        bad.append(f"{where}: this file is not UTF-8")
        return None
    front = _front(text)
    text = FRONT.sub("", text, count=1)
    heading = HEADING.match(text)
    title = front.get("title") or (heading.group(1) if heading else file.stem)
    tags = tuple(
        tag.strip(" '\"-")
        for tag in re.split(r"[,\n]", front.get("tags", "").strip("[] "))
        if tag.strip()
    )
    body = HEADING.sub("", text, count=1) if heading else text
    return Item(
        where, page_name(file.stem), title, body.strip() + "\n", tags, front.get("lang", "")
    )


def _front(text: str) -> dict[str, str]:
    found = FRONT.match(text)
    lines = (
        re.findall(r"^(\w+):\s*(.*(?:\n\s+- .*)*)", found.group(1), re.MULTILINE) if found else []
    )
    return {name.lower(): value.strip().strip("'\"") for name, value in lines}
