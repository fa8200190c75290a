"""An installed wheel serves a wiki: templates, scripts, models and translations are in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SCRIPT = """
import sys
from pathlib import Path
import wiki
assert Path(wiki.__file__).is_relative_to(sys.argv[1]), wiki.__file__
from wiki import instances
from wiki.transfer import demo
app = instances.create(Path(sys.argv[2]), admin="alice", email="alice@example.org", password="correct horse battery")
client = app.test_client()
assert "Bienvenue" in client.get("/").text
assert client.get("/-/static/css/main.css").status_code == 200
assert "Se connecter" in client.get("/-/login").text
from wiki.bazar.forms import catalogue
with app.app_context():
    assert catalogue.models()
"""


def test_installed_wheel_serves_a_wiki(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(build, check=True, cwd=tmp_path)
    target = tmp_path / "installed"
    zipfile.ZipFile(next(tmp_path.glob("gare-*.whl"))).extractall(target)
    command = [
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(target)!r})\n{SCRIPT}",
        str(target),
        str(tmp_path / "wiki"),
    ]
    subprocess.run(command, check=True, cwd=tmp_path)
