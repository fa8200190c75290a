"""A page inside another: for who may read it, once, and told on the page that is shown."""

from __future__ import annotations

from sqlalchemy import select

from tests.world import World
from wiki.core import db
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Link


def shown(world: World, text: str, name: str = "bob") -> str:
    world.page("Outer", text)
    return world.browser(name).get("/Outer").text


def change(world: World, name: str, text: str) -> None:
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404(name, actor=alice)
        save.save(page, Content(name, text), base=None, author=alice)


def test_page_is_shown_with_its_links_and_files(world):
    world.page("Inner", "## Part\n\ninner words, [[Outer]] ![x](photo.jpg)\n\n[[#Part|up]]")
    html = shown(world, '## Part\n\n{{include page="Inner" title}}')
    assert "inner words" in html
    # Files are those of the page they stand on; ids are apart from those around.
    assert "/Inner/attachments/photo.jpg" in html
    assert html.count('id="h-part"') == 1 and 'id="in0-h-part"' in html
    assert 'href="#in0-h-part"' in html


def test_section_alone_is_shown(world):
    world.page("Inner", "zero\n\n## Été à l'école\n\none\n\n### Below\n\ntwo\n\n## After\n\nthree")
    html = shown(world, '{{include page="Inner" section="Été à l\'école"}}')
    assert "one" in html and "two" in html
    assert "<p>three" not in html and "<p>zero" not in html


def test_missing_section_is_said(world):
    world.page("Inner", "## One")
    html = shown(world, '{{include page="Inner" section="Two"}}')
    assert "box alert" in html and "Two" in html


def test_hidden_page_looks_as_one_that_is_not_there(world):
    world.page("Hidden", "the secret", read="@admins")
    world.page("Outer", '{{include page="Hidden"}}\n\n{{include page="Hiddem"}}')
    for name in ("", "xavier"):
        html = world.browser(name).get("/Outer").text
        assert "the secret" not in html
        assert html.count("included meta") == 2
        one, other = html.split('class="included meta"')[1:3]
        assert one.partition("</p>")[0] == other.partition("</p>")[0].replace("Hiddem", "Hidden")
    assert "the secret" in world.browser("alice").get("/Outer").text


def test_withdrawn_right_acts_at_once(world):
    world.page("Inner", "soon secret")
    world.page("Outer", '{{include page="Inner"}}')
    assert "soon secret" in world.browser().get("/Outer").text
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404("Inner", actor=alice), actor=alice, read="@admins")
    assert "soon secret" not in world.browser().get("/Outer").text


def test_pages_that_show_one_another_end_in_words(world):
    world.page("Inner", '{{include page="Outer"}}')
    html = shown(world, 'outer\n\n{{include page="Inner"}}')
    assert "box alert" in html
    world.page("Self", '{{include page="Self"}}')
    assert "box alert" in world.browser().get("/Self").text


def test_too_many_pages_inside_one_another_are_refused(world):
    for number in range(8):
        world.page(f"P{number}", f'depth{number}\n\n{{{{include page="P{number + 1}"}}}}')
    html = world.browser().get("/P0").text
    assert "depth4" in html and "depth6" not in html and "box alert" in html


def test_page_shown_many_times_runs_few_macros(world):
    world.page("Inner", "\n\n".join(["{{recent}}"] * 10))
    html = shown(world, "\n\n".join(['{{include page="Inner"}}'] * 30))
    assert html.count('class="news"') <= 50


def test_included_page_tells_where_it_is_shown(world):
    world.page("Inner", "words")
    world.page("Linking", "[[Inner]]")
    world.page("Outer", '{{inclure page="inner"}}')
    world.page("Hidden-Outer", '{{include page="Inner"}}', read="@admins")
    html = world.browser().get("/Inner/backlinks").text
    used = html[html.index("Shown inside") : html.index("All links")]
    assert "Outer" in used and "Linking" not in used and "Hidden-Outer" not in html
    assert "Hidden-Outer" in world.browser("alice").get("/Inner/backlinks").text


def test_inclusion_ends_with_its_call(world):
    world.page("Inner", "words")
    world.page("Outer", '{{include page="Inner"}}')
    change(world, "Outer", "[[Inner]]")
    with world.app.app_context():
        found = db.session().scalars(select(Link).where(Link.target_key == "inner")).all()
        assert [link.included for link in found] == [False]


def test_toc_of_a_page_lists_its_own_headings(world):
    world.page("Inner", "{{toc}}\n\n## Inner title")
    html = shown(world, '{{toc}}\n\n## Outer title\n\n{{include page="Inner"}}')
    first, second = html.split('<details class="in-toc"')[1:3]
    assert "Outer title" in first.partition("</details>")[0]
    assert "Inner title" in second.partition("</details>")[0]
    assert "Outer title" not in second.partition("</details>")[0]
