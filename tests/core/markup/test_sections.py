"""Sections and slides of a rendered text: cut where its headings and rules stand at the root."""

from __future__ import annotations

import pytest

from wiki.core.markup import MacroSlot, render
from wiki.core.markup.sections import scoped, section, slides

TEXT = """Before

## One

one [[Page]]

### Inside

inside

## Two

- a list

  ## not a place to cut

two

---

after the rule
"""


def words(document) -> str:
    return "".join(part if isinstance(part, str) else "[slot]" for part in document.segments)


def test_section_goes_to_the_next_heading_of_its_level():
    found = section(render(TEXT), "h-one")
    assert "<h3" in words(found) and "[slot]" in words(found) and "inside" in words(found)
    assert "Two" not in words(found) and "Before" not in words(found)
    assert [heading.text for heading in found.headings] == ["One", "Inside"]


def test_section_keeps_what_is_nested_and_its_rule():
    found = words(section(render(TEXT), "h-two"))
    assert "not a place to cut" in found and "<hr>" in found and "after the rule" in found
    assert found.count("<ul>") == found.count("</ul>") == 1


def test_heading_in_a_list_is_no_section():
    assert section(render(TEXT), "h-not-a-place-to-cut") is None
    assert section(render(TEXT), "h-nothing") is None


def test_section_is_found_in_the_body_of_a_macro():
    document = render("{{box}}\n## Deep\n\nhere\n{{/box}}", paired=frozenset({"box"}))
    assert "here" in words(section(document, "h-deep"))


def test_slides_are_cut_at_titles_and_rules():
    shown = [words(one) for one in slides(render(TEXT))]
    assert len(shown) == 4
    assert "Before" in shown[0] and "inside" in shown[1] and "after the rule" in shown[3]
    assert not any("<hr>" in one for one in shown)


def test_empty_text_has_no_slide():
    assert slides(render("")) == []
    assert slides(render("---\n\n---")) == []


def test_scoped_document_has_ids_of_its_own():
    text = "## One\n\n[[#one|here]] note[^1]\n\n{{box}}\n### In\n{{/box}}\n\n[^1]: the note"
    document = scoped(render(text, paired=frozenset({"box"})), "x-")
    html = words(document)
    assert 'id="x-h-one"' in html and 'href="#x-h-one"' in html
    assert 'id="x-fn-1"' in html and 'href="#x-fn-1"' in html
    assert [heading.id for heading in document.headings] == ["x-h-one", "x-h-in"]
    inner = next(part for part in document.segments if isinstance(part, MacroSlot))
    assert 'id="x-h-in"' in words(inner.body)


@pytest.mark.parametrize("size", [2_000, 4_000])
def test_many_headings_are_all_kept(size):
    text = "\n\n".join(f"## {number}\n\nwords" for number in range(size))
    assert len(slides(render(text))) == size
