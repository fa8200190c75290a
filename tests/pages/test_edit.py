"""Writing pages, with and without JavaScript, allowed or not: what is typed is never lost."""

from __future__ import annotations

import re
import sqlite3
from html import unescape
from threading import Timer

import pytest

from tests.pages.test_show import close
from tests.world import PASSWORD, bare
from wiki.core import db
from wiki.pages import find, rights, save
from wiki.pages.models import Page, Revision
from wiki.pages.structure import trash

TYPED = 'What I typed, é < & "quotes"\n\nsecond line'


def test_anonymous_edits_an_open_page(world):
    world.page("Open", "before")
    browser = world.browser()
    form = fields(browser.get("/Open/edit").text)
    assert form["text"] == "before"
    answer = browser.post("/Open", form | {"text": TYPED, "summary": "why"})
    assert answer.status_code == 303
    assert answer.location == "/Open"
    assert world.text("Open") == TYPED
    assert "why" in browser.get("/Open/history").text


def test_edit_address_saves_as_well(world):
    world.page("Open", "before")
    assert world.browser("bob").post("/Open/edit", {"text": TYPED, "base": "1"}).status_code == 303
    assert world.text("Open") == TYPED


def test_save_and_continue_stays_in_the_editor(world):
    world.page("Open", "before")
    answer = world.browser("bob").post("/Open", {"text": TYPED, "base": "1", "stay": "1"})
    assert answer.location == "/Open/edit"


def test_saved_page_tells_the_browser_which_draft_to_drop(world):
    page = world.page("Open", "before")
    browser = world.browser("bob")
    browser.post("/Open", fields(browser.get("/Open/edit").text) | {"text": TYPED})
    assert f'data-saved-draft="page:{page.id}"' in browser.get("/Open").text
    assert "data-saved-draft" not in browser.get("/Open").text


def test_preview_shows_the_text_and_saves_nothing(world):
    world.page("Open", "before")
    answer = world.browser().post(
        "/Open", {"text": "now **bold**", "title": "T", "base": "1", "preview": "1"}
    )
    assert answer.status_code == 200
    assert "<strong>bold</strong>" in answer.text
    assert fields(answer.text)["text"] == "now **bold**"
    assert world.text("Open") == "before"


def test_preview_fragment_is_sanitised_and_filled_for_the_reader(world):
    world.page("Secret", "x", title="zyxqv7", read="@friends")
    answer = world.browser().post(
        "/-/preview", {"text": "[[Secret]] **b** <script>alert(1)</script>"}
    )
    assert answer.status_code == 200
    assert "<strong>b</strong>" in answer.text
    assert "<script" not in answer.text
    assert "zyxqv7" not in answer.text
    assert "zyxqv7" in world.browser("bob").post("/-/preview", {"text": "[[Secret]]"}).text


def test_preview_is_bounded_and_closed_with_the_wiki(world):
    assert world.browser().post("/-/preview", {"text": "a" * 1_100_000}).status_code == 413
    close(world)
    assert world.browser().post("/-/preview", {"text": "x"}).status_code == 403
    assert world.browser("bob").post("/-/preview", {"text": "x"}).status_code == 200


@pytest.mark.parametrize("url", ["/Open", "/Open/edit"])
def test_signed_out_in_the_middle_keeps_the_text(world, url):
    world.page("Open", "before")
    close(world)
    answer = world.browser().post(
        url, {"title": "Mine", "text": TYPED, "tags": "a, b", "base": "1"}
    )
    assert answer.status_code == 403
    form = fields(answer.text)
    assert form["text"] == TYPED
    assert (form["title"], form["tags"], form["base"]) == ("Mine", "a, b", "1")
    browser = world.browser()
    wrong = browser.post(url, form | {"sign_in_name": "bob", "sign_in_password": "no"})
    assert wrong.status_code == 403
    assert "do not go together" in wrong.text
    assert "no" not in re.findall(r'type="password"[^>]*value="([^"]+)"', wrong.text)
    asked = fields(wrong.text) | {"sign_in_name": "bob", "sign_in_password": PASSWORD}
    assert browser.post(url, asked).status_code == 303
    assert world.text("Open") == TYPED
    assert "Bob Member" in browser.get("/Open/history").text


def test_session_that_ends_while_writing_is_not_signed_as_nobody(world):
    """Anyone may write this page: who opened the editor signed in is asked all the same."""
    world.page("Open", "before")
    bob = world.browser("bob")
    form = fields(bob.get("/Open/edit").text) | {"text": TYPED}
    bob.client.delete_cookie(world.app.config["SESSION_COOKIE_NAME"])
    answer = bob.post("/Open", form)
    assert (answer.status_code, world.text("Open")) == (403, "before")
    assert fields(answer.text)["text"] == TYPED
    assert fields(answer.text)["sign_in_name"] == "bob"
    assert bob.post("/Open", fields(answer.text) | {"unsigned": "1"}).status_code == 303
    assert world.text("Open") == TYPED


def test_session_that_ends_over_a_new_page_goes_on_with_it(world):
    bob = world.browser("bob")
    form = fields(bob.get("/-/new").text) | {"title": "Signed again", "text": TYPED}
    bob.client.delete_cookie(world.app.config["SESSION_COOKIE_NAME"])
    answer = bob.post("/-/new", form)
    assert answer.status_code == 403
    again = fields(answer.text) | {"sign_in_password": PASSWORD}
    assert bob.post("/-/new", again).status_code == 303
    assert "Bob Member" in bob.get("/Signed-again/history").text


def test_new_page_whose_button_is_pressed_twice_is_made_once(world):
    bob, sent = world.browser("bob"), {"title": "Twice", "text": TYPED}
    first, second = bob.post("/-/new", sent), bob.post("/-/new", sent)
    assert first.location == second.location
    assert second.status_code == 303
    other = world.browser("carol").post("/-/new", sent)
    assert other.status_code == 422
    assert bob.post("/-/new", sent | {"text": "another"}).status_code == 422


def test_signed_out_on_a_members_page_keeps_the_text_and_tells_nothing(world):
    world.page("Members", "zyxqv7", read="+")
    hidden = world.browser().post("/Members", {"title": "Mine", "text": TYPED, "base": "1"})
    missing = world.browser().post("/Memberz", {"title": "Mine", "text": TYPED, "base": "1"})
    assert hidden.status_code == missing.status_code == 404
    assert bare(hidden.text).replace("Members", "Memberz") == bare(missing.text)
    form = fields(hidden.text)
    assert form["text"] == TYPED
    assert 'action="/Members"' in hidden.text
    assert world.browser("bob").post("/Members", form).status_code == 303
    assert world.text("Members") == TYPED


def test_editor_of_a_closed_wiki_asks_for_a_sign_in(world):
    world.page("Open", "text")
    close(world)
    for url in ("/Open/edit", "/-/new?title=x"):
        answer = world.browser().get(url)
        assert answer.status_code == 303
        assert answer.location.startswith("/-/login?next=")
    assert world.browser().post("/-/new", {"title": "Mine", "text": TYPED}).status_code == 403


def test_member_who_may_not_write_keeps_the_text(world):
    page = world.page("Mine", "before")
    with world.app.app_context():
        rights.set_rules(page, actor=world.actor("alice"), write="carol")
    assert world.browser("bob").get("/Mine/edit").status_code == 403
    answer = world.browser("bob").post("/Mine", {"text": TYPED, "title": "T", "base": "1"})
    assert answer.status_code == 403
    assert fields(answer.text)["text"] == TYPED
    assert 'formaction="/-/new"' in answer.text
    assert world.text("Mine") == "before"


def test_page_gone_meanwhile_gives_the_text_back_as_a_new_page(world):
    page = world.page("Going", "before")
    with world.app.app_context():
        trash.put_in_trash(page, actor=world.actor("alice"))
    answer = world.browser("bob").post("/Going", {"title": "Going", "text": TYPED, "base": "1"})
    assert answer.status_code == 404
    form = fields(answer.text)
    assert form["text"] == TYPED
    assert world.browser("bob").post("/-/new", form | {"name": "Staying"}).status_code == 303
    assert world.text("Staying") == TYPED


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"title": "  "}, 422),
        ({"title": "t" * (save.LONGEST_TITLE + 1)}, 422),
        ({"base": "99"}, 422),
        ({"text": "é" * 600_000}, 413),
    ],
)
def test_refused_text_comes_back(world, sent, status):
    world.page("Open", "before")
    answer = world.browser("bob").post(
        "/Open", {"title": "T", "text": TYPED, "base": "1", "summary": "why"} | sent
    )
    assert answer.status_code == status
    form = fields(answer.text)
    assert form["text"] == sent.get("text", TYPED)
    assert form["summary"] == "why"
    assert world.text("Open") == "before"


def test_base_that_is_no_number_is_refused(world):
    world.page("Open", "before")
    assert (
        world.browser().post("/Open", {"text": "x", "base": '1"><svg onload=x>'}).status_code == 400
    )


def test_busy_database_gives_the_text_back(world, app):
    world.page("Open", "before")
    browser = world.browser("bob")
    if not app.config["GARE"].is_sqlite:
        pytest.skip("a SQLite lock")
    with app.app_context():
        url = db.database().writer.url
        db.database().dispose()
        from wiki.core.db import Database

        app.extensions["gare.db"] = Database(str(url), 0.2)
    other = sqlite3.connect(url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = browser.post("/Open", {"title": "T", "text": TYPED, "base": "1"})
    other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert fields(answer.text)["text"] == TYPED
    assert world.text("Open") == "before"


def test_save_waits_for_a_busy_database(world, app):
    if not app.config["GARE"].is_sqlite:
        pytest.skip("a SQLite lock")
    world.page("Open", "before")
    browser = world.browser("bob")
    with app.app_context():
        file = db.database().writer.url.database
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ended = Timer(0.5, other.execute, ["ROLLBACK"])
    ended.start()
    answer = browser.post("/Open", {"title": "T", "text": TYPED, "base": "1"})
    ended.join()
    other.close()
    assert answer.status_code == 303
    assert world.text("Open") == TYPED


@pytest.mark.parametrize("error", [OSError(28, "No space left"), "disk"])
def test_full_disk_gives_the_text_back(world, monkeypatch, error):
    from sqlalchemy.exc import OperationalError

    world.page("Open", "before")
    raised = (
        OperationalError("COMMIT", {}, Exception("database or disk is full"))
        if error == "disk"
        else error
    )

    def fail(*_args, **_kwargs):
        raise raised

    monkeypatch.setattr(save, "save", fail)
    answer = world.browser("bob").post("/Open", {"title": "T", "text": TYPED, "base": "1"})
    assert answer.status_code == 507
    assert fields(answer.text)["text"] == TYPED


def test_new_page_takes_its_name_from_its_title(world):
    browser = world.browser()
    assert browser.get("/-/new").status_code == 200
    answer = browser.post(
        "/-/new", {"title": "Où aller ? / Ici", "text": TYPED, "tags": "un, deux,un"}
    )
    assert answer.status_code == 303
    assert browser.get(answer.location).status_code == 200
    with world.app.app_context():
        page = find.page_or_404("Où-aller-Ici", actor=world.actor())
        assert page.title == "Où aller ? / Ici"
        assert page.head.tags == ["un", "deux"]


def test_new_page_without_javascript_is_previewed(world):
    answer = world.browser().post("/-/new", {"title": "T", "text": "**b**", "preview": "1"})
    assert "<strong>b</strong>" in answer.text
    assert world.browser().get("/T").status_code == 404


def test_taken_name_keeps_the_text_and_tells_nothing_else(world):
    world.page("Plan", "zyxqv7", title="zyxqv7", read="@friends")
    for name in ("Plan", "plan", "PLAN"):
        answer = world.browser("xavier").post("/-/new", {"title": name, "text": TYPED})
        assert answer.status_code == 422
        assert fields(answer.text)["text"] == TYPED
        assert "taken" in answer.text
        assert "zyxqv7" not in answer.text
    with world.app.app_context():
        assert (
            db.session()
            .query(Revision)
            .join(Page, Page.id == Revision.page_id)
            .filter(Page.name == "Plan")
            .count()
            == 1
        )


def test_name_of_a_trashed_page_is_taken(world):
    page = world.page("Old", "text")
    with world.app.app_context():
        trash.put_in_trash(page, actor=world.actor("alice"))
    assert world.browser("bob").post("/-/new", {"title": "Old", "text": TYPED}).status_code == 422


@pytest.mark.parametrize("title", ["..", "/", "-", "\u202e", "   "])
def test_title_that_makes_no_name_is_refused_with_the_text(world, title):
    answer = world.browser().post("/-/new", {"title": title, "text": TYPED})
    assert answer.status_code == 422
    assert fields(answer.text)["text"] == TYPED


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("-x", "x"),
        ("🚉 gare", "🚉-gare"),
        ("e\u0301te\u0301", "été"),
        ("a/../b", "a-..-b"),
        ("<b>x</b>", "b-x-b"),
    ],
)
def test_odd_titles_make_harmless_names(world, title, name):
    answer = world.browser("bob").post("/-/new", {"title": title, "text": "text"})
    assert answer.status_code == 303
    with world.app.app_context():
        assert find.page_or_404(name, actor=world.actor()).name == name
    assert world.browser().get(answer.location).status_code == 200


def test_new_page_under_another_stays_with_it(world):
    parent = world.page("Parent", "text")
    browser = world.browser("bob")
    form = fields(browser.get("/-/new?parent=Parent&title=Child").text)
    assert (form["parent"], form["title"]) == ("Parent", "Child")
    browser.post("/-/new", form | {"text": "x"})
    with world.app.app_context():
        assert find.page_or_404("Child", actor=world.actor()).parent_id == parent.id


def test_parent_one_may_not_change_is_left_out(world):
    parent = world.page("Parent", "text", read="@friends")
    browser = world.browser("xavier")
    assert "Parent" not in fields(browser.get("/-/new?parent=Parent&title=Child").text).values()
    browser.post("/-/new", {"title": "Child", "text": "x", "parent": "Parent"})
    with world.app.app_context():
        assert find.page_or_404("Child", actor=world.actor()).parent_id is None
    assert parent.id


def test_new_with_the_name_of_a_page_opens_it(world):
    world.page("Here", "text")
    assert world.browser().get("/-/new?name=here").location == "/Here/edit"


def test_same_text_again_adds_no_version(world):
    world.page("Open", "same", title="T")
    world.browser("bob").post("/Open", {"title": "T", "text": "same", "tags": "", "base": "1"})
    with world.app.app_context():
        assert find.page_or_404("Open", actor=world.actor()).revision_no == 1


def test_fields_not_sent_stay_as_they_are(world):
    world.page("Open", "text", title="Title", tags=("kept",))
    world.browser("bob").post("/Open", {"text": "new", "base": "1"})
    with world.app.app_context():
        head = find.page_or_404("Open", actor=world.actor()).head
        assert (head.title, head.tags, head.text) == ("Title", ["kept"], "new")


def test_write_from_another_site_is_refused(world):
    world.page("Open", "before")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ):
        answer = world.app.test_client().post(
            "/Open", data={"text": "x", "base": "1"}, headers=headers
        )
        assert answer.status_code == 403, headers
    assert world.text("Open") == "before"


def test_too_many_anonymous_saves_wait_with_their_text(instance, settings):
    from tests.world import World
    from wiki.app import create_app

    app = create_app(instance, **(settings | {"rate_limits": True}))
    world = World(app)
    world.page("Open", "before")
    browser = world.browser()
    answers = [browser.post("/Open", {"title": "T", "text": f"spam {n}"}) for n in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 5
    assert fields(refused[-1].text)["text"] == "spam 39"
    app.extensions["gare.db"].dispose()


def fields(html: str) -> dict[str, str]:
    """Return what a browser would send of the editor's form, without its buttons."""
    form = re.search(r'<form class="editor-form.*?</form>', html, re.S)[0]
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name = re.search(r'\bname="([^"]*)"', tag)
        kind = re.search(r'\btype="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in ("checkbox", "file")):
            value = re.search(r'\bvalue="([^"]*)"', tag)
            found[name[1]] = unescape(value[1]) if value else ""
    text = re.search(
        r'<textarea class="source[^>]*\bname="text"[^>]*>\n?(.*?)</textarea>', form, re.S
    )
    found["text"] = unescape(text[1])
    return found


def test_mark_of_a_file_still_being_sent_is_never_stored(world):
    world.page("Open", "before")
    typed = "A [photo.png…](sending:k3f9) b, [c](https://example.org) [d] `sending:e`"
    world.browser("bob").post("/Open", {"text": typed, "base": "1"})
    assert world.text("Open") == "A  b, [c](https://example.org) [d] `sending:e`"
