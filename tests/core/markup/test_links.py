"""Links to pages, files and addresses."""

import pytest

from tests.core.markup.filling import html
from wiki.core.markup import FileSlot, LinkSlot, render


def slots(text: str) -> list[object]:
    return [part for part in render(text).segments if not isinstance(part, str)]


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("[[Accueil]]", LinkSlot("Accueil", "", "Accueil")),
        ("[[ Page d'aide ]]", LinkSlot("Page d'aide", "", "Page d&#x27;aide")),
        ("[[A & B]]", LinkSlot("A & B", "", "A &amp; B")),
        (
            "[[Page|un *mot* `x` <b>]]",
            LinkSlot("Page", "", "un <em>mot</em> <code>x</code> &lt;b&gt;"),
        ),
        ("[[Page#Le but|ici]]", LinkSlot("Page", "h-le-but", "ici")),
        ("[[Page#h-le-but]]", LinkSlot("Page", "h-le-but", "Page")),
        ("[[Page label words]]", LinkSlot("Page label words", "", "Page label words")),
        ("[ici](Ma%20page#But)", LinkSlot("Ma page", "h-but", "ici")),
        ("[*ici* là](<Ma page>)", LinkSlot("Ma page", "", "<em>ici</em> là")),
        ("[a][r]\n\n[r]: Cible", LinkSlot("Cible", "", "a")),
        ("| [[A\\|b]] |\n|---|", LinkSlot("A", "", "b")),
    ],
)
def test_page_link_becomes_a_slot(text: str, slot: LinkSlot) -> None:
    assert slots(text) == [slot]


@pytest.mark.parametrize(
    "text",
    ["`[[A]]`", "    [[A]]", "```\n[[A]]\n```", "[[]]", "[[ | ]]", "[[A", "[[A\nB]]", "\\[[A]]",
     "[[" + "a" * 300 + "]]", "[[javascript:alert(1)|x]]", "[[ JAVA script:alert(1)]]",
     "<i title='[[A]]'>"],
)  # fmt: skip
def test_no_link_there(text: str) -> None:
    assert slots(text) == []


@pytest.mark.parametrize(
    "href",
    [
        "/A",
        "#a",
        "?a=1",
        "./a",
        "../a",
        "a/b",
        "https://a.fr",
        "mailto:a@b.fr",
        "a%2fb",
        "//a.fr",
        "A?x=1",
    ],
)
def test_other_addresses_stay_ordinary_links(href: str) -> None:
    assert slots(f"[x]({href})") == []
    assert f'<a href="{href}"' in html(f"[x]({href})")


@pytest.mark.parametrize(
    "text",
    ["https://a.fr/x_y_z", "<https://a.fr/x_y_z>", "[[https://a.fr/x_y_z]]", "[b](//a.fr/x_y_z)"],
)
def test_external_link_is_marked(text: str) -> None:
    assert 'a.fr/x_y_z" rel="noopener nofollow ugc">' in html(f"Voir {text} ici")


def test_internal_link_is_not_marked() -> None:
    assert "rel=" not in html("[a](/A) [b](#b) [[#Le but|c]] [[/-/search|d]]")
    assert '<a href="#h-le-but">c</a>' in html("[[#Le but|c]]")


def test_bare_addresses_are_linked_but_not_bare_hosts() -> None:
    shown = html("bob@example.org https://a.fr, compte-rendu.fr www.a.fr et `https://b.fr`")
    assert '<a href="mailto:bob@example.org">bob@example.org</a>' in shown
    assert ">https://a.fr</a>, compte-rendu.fr www.a.fr" in shown
    assert "<code>https://b.fr</code>" in shown


def test_files_become_slots() -> None:
    text = '![Le *quai*](quai.jpg "Vu du pont") [voir](attachment:plan%20B.pdf)'
    text += " ![x](attachment:Autre/p.png)"
    assert slots(text) == [
        FileSlot("quai.jpg", "Le quai", True, "Vu du pont"),
        FileSlot("plan B.pdf", "voir", False, ""),
        FileSlot("Autre/p.png", "x", True, ""),
    ]
    assert render(text).files == tuple(slots(text))


def test_remote_image_stays_an_image() -> None:
    assert html("![a](https://a.fr/i.png)") == (
        '<p><img src="https://a.fr/i.png" alt="a" loading="lazy"></p>'
    )


def test_image_inside_a_link_keeps_both() -> None:
    shown = html("[![Logo](logo.png)](Projet)")
    assert shown == '<p><a href="Projet"><file-slot name="logo.png"></file-slot></a></p>'


def test_links_are_listed_once_bodies_included() -> None:
    text = "[[B]] [[A]] [[B]]\n\n{{box}}\n[[C]] [[A]]\n{{/box}}\n\n[x](D)"
    assert render(text, paired=frozenset({"box"})).links == ("B", "A", "C", "D")
