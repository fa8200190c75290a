"""The promise of the open folders: a new kind of thing is one file and one template, and no other file changes.

A field type, a view, a macro, a station template and a site setting are written in a temporary folder, and the
contract tests of the project run over them, in a process of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FILES = {
    "fields/barometer.py": '''
"""Air pressure."""

from typing import ClassVar

from wiki.bazar.field import BadValue, Field, IndexValue, is_number


class Barometer(Field):
    """Hectopascals, a whole number."""

    name: ClassVar[str] = "barometer"
    label = "Pression / Pressure"
    group = "Mesures / Measures"
    summary = "air pressure, in hectopascals"
    icon = "hash"
    sample = "1013"
    can_sort = True
    numeric = True
    shown_as_number = True
    editable_in_cell = True
    identifying = True

    def clean(self, spec, raw):
        if raw is None or raw == "":
            return None
        text = str(raw).strip()
        if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and 800 <= int(text[:6]) < 1200):
            raise BadValue("De 800 à 1199 hPa / From 800 to 1199 hPa")
        return int(text)

    def holds(self, spec, value):
        return is_number(value)

    def index(self, spec, value):
        return [IndexValue(number=float(value))]

    def bound(self, spec, raw, *, upper):
        return float(self.clean(spec, raw) or 0)

    def text(self, spec, value):
        return f"{value} hPa"

    def source(self, spec, value):
        return str(value)

    def to_csv(self, spec, value):
        return str(value)
''',
    "templates/bazar/fields/barometer.html": """
{% macro control(spec, type, value, control) %}
  <input type="text" value="{{ value if value is not none }}" {{ control|xmlattr }}>
{% endmacro %}
{% macro shown(spec, type, value) %}<data value="{{ value }}">{{ type.text(spec, value) }}</data>{% endmacro %}
""",
    "views/bullets.py": '''
"""Entries as bullets."""

from flask_babel import lazy_gettext as _l

from wiki.bazar.views.base import NUMERIC, View
from wiki.core.params import Param


class BulletsView(View):
    """One bullet an entry, with a number."""

    name = "bullets"
    label = "Puces / Bullets"
    summary = "bullets with a number"
    options = (Param("figure", _l("Number"), "field"),)
    takes = {"figure": NUMERIC}

    def context(self, found):
        spec = self.field(found, "figure")
        return {"rows": [(entry, entry.text(spec.key) if spec else "") for entry in found.entries]}
''',
    "templates/bazar/views/bullets.html": """
<ul>
  {% for entry, figure in rows %}<li><a href="{{ entry.url }}">{{ entry.title }}</a> {{ figure }}</li>{% endfor %}
</ul>
""",
    "macros/shout.py": '''
"""Words said aloud."""

from wiki.core.params import Param
from wiki.macros.base import Macro


class Shout(Macro):
    """Words in capital letters."""

    name = "shout"
    label = "Crier / Shout"
    params = (Param("words", "Mots / Words", default="Ho"),)

    def context(self, call):
        return {"words": call.get("words").upper()}
''',
    "templates/macros/shout.html": "<p><strong>{{ words }}</strong></p>\n",
    "stations/9-choir.toml": """
title = { fr = "Chorale", en = "Choir" }
description = { fr = "On chante.", en = "We sing." }

[[blocks]]
macro = "meetings"

[[blocks]]
macro = "minutes"

[[blocks]]
macro = "contacts"

[[blocks]]
macro = "documents"

[[blocks]]
macro = "discuss"
""",
    "site_settings/choir.py": '''
"""The choir's own settings."""

from wiki.core.site_setting import SiteSetting

SETTINGS = (
    SiteSetting("loud", False, "Sing louder.", kind="flag", label="Plus fort / Louder"),
    SiteSetting("tune", "", "First tune.", kind="text", label="Air / Tune", longest=40),
)
''',
}

CONTRACTS = (
    "tests/bazar/test_fields.py",
    "tests/bazar/test_field_names.py::test_no_code_compares_the_name_of_a_type",
    "tests/bazar/test_field_names.py::test_no_template_compares_the_name_of_a_type",
    "tests/bazar/test_views.py",
    "tests/macros/test_macros.py",
    "tests/projects/test_platforms.py::test_each_template_has_known_platforms_and_answers_the_six_questions",
    "tests/open_folders/additions_contract.py",
)
NEW = "barometer or bullets or shout or name_of_a_type or template_has_known or addition"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one new thing for each open folder."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip())
    return tmp_path


def run(folder: Path, contracts: Iterable[str] = CONTRACTS) -> subprocess.CompletedProcess[str]:
    """Run the contract tests over what stands in a folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.open_folders.additions"]
    command += ["-p", "no:cacheprovider", "-n", "0", "-rA", "-k", NEW, *contracts]
    environment = os.environ | {"ADDITIONS": str(folder), "PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900
    )


def test_additions_keep_the_contracts_and_change_no_other_file(folder: Path) -> None:
    done = run(folder)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASSED")]
    for name in ("[barometer]", "[bullets]", "[shout]", "addition"):
        assert [line for line in passed if name in line], (name, done.stdout[-3000:])


def test_contract_sees_an_addition_that_breaks_it(folder: Path) -> None:
    (folder / "fields" / "barometer.py").write_text(
        FILES["fields/barometer.py"].lstrip().replace("raise BadValue(", "raise TypeError(")
    )
    done = run(folder, CONTRACTS[:1])
    assert done.returncode == 1, done.stdout[-3000:]
    assert "barometer" in done.stdout
