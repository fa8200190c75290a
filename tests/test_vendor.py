"""What comes from other projects is what the manifest says, with its licence beside it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
MANIFEST: list[dict[str, str]] = json.loads((STATIC / "vendor/manifest.json").read_text())


@pytest.mark.parametrize("line", MANIFEST, ids=lambda line: line["file"])
def test_vendored_file_matches_its_hash(line: dict[str, str]) -> None:
    digest = hashlib.sha384((STATIC / line["file"]).read_bytes()).digest()
    assert line["sha384"] == "sha384-" + base64.b64encode(digest).decode()


@pytest.mark.parametrize("line", MANIFEST, ids=lambda line: line["file"])
def test_vendored_file_has_its_licence(line: dict[str, str]) -> None:
    assert line["licence"]
    assert len((STATIC / line["licence_file"]).read_text()) > 200


def test_vendor_folder_holds_nothing_else() -> None:
    found = {str(path.relative_to(STATIC)) for path in (STATIC / "vendor").glob("*.*")}
    assert found - {"vendor/manifest.json"} == {
        line["file"] for line in MANIFEST if line["file"].startswith("vendor/")
    }


def test_templates_use_only_icons_of_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    used = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'icon\("([a-z0-9-]+)"', template.read_text())
    }
    assert used - sprite == set()


def test_stylesheet_stays_small() -> None:
    assert len(gzip.compress((STATIC / "css/main.css").read_bytes(), 9)) <= 9 * 1024


@pytest.mark.parametrize(
    "sheet",
    [path for path in STATIC.glob("css/*.css") if path.name != "main.css"],
    ids=lambda p: p.name,
)
def test_stylesheet_of_a_feature_stays_smaller_still(sheet: Path) -> None:
    assert len(gzip.compress(sheet.read_bytes(), 9)) <= 2 * 1024
