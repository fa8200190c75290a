"""The documentation of the API matches its description."""

from __future__ import annotations

import re
from pathlib import Path

from wiki.api.schemas import SCHEMAS

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def test_documented_operations_match_the_api(program):
    paths = program().get("/openapi.json").get_json()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"`([A-Z]+ /-/api/v1/[^`]*)`", TEXT)) == there


def test_documentation_names_every_key_of_a_put():
    section = TEXT[TEXT.index("A `PUT` takes") :].partition("\n\n")[0]
    assert set(SCHEMAS["PageChange"]["properties"]) <= set(re.findall(r"`(\w+)`", section))
