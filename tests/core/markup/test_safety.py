"""What Xavier types to harm readers: it must come out harmless, slots included."""

import random
import re
import threading

import pytest

from tests.core.markup.filling import PAIRED, Tag, filled, html, tags
from wiki.core.markup import render
from wiki.core.markup.page import Page
from wiki.core.markup.raw_html import TAGS

OURS = {"link-slot", "macro-slot", "file-slot", "input"}
BAD_SCHEME = re.compile(
    r"[\s\x00-\x20]*(?!https?:|mailto:|tel:|xmpp:|ircs?:|matrix:)[a-z][a-z0-9+.-]*:", re.I
)


def assert_harmless(shown: str) -> None:
    for tag, attrs in tags(shown):
        assert tag in TAGS | OURS, tag
        if tag not in OURS:
            assert_harmless_attributes((tag, attrs))


def assert_harmless_attributes(found: Tag) -> None:
    for name, value in found[1].items():
        assert not name.startswith(("on", "hx-", "data-")), found
        assert name not in {"style", "srcdoc", "action", "formaction", "form", "target"}, found
        if name in {"href", "src"}:
            assert not BAD_SCHEME.match(value or ""), found
        if name == "id":
            assert re.match(r"h-|fn-|fnref-", value or ""), found
        assert "-slot" not in (value or ""), found


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)><svg onload=alert(1)><script>alert(1)</script>",
        "<script>\nalert(1)\n</script>",
        "a <script>alert(1)</script> b",
        '<a href="java&#x73;cript:alert(1)">a</a> <a href=" javascript:alert(1)">b</a>',
        '<a href="data:text/html,<script>alert(1)</script>">a</a>',
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
        "<b hx-get=/x data-hx-post=/y hx-on:click=alert(1) _='on click'>a</b>",
        "<details open ontoggle=alert(1)>a</details>",
        "<p id=main name=main>a</p><a id=comments>b</a>",
    ],
)
def test_raw_html_is_cleaned(text: str) -> None:
    shown = html(text)
    assert_harmless(shown)
    # A title may say anything; it only must not be read as a tag.
    assert not any("alert(1)" in str(attrs | {"title": ""}) for _, attrs in tags(shown))


def test_removed_scripts_leave_no_text() -> None:
    assert html("a <script>alert(1)</script>b") == "<p>a b</p>"
    assert html("<style>\np{}\n</style>") == ""


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt&colon;alert(1)", "&#x6a;avascript:1", "java\tscript:1",
     "vbscript:x", "file:///etc/passwd", "data:text/html,a",
     "data:image/svg+xml,a", "blob:a",
     "javascript&#58;alert(1)", "<java\tscript:1>", "\\javascript:1",
     "view-source:a", "filesystem:a"],
)  # fmt: skip
@pytest.mark.parametrize(
    "form",
    [
        "[a]({})",
        "![a]({})",
        "<{}>",
        "[a][r]\n\n[r]: {}",
        "[[{}|a]]",
        '<a href="{}">a</a>',
        '<img src="{}">',
    ],
)
def test_link_schemes_are_refused(address: str, form: str) -> None:
    document = render(form.format(address))
    assert_harmless(filled(document))
    for target in document.links:
        assert not re.match(r"\s*(javascript|vbscript|data|file)\s*:", target, re.I)


@pytest.mark.parametrize(
    "info", ['js" onload=x', "math", "mermaid", "python\" class='x", "<b>", "html&quot;"]
)
def test_fence_info_and_body_are_escaped(info: str) -> None:
    shown = html(f"```{info}\n<img src=x onerror=alert(1)>\n```")
    assert_harmless(shown)
    assert "<img" not in shown
    assert {tag for tag, _ in tags(shown)} <= {"pre", "code", "span"}


@pytest.mark.parametrize(
    "text",
    [
        '<div style="position:fixed;inset:0" class="bar shell" id="flash">\n\na\n\n</div>',
        '| a |\n|:-:|\n| <b style="position:fixed">x</b> |',
        '</div></article></main><div class="box">',
        "<table style='width:9999px'><tr><td style='x' width=9999>a",
        "<font color=red>a</font> <center>b</center> <marquee>c</marquee>",
    ],
)
def test_style_id_and_foreign_classes_go(text: str) -> None:
    shown = html(text)
    assert_harmless(shown)
    assert "style" not in shown
    assert "shell" not in shown
    assert shown.count("<div") == shown.count("</div")


@pytest.mark.parametrize(
    "text",
    [
        '<form action="/-/admin" method=post><button>Envoyer</button></form>',
        "<input form=x name=y> a <button formaction=/x>b</button>",
        "<meta http-equiv=refresh content='0;url=//e.x'><base href=//e.x>",
        "<link rel=stylesheet href=//e.x>",
        "- [ ] <input type=text>",
        "<select><option>a</select><textarea>b</textarea>",
    ],
)
def test_forms_and_page_wide_elements_go(text: str) -> None:
    shown = html(text)
    assert_harmless(shown)
    assert all(attrs.get("type") == "checkbox" for tag, attrs in tags(shown) if tag == "input")


def test_input_of_a_task_list_is_ours_alone() -> None:
    assert html('<input type="checkbox" disabled>') == ""


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "{{config}}", "{% import os %}", "${7*7}", "#{7*7}", "{{''.x}}"]
)
def test_template_syntax_is_never_run(text: str) -> None:
    document = render(text)
    assert "49" not in filled(document)
    assert document.plain == text or document.macros[0].source == text


@pytest.mark.parametrize(
    "value",
    ['x" onmouseover="alert(1)', "x' autofocus onfocus='alert(1)", '"><svg onload=alert(1)>'],
)
def test_macro_values_stay_values(value: str) -> None:
    quote = "'" if '"' in value else '"'
    document = render(f"a {{{{m k={quote}{value}{quote}}}}} b")
    assert_harmless(filled(document))
    for slot in document.macros:
        assert slot.params == {"k": value}
        assert slot.source in f"a {{{{m k={quote}{value}{quote}}}}} b"


@pytest.mark.parametrize(
    "text",
    [
        '<div title="\n\n[[Cible]] {{m}} ![a](b.png)\n\n">',
        '<a href="\n\n[[Cible]]\n\n">a</a>',
        "<b title='\n\n{{m}}\n\n' class='\n\n[[x]]\n\n'>a",
        'x <b title="[[a]] {{m}}"> y',
        '<img alt="\n\n[[a]]\n\n" src=x>',
        "![[[a]]](https://a.fr/i.png) ![{{m}}](https://a.fr/i.png)",
        "[a](https://a.fr '[[b]]') [a](https://a.fr \"{{m}}\")",
        "<!--\n\n[[a]]\n\n--> <b title='-->'>",
    ],
)
def test_slot_never_reaches_an_attribute(text: str) -> None:
    shown = html(text)
    assert_harmless(shown)
    assert not re.search(r"gare[0-9a-f]{8}", shown)


@pytest.mark.parametrize(
    "name", ["script", "style", "svg", "iframe", "template", "textarea", "title", "math"]
)
def test_slot_inside_a_removed_element_vanishes(name: str) -> None:
    document = render(f"a <{name}>[[Cible]] {{{{m}}}}</{name}> b")
    assert document.links == ()
    assert document.macros == ()
    assert filled(document) == "<p>a  b</p>\n"


def test_slot_cannot_be_forged_by_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    marks: list[str] = []
    put = Page.put

    def spy(page: Page, slot: object) -> str:
        marks.append(page.mark)
        return put(page, slot)  # type: ignore[arg-type]

    monkeypatch.setattr(Page, "put", spy)
    first = render("[[A]]")
    forged = f"{marks[0]}s0z [[B]] <b id='{marks[0]}main'>x</b>"
    document = render(forged)
    assert first.links == ("A",)
    assert document.links == ("B",)
    assert marks[0] in document.plain
    assert "id=" not in filled(document)
    assert marks[1] != marks[0]
    assert len(marks[0]) >= 24


def test_nested_markup_in_labels_stays_inline() -> None:
    shown = html(
        "[[A|<img src=x onerror=alert(1)> {{m}} ![a](b) [c](d) <script>]] [<svg onload=x>e](F)"
    )
    assert_harmless(shown)
    assert "macro-slot" not in shown
    assert "<img" not in shown


WORDS = (
    "[[ ]] [[a]] [[a|b]] {{ }} {{m}} ``` ` - * 1. > # --- : ~~ ** _ <b> </b> <div> <p> ![ é « ? ..."
    " <tr> <td> <table> </table> </div> <script> </script> <style> </style> </svg> <!-- --> &#x3c;"
    " <textarea> </textarea> &amp; [^1] [^1]: [x]: (javascript:alert(1)) ](x) http://a.fr a@b.fr"
    " <plaintext> <select> <template> <math> <title> <noscript> <details> <summary> </a> ' < >"
)
FRAGMENTS = [
    *WORDS.split(),
    *[
        "{{box}}\n",
        "{{/box}}\n",
        "::: note\n",
        ":::\n",
        "|-|-|\n",
        "\n",
        "\n\n",
        "\t",
        "\x00",
        "\r",
    ],
    *['<div title="', '">', '<a href="javascript:alert(1)">', "<svg onload=x>", "\\", '"', "[ ]"],
    *["<img src=x onerror=y>", "<h1 id=main>", '<b class="evil box">'],
]


@pytest.mark.parametrize("seed", range(20))
def test_random_mixtures_are_harmless(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        size = chance.choice([5, 20, 80])
        text = "".join(chance.choice(FRAGMENTS) + chance.choice(["", " "]) for _ in range(size))
        document = render(text, paired=PAIRED)
        shown = filled(document)
        assert_harmless(shown)
        assert not re.search(r"gare[0-9a-f]{8}", shown + document.to_json())


def test_threads_share_the_parser() -> None:
    texts = [f"# T{n}\n\n[[P{n}]] *a*[^1]\n\n[^1]: n{n}\n\n{{{{m{n}}}}}" for n in range(8)]
    expected = [render(text) for text in texts]
    wrong: list[str] = []

    def work(index: int) -> None:
        for _ in range(30):
            if render(texts[index]) != expected[index]:
                wrong.append(texts[index])

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
