"""Comments: add, reply, edit, remove, resolve, react; permissions, screens and API."""

from __future__ import annotations

import re

import pytest

from tests.pages.counting import statements
from tests.world import bare
from wiki.comments import comments
from wiki.comments.comments import About
from wiki.comments.models import Reaction
from wiki.core import antispam, db, settings
from wiki.pages import find, rights
from wiki.pages.comments import Comment
from wiki.pages.structure import trash

TEXT = "# Bread\n\nThe dough rises at night.\n\n## Baking\n\nIt bakes at dawn.\n"


def add_comment(world, page: str, text: str, who: str = "bob", **about) -> int:
    with world.app.app_context():
        actor = world.actor(who)
        loaded_page = find.page_or_404(page, actor=actor)
        return comments.add(loaded_page, text, about=About(**about), actor=actor).id


def set_rules(world, page: str, **rules: str) -> None:
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404(page, actor=alice), actor=alice, **rules)


def set_switch(world, page: str, to: str) -> None:
    assert world.browser("alice").post(f"/{page}/talk", {"talk": to}).status_code == 303


def allow_anonymous_comments(world) -> None:
    with world.app.app_context(), db.write() as session:
        settings.put(session, anonymous_comment=True)
    set_rules(world, "Page", comment="*")


def test_comment_and_reply_are_added_and_shown(world):
    world.page("Page", TEXT)
    bob, carol = world.browser("bob"), world.browser("carol")
    answer = bob.post("/Page/comments", {"text": "Is it **true**?"})
    assert (answer.status_code, answer.location) == (303, "/Page#comment-1")
    carol.post("/Page/comments", {"text": "It is.", "reply_to": "1"})
    html = world.browser().get("/Page").text
    assert "Is it <strong>true</strong>?" in html
    assert html.index("Bob Member") < html.index("Carol Partner")
    assert html.count('class="thread ') == 1


def test_reply_to_a_reply_joins_the_thread(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "first")
    add_comment(world, "Page", "second", reply_to=1)
    add_comment(world, "Page", "third", reply_to=2)
    with world.app.app_context():
        assert db.session().get(Comment, 3).thread_id == 1


def test_comment_html_is_sanitized(world):
    world.page("Page", TEXT)
    add_comment(
        world,
        "Page",
        "# Big\n\n<script>alert(1)</script>\n\n{{recent}} [x](javascript:alert(1)) [[Page]]",
    )
    html = world.browser().get("/Page").text
    talk = html[html.index('id="talk"') :]
    assert "<script>alert" not in html
    assert 'href="javascript' not in talk
    assert "<strong>Big</strong>" in talk
    assert "<code>{{recent}}</code>" in talk
    assert 'href="/Page"' in talk


def test_passage_is_stored_as_in_the_page_and_tracked(world):
    world.page("Page", TEXT)
    world.browser("bob").post(
        "/Page/comments",
        {"text": "which?", "quote": "doughrises  at", "before": "sent by a browser"},
    )
    with world.app.app_context():
        row = db.session().get(Comment, 1)
        assert (row.quote, "sent by" in row.before) == ("dough rises at", False)
    bob = world.browser("bob")
    bob.post("/Page", {"title": "Page", "text": "New start.\n\n" + TEXT, "base": "1"})
    assert 'data-quote="doughrisesat"' in bob.get("/Page").text
    bob.post("/Page", {"title": "Page", "text": TEXT.replace("dough", "bread"), "base": "2"})
    html = bob.get("/Page").text
    assert "passage changed since" in html
    assert "dough rises at" in html
    assert "data-quote=" not in html


def test_quote_that_is_not_in_the_page_is_ignored(world):
    world.page("Page", TEXT + "\n{{recent}}")
    world.page("Other", "text", title="Zyxqv")
    world.browser("bob").post("/Page/comments", {"text": "hm", "quote": "Zyxqv"})
    with world.app.app_context():
        assert db.session().get(Comment, 1).quote == ""


def test_section_can_be_commented_without_javascript(world):
    world.page("Page", TEXT)
    bob = world.browser("bob")
    way = re.search(r'class="say" href="(/Page\?section=([^#]*)#talk-form)"', bob.get("/Page").text)
    assert way
    form = bob.get(way[1].partition("#")[0]).text
    assert re.search(rf'name="section"\s+value="{way[2]}"', form)
    bob.post("/Page/comments", {"text": "about it", "section": way[2]})
    assert f'href="#{way[2]}">Bread</a>' in bob.get("/Page").text


def test_empty_and_too_long_comments_are_refused_with_their_text(world):
    world.page("Page", TEXT)
    bob = world.browser("bob")
    for text in ("  ", "x" * (comments.MAX_LENGTH + 1)):
        answer = bob.post("/Page/comments", {"text": text})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert "x" * 100 in answer.text


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_reader_without_permission_is_refused_with_their_text(world, who):
    world.page("Page", TEXT)
    set_rules(world, "Page", comment="@friends")
    browser = world.browser(who)
    assert 'id="talk-form"' not in browser.get("/Page").text
    answer = browser.post("/Page/comments", {"text": "my long words"})
    assert answer.status_code == 403
    with world.app.app_context():
        assert db.session().query(Comment).count() == 0


def test_anonymous_comments_pass_honeypot_and_minimum_time(world, monkeypatch):
    world.page("Page", TEXT)
    allow_anonymous_comments(world)
    browser = world.browser()
    html = browser.get("/Page").text
    stamp = re.search(r'name="shown" value="([^"]+)"', html)[1]
    assert "Set-Cookie" not in browser.get("/Page").headers
    quick = browser.post("/Page/comments", {"text": "hello", "shown": stamp})
    assert quick.status_code == 422
    assert "hello" in quick.text
    monkeypatch.setattr(antispam, "QUICKEST", -1.0)
    for wrong in ("", "nonsense", stamp[:-2]):
        assert browser.post("/Page/comments", {"text": "x", "shown": wrong}).status_code == 422
    trapped = browser.post("/Page/comments", {"text": "buy", "shown": stamp, "website": "x"})
    assert trapped.status_code == 303
    assert browser.post("/Page/comments", {"text": "hello", "shown": stamp}).status_code == 303
    html = world.browser("bob").get("/Page").text
    assert "hello" in html
    assert "buy" not in html


def test_only_own_comments_can_be_edited(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "befroe")
    bob, carol, alice = (world.browser(name) for name in ("bob", "carol", "alice"))
    assert "befroe" in bob.get("/-/comments/1/edit").text
    assert bob.post("/-/comments/1", {"text": " "}).status_code == 422
    assert bob.post("/-/comments/1", {"text": "before"}).status_code == 303
    for other in (carol, alice):
        assert other.get("/-/comments/1/edit").status_code == 403
        assert other.post("/-/comments/1", {"text": "mine"}).status_code == 403
    html = world.browser().get("/Page").text
    assert "before" in html
    assert "befroe" not in html


def test_only_author_owner_and_admins_remove_a_comment(world):
    world.page("Page", TEXT, author="carol")
    for _number in range(4):
        add_comment(world, "Page", "words zyxqv")
    assert world.browser("xavier").post("/-/comments/1/removal").status_code == 403
    assert world.browser().post("/-/comments/1/removal").status_code == 403
    for number, who in ((1, "bob"), (2, "carol"), (3, "alice")):
        assert world.browser(who).post(f"/-/comments/{number}/removal").status_code == 303
    assert world.browser().get("/Page").text.count("words zyxqv") == 1


def test_removed_comment_with_replies_leaves_a_placeholder(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "first zyxqv", quote="dough rises")
    add_comment(world, "Page", "answer", who="carol", reply_to=1)
    world.browser("bob").post("/-/comments/1/removal")
    html = world.browser().get("/Page").text
    assert "zyxqv" not in html
    assert "Removed by Bob Member" in html
    assert "answer" in html
    with world.app.app_context():
        row = db.session().get(Comment, 1)
        assert (row.text, row.html, row.quote, row.before) == ("", "", "", "")
    world.browser("carol").post("/-/comments/2/removal")
    with world.app.app_context():
        assert db.session().query(Comment).count() == 0


def test_thread_is_resolved_and_reopened(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "to settle")
    world.browser("carol").post("/-/comments/1/resolution")
    html = world.browser().get("/Page").text
    assert "to settle" not in html
    assert "1 resolved thread" in html
    done = world.browser("bob").get("/Page/comments?resolved=1").text
    assert "to settle" in done
    assert "Resolved by Carol Partner" in done
    world.browser("bob").post("/-/comments/1/resolution", {"open": "1"})
    assert "to settle" in world.browser().get("/Page").text
    assert world.browser().post("/-/comments/1/resolution").status_code == 403


def test_each_person_has_one_reaction(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "words")
    bob, carol = world.browser("bob"), world.browser("carol")
    for browser, kind in ((bob, "agree"), (bob, "thanks"), (carol, "thanks")):
        assert browser.post("/-/comments/1/reaction", {"kind": kind}).status_code == 303
    with world.app.app_context():
        assert [row.kind for row in db.session().query(Reaction)] == ["thanks", "thanks"]
    assert "Bob Member, Carol Partner" in carol.get("/Page").text
    carol.post("/-/comments/1/reaction", {"kind": "thanks"})
    with world.app.app_context():
        assert db.session().query(Reaction).count() == 1
    assert bob.post("/-/comments/1/reaction", {"kind": "<b>"}).status_code == 422
    assert world.browser().post("/-/comments/1/reaction", {"kind": "agree"}).status_code == 403


def test_comments_are_closed_and_hidden_for_everyone(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "kept words")
    set_switch(world, "Page", "closed")
    alice = world.browser("alice")
    assert "kept words" in alice.get("/Page").text
    assert alice.post("/Page/comments", {"text": "more"}).status_code == 403
    set_switch(world, "Page", "none")
    bob = world.browser("bob")
    for url in ("/Page", "/-/feeds/page/Page.atom"):
        assert "kept words" not in bob.get(url).text
    assert bob.get("/Page/comments").status_code == 404
    assert bob.get("/-/comments/1/edit").status_code == 404
    assert bob.get("/-/api/v1/pages/Page/comments").json == {"total": 0, "items": []}
    set_switch(world, "Page", "open")
    assert "kept words" in bob.get("/Page").text
    assert bob.post("/Page/talk", {"talk": "none"}).status_code == 403
    assert alice.post("/Page/talk", {"talk": "zzz"}).status_code == 422


def test_comments_of_an_unreadable_page_are_not_found(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "zyxqv", who="bob")
    set_rules(world, "Page", read="@admins")
    xavier, bob = world.browser("xavier"), world.browser("bob")
    for browser in (xavier, bob):
        assert browser.get("/Page/comments").status_code == 404
        assert browser.get("/-/comments/1/edit").status_code == 404
        for end in ("removal", "resolution", "reaction"):
            assert browser.post(f"/-/comments/1/{end}", {"kind": "agree"}).status_code == 404
        assert browser.post("/Page/comments", {"text": "x"}).status_code == 404
    hidden, missing = (bare(xavier.get(f"/-/comments/{one}/edit").text) for one in (1, 9))
    assert hidden.replace("comments/1/", "comments/9/") == missing


def test_reply_to_another_page_is_refused(world):
    world.page("Page", TEXT)
    world.page("Secret", "text", read="@admins")
    add_comment(world, "Secret", "hidden", who="alice")
    answer = world.browser("bob").post("/Page/comments", {"text": "x", "reply_to": "1"})
    assert answer.status_code == 409
    assert (
        world.browser("bob").post("/Page/comments", {"text": "x", "reply_to": "z"}).status_code
        == 400
    )


def test_comments_are_deleted_with_their_page(world):
    world.page("Page", TEXT)
    add_comment(world, "Page", "first")
    add_comment(world, "Page", "second", reply_to=1)
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404("Page", actor=alice)
        trash.put_in_trash(page, actor=alice)
        assert world.browser("bob").get("/-/comments/1/edit").status_code == 404
        trash.delete_for_good(find.page_by_id(page.id, actor=alice, trashed=True))
        assert db.session().query(Comment).count() == 0


def test_links_in_comments_do_not_reveal_hidden_titles(world):
    world.page("Secret", "text", title="Zyxqv title", read="@admins")
    world.page("Page", TEXT)
    add_comment(world, "Page", "see [[Secret]]", who="alice")
    assert "Zyxqv title" in world.browser("alice").get("/Page").text
    assert "Zyxqv title" not in world.browser("xavier").get("/Page").text


def test_number_of_statements_does_not_grow_with_threads(world):
    counts = []
    for name, threads in (("One", 1), ("Three", 3)):
        world.page(name, TEXT)
        for _number in range(threads):
            root = add_comment(world, name, "word [[One]]", quote="dough rises")
            add_comment(world, name, "answer", reply_to=root)
        with statements(world.app) as page_statements:
            world.browser("bob").get(f"/{name}")
        counts.append(len(page_statements))
    assert counts[0] == counts[1]


def test_htmx_receives_only_the_comments_block(world):
    world.page("Page", TEXT)
    bob = world.browser("bob")
    answer = bob.post("/Page/comments", {"text": "words"}, htmx="talk")
    assert answer.status_code == 303
    headers = {"HX-Request": "true", "HX-Target": "section#talk"}
    block = bob.get(answer.location, headers=headers).text
    assert "words" in block
    assert "<html" not in block


def test_station_and_home_page_have_a_comments_screen(world):
    html = world.browser("bob").get("/").text
    assert 'id="talk"' not in html
    home = re.search(r'href="(/[^"]+/comments)"', html)[1]
    answer = world.browser("bob").post(home, {"text": "to all", "screen": "1"})
    assert answer.location.partition("#")[0] == home
    assert "to all" in world.browser("bob").get(home).text


def test_api_lists_adds_resolves_and_removes_comments(world):
    from wiki.accounts import people, sessions

    world.page("Page", TEXT)
    with world.app.app_context(), db.write() as session:
        token = sessions.make_token(session, people.find_user("bob"), "api")
    headers = {"Authorization": f"Bearer {token}"}
    bob = world.browser()
    api = "/-/api/v1/pages/Page/comments"
    answer = bob.post(api, json={"text": "from a program", "quote": "dough rises"}, headers=headers)
    assert answer.status_code == 201
    assert answer.json["quote"] == "dough rises"
    patched = bob.client.patch(
        f"{api}/1", json={"resolved": True, "reaction": "agree"}, headers=headers
    )
    assert patched.json["resolved"] is True
    assert bob.get(api).json["total"] == 1
    assert bob.post(api, json={"text": "no account"}).status_code == 403
    assert bob.client.delete(f"{api}/1").status_code == 403
    assert bob.client.delete(f"{api}/1", headers=headers).status_code == 204
    assert bob.get(api).json == {"total": 0, "items": []}
    assert (
        bob.client.put(
            "/-/api/v1/pages/Page/talk", json={"comments": "none"}, headers=headers
        ).status_code
        == 403
    )
