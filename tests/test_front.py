"""The linter of scripts and stylesheets: pinned by hash, and missed aloud where it cannot be had."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scripts import front


def test_every_package_is_pinned_by_hash() -> None:
    lock = json.loads((front.LOCK / "package-lock.json").read_text())["packages"]
    packages = {name: package for name, package in lock.items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_check_without_npm_is_missed_aloud(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(front, "INSTALLED", tmp_path / "frontend")
    monkeypatch.setattr(front, "find_npm", lambda: (None, {}))
    assert front.main("check") == 0
    assert "NOT checked" in capsys.readouterr().err


def test_failed_install_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(front, "INSTALLED", tmp_path / "frontend")
    monkeypatch.setattr(front, "find_npm", lambda: ([shutil.which("false") or "false"], {}))
    assert front.install() is None
    assert not front.INSTALLED.exists()


def test_installation_of_another_lock_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(front, "INSTALLED", tmp_path)
    program = tmp_path / "node_modules" / "@biomejs" / "cli-any" / "biome"
    program.parent.mkdir(parents=True)
    program.touch()
    shutil.copy(front.LOCK / "package-lock.json", tmp_path)
    assert front.installed() == program
    (tmp_path / "package-lock.json").write_text("{}")
    assert front.installed() is None
