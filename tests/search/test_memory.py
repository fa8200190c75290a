"""Words looked for in vain: kept without anyone, from two browsers on, shown to who may answer, never somebody's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.search.desk import catch_up, make_desk
from wiki.core import db, i18n
from wiki.pages import find, rights
from wiki.search import query_log
from wiki.search.models import SearchedWords, SearchSalt


@pytest.fixture
def desk(world):
    make_desk(world, write="@friends")
    world.page("Rye", "bread of rye", title="Rye bread")
    catch_up(world)
    return world


def look(world, words, agent="one", path="/-/search", name="", **more):
    answer = world.browser(name).get(
        path, query_string={"q": words, **more}, headers={"User-Agent": agent}
    )
    assert answer.status_code == 200
    query_log.write(world.app)


def rows(world):
    with world.app.app_context():
        found = db.session().scalars(select(SearchedWords))
        return {row.words: (row.missed, row.found) for row in found}


def listed(world, name):
    answer = world.browser(name).get("/-/faq-to-write")
    return answer.text if answer.status_code == 200 else f"status {answer.status_code}"


def test_two_browsers_make_words_shown_to_who_may_answer(desk):
    look(desk, "  Zorglub   QUANTIQUE ")
    look(desk, "zorglub quantique")
    assert rows(desk) == {"zorglub quantique": (1, 0)}, "one browser counts once a day"
    assert "zorglub" not in listed(desk, "bob")
    look(desk, "zorglub quantique", "two")
    assert rows(desk) == {"zorglub quantique": (2, 0)}
    assert "zorglub quantique" in listed(desk, "bob")
    assert "zorglub quantique" in listed(desk, "alice")
    assert listed(desk, "xavier") == "status 403"
    assert desk.browser().get("/-/faq-to-write").status_code == 303


def test_anonymous_never_sees_words_even_where_all_may_write(world):
    make_desk(world, write="*")
    world.page("Help", "{{faq-to-write}}")
    for agent in ("one", "two"):
        look(world, "zorglub", agent)
    assert "zorglub" not in world.browser().get("/Help").text
    assert "zorglub" in world.browser("bob").get("/Help").text
    assert "Who feeds the leaven in August?" in world.browser().get("/Help").text


@pytest.mark.parametrize(
    "words",
    [
        "bob@example.org zorglub",
        "zorglub 06 12 34 56 78",
        "zorglub +33612345678",
        "https://zorglub.example/x",
        "zo",
        "z" * 101,
        "zorglub 12/05/1980",
        "zorglub\u202e",
    ],
)
def test_words_that_look_like_somebodys_are_not_kept(desk, words):
    for agent in ("one", "two", "three"):
        look(desk, words, agent)
    assert rows(desk) == {}


def test_what_is_searched_in_a_project_or_some_pages_is_not_kept(desk):
    for more in ({"project": "Le-Fournil"}, {"within": "Rye"}, {"tag": "x"}, {"author": "bob"}):
        look(desk, "zorglub", **more)
    look(desk, "project:Le-Fournil zorglub")
    look(desk, "zorglub", path="/-/ask", project="Le-Fournil")
    assert rows(desk) == {}
    look(desk, "zorglub", form="faq")
    assert rows(desk) == {"zorglub": (1, 0)}


def test_typing_keeps_nothing_and_sending_the_question_does(desk):
    desk.browser().get("/-/ask?q=zorglub", headers={"HX-Request": "true"})
    desk.browser().get("/-/search/instant?q=zorglub", headers={"HX-Request": "true"})
    query_log.write(desk.app)
    assert rows(desk) == {}
    look(desk, "zorglub", path="/-/ask")
    assert rows(desk) == {"zorglub": (1, 0)}


def test_words_found_at_last_wait_no_more(desk):
    for agent in ("one", "two"):
        look(desk, "brioche", agent)
    assert rows(desk)["brioche"] == (2, 0)
    desk.page("Brioche", "butter", title="Brioche")
    catch_up(desk)
    look(desk, "brioche", "three")
    assert rows(desk)["brioche"] == (0, 1)


def test_only_what_readers_without_account_found_is_offered_to_others(desk):
    desk.page("Zyxqdoc", "zyxqdoc", read="@friends")
    catch_up(desk)
    for name in ("bob", "carol"):
        look(desk, "zyxqdoc", name=name)
    for agent in ("one", "two"):
        # An answer kept for all is not heard a second time: each asks by an address of its own.
        look(desk, "rye", agent, heard=agent)
    assert rows(desk) == {"rye": (0, 2)}
    html = desk.browser().get("/-/search?q=zorglub").text
    assert 'href="/-/search?q=rye"' in html


def test_offered_words_find_something_for_this_very_reader(desk):
    for agent in ("one", "two"):
        # An answer kept for all is not heard a second time: each asks by an address of its own.
        look(desk, "rye", agent, heard=agent)
    with desk.app.app_context():
        alice = desk.actor("alice")
        rights.set_rules(find.page_or_404("Rye", actor=alice), actor=alice, read="@friends")
    assert "q=rye" not in desk.browser("xavier").get("/-/search?q=zorglub").text
    assert "q=rye" in desk.browser("bob").get("/-/search?q=zorglub").text


def test_words_set_aside_come_back_no_more(desk):
    for agent in ("one", "two"):
        look(desk, "zorglub", agent)
    for who in ("xavier", "alice"):
        answer = desk.browser(who).post("/-/faq-to-write/dismissals", {"words": "zorglub"})
        assert answer.status_code == (303 if who == "alice" else 403)
    look(desk, "zorglub", "three")
    assert "zorglub" not in listed(desk, "alice")
    missing = desk.browser("alice").post("/-/faq-to-write/dismissals", {"words": "nothing"})
    assert missing.status_code == 404


def test_nothing_says_who_and_the_salt_of_yesterday_is_gone(desk):
    look(desk, "zorglub", "secret agent", name="bob")
    with desk.app.app_context(), db.write() as session:
        row = session.get_one(SearchedWords, "zorglub")
        text = repr({column.name: getattr(row, column.name) for column in row.__table__.columns})
        assert not any(word in text for word in ("bob", "secret", "127.0.0.1"))
        salt = session.scalars(select(SearchSalt)).one()
        salt.day, first = i18n.today() - timedelta(days=1), row.mark
        row.last_day = i18n.today() - timedelta(days=40)
        session.add(
            SearchedWords(words="old", last_day=i18n.today() - timedelta(days=400), found=9)
        )
    look(desk, "gribouillis", "secret agent", name="bob")
    with desk.app.app_context():
        assert db.session().scalars(select(SearchSalt)).one().day == i18n.today()
        assert first
    assert rows(desk) == {"gribouillis": (1, 0)}, "rare words go in a month, all in a year"


def test_writing_words_leaves_kept_pages_as_they_are(desk):
    with desk.app.app_context():
        before = db.generation("data"), db.generation("rights")
    look(desk, "zorglub")
    with desk.app.app_context():
        assert (db.generation("data"), db.generation("rights")) == before
    assert rows(desk)


def test_search_answers_while_words_cannot_be_written(desk, monkeypatch):
    def busy(*_args, **_more):
        raise db.Busy("others write")

    monkeypatch.setattr(db, "write", busy)
    assert desk.browser().get("/-/search?q=zorglub").status_code == 200
    query_log._write_later(desk.app)
    assert desk.browser().get("/-/search?q=rye").status_code == 200


def test_many_different_words_fill_no_memory(desk, monkeypatch):
    monkeypatch.setattr(query_log, "MOST_WAITING", 3)
    browser = desk.browser()
    for word in ("aaaa", "bbbb", "cccc", "dddd", "eeee"):
        browser.get(f"/-/search?q=zorg{word}")
    query_log.write(desk.app)
    assert len(rows(desk)) == 3
