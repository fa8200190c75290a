"""Every field, template and parameter of YesWiki's lists has its answer in docs/bazars.md, and the code holds to it.

What YesWiki has is read in the description of its formats where it lies beside the project; else that part is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bazar.test_docs_fields import YESWIKI as FIELDS
from tests.bazar.test_docs_fields import rows
from wiki.bazar import views
from wiki.bazar.views import YESWIKI as TEMPLATES
from wiki.macros.entries import Entries

SOURCE = Path(__file__).parents[3] / "shared" / "yeswiki" / "FORMATS.md"
OURS = {param.name for param in Entries.params}
needs_source = pytest.mark.skipif(not SOURCE.is_file(), reason=f"{SOURCE} is not there")


def cell(head: str) -> str:
    """Return the second cell of the row of the description that begins with these words."""
    line = next(line for line in SOURCE.read_text().splitlines() if line.startswith(f"| {head}"))
    return line.split(" | ")[1]


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Give what commas part outside parentheses, as (words, what stands between parentheses)."""
    inside = re.sub(r"`[^`]*`", "", text)
    for piece in re.split(r",(?![^(]*\))", inside):
        words, _open, rest = piece.strip().partition("(")
        yield words.strip(" .`"), rest.partition(")")[0]


def names(text: str) -> set[str]:
    """Return the names of parameters in a list such as "nb, user/filteruserasowner, ordre asc/desc"."""
    found: set[str] = set()
    for words, _rest in pieces(text):
        first = words.split()[0] if words.split() else ""
        found |= {one for one in first.split("/") if re.fullmatch(r"[a-z_]+", one)}
    return found


@needs_source
def test_every_parameter_of_lists_has_its_answer() -> None:
    asked = names(cell("List display").partition(":")[2])
    for head in ("Templates, server", "Templates, client"):
        text = re.sub(r"\. (Field conventions|Whole list).*", "", cell(head))
        for _words, inner in pieces(text.replace("FullCalendar: ", "").replace(";", ",")):
            asked |= names(inner)
    # “default” marks a template, and buttons to print are no parameter.
    asked -= {"default", "print"}
    assert len(asked) > 60
    assert asked <= set(rows("From YesWiki: parameters of lists")), asked - set(
        rows("From YesWiki: parameters of lists")
    )


@needs_source
def test_every_template_of_lists_has_its_view() -> None:
    told: set[str] = set()
    for head in ("Templates, server", "Templates, client"):
        told |= {words for words, _inner in pieces(cell(head).split(". ")[0])}
    told = {word.split()[0] for word in told if word}
    assert len(told) > 18
    assert told <= set(TEMPLATES), told - set(TEMPLATES)
    assert all(views.named(name) is not None for name in told)


@needs_source
def test_every_field_has_its_answer() -> None:
    text = SOURCE.read_text().partition("### 3.5 Forms")[2].partition("Note A")[0]
    keywords: set[str] = set()
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| Keyword"):
            first = line.strip("| ").partition(" | ")[0]
            keywords |= {re.sub(r" .*", "", word.strip()) for word in first.split(",")}
    keywords -= {"(recurrence)"}
    assert len(keywords) > 30
    assert keywords <= FIELDS, keywords - FIELDS


def test_answers_name_parameters_that_are_there() -> None:
    for old, answer in rows("From YesWiki: parameters of lists").items():
        named = re.findall(r"`([a-z_]+)`", answer)
        said = answer.strip()
        assert named or said.startswith(("no:", "the same")), old
        if not said.startswith(("no:", "the same")):
            assert named[0] in OURS, (old, named)


def test_old_parameters_are_understood() -> None:
    macro = Entries()
    said = {"id": "partners", "nb": "5", "champ": "title", "ordre": "desc", "template": "table"}
    known = macro.understood(
        "bazarliste",
        said
        | {"query": "kind=host|offers=mail", "columnfieldsids": "kind,offers", "colorfield": "k"},
    )
    assert (known["form"], known["limit"], known["sort"]) == ("partners", "5", "-title")
    assert (known["view"], known["filter"]) == ("table", "kind:host,offers:mail")
    assert (known["columns"], known["by"]) == ("kind,offers", "k")
