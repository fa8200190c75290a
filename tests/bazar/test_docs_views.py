"""What docs/bazars.md says of views is what the code has."""

from __future__ import annotations

from tests.bazar.test_docs_fields import rows
from wiki.bazar.views import YESWIKI, views

SHIPPED = set(
    "agenda annuaire_alphabetique blog carousel damier gogocarto liste_accordeon liste_liens".split()  # noqa: SIM905
    + "liste_liens_date map material-card news photobox tableau timeline trombinoscope widget".split()  # noqa: SIM905
    + "list card map-and-table table calendar video".split()  # noqa: SIM905
)
"""Display templates of YesWiki, of the server and of the browser."""


def test_views_of_the_page_are_those_of_the_code() -> None:
    said = rows("Views")
    assert set(said) == set(views())
    for name, view in views().items():
        settings = said[name].rpartition("|")[2]
        assert set(settings.split("`")[1::2]) == {one.name for one in view.settings()}, name


def test_every_template_of_yeswiki_has_its_view() -> None:
    said = {
        old: new.strip().strip("`") for old, new in rows("From YesWiki: templates of lists").items()
    }
    assert set(said) == SHIPPED
    assert said == YESWIKI
