"""Every construct of the wiki's Markdown, as Bob types it and as a reader gets it."""

import pytest

from tests.core.markup.filling import html, tags
from wiki.core.markup import Heading, TooComplex, render
from wiki.core.markup.text import MAX_SIZE, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* **b** `c` ~~d~~", "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("Terme\n: Sens", "<dl>\n<dt>Terme</dt>\n<dd>Sens</dd>\n</dl>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("$a$ et $$b$$", "<p>$a$ et $$b$$</p>"),
        ('(c) -- "a"', '<p>(c) -- "a"</p>'),
        ("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>"),
    ],
)
def test_construct_as_commonmark(text: str, expected: str) -> None:
    assert html(text) == expected


def test_table_alignment_is_a_class() -> None:
    shown = html("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |")
    assert '<td>1</td>\n<td class="right">2</td>\n<td class="center">3</td>' in shown
    assert "style" not in shown


def test_task_list_has_disabled_named_boxes() -> None:
    shown = html("- [ ] acheter **les** billets\n- [x] fait")
    boxes = [attrs for tag, attrs in tags(shown) if tag == "input"]
    assert [box["aria-label"] for box in boxes] == ["acheter les billets", "fait"]
    assert all(box["type"] == "checkbox" and "disabled" in box for box in boxes)
    assert ["checked" in box for box in boxes] == [False, True]
    assert '<ul class="contains-task-list">' in shown


@pytest.mark.parametrize("kind", ["note", "ok", "tip", "NOTE"])
def test_box_with_title(kind: str) -> None:
    assert html(f"::: {kind} À <savoir>\nTexte\n:::") == (
        '<div class="box"><b>À &lt;savoir&gt;</b>\n<p>Texte</p>\n</div>'
    )


def test_box_that_warns_and_box_without_title() -> None:
    assert html("::: warn\na\n:::") == '<div class="box alert">\n<p>a</p>\n</div>'
    assert html("::: autre\na\n:::") == "<p>::: autre\na\n:::</p>"


def test_footnotes_link_both_ways_once() -> None:
    shown = html("a[^n] b[^n]\n\n[^n]: La *note*.")
    assert shown.count('id="fnref-1"') == 1
    assert shown.count('<a href="#fn-1"') == 2
    assert '<li id="fn-1"><p>La <em>note</em>. <a href="#fnref-1"' in shown


def test_headings_have_unique_ids_apart_from_the_page() -> None:
    document = render("# L'été\n## L’été\n## ???\n### main `x` [[Page|lien]]\n# l'ete-2\n")
    assert document.headings == (
        Heading(1, "h-l-ete", "L’été"),
        Heading(2, "h-l-ete-2", "L’été"),
        Heading(2, "h-section", "???"),
        Heading(3, "h-main-x-lien", "main x lien"),
        Heading(1, "h-l-ete-2-2", "l’ete-2"),
    )
    shown = html("# main")
    assert shown == '<h1 id="h-main">main</h1>'


def test_heading_in_other_alphabet_is_transliterated() -> None:
    assert render("# Œuvre Привет").headings[0].id == "h-oeuvre-privet"


def test_ids_take_the_scope_asked() -> None:
    shown = render("# a\n\nb[^1]\n\n[^1]: c", scope="c12-").segments
    assert 'id="c12-h-a"' in str(shown)
    assert 'id="fn-c12-1"' in str(shown)


def test_code_known_language_gets_classes_only() -> None:
    shown = html("```python\ndef f(): return '<b>'\n```")
    assert shown.startswith('<pre class="highlight" tabindex="0"><code><span class="k">def</span>')
    assert "style" not in shown
    assert "&lt;b&gt;" in shown


@pytest.mark.parametrize("info", ["", "klingon", "python-but-not", "math", "java"])
def test_code_other_language_is_plain(info: str) -> None:
    expected = '<pre tabindex="0"><code>a &lt; "b"\n</code></pre>'
    assert html(f'```{info}\na < "b"\n```') == expected


def test_code_indented_or_long_is_plain() -> None:
    assert html("    a\n") == '<pre tabindex="0"><code>a\n</code></pre>'
    assert "<span" not in html("```python\n" + "x = 1\n" * 2_000 + "```")


def test_raw_html_keeps_known_classes_and_closes_what_it_opens() -> None:
    assert html('<div class="lead evil box">\n\n*a*\n\n</div>') == (
        '<div class="lead box">\n<p><em>a</em></p>\n</div>'
    )
    assert html("<b>a\n\n</i>b</section>") == "<p><b>a</b></p><b>\n<p>b</p>\n</b>"


def test_long_paragraph_is_read_in_pieces_without_loss() -> None:
    text = "mot **gras** " * 3_000
    shown = html(text)
    assert shown.count("<strong>gras</strong>") == 3_000
    assert render(text).plain == "mot gras " * 2_999 + "mot gras"


def test_table_with_too_many_missing_cells_ends_there() -> None:
    shown = html("|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n" + "b\n" * 1_000)
    assert shown.count("<td>") < 3_000
    assert shown.count("b") > 900


@pytest.mark.parametrize(
    "text",
    ["> " * 60 + "a", "- " * 60 + "a", "::: note\n" * 60, "a\n\n" * 12_500, "*a " * 70_000],
    ids=["quotes", "lists", "boxes", "lines", "marks"],
)
def test_text_too_intricate_is_shown_as_written(text: str) -> None:
    document = render(text)
    assert "<pre" in str(document.segments[0])
    assert document.plain == text
    assert document.links == ()


def test_text_too_long_is_refused() -> None:
    with pytest.raises(TooComplex):
        render("a" * (MAX_SIZE + 1))


def test_normalise_makes_one_canonical_text() -> None:
    assert normalise("a\r\nb\rc\x00\x07\td\ud800e\u0301\x7f") == "a\nb\nc\td\u00e9"


def test_render_survives_odd_characters() -> None:
    assert html("a\x00\ud800b\r\nc") == "<p>ab\nc</p>"
    assert html("") == ""
    assert html("🚂 \u202e") == "<p>🚂 \u202e</p>"
