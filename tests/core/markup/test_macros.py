"""Macro calls: where they are read, what they carry, and what is left as typed."""

import pytest

from tests.core.markup.filling import PAIRED, html
from wiki.core.markup import Document, MacroSlot, render


def macros(text: str) -> list[MacroSlot]:
    return [part for part in render(text, paired=PAIRED).segments if isinstance(part, MacroSlot)]


def test_call_alone_on_its_line_is_a_block() -> None:
    text = """Avant
{{liste id="1" template='map' flag titre="l'été > « a » & \\"}}
Après"""
    (slot,) = macros(text)
    assert slot.name == "liste"
    assert slot.params == {
        "id": "1",
        "template": "map",
        "flag": "true",
        "titre": "l'été > « a » & \\",
    }
    assert slot.source == text.split("\n")[1]
    assert (slot.inline, slot.body) == (False, None)
    assert html(text) == '<p>Avant</p>\n<macro-slot name="liste"></macro-slot>\n<p>Après</p>'


def test_call_inside_a_paragraph_is_inline() -> None:
    (slot,) = macros('Il y a {{compte form="2"}} fiches')
    assert slot.inline
    assert html("a {{b}} {{c}}") == (
        '<p>a <macro-slot name="b"></macro-slot> <macro-slot name="c"></macro-slot></p>'
    )


def test_call_over_several_lines_as_yeswiki_allows() -> None:
    (slot,) = macros('{{Bazarliste id="1"\n  template="map"\n/}}')
    assert slot.name == "bazarliste"
    assert slot.params == {"id": "1", "template": "map"}
    assert not slot.inline


def test_block_call_is_never_in_a_paragraph_even_in_a_list() -> None:
    assert html("- {{a}}\n- b") == (
        '<ul>\n<li>\n<macro-slot name="a"></macro-slot>\n</li>\n<li>b</li>\n</ul>'
    )


@pytest.mark.parametrize(
    "text",
    ["{{7*7}}", "{{", "{{}}", "{{a", "{{a b=}}", '{{a b="c}}', "{{a b=c}}", "{{é}}",
     "{% import os %}", "${7*7}", "#{7*7}", "%(x)s", "{{a.b}}", "{{ /box }}",
     '{{end elem="box"}}', "\\{{a}}"],
)  # fmt: skip
def test_other_braces_are_printed_as_typed(text: str) -> None:
    assert macros(text) == []
    shown = html(text, "en").replace("&amp;", "&").replace("&quot;", '"')
    assert shown == f"<p>{text.removeprefix(chr(92))}</p>"


@pytest.mark.parametrize("text", ["`{{a}}`", "```\n{{a}}\n```", "    {{a}}", "<div title='{{a}}'>"])
def test_call_in_code_is_not_read(text: str) -> None:
    assert macros(text) == []


def test_call_longer_than_the_limit_is_printed() -> None:
    assert macros('{{a b="' + "x" * 5_000 + '"}}') == []


@pytest.mark.parametrize(
    "close", ["{{/box}}", '{{end elem="box"}}', "{{ / BOX }}", "{{end elem='Box'}}"]
)
def test_paired_call_holds_a_document(close: str) -> None:
    text = f'{{{{box title="T"}}}}\n## Dedans\n\n*a* [[Cible]]\n{close}\n\nAprès'
    document = render(text, paired=PAIRED)
    slot = document.macros[0]
    assert isinstance(slot.body, Document)
    assert slot.source == '{{box title="T"}}'
    assert [heading.id for heading in document.headings] == ["h-dedans"]
    assert "<em>a</em>" in str(slot.body.segments)
    assert document.plain == "Dedans\na Cible\nAprès"


def test_paired_calls_nest_and_close_their_own() -> None:
    text = "{{grid}}\n{{col}}\na\n{{/col}}\n{{col}}\n{{box}}\nb\n{{/box}}\n{{/col}}\n{{/grid}}"
    document = render(text, paired=PAIRED)
    assert [slot.name for slot in document.macros] == ["grid", "col", "col", "box"]
    assert document.plain == "a\nb"
    assert html(text).count("<macro-slot") == 4


def test_closing_inside_code_does_not_close() -> None:
    document = render("{{box}}\n```\n{{/box}}\n```\nfin\n{{/box}}", paired=PAIRED)
    assert document.macros[0].body is not None
    assert document.plain == "{{/box}}\nfin"


def test_paired_name_without_end_has_no_body() -> None:
    document = render("{{box}}\n\ntexte", paired=PAIRED)
    assert document.macros[0].body is None
    assert document.plain == "texte"


def test_name_not_paired_leaves_its_end_printed() -> None:
    assert html("{{autre}}\na\n{{/autre}}") == (
        '<macro-slot name="autre"></macro-slot>\n<p>a\n{{/autre}}</p>'
    )


def test_bodies_keep_ids_apart() -> None:
    text = "# A\n\nx[^1]\n\n[^1]: un\n\n{{box}}\n# A\n\ny[^1]\n\n[^1]: deux\n{{/box}}"
    shown = html(text)
    for ident in ("h-a", "h-a-2", "fn-1", "fn-b1-1", "fnref-1", "fnref-b1-1"):
        assert shown.count(f'id="{ident}"') == 1


def test_body_sees_the_references_of_its_page() -> None:
    shown = html("{{box}}\n[a][r]\n{{/box}}\n\n[r]: https://a.fr")
    assert '<a href="https://a.fr"' in shown


def test_bodies_nested_too_deep_are_shown_as_written() -> None:
    text = "{{box}}\n" * 20 + "a\n" + "{{/box}}\n" * 20
    assert render(text, paired=PAIRED).macros == ()
