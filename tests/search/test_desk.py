"""The help desk: answers as one types, votes of thanks, questions without answer, and the blocks that show them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.pages.counting import statements
from tests.projects.stations import make_forms, make_station
from tests.search.desk import catch_up, make_desk
from wiki.bazar.models import Helped
from wiki.core import db
from wiki.pages.find import visible_pages
from wiki.pages.structure import trash

OVEN = "/Where-is-the-oven"


@pytest.fixture
def desk(world):
    make_desk(world)
    return world


def test_question_finds_its_answer_and_leads_to_people(desk):
    html = desk.browser("bob").get("/-/ask?q=where+is+the+oven").text
    assert f'href="{OVEN}"' in html and "Behind the mill" in html
    assert "/-/forms/faq/new?" in html and "title=where+is+the+oven" in html


def test_question_without_answer_says_so_and_offers_to_ask(desk):
    html = desk.browser("bob").get("/-/ask?q=zorglub").text
    assert "Nobody has answered this yet." in html and "title=zorglub" in html
    assert "title=zorglub" not in desk.browser().get("/-/ask?q=zorglub").text


def test_answers_come_alone_while_one_types(desk):
    answer = desk.browser().get("/-/ask?q=oven", headers={"HX-Request": "true"})
    assert f'href="{OVEN}"' in answer.text and "<html" not in answer.text


def test_hidden_answers_are_kept_from_others(desk):
    assert "zyxq" in desk.browser("bob").get("/-/ask?q=recipe").text
    for name in ("", "xavier"):
        assert "zyxq" not in desk.browser(name).get("/-/ask?q=recipe").text


def test_question_is_put_to_one_form_or_project(desk):
    make_forms(desk, "tools")
    for name in ("faq", "tools", "nothing"):
        html = desk.browser().get("/-/ask", query_string={"q": "oven", "form": name}).text
        assert (OVEN in html) == (name == "faq")
    assert OVEN not in desk.browser().get("/-/ask?q=oven&project=Nowhere").text


def test_asked_question_waits_until_it_is_answered(desk):
    bob = desk.browser("bob")
    answer = bob.post("/-/forms/faq/new", {"title": "Why zorglub?"})
    assert answer.status_code == 303, "a question needs no answer to be asked"
    assert "Why zorglub?" in bob.get("/-/faq-to-write").text
    saved = bob.post(
        "/-/forms/faq/Why-zorglub/edit",
        {"title": "Why zorglub?", "answer": "Because.", "_base": "1"},
    )
    assert saved.status_code == 303
    assert "Why zorglub?" not in bob.get("/-/faq-to-write").text


def votes(world):
    with world.app.app_context():
        return list(db.session().scalars(select(Helped.voter)))


def test_person_thanks_once_and_may_withdraw(desk):
    bob = desk.browser("bob")
    assert "It helped me" in bob.get(OVEN).text
    for _again in range(2):
        assert bob.post(f"{OVEN}/helped").status_code == 303
    assert "1 person says so" in bob.get(OVEN).text
    assert 'aria-pressed="true"' in bob.get(OVEN).text
    desk.browser("carol").post(f"{OVEN}/helped")
    assert "2 people say so" in bob.get(OVEN).text
    assert "it helped 2 people" in bob.get("/-/ask?q=oven").text
    bob.post(f"{OVEN}/helped", {"withdrawn": "1"})
    assert len(votes(desk)) == 1


def test_browser_without_account_thanks_once_by_its_own_word(desk):
    one, other = desk.browser(), desk.browser()
    for browser in (one, one, other):
        answer = browser.post(f"{OVEN}/helped")
        assert "helped=" in answer.headers["Set-Cookie"]
    assert len(votes(desk)) == 2
    forged = desk.browser()
    forged.client.set_cookie("helped", "made-up")
    forged.post(f"{OVEN}/helped")
    assert len(votes(desk)) == 3, "a word we did not sign counts as a new browser"


def test_votes_of_one_browser_cannot_be_told_together(desk):
    browser = desk.browser()
    browser.post(f"{OVEN}/helped")
    browser.post("/How-do-we-knead-a-dough/helped")
    first, second = votes(desk)
    assert first != second and "127.0.0.1" not in first + second


def test_vote_is_only_of_what_is_there_to_help_and_may_be_read(desk):
    desk.page("Plain", "words")
    bob, xavier = desk.browser("bob"), desk.browser("xavier")
    assert bob.post("/Plain/helped").status_code == 404
    hidden = "/What-is-the-zyxqfaq-recipe/helped"
    assert xavier.post(hidden).status_code == 404
    assert bob.post(hidden).status_code == 303
    assert bob.client.post(f"{OVEN}/helped").status_code == 403


def test_page_without_account_stays_kept_for_all(desk):
    browser = desk.browser()
    first = browser.get(OVEN)
    assert "Set-Cookie" not in first.headers and first.headers.get("ETag")


def test_vote_by_htmx_answers_with_its_own_piece(desk):
    answer = desk.browser("bob").post(f"{OVEN}/helped", htmx="helped-1")
    assert "1 person says so" in answer.text and "<html" not in answer.text


@pytest.mark.parametrize("name", ["", "bob"])
def test_advice_costs_the_same_with_one_answer_and_with_five(desk, name):
    browser = desk.browser(name)

    def cost():
        browser.get("/-/ask?q=brioche", headers={"HX-Request": "true"})
        with statements(desk.app) as seen:
            answer = browser.get("/-/ask?q=brioche", headers={"HX-Request": "true"})
        return answer.text.count("<h3>"), len(seen)

    bob = desk.browser("bob")
    bob.post("/-/forms/faq/new", {"title": "Brioche 0", "answer": "butter"})
    catch_up(desk)
    assert cost()[0] == 1
    one = cost()[1]
    for number in range(1, 5):
        bob.post("/-/forms/faq/new", {"title": f"Brioche {number}", "answer": "butter"})
    catch_up(desk)
    assert cost() == (5, one)
    assert one <= 15


def test_blocks_stand_in_pages_and_on_platforms(desk):
    desk.page("Help", '{{ask}}\n\n{{ask form="faq"}}\n\n{{ask form="nothing"}}\n\n{{faq-to-write}}')
    html = desk.browser().get("/Help").text
    assert html.count('action="/-/ask"') == 2 and "There is no form called nothing." in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    make_station(desk, "ask", "faq-to-write", "search")
    station = desk.browser().get("/Le-Fournil").text
    assert "3 answers at hand" in station and "1 answer to write" in station
    assert "/-/search?project=Le-Fournil" in station


def test_search_box_looks_where_it_stands(desk):
    make_station(desk)
    desk.page(
        "Boxes",
        '{{search form="faq"}}\n\n{{search within="this"}}\n\n{{search project="Le-Fournil"}}'
        '\n\n{{search project="Nowhere"}}',
    )
    html = desk.browser().get("/Boxes").text
    assert 'action="/-/forms/faq"' in html
    assert re.search(r'name="within"\s+value="Boxes"\s+checked', html)
    assert re.search(r'name="project"\s+value="Le-Fournil"\s+checked', html)
    assert "There is no project called Nowhere." in html


def test_votes_go_with_their_entry(desk):
    desk.browser("bob").post(f"{OVEN}/helped")
    with desk.app.app_context():
        page = db.session().scalars(visible_pages(desk.actor("alice"))).all()
        oven = next(one for one in page if one.name == OVEN[1:])
        trash.put_in_trash(oven, actor=desk.actor("alice"))
        trash.delete_for_good(oven)
    assert votes(desk) == []
