"""The page about the API says what the API does."""

from __future__ import annotations

import re
from pathlib import Path

from wiki.api.schemas import SCHEMAS

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def test_every_operation_is_documented_and_every_documented_one_is_there(program):
    paths = program().get("/openapi.json").get_json()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"`([A-Z]+ /-/api/v1/[^`]*)`", TEXT)) == there


def test_every_key_that_a_put_takes_is_named():
    section = TEXT[TEXT.index("A `PUT` takes") :].partition("\n\n")[0]
    assert set(SCHEMAS["PageChange"]["properties"]) <= set(re.findall(r"`(\w+)`", section))
