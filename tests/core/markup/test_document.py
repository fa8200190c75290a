"""Documents as values: stored, read back, filled for a reader."""

from markupsafe import Markup

from tests.core.markup.filling import PAIRED, filled
from wiki.core.markup import Document, FileSlot, LinkSlot, MacroSlot, fill, render

TEXT = """# Titre : l'été

Un [[lien#part|*vif*]], ![image](a.png "t"), {{macro a="é\\"}} et `code`.

{{box title="x"}}
## Corps
[[Autre]] {{dedans}}
{{/box}}

- [x] fait
"""


def test_json_round_trip_keeps_everything() -> None:
    document = render(TEXT, paired=PAIRED)
    again = Document.from_json(document.to_json())
    assert again == document
    assert filled(again) == filled(document)
    kinds = {type(part) for part in document.segments}
    assert kinds == {str, LinkSlot, MacroSlot, FileSlot}


def test_two_renderings_are_equal() -> None:
    assert render(TEXT, paired=PAIRED) == render(TEXT, paired=PAIRED)


def test_empty_document() -> None:
    document = render("")
    assert document == Document(())
    assert (document.links, document.macros, document.files) == ((), (), ())
    assert Document.from_json(document.to_json()) == document


def test_fill_escapes_what_is_not_markup() -> None:
    document = Document(
        (LinkSlot("a", "", "a"), MacroSlot("m", {}, None, "{{m}}", True), FileSlot("f", ""))
    )

    def careless(_slot: object) -> Markup:
        return "<b>"  # type: ignore[return-value]

    assert fill(document, link=careless, macro=careless, file=careless) == "&lt;b&gt;" * 3


def test_plain_is_what_one_reads() -> None:
    text = """# Le **départ**

Un [[Page|lien]] et [[Autre]], l'*été* ...
suite. ![quai](q.png) {{macro a="caché"}} <b title="caché">gras</b> &amp; &lt;

| a | b |
|---|---|
| c | [d](E) |

<div>
<!-- caché --><script>caché()</script>brut &eacute;
</div>

```python
x = 1
```

::: note Titre
dedans[^1]
:::

[^1]: la note
"""
    assert render(text).plain == (
        "Le départ\nUn lien et Autre, l'été ... suite. quai gras & <\na b\nc d\nbrut é\nx = 1\n"
        "Titre\ndedans\nla note"
    )
