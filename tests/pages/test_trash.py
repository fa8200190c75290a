"""The trash: a page that goes there is nowhere, and comes back whole."""

from __future__ import annotations

import re

from tests.pages.counting import statements
from wiki.core import db
from wiki.pages import find, rights
from wiki.pages.models import Page, Revision
from wiki.pages.structure import trash

PLACES = (
    "/-/changes",
    "/-/changes.atom",
    "/-/tags",
    "/-/names?q=doomed",
    "/Linking",
    "/sitemap.xml",
)


def test_trashed_page_vanishes_everywhere_and_comes_back(world):
    world.page("Doomed", "to [[Linking]] zyxqv7", title="Doomed zyxqv7", tags=("doomedtag",))
    world.page("Linking", "to [[Doomed]]")
    bob = world.browser("bob")
    assert bob.post("/Doomed/trash").status_code == 303
    for url in ("/Doomed", "/Doomed/raw", "/Doomed/history", "/Doomed/edit", "/-/tags/doomedtag"):
        assert world.browser("alice").get(url).status_code == 404, url
    for url in PLACES:
        html = world.browser("alice").get(url).text
        assert "zyxqv7" not in html, url
        assert "doomedtag" not in html, url
    undo = re.search(r'action="(/-/trash/\d+/restore)"', bob.get("/").text)[1]
    assert bob.post(undo).location == "/Doomed"
    html = world.browser().get("/Doomed").text
    assert "zyxqv7" in html
    assert "doomedtag" in html


def test_trash_asks_first_and_names_who_links(world):
    world.page("Doomed", "text")
    world.page("Linking", "to [[Doomed]]")
    world.page("Hidden", "to [[Doomed]]", title="zyxqv7", read="@friends")
    html = world.browser("xavier").get("/Doomed/trash").text
    assert "Linking" in html
    assert "zyxqv7" not in html
    assert world.browser().get("/Doomed").status_code == 200


def test_trash_needs_the_right_to_write(world):
    page = world.page("Kept", "text")
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), write="@friends")
    for name in ("xavier", ""):
        assert world.browser(name).post("/Kept/trash").status_code == 403
        assert world.browser(name).get("/Kept/trash").status_code == 403
    world.browser("bob").post("/Kept/trash")
    assert world.browser("xavier").post(f"/-/trash/{page.id}/restore").status_code == 403
    assert world.browser("").post(f"/-/trash/{page.id}/restore").status_code == 403
    assert world.browser("carol").post(f"/-/trash/{page.id}/restore").status_code == 303


def test_trash_lists_what_one_may_read(world):
    for name, read in (("Open", ""), ("Secret", "@friends")):
        page = world.page(name, "text", title=f"{name} zyxqv7", read=read)
        with world.app.app_context():
            trash.put_in_trash(page, actor=world.actor("alice"))
    assert world.browser().get("/-/trash").status_code == 303
    html = world.browser("xavier").get("/-/trash").text
    assert "Open zyxqv7" in html
    assert "Secret zyxqv7" not in html
    assert "Secret zyxqv7" in world.browser("carol").get("/-/trash").text
    assert "Delete for good" not in html
    with world.app.app_context():
        hidden = db.session().query(Page).filter(Page.name == "Secret").one().id
    assert world.browser("xavier").post(f"/-/trash/{hidden}/restore").status_code == 404
    assert world.browser("xavier").post("/-/trash/99999/restore").status_code == 404


def test_trash_costs_the_same_with_one_page_and_three(world):
    counts = []
    for names in (("A",), ("B", "C")):
        for name in names:
            page = world.page(name, "text")
            with world.app.app_context():
                trash.put_in_trash(page, actor=world.actor("alice"))
        browser = world.browser("bob")
        with statements(world.app) as seen:
            browser.get("/-/trash")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_only_admins_delete_for_good(world):
    page = world.page("Doomed", "text", read="@friends")
    child = world.page("Child", "text")
    with world.app.app_context(), db.write() as session:
        session.get(Page, child.id).parent_id = page.id
    alice = world.browser("alice")
    assert alice.post(f"/-/trash/{page.id}/delete").status_code == 404  # not in the trash yet
    world.browser("bob").post("/Doomed/trash")
    for name in ("bob", "xavier", ""):
        assert world.browser(name).post(f"/-/trash/{page.id}/delete").status_code == 403
    assert alice.post(f"/-/trash/{page.id}/delete").status_code == 303
    with world.app.app_context():
        assert db.session().get(Page, page.id) is None
        assert not db.session().query(Revision).filter(Revision.page_id == page.id).count()
        assert find.page_or_404("Child", actor=world.actor()).parent_id is None
    assert (
        world.browser("bob").post("/-/new", {"title": "Doomed", "text": "again"}).status_code == 303
    )


def test_home_page_cannot_be_put_in_the_trash(world):
    alice = world.browser("alice")
    assert alice.post("/Home/trash").status_code == 403
    assert "home page" in alice.get("/Home/trash").text
    assert alice.get("/").status_code == 200
