"""Versions named, small, blamed, credited and emptied; ten thousand of them cost what ten do."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, text, update

from tests.pages.counting import statements
from wiki.core import db
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.pages.history import blame, purge
from wiki.pages.history.authors import authors_of
from wiki.pages.models import Page, Revision


def write(world, name, *texts, who="bob", **stamp):
    with world.app.app_context():
        actor = world.actor(who)
        for one in texts:
            page = find.page_or_none(name, actor=actor)
            if page is None:
                save.create(save.NewPage(name), Content(name, one), author=actor)
            else:
                save.save(
                    page, Content(name, one), base=None, author=actor, stamp=save.Stamp(**stamp)
                )


def many(world, name, count):
    """Make a page with so many versions: two authors, each version changes one line."""
    write(world, name, "line 1\n\nsame", "line 2\n\nsame")
    with world.app.app_context(), db.write() as session:
        page = find.page_or_404(name, actor=world.actor("bob"))
        rows = [
            {
                "page_id": page.id,
                "number": number,
                "title": name,
                "text": f"line {number}\n\nsame",
                "data": {},
                "tags": [],
                "author_name": ("Bob Member", "Carol Partner")[number % 2],
                "summary": "",
                "minor": False,
                "created_at": db.utcnow(),
            }
            for number in range(3, count + 1)
        ]
        session.execute(insert(Revision), rows)
        session.execute(update(Page).where(Page.id == page.id).values(revision_no=count))


@pytest.mark.data
def test_ten_thousand_versions_cost_the_statements_of_ten(world):
    many(world, "Ten", 10)
    many(world, "Many", 10_000)
    browser = world.browser("bob")
    for end in ("", "/history", "/diff?from=1&to={last}", "/authors"):
        counts = []
        for name, last in (("Ten", 10), ("Many", 10_000)):
            with statements(world.app) as seen:
                answer = browser.get(f"/{name}{end.format(last=last)}")
            assert answer.status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1], end
    first = browser.get("/Many/history").text
    assert first.count('class="version"') == 50
    assert browser.get("/Many/history?page=200").text.count('class="version"') == 50
    assert browser.get("/Many/history?page=201").status_code == 404


@pytest.mark.data
def test_no_statement_of_history_crosses_the_versions(world):
    """The rows hold the texts: what counts or lists must find its way by an index, and read few of them."""
    many(world, "Many", 300)
    with world.app.app_context():
        if not db.database().is_sqlite:
            pytest.skip("the plan is read as SQLite writes it")
    with statements(world.app) as seen:
        world.browser("bob").get("/Many")
        world.browser("bob").get("/Many/history")
        world.browser("bob").get("/Many/diff?from=1&to=300")
    asked = [one for one in seen if "revision" in one and one.startswith(("SELECT", "WITH"))]
    assert asked
    with world.app.app_context(), db.database().reader.connect() as connection:
        for one in asked:
            values = dict.fromkeys(range(one.count("?")), 1)
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", tuple(values.values()))
            steps = [row[3] for row in plan]
            assert not any(re.match(r"SCAN revision(?!.*USING)", step) for step in steps), (
                one,
                steps,
            )


def test_version_is_named_found_and_unnamed(world):
    write(world, "Page", "one", "two")
    bob = world.browser("bob")
    assert bob.post("/Page/revisions/1/label", {"label": "  As <voted> "}).status_code == 303
    html = world.browser().get("/Page/history").text
    assert html.count("As &lt;voted&gt;") == 2
    assert "As &lt;voted&gt;" in world.browser().get("/Page/revisions/1").text
    bob.post("/Page/revisions/1/label", {"label": ""})
    assert "voted" not in world.browser().get("/Page/history").text
    assert bob.post("/Page/revisions/9/label", {"label": "x"}).status_code == 404


def test_naming_needs_the_right_to_write(world):
    from wiki.pages import rights

    write(world, "Page", "one", "two")
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404("Page", actor=alice), actor=alice, write="@friends")
    assert (
        world.browser("xavier").post("/Page/revisions/1/label", {"label": "x"}).status_code == 403
    )


def test_small_changes_are_hidden_from_changes_and_never_from_history(world):
    write(world, "Page", "one")
    write(world, "Page", "two", minor=True, summary="a comma")
    browser = world.browser()
    assert "a comma" not in browser.get("/-/changes").text
    assert "a comma" not in browser.get("/-/changes.atom").text
    assert "a comma" in browser.get("/-/changes?minor=1").text
    assert "a comma" in browser.get("/Page/history").text


def test_authors_are_credited(world):
    write(world, "Page", "one", "two", who="bob")
    write(world, "Page", "three", who="carol")
    write(world, "Page", "four", who="")
    html = world.browser().get("/Page").text
    assert "Written by\n    Bob Member, Carol Partner" in html
    listed = world.browser().get("/Page/authors").text
    assert "“Page”, by Bob Member, someone without account, Carol Partner." in listed
    with world.app.app_context():
        page = find.page_or_404("Page", actor=world.actor())
        assert authors_of(page) == ["", "Bob Member", "Carol Partner"]
        assert authors_of(page, most=2) == ["", "Bob Member"]


def test_blame_says_who_last_wrote_each_line(world):
    write(world, "Page", "a\nb\nc", who="bob")
    write(world, "Page", "a\nB\nc", who="carol")
    write(world, "Page", "new\na\nB\nc", who="alice")
    with world.app.app_context():
        page = find.page_or_404("Page", actor=world.actor("bob"))
        assert blame.origins_of(page) == (3, 1, 2, 1)
    html = world.browser().get("/Page/blame").text
    assert re.findall(r"<b>([^<]+)</b>", html[html.index('class="blame"') :]) == [
        "alice",
        "Bob Member",
        "Carol Partner",
        "Bob Member",
    ]
    write(world, "Page", "new\na\nB\nc\nlast", who="carol")
    with world.app.app_context():
        page = find.page_or_404("Page", actor=world.actor("bob"))
        with statements(world.app) as seen:
            assert blame.origins_of(page) == (3, 1, 2, 1, 4)
            assert len(seen) == 1
            blame.origins_of(page)
            assert len(seen) == 1


def test_blame_is_bounded_and_says_so(world):
    many(world, "Many", 10_000)
    with statements(world.app) as seen:
        html = world.browser().get("/Many/blame").text
    assert "Only the last 500 versions are read" in html
    assert len([one for one in seen if "revision.text" in one]) <= blame.MOST // blame.AT_ONCE + 1
    with world.app.app_context():
        page = find.page_or_404("Many", actor=world.actor("bob"))
        assert blame.origins_of(page) == (10_000, None, None)


def test_blame_passes_over_an_emptied_version(world):
    write(world, "Page", "a\nb", who="bob")
    write(world, "Page", "a\nb\nc", who="carol")
    write(world, "Page", "a\nb\nc\nd", who="carol")
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404("Page", actor=alice)
        purge.purge(page, 1, why="x", actor=alice)
        assert blame.origins_of(page) == (2, 2, 2, 3)


def test_blame_is_of_pages_of_text_one_may_read(world):
    world.page("Secret", "zyxqv", read="@admins")
    assert world.browser("xavier").get("/Secret/blame").status_code == 404
    assert world.browser("xavier").get("/Secret/authors").status_code == 404


def test_version_is_emptied_by_an_admin_with_a_trace(world):
    write(world, "Page", "one", "my number is zyxqv", summary="zyxqv added")
    write(world, "Page", "three")
    alice = world.browser("alice")
    alice.post("/Page/revisions/2/label", {"label": "zyxqv"})
    assert world.browser("bob").post("/Page/revisions/2/purge", {"why": "x"}).status_code == 403
    assert alice.post("/Page/revisions/2/purge", {"why": " "}).status_code == 422
    assert alice.post("/Page/revisions/2/purge", {"why": "personal data"}).status_code == 303
    for url in (
        "/Page/revisions/2",
        "/Page/history",
        "/Page/diff?from=2&to=3",
        "/-/changes",
        "/-/changes.atom",
        "/-/api/v1/pages/Page/revisions/2",
        "/Page/blame",
    ):
        answer = world.browser().get(url)
        assert answer.status_code == 200
        assert "zyxqv" not in answer.text, url
    with world.app.app_context():
        for table in ("revision", "event", "page", "tag", "link"):
            rows = db.session().execute(text(f"SELECT * FROM {table}")).all()
            assert rows or table in ("tag", "link")
            assert "my number" not in str(rows), table
        purged = [row for row in db.session().query(Revision) if row.purged_at]
        assert [
            (row.text, row.data, row.tags, row.title, row.summary, row.label) for row in purged
        ] == [("", {}, [], "", "", "")]
    shown = world.browser().get("/Page/revisions/2").text
    assert "Emptied by alice" in shown
    assert "personal data" in shown
    assert alice.post("/Page/revisions/2/restore").status_code == 404
    assert world.browser().get("/Page").status_code == 200


def test_current_version_is_not_emptied(world):
    write(world, "Page", "one", "two")
    alice = world.browser("alice")
    assert alice.post("/Page/revisions/2/purge", {"why": "x"}).status_code == 422
    assert world.text("Page") == "two"


def test_save_on_an_emptied_version_is_a_conflict_not_a_mess(world):
    write(world, "Page", "one\n\nend", "two\n\nend")
    with world.app.app_context():
        alice = world.actor("alice")
        purge.purge(find.page_or_404("Page", actor=alice), 1, why="x", actor=alice)
    answer = world.browser("bob").post(
        "/Page", {"title": "Page", "text": "mine\n\nend", "base": "1"}
    )
    assert answer.status_code == 409
    assert "mine" in answer.text
    assert world.text("Page") == "two\n\nend"


def test_api_names_and_empties_versions(world):
    from wiki.accounts import people, sessions

    write(world, "Page", "one", "two")
    with world.app.app_context(), db.write() as session:
        tokens = {
            who: {
                "Authorization": "Bearer "
                + sessions.make_token(session, people.find_user(who), "api")
            }
            for who in ("alice", "bob")
        }
    client, api = world.browser().client, "/-/api/v1/pages/Page/revisions/1"
    assert (
        client.patch(api, json={"label": "first"}, headers=tokens["bob"]).json["label"] == "first"
    )
    assert client.post(f"{api}/purge", json={"why": "x"}, headers=tokens["bob"]).status_code == 403
    answer = client.post(f"{api}/purge", json={"why": "x"}, headers=tokens["alice"])
    assert (answer.json["purged"], answer.json["text"]) == (True, "")
