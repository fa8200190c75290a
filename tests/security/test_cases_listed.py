"""docs/security.md tells which tests hold which case: they exist, and no case is left out."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
CASES = ROOT.parent / "shared" / "security" / "CASES.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| (.+) \|$", re.M)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> dict[int, str]:
    """Return what stands beside each case of the table."""
    return {int(number): held for number, _about, held in ROW.findall(PAGE.read_text())}


@cache
def functions(path: str) -> set[str]:
    """Return the names of the functions of a file of tests."""
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("case", rows())
def test_each_case_has_tests_that_exist_or_a_reason(case: int) -> None:
    held = rows()[case]
    named = TEST.findall(held)
    assert named or held.startswith("Not here: ")
    assert held.count("`") == 2 * len(named), "a test is named as `tests/file.py::test_name`"
    missing = [(path, name) for path, name in named if name not in functions(path)]
    assert missing == []


def test_no_case_is_left_out() -> None:
    if not CASES.exists():
        pytest.skip("the list of cases is not beside this project")
    wanted = {int(number) for number in re.findall(r"^(\d+)\. ", CASES.read_text(), re.M)}
    assert len(wanted) > 70
    assert wanted - rows().keys() == set()
