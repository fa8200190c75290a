"""No template runs or styles anything inline, nor asks anything of another site: the policy would refuse it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT

INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)[^>]*>|<style\b|<\w[^<>]*\s(?:on\w+|style)\s*=\s*["']|\bhx-on|javascript:"""
    r"""|<(?:link|script|img|iframe|source)\b[^>]*\b(?:href|src)="(?:https?:)?//""",
    re.I,
)
JINJA = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.S)
PRINTED = Path("pages/booklet/print.html")
"""What the press makes a PDF of: no browser gets it."""


def test_nothing_is_inline_nor_from_elsewhere() -> None:
    folder = ROOT / "templates"
    found = {
        str(path.relative_to(folder)): INLINE.findall(JINJA.sub("", path.read_text()))
        for path in folder.rglob("*.*")
        if path.relative_to(folder) != PRINTED
    }
    assert len(found) > 150
    assert {name: what for name, what in found.items() if what} == {}


def test_what_is_inline_would_be_seen() -> None:
    for bad in (
        "<script>go()</script>",
        '<p class="a" style="color: red">',
        '<a href="/" onclick="go()">',
        '<button hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<img alt="" src="https://elsewhere.example/a.png">',
        "<style>p {}</style>",
        '<p {% if wide %}class="wide"{% endif %} style="color: {{ colour }}">',
    ):
        assert INLINE.search(JINJA.sub("", bad)), bad
