"""Comparing two renderings: what comes out is as well formed as what goes in."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from wiki.pages.history.html_diff import VOID, compare


class Balance(HTMLParser):
    """Check that every element that opens is closed, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


CASES = [
    ("<p>one two</p>", "<p>one three</p>"),
    ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li></ul>"),
    ("<ul><li>a</li></ul>", "<ul><li>a</li><li>b <b>c</b></li></ul>"),
    ("<p>a <b>bold</b> b</p>", "<p>a <i>slanted</i> b</p>"),
    ("<p>gone</p><p>kept</p>", '<p>kept</p><h2 id="x">came</h2>'),
    ("<table><tr><td>1</td></tr></table>", "<table><tr><td>1</td><td>2</td></tr></table>"),
    ("bare text <p>x</p>", "<p>x</p> other bare text"),
    ("<p>x &lt;b&gt; &amp; y</p>", "<p>x &lt;i&gt; &amp; z</p>"),
    ('<p><img src="a" alt=""> one<br>two</p>', '<p>one<br>three <img src="b" alt=""></p>'),
    ("", "<p>all new</p>"),
    ("<p>all gone</p>", ""),
    ("<div><p>a</p><ul><li>b</li></ul></div>", "<div><p>a!</p><ol><li>b</li></ol></div>"),
]


@pytest.mark.parametrize(("old", "new"), CASES)
def test_comparison_is_well_formed_and_holds_the_new_text(old, new):
    html = "".join(stretch.html for stretch in compare(old, new))
    assert Balance(html).open == []
    without = Balance(re.sub(r"<del>.*?</del>", "", html, flags=re.S)).text
    assert "".join(without.split()) == "".join(Balance(new).text.split())


def test_words_that_stay_are_not_marked():
    (stretch,) = compare("<p>the quick brown fox</p>", "<p>the slow brown fox</p>")
    assert stretch.html == "<p>the <del>quick</del><ins>slow</ins> brown fox</p>"


def test_unchanged_blocks_are_counted_together():
    same = "<p>a</p><p>b</p><p>c</p>"
    stretches = compare(same + "<p>x</p>", same + "<p>y z</p>")
    assert [(one.same, one.count) for one in stretches] == [(True, 3), (False, 2)]


def test_removed_elements_leave_no_second_id():
    html = "".join(
        stretch.html
        for stretch in compare('<h2 id="a">old heading</h2>', '<h2 id="b">new words</h2>')
    )
    assert 'id="a"' not in html


def test_big_texts_compare_quickly():
    import time

    old = "".join(f"<p>line {n} with some words in it</p>" for n in range(6000))
    new = old.replace("some words", "other words").replace("line 3000", "line three thousand")
    start = time.perf_counter()
    compare(old, new)
    assert time.perf_counter() - start < 5
