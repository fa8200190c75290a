"""French typography, in words only."""

import pytest

from tests.core.markup.filling import html
from wiki.core.markup.typography import french


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Qui ? Moi ! Si ; non : oui", "Qui\u202f? Moi\u202f! Si\u202f; non\u202f: oui"),
        ("« a » et «b»", "«\u202fa\u202f» et «\u202fb\u202f»"),
        ("l'été d'Anne, aujourd'hui", "l’été d’Anne, aujourd’hui"),
        ("attendez...", "attendez…"),
        ("12 h 30, 5 %, 10 € et 3 km", "12\u202fh\u202f30, 5\u202f%, 10\u202f€ et 3\u202fkm"),
        ("5 hommes, 3 maisons, le 4 mai", "5 hommes, 3 maisons, le 4 mai"),
        ("12:30 mot! '90 ....", "12:30 mot! '90 ...."),
        ("", ""),
    ],
)
def test_french_text_is_set(typed: str, read: str) -> None:
    assert french(typed) == read


def test_french_twice_is_french_once() -> None:
    text = "« l'été » : 12 h 30 ... oui ?"
    assert french(french(text)) == french(text)


def test_code_addresses_and_attributes_are_left_alone() -> None:
    shown = html("`a : b` https://a.fr/?l'a=1 <b title=\"l'a : b\">c ?</b>\n\n```\nl'a : b\n```")
    assert "<code>a : b</code>" in shown
    assert ">https://a.fr/?l'a=1</a>" in shown
    assert 'title="l\'a : b"' in shown
    assert "c\u202f?" in shown
    assert "<code>l'a : b\n</code>" in shown


def test_elision_before_markup_and_links() -> None:
    assert html("l'**été** d'[[Anne]]").startswith("<p>l’<strong>été</strong> d’<link-slot")


def test_labels_boxes_and_headings_are_set() -> None:
    assert "Quoi\u202f?</link-slot>" in html("[[A|Quoi ?]]")
    assert "<b>Note\u202f: a</b>" in html("::: note Note : a\nb\n:::")
    assert ">Où\u202f?</h1>" in html("# Où ?")


def test_other_languages_are_left_alone() -> None:
    assert html("it's so ... why ?", lang="en") == "<p>it's so ... why ?</p>"
