"""Reading pages: what a reader finds on one, and that reading changes nothing."""

from __future__ import annotations

import re

from sqlalchemy import text as sql

from tests.pages.counting import statements
from tests.world import bare
from wiki.core import db
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.kinds import Kind
from wiki.pages.models import Draft, Event, Page, Revision

SECRET = "zyxqv7"


def test_page_shows_its_text_tags_and_contents(world):
    text = "## One\n\ntext\n\n## Two\n\n## Three\n\nSee [[Other]]."
    world.page("Guide", text, title="The <b>guide</b>", tags=("help", "<i>odd</i>"))
    html = world.browser().get("/Guide").text
    assert "<h1>The &lt;b&gt;guide&lt;/b&gt;</h1>" in html
    assert (
        re.search(r'<h2 id="([^"]+)"[^>]*>(?:<span>)?Two', html)[1]
        == re.search(r'href="#([^"]+)">Two</a>', html)[1]
    )
    assert "/-/tags/help" in html
    assert "&lt;i&gt;odd&lt;/i&gt;" in html
    assert "<i>odd</i>" not in html
    assert 'class="missing"' in html


def test_page_without_three_headings_has_no_contents(world):
    world.page("Short", "## One\n\n## Two")
    assert 'class="toc"' not in world.browser().get("/Short").text


def test_other_spelling_redirects_to_the_page(world):
    world.page("École-d-été", "text")
    for spelling in ("ecole-d-ete", "ÉCOLE-D-ÉTÉ", "E\u0301cole-d-e\u0301te\u0301"):
        answer = world.browser().get(f"/{spelling}")
        assert answer.status_code == 301
        assert answer.location == "/%C3%89cole-d-%C3%A9t%C3%A9"


def test_raw_is_the_source_as_plain_text(world):
    world.page("Source", "# <script>x</script>\n\n[[Link]]")
    answer = world.browser().get("/Source/raw")
    assert answer.text == "# <script>x</script>\n\n[[Link]]"
    assert answer.content_type == "text/plain; charset=utf-8"


def test_backlinks_are_those_the_reader_may_see(world):
    world.page("Target", "text")
    world.page("Open", "to [[Target]]", title="An open page")
    world.page("Closed", "to [[Target]]", title=SECRET, read="@friends")
    assert SECRET in world.browser("bob").get("/Target").text
    for url in ("/Target", "/Target/backlinks"):
        html = world.browser("xavier").get(url).text
        assert "An open page" in html
        assert SECRET not in html


def test_many_backlinks_go_on_their_own_page(world):
    world.page("Target", "text")
    for number in range(27):
        world.page(f"From-{number:02}", "[[Target]]")
    assert "/Target/backlinks" in world.browser().get("/Target").text
    assert "From-26" not in world.browser().get("/Target").text
    assert "From-26" in world.browser().get("/Target/backlinks").text


def test_crumbs_leave_out_parents_that_may_not_be_read(world):
    top = world.page("Top", "text", title="Top of all")
    middle = world.page("Middle", "text", title=SECRET, read="@friends")
    low = world.page("Low", "text")
    with world.app.app_context(), db.write() as session:
        session.get(Page, low.id).parent_id = middle.id
        session.get(Page, middle.id).parent_id = top.id
    seen = world.browser("bob").get("/Low").text
    assert seen.index("Top of all") < seen.index(SECRET)
    html = world.browser().get("/Low").text
    assert "Top of all" in html
    assert SECRET not in html


def test_parents_in_a_loop_are_cut(world):
    one, two = world.page("One", "text"), world.page("Two", "text")
    with world.app.app_context(), db.write() as session:
        session.get(Page, one.id).parent_id = two.id
        session.get(Page, two.id).parent_id = one.id
    assert world.browser().get("/One").status_code == 200


def test_hidden_page_and_missing_page_answer_alike(world):
    world.page("Secret-plan", SECRET, title=SECRET, read="@friends")
    for suffix in (
        "",
        "/raw",
        "/edit",
        "/history",
        "/diff",
        "/rights",
        "/attachments",
        "/trash",
        "/backlinks",
        "/revisions/1",
        "/attachments/a.png",
    ):
        hidden = world.browser("xavier").get(f"/Secret-plan{suffix}")
        missing = world.browser("xavier").get(f"/Secret-plot{suffix}")
        assert hidden.status_code == missing.status_code == 404, suffix
        assert bare(hidden.text).replace("plan", "plot") == bare(missing.text), suffix
        assert SECRET not in hidden.text


def test_odd_names_are_refused_or_harmless(world):
    browser = world.browser()
    for name in (
        "%2e%2e",
        "-x",
        "a%00b",
        "%F0%9F%9A%89",
        "e%CC%81te%CC%81",
        "x" * 10_000,
        "%0d%0aSet-Cookie:x",
        "%E2%80%AEname",
        "a%2Fb",
        "CON",
        "%22%3E%3Csvg%20onload=alert(1)%3E",
        ".env",
        "wiki.db-wal",
    ):
        for suffix in ("", "/edit", "/raw", "/history"):
            answer = browser.get(f"/{name}{suffix}")
            assert answer.status_code in {301, 308, 400, 404}, (name, suffix)
            assert "<svg onload" not in answer.text
            assert "Set-Cookie" not in answer.headers


def test_missing_page_offers_to_create_it(world):
    answer = world.browser().get("/Nouvelle-idée")
    assert answer.status_code == 404
    assert "/-/new?name=Nouvelle-id%C3%A9e" in answer.text


def test_closed_wiki_offers_a_sign_in_instead(world):
    close(world)
    html = world.browser().get("/Nouvelle-idée").text
    assert "/-/new?name" not in html
    assert "/-/login" in html


def test_action_bar_offers_what_one_may_do(world):
    world.page("Open", "text", author="bob")
    assert 'data-edit-url="/Open/edit"' in world.browser("bob").get("/Open").text
    assert "/Open/rights" in world.browser("bob").get("/Open").text
    assert "/Open/rights" not in world.browser("carol").get("/Open").text
    assert "/Open/edit" in world.browser().get("/Open").text
    close(world)
    html = world.browser().get("/Open").text
    assert "/Open/edit" not in html
    assert "/Open/trash" not in html


def test_reading_without_account_leaves_no_cookie(world):
    world.page("Plain", "text with [[Link]]", tags=("one",))
    for url in (
        "/",
        "/Plain",
        "/Plain/history",
        "/Plain/revisions/1",
        "/Plain/attachments",
        "/-/changes",
        "/-/tags",
    ):
        assert "Set-Cookie" not in world.browser().get(url).headers, url


def test_reading_writes_nothing(world):
    world.page("Plain", "text [[Link]]", tags=("one",))
    before = checksum(world)
    for url in (
        "/",
        "/Plain",
        "/Plain/raw",
        "/Plain/edit",
        "/Plain/history",
        "/Plain/diff",
        "/Plain/trash",
        "/Plain/revisions/1",
        "/Plain/backlinks",
        "/Plain/rights",
        "/-/new",
        "/-/tags",
        "/-/tags/one",
        "/-/changes",
        "/-/changes.atom",
        "/-/names?q=p",
        "/-/trash",
        "/robots.txt",
        "/sitemap.xml",
    ):
        assert world.browser().get(url).status_code in {200, 303, 403}, url
    assert checksum(world) == before


def test_page_costs_the_same_whatever_hangs_on_it(world):
    world.page("Few", "[[A1]]", tags=("t1",))
    world.page("L1", "[[Few]]")
    world.page("Many", "[[A1]] [[A2]] [[L1]]", tags=("t1", "t2", "t3"))
    for name in ("M1", "M2", "M3"):
        world.page(name, "[[Many]]")
    counts = []
    for name in ("Few", "Many"):
        with statements(world.app) as seen:
            world.browser().get(f"/{name}")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_kind_with_an_address_of_its_own_is_shown_there(world, app):
    class Elsewhere(Kind):
        name = "elsewhere"

        def view_url(self, page):
            return "/-/elsewhere"

        def edit_url(self, page):
            return "/-/elsewhere/edit"

    app.extensions["gare.registries"].kinds["elsewhere"] = Elsewhere()
    with app.app_context():
        save.create(
            save.NewPage("Odd", kind="elsewhere"), Content("Odd"), author=world.actor("alice")
        )
    assert world.browser().get("/Odd").location == "/-/elsewhere"
    assert world.browser().get("/Odd/edit").location == "/-/elsewhere/edit"
    assert world.browser().post("/Odd", {"text": "x", "title": "x"}).location == "/-/elsewhere/edit"
    assert world.text("Odd") == ""


def test_robots_and_sitemap_tell_public_pages_only(world):
    world.page("Open", "text")
    world.page(f"Closed-{SECRET}", "text", read="+")
    robots, sitemap = (
        world.browser("alice").get("/robots.txt").text,
        world.browser("alice").get("/sitemap.xml").text,
    )
    assert "Disallow: /-/" in robots
    assert "http://localhost/Open" in sitemap
    assert SECRET not in sitemap


def close(world) -> None:
    """Switch open editing off."""
    with world.app.app_context(), db.write() as session:
        from wiki.core import settings

        settings.put(session, anonymous_edit=False)


def checksum(world) -> list[object]:
    """Return what a read must not change."""
    with world.app.app_context():
        session = db.session()
        counts = [session.query(model).count() for model in (Page, Revision, Event, Draft)]
        return [
            *counts,
            session.execute(sql("SELECT name, value FROM generation ORDER BY name")).all(),
        ]


def test_rules_of_one_page_leave_the_others_alone(world):
    world.page("One", "text", read="@friends")
    world.page("Two", "text")
    with world.app.app_context():
        assert find.page_or_none("Two", actor=world.actor())
        assert rights.own_rules(find.page_or_404("Two", actor=world.actor("alice")))["read"] == ""
