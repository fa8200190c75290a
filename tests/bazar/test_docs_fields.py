"""What docs/bazars.md says of fields is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import docs_tables
from wiki.bazar.forms import forms
from wiki.bazar.values import formula

TEXT = (Path(__file__).parents[2] / "docs" / "bazars.md").read_text()
YESWIKI = set(
    "texte textelong titre jour listedatedeb listedatefin liste radio checkbox listefiche radiofiche".split()  # noqa: SIM905
    + "checkboxfiche tags champs_mail lien_internet video image fichier map carte_google".split()  # noqa: SIM905
    + "openinghours champs_cache mot_de_passe utilisateur_wikini yeswiki_user acls".split()  # noqa: SIM905
    + "metadatas labelhtml tabs tabchange conditionschecking calc reactions".split()  # noqa: SIM905
    + "inscriptionliste bookmarklet listefiches listefichesliees whiteboard excalidraw".split()  # noqa: SIM905
    + "external* custom bf_date_fin_evenement_data".split()  # noqa: SIM905
)


def rows(heading: str) -> dict[str, str]:
    part = TEXT.split(f"## {heading}\n", 1)[1].split("\n## ")[0].split("\n### ")[0]
    cells = [line.strip("| ").split("|") for line in part.splitlines() if line.startswith("| ")]
    return {row[0].strip().strip("`"): "|".join(row[1:]) for row in cells[1:]}


def test_types_of_the_page_are_those_of_the_code() -> None:
    assert set(rows("Types of field")) == set(forms.field_types())


@pytest.mark.parametrize("name", docs_tables.files())
def test_tables_of_the_documentation_are_those_of_the_code(name: str) -> None:
    said = (docs_tables.DOCS / name).read_text()
    assert said == docs_tables.written(name), "run python -m scripts.docs_tables"


def test_every_field_of_yeswiki_has_its_answer() -> None:
    answers = {name.split()[0]: answer for name, answer in rows("From YesWiki: fields").items()}
    assert set(answers) == YESWIKI
    words = {"nohtml", "form", "displayvideo", "test(field, value)", "^"}
    for answer in answers.values():
        named = set(re.findall(r"`([^`]+)`", answer)) - words
        assert named <= set(forms.field_types()), answer
        assert named or answer.strip().startswith(("no", "the same")), answer


def test_functions_of_formulas_are_those_of_the_code() -> None:
    said = re.search(r"functions\n`([a-z0-9 ]+)`", TEXT)
    assert said and set(said.group(1).split()) == set(formula.FUNCTIONS)
