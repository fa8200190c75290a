"""Keep the old dialect out: names and sentences that a newcomer cannot search for. Part of `make quick`.

Each kind has a ceiling, the count of today: it may only go down. Lower it when you clean a file.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTICIPLES = frozenset({"found", "asked", "told", "held", "shown", "kept", "laid"})
RELATIVE_SUBJECT = re.compile(r"^(What|Who|Whoever|Which|Those who|He who)\b")
NO_NOUN = re.compile(r"\b(is|are) no [a-z]+|\bnothing is told\b|\btaken? back\b")

CEILINGS = {
    "participle as a local or parameter": 847,
    "participle as a function": 70,
    "docstring with a relative clause as its subject": 181,
    "sentence of the dialect": 37,
    "`<form>` as a URL variable": 12,
}


def main() -> None:
    """Print what exceeds its ceiling, with its places, and exit 1."""
    places: dict[str, list[str]] = {kind: [] for kind in CEILINGS}
    for path in sorted((ROOT / "wiki").rglob("*.py")):
        if "migrations/versions" in path.as_posix():
            continue
        source = path.read_text()
        name = path.relative_to(ROOT).as_posix()
        for kind, line in findings(ast.parse(source), source):
            places[kind].append(f"{name}:{line}")
    over = {kind: rows for kind, rows in places.items() if len(rows) > CEILINGS[kind]}
    for kind, rows in over.items():
        print(f"{kind}: {len(rows)}, at most {CEILINGS[kind]}", *rows, sep="\n  ")
    for kind, rows in places.items():
        if len(rows) < CEILINGS[kind]:
            print(f"{kind}: {len(rows)} now; lower its ceiling from {CEILINGS[kind]}")
    sys.exit(1 if over else 0)


def findings(tree: ast.Module, source: str) -> Iterator[tuple[str, int]]:
    """Yield each kind found in a module, with its line."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)
            and node.id in PARTICIPLES
        ) or (isinstance(node, ast.arg) and node.arg in PARTICIPLES):
            yield "participle as a local or parameter", node.lineno
        if isinstance(node, ast.FunctionDef) and node.name.strip("_") in PARTICIPLES:
            yield "participle as a function", node.lineno
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            text = ast.get_docstring(node) or ""
            line = node.lineno if isinstance(node, ast.FunctionDef | ast.ClassDef) else 1
            if RELATIVE_SUBJECT.match(text):
                yield "docstring with a relative clause as its subject", line
            if NO_NOUN.search(text):
                yield "sentence of the dialect", line
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "<form>" in node.value
        ):
            yield "`<form>` as a URL variable", node.lineno
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith("#") and NO_NOUN.search(line):
            yield "sentence of the dialect", number


if __name__ == "__main__":
    main()
