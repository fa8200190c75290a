"""Blocks of a text: each with its exact source, and joined again they are the text."""

from __future__ import annotations

import pytest

from wiki.core.markup import TooComplex
from wiki.core.markup.blocks import join, split

TEXT = """
# Title
Right under it.


- one
  two

  three
* another list
***
| a | b |
|---|---|
| 1 | 2 |

::: note Box
inside

- still inside
:::
after the box

Term
: Definition

{{panel title="P"}}
**body**

more
{{/panel}}

<div>
html
</div>

> quote
lazy

```
::: not a box
```

    code[^1]

[ref]: https://example.org
[^1]: The note,

    in two paragraphs.

"""
KINDS = "heading paragraph list list rule table box paragraph terms macro html quote code code definitions"


def test_blocks_are_what_stands_at_the_root():
    found, _rest = split(TEXT, paired=frozenset({"panel"}))
    assert [block.kind for block in found] == KINDS.split()
    sources = {block.kind: block.source for block in found}
    assert sources["box"] == "::: note Box\ninside\n\n- still inside\n:::"
    assert sources["macro"].endswith("{{/panel}}")
    assert found[2].source == "- one\n  two\n\n  three"
    assert (found[1].gap, found[2].gap) == ("\n", "\n\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "   \n\n",
        "a",
        "a\n",
        "\n\na\n\n\n",
        "a\u2028b\x85c\n\nd",
        "::: note\nopen",
        "[a]: b",
        TEXT,
    ],
)
def test_joined_again_they_are_the_text(text: str):
    found, rest = split(text)
    assert join(found, [block.source for block in found], rest) == text
    assert all(block.source.strip() for block in found)


def test_text_nested_too_deep_has_no_blocks():
    with pytest.raises(TooComplex):
        split(">" * 200 + " deep")
