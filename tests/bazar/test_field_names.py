"""No code outside the folder of field types asks a type for its name: it asks for a trait of `Field`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wiki.bazar.forms import forms

ROOT = Path(__file__).parents[2]
OWN = ("wiki/bazar/fields/", "wiki/migrations/")
"""Where the types themselves stand, and where old data is brought up to date."""
SPEC = r"(?:spec|field|old|source|stored|column|column\.spec|question|item)"
IN_TEMPLATE = re.compile(
    rf"\b{SPEC}(?:\.spec)?\.type(?:\.name)?\s*(?:==|!=|\bin\b|\bnot in\b)"
    r"|\b(?:type|kind)\.name\s*(?:==|!=|\bin\b|\bnot in\b)"
    r"|attr\(\"[^\"]*\btype(?:\.name)?\", "
)


def names() -> set[str]:
    return set(forms.field_types())


def words_of(node: ast.expr) -> set[str]:
    """The texts written in an expression: one, or a set, list or tuple of them, or an union of such."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.Set | ast.List | ast.Tuple):
        return {word for part in node.elts for word in words_of(part)}
    if isinstance(node, ast.BinOp):
        return words_of(node.left) | words_of(node.right)
    if isinstance(node, ast.Call):
        return {word for part in node.args for word in words_of(part)}
    return set()


def is_type(node: ast.expr) -> bool:
    """Whether an expression is the name of a type: `spec.type`, `row["type"]`, `kind.name`."""
    if isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value)
        return node.attr == "type" or (node.attr == "name" and owner.endswith(("kind", "type")))
    if isinstance(node, ast.Subscript):
        return words_of(node.slice) == {"type"}
    return isinstance(node, ast.Call) and words_of(node) == {"type"}


def comparisons(tree: ast.AST, known: set[str]) -> Iterator[int]:
    """Give the lines that compare the name of a type with a written one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(is_type, sides)) and any(words_of(side) & known for side in sides):
                yield node.lineno
        elif isinstance(node, ast.Match) and is_type(node.subject):
            yield node.lineno


def collections(tree: ast.AST, known: set[str]) -> Iterator[int]:
    """Give the lines of sets and lists that hold two names of types or more, and nothing else."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Set | ast.List | ast.Tuple):
            texts = [part.value for part in node.elts if isinstance(part, ast.Constant)]
            if len(texts) == len(node.elts) > 1 and set(texts) <= known:
                yield node.lineno


OTHER = {
    "wiki/bazar/builder/design.py": "kinds of a parameter",
    "wiki/bazar/builder/migration_routes.py": "kinds of a parameter",
    "wiki/bazar/entries/entry_layout.py": "what a block opens",
    "wiki/core/markup/plain.py": "tokens of Markdown",
    "wiki/core/spreadsheets/ods_writer.py": "styles of a spreadsheet",
}
"""Modules whose collections of the same words mean something else, and what."""


def sources() -> list[Path]:
    every = (path for path in (ROOT / "wiki").rglob("*.py"))
    return [path for path in sorted(every) if not relative(path).startswith(OWN)]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_code_compares_the_name_of_a_type() -> None:
    known = names()
    found = [
        f"{relative(path)}:{line}"
        for path in sources()
        if relative(path) not in markup()
        for line in comparisons(ast.parse(path.read_text()), known)
    ]
    assert found == []


def markup() -> set[str]:
    """Modules of Markdown: a token has a type too."""
    return {relative(path) for path in (ROOT / "wiki/core/markup").glob("*.py")}


def test_no_collection_of_names_of_types_is_kept() -> None:
    known = names()
    found = {
        relative(path): line
        for path in sources()
        for line in collections(ast.parse(path.read_text()), known)
    }
    assert found.keys() - OTHER.keys() == set(), found
    assert OTHER.keys() - found.keys() == set()


def test_no_template_compares_the_name_of_a_type() -> None:
    own = ROOT / "templates" / "bazar" / "fields"
    found = [
        f"{relative(path)}: {match[0]}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file() and own not in path.parents
        for match in IN_TEMPLATE.finditer(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'spec.type == "date"',
        'spec.type in {"date", "period"}',
        '"tags" != one.type',
        'row["type"] == "relation"',
        'row.get("type") not in ("linked", "relation")',
        'spec.type in NUMBERS | {"indicators"}',
        'kind.name == "recurrence"',
        'spec.type in frozenset({"number"})',
        'types[spec.key] == "x" or spec.type == "image"',
    ],
)
def test_check_sees_each_way_to_compare(code: str) -> None:
    assert list(comparisons(ast.parse(code), names()))


def test_check_sees_a_kept_collection_and_a_template() -> None:
    assert list(collections(ast.parse('DATES = frozenset({"date", "period"})'), names()))
    assert IN_TEMPLATE.search('{% for spec in found.specs if spec.type == "location" %}')
    assert IN_TEMPLATE.search('{% if field.type in ["date", "period"] %}')
    assert IN_TEMPLATE.search('{% if asked|selectattr("type.name", "equalto", "location") %}')
