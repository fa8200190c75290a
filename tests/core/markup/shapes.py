"""Texts made to be slow to read: each shape is a function of its size in characters."""

from collections.abc import Callable

Shape = Callable[[int], str]


def _run(unit: str, head: str = "", tail: str = "") -> Shape:
    return lambda n: head + unit * max(1, (n - len(head) - len(tail)) // len(unit)) + tail


def _nest(opening: str, closing: str) -> Shape:
    return lambda n: (k := n // len(opening + closing)) * opening + k * closing


def _count(line: str, width: int) -> Shape:
    return lambda n: "".join(line.format(i) for i in range(n // width))


def _stairs(line: str) -> Shape:
    return lambda n: "".join("  " * i + line for i in range(1, 400))[:n]


def _table(n: int) -> str:
    return "|" + "a|" * 150 + "\n|" + "-|" * 150 + "\n" + "a\n" * ((n - 600) // 2)


def _wide_table(n: int) -> str:
    return "|" + "a|" * (n // 4) + "\n|" + "-|" * (n // 4) + "\n"


def _apostrophes(n: int) -> str:
    return "'\"a '" * (n // 10) + '"b "' * (n // 8)


SHAPES: dict[str, Shape] = {
    "quotes in one line": _run("> "),
    "quotes": _run("> a\n"),
    "quotes empty": _run(">\n"),
    "lists in one line": _run("- "),
    "list": _run("- a\n"),
    "list alternating": _run("-\n*\n"),
    "list stairs": _stairs("- a\n"),
    "list mixed": _run("* - + "),
    "ordered": _run("1. a\n"),
    "tasks": _run("- [ ] a\n"),
    "brackets open": _run("["),
    "brackets close": _run("]"),
    "brackets nested": _nest("[", "]"),
    "links": _run("[a](b) "),
    "links nested": _nest("[", "](a)"),
    "links unclosed": _run("[a]("),
    "links angle": _run("[a](<b"),
    "links title": _run('[a](b "'),
    "images": _run("![a](b.png) "),
    "images unclosed": _run("!["),
    "images nested": _nest("![", "](a)"),
    "emphasis open": _run("*a "),
    "emphasis stars": _run("*"),
    "emphasis mixed": _run("*_a "),
    "emphasis nested": _nest("**a ", " a**"),
    "emphasis closing": _run("a* "),
    "emphasis rule of three": _run("a***b**c*"),
    "strikethrough": _run("~~a "),
    "backticks": _run("`"),
    "backticks odd": _run("`a "),
    "backticks growing": lambda n: " ".join("`" * i for i in range(1, 500))[:n],
    "table": _run("|a|b|\n", head="|a|b|\n|-|-|\n"),
    "table of heads": _run("|a|\n|-|\n"),
    "table wide": _wide_table,
    "table empty cells": _table,
    "entities": _run("&amp;"),
    "entities bad": _run("&a"),
    "autolinks": _run("<http://a"),
    "addresses": _run("http://a.fr "),
    "addresses glued": _run("http://"),
    "addresses in brackets": _run("http://a.fr/("),
    "addresses long": lambda n: "http://a.fr/" + "(" * n,
    "schemes": _run("a://"),
    "scheme long": lambda n: "a" * (n // 2) + "://" * (n // 6),
    "e-mail": _run("a@b.fr "),
    "e-mail glued": _run("a@"),
    "e-mail long": lambda n: "a" * n + "@b.fr",
    "footnotes": lambda n: _count("[^{0}] ", 16)(n) + "\n\n" + _count("[^{0}]: a\n", 16)(n),
    "footnotes repeated": _run("[^a]", tail="\n\n[^a]: x\n"),
    "footnotes unclosed": _run("[^", tail="\n\n[^a]: x\n"),
    "footnotes in one line": _run("[^a]: "),
    "footnote of itself": _run("[^a] ", head="[^a]: "),
    "references": _count("[{0}]: a\n", 9),
    "references used": _run("[a] ", head="[a]: b\n\n"),
    "reference swollen": _run("[a] ", head="[a]: http://" + "x" * 2_000 + "\n\n"),
    "references unclosed": _run("[a\n"),
    "references title": _run('[a]: b "\n'),
    "apostrophes": _apostrophes,
    "guillemets": _run("« a » : "),
    "dots": _run("."),
    "spaces": lambda n: "a" + " " * n + "b",
    "units": _run("1 % "),
    "macros open": _run("{{"),
    "macros named": _run("{{a "),
    "macros value": _run('{{a b="'),
    "macros flags": lambda n: "{{a " + "b " * (n // 2),
    "macros": _run("{{a}} "),
    "macros paired open": _run("{{box}}\n"),
    "macros paired close": _run("{{/box}}\n"),
    "macros paired": _run("{{box}}\na\n{{/box}}\n"),
    "macros paired nested": _nest("{{box}}\n", "{{/box}}\n"),
    "macros paired crossed": _run("{{box}}\n{{col}}\n{{/box}}\n{{/col}}\n"),
    "wiki links open": _run("[["),
    "wiki links label": _run("[[a|"),
    "wiki links": _run("[[a]]"),
    "wiki links emphasis": _run("[[a|*b*]]"),
    "wiki link long": lambda n: "[[" + "a" * n,
    "colons": _run("::"),
    "boxes open": _run("::: note\n"),
    "boxes": _run("::: note\na\n:::\n"),
    "definitions": _run("a\n: b\n"),
    "definitions in one line": _run(": "),
    "definitions stairs": lambda n: "a\n" + _stairs(": b\n")(n),
    "html open": _run("<b>"),
    "html attributes": _count('<b title="{0}">', 16),
    "html reopened": lambda n: "x " + _count('<b title="{0}"><p>', 19)(n),
    "html divs": _run("<div>\n\n"),
    "html table": _run("<table><tr><td>"),
    "html foster": _run("<table>a<tr>a"),
    "html crossed": _run("<div><table></div></table>"),
    "html comments": _run("<!--"),
    "html instructions": _run("<?"),
    "html less than": _run("<"),
    "html quotes": _run('<a b="'),
    "html scripts": _run("<script>"),
    "html svg": _run("x <svg>"),
    "html formatting": _run("<b><i><u><s><em><code>"),
    "html one tag": lambda n: "<b " + "a " * (n // 2) + ">",
    "fences": _run("```\n"),
    "fences named": _run("```python\nx=1\n```\n"),
    "code python": _run("a+b-c\n", head="```python\n"),
    "code spaces": _run(" \n", head="```python\n"),
    "code strings": _run('"a\\', head="```js\n"),
    "code indented": _run("    a\n\n"),
    "headings": _run("# a\n"),
    "headings distinct": _count("# é{0}\n", 8),
    "heading long": lambda n: "# " + "é" * n,
    "setext": _run("a\n=\n"),
    "lines": _run("a\n"),
    "paragraphs": _run("a\n\n"),
    "newlines": _run("\n"),
    "backslashes": _run("\\"),
    "tabs": _run("\t"),
    "word": _run("a"),
    "combining": _run("\u0301"),
}
