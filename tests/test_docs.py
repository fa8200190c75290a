"""The documents tell the truth of the code: settings, files and commands they name exist."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from wiki.cli import main
from wiki.config import Config

ROOT = Path(__file__).resolve().parent.parent
DOCS = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))]


def test_settings_are_all_described() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    for field in fields(Config):
        if field.name != "instance":
            assert f"`{field.name}`" in page, field.name
            assert field.metadata["doc"] in page, field.name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_files_named_exist(path: Path) -> None:
    for name in re.findall(
        r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|html|css|js))(?::[^`]*)?`", path.read_text()
    ):
        assert (ROOT / "wiki" / name).exists() or (ROOT / name).exists(), name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_test_files_named_exist(path: Path) -> None:
    for name in re.findall(r"\btests/(?:[a-z_]+/)*[a-z_]+\.py", path.read_text()):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_commands_named_exist(path: Path) -> None:
    for words in re.findall(r"\bgare ((?:[a-z]+ ?){1,2})", path.read_text()):
        first, _space, second = words.strip().partition(" ")
        if first not in main.commands:
            continue
        group = getattr(main.commands[first], "commands", None)
        assert group is None or second in group, words


def test_commands_are_all_described() -> None:
    hosting = (ROOT / "docs" / "hosting.md").read_text()
    for name in main.commands:
        assert f"gare {name}" in hosting, name
