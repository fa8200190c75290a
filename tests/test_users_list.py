"""The list of what the wiki is made of: its packages, its top-level names, its engine, its weight."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import Marker

from wiki import instances
from wiki.app import close_app
from wiki.cli import main as gare
from wiki.config import Config
from wiki.core import http

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "flask": "flask",
    "flask-login": "flask_login",
    "flask-htmx": "flask_htmx",
    "markdown-it-py": "markdown_it",
    "sqlalchemy": "sqlalchemy",
    "whoosh": "whoosh",
}
FOLDERS = ("wiki", "templates", "static", "instance", "tests")
HEAVIEST = 215
"""MB (of 1,000,000 bytes) on the disk of an install by `requirements.lock`."""


def _direct_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {re.split(r"[^\w-]", line)[0] for line in project["dependencies"]}


def _imported() -> set[str]:
    """Return the top-level modules that files of `wiki/` import."""
    modules: set[str] = set()
    for path in (ROOT / "wiki").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    return modules


def _locked() -> list[str]:
    """Return the packages of `requirements.lock` that this system installs."""
    lines = re.findall(r"^([\w.-]+)==[^\s;]+(?: ; (.+?))? \\$", _lock(), re.MULTILINE)
    return [name for name, marker in lines if not marker or Marker(marker).evaluate()]


def _lock() -> str:
    return (ROOT / "requirements.lock").read_text()


def test_packages_of_the_list_are_direct_dependencies_in_use() -> None:
    assert set(PACKAGES) <= _direct_dependencies()
    assert set(PACKAGES.values()) <= _imported()
    assert set(PACKAGES) <= set(_locked())


def test_names_of_the_list_stand_at_the_top() -> None:
    assert all((ROOT / name).is_dir() for name in FOLDERS)
    assert all((ROOT / name).is_file() for name in ("wsgi.py", "pyproject.toml"))


def test_whoosh_is_the_engine_by_default() -> None:
    assert Config(instance=ROOT).search_engine == "whoosh"


def test_instance_folder_is_ignored_but_for_its_note() -> None:
    def is_ignored(name: str) -> bool:
        command = ["git", "-C", str(ROOT), "check-ignore", "--quiet", "--no-index", name]
        return subprocess.run(command, check=False).returncode == 0

    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    assert not is_ignored("instance/README.md")
    assert is_ignored("instance/wiki.db")
    assert is_ignored("instance/files/a")


def test_wiki_is_made_in_a_folder_that_holds_only_the_note(tmp_path: Path) -> None:
    note = tmp_path / "README.md"
    note.write_bytes((ROOT / "instance" / "README.md").read_bytes())
    app = instances.create(
        tmp_path, admin="alice", email="alice@example.org", password="correct horse battery"
    )
    assert app.test_client().get("/").status_code == 200
    close_app(app)
    assert note.exists()
    # `make run` looks for this file to know whether to make the demo network.
    assert (tmp_path / "wiki.db").exists()


def test_note_of_the_instance_folder_names_commands_that_exist() -> None:
    named = re.findall(r"`[^`]*\bgare ([a-z-]+)`", (ROOT / "instance" / "README.md").read_text())
    assert named
    assert set(named) <= set(gare.commands)


def test_headers_of_htmx_are_read_in_one_place() -> None:
    files = [*(ROOT / "wiki").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    reading = [path for path in files if re.search(r"[\"']HX-", path.read_text())]
    assert reading == [Path(http.__file__)]


@pytest.mark.parametrize(
    ("headers", "target", "is_htmx"),
    [
        ({}, "", False),
        ({"HX-Request": "true"}, "", True),
        ({"HX-Request": "true", "HX-Target": "div#talk"}, "talk", True),
        ({"HX-Request": "true", "HX-Target": "talk"}, "talk", True),
        ({"HX-Request": "true", "HX-Target": "#talk"}, "talk", True),
        ({"HX-Request": "false", "HX-Target": "div#talk"}, "", False),
        ({"HX-Target": "div#talk"}, "", False),
    ],
)
def test_target_of_htmx_is_an_id(app, headers, target, is_htmx) -> None:
    with app.test_request_context(headers=headers):
        assert (http.htmx_target(), http.is_htmx()) == (target, is_htmx)
        assert http.has_htmx_headers() is bool(headers)


def test_default_install_is_light(capsys: pytest.CaptureFixture[str]) -> None:
    """Count as `du` does: the blocks of each file that an installer recorded, bytecode included."""
    weights: dict[str, int] = {}
    for name in _locked():
        paths = {Path(str(file.locate())).resolve() for file in distribution(name).files or ()}
        caches = {
            cached
            for path in paths
            if path.suffix == ".py"
            for cached in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc")
        }
        files = {path for path in paths | caches if path.is_file()}
        folders = {path.parent for path in files}
        weights[name] = sum(path.stat().st_blocks * 512 for path in files | folders)
    total = sum(weights.values()) / 1_000_000
    heaviest = sorted(weights, key=weights.__getitem__, reverse=True)[:5]
    with capsys.disabled():
        print(f"\ndefault install: {total:.0f} MB in {len(weights)} packages; heaviest:")
        print(", ".join(f"{name} {weights[name] / 1_000_000:.0f}" for name in heaviest))
    assert total <= HEAVIEST
