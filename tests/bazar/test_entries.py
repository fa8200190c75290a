"""Making and changing entries: each field by its own rule, nothing typed lost or hidden shown."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.bazar.guests import opened
from tests.bazar.people import SECRET, Statements, add, head, make_form, page_id
from tests.world import World
from wiki.bazar.entries import antispam, entries
from wiki.bazar.forms import forms
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.pages.kinds import kind_of
from wiki.pages.models import Attachment, Link, Page, Revision

NEW = "/-/forms/orgs/new"


@pytest.fixture
def orgs(world: World) -> World:
    make_form(world)
    return world


def input_value(html: str, name: str) -> str:
    """Return what stands in an input of a page."""
    found = re.search(rf'name="{re.escape(name)}"\s+value="([^"]*)"', html)
    assert found, name
    return found[1]


def edit_url(name: str) -> str:
    return f"/-/forms/orgs/{name}/edit"


def answers(**changed: Any) -> dict[str, Any]:
    return {
        "title": "Marée Basse",
        "kind": "host",
        "offers": ["mail"],
        "story": "Born in **Brest**.",
        **changed,
    }


def test_anonymous_adds_an_entry_and_is_sent_to_it(orgs: World, monkeypatch) -> None:
    browser = orgs.browser()
    monkeypatch.setattr(antispam, "SOONEST", 0)
    answer = browser.post(NEW, answers(phone="0299") | opened(browser, NEW))
    assert (answer.status_code, answer.location) == (303, "/Marée-Basse".replace("é", "%C3%A9"))
    page = browser.get(answer.location)
    assert (
        "Hosting" in page.text and "<strong>Brest</strong>" in page.text and "0299" not in page.text
    )
    assert head(orgs, "Marée-Basse")["phone"] == "0299", "left by who cannot read it afterwards"


def test_same_title_gets_a_number(orgs: World) -> None:
    assert [add(orgs, "Twin"), add(orgs, "Twin"), add(orgs, "twin")] == ["Twin", "Twin-2", "twin-3"]


def test_refused_answers_come_back_with_all_that_was_typed(orgs: World) -> None:
    typed = answers(
        title="", kind="nope", members="many", story="kept & <b>safe</b>", offers=["mail", "chat"]
    )
    answer = orgs.browser("bob").post(NEW, typed)
    assert answer.status_code == 422
    assert 'href="#f-title"' in answer.text and 'href="#f-members"' in answer.text
    assert 'value="many"' in answer.text and "kept &amp; &lt;b&gt;safe&lt;/b&gt;" in answer.text
    assert len(re.findall(r'name="offers"[^>]*\schecked', answer.text)) == 2


def test_file_taken_once_is_not_asked_again_when_another_answer_is_refused(orgs: World) -> None:
    browser = orgs.browser("alice")
    paper = (io.BytesIO(b"first"), "plan.txt")
    answer = browser.post(NEW, answers(title="", paper=paper), content_type="multipart/form-data")
    token = input_value(answer.text, "paper.kept")
    assert token
    browser.post(NEW, {**answers(), "paper.kept": token})
    assert head(orgs, "Marée-Basse")["paper"]["name"] == "plan.txt"


def test_robot_that_fills_the_hidden_question_is_refused(orgs: World) -> None:
    assert orgs.browser().post(NEW, answers(_website="http://spam")).status_code == 422
    assert orgs.browser().get("/Marée-Basse").status_code == 404


def test_closed_form_sends_to_sign_in_and_keeps_what_was_typed(world: World) -> None:
    make_form(world, rules={"write": "+"})
    assert world.browser().get(NEW).status_code == 303
    answer = world.browser().post(NEW, answers(story="precious"))
    assert answer.status_code == 403 and "precious" in answer.text
    assert world.browser("bob").post(NEW, answers()).status_code == 303


def test_hidden_field_survives_an_edit_by_someone_who_cannot_see_it(orgs: World) -> None:
    name = add(orgs, "Arc", "bob", phone="0299", level=SECRET, note="mine only", kind="host")
    form = orgs.browser("xavier").get(edit_url(name)).text
    assert 'name="phone"' in form and 'name="level"' not in form and "mine only" not in form
    sent = {"title": "Arc", "phone": "0300", "level": "", "note": "stolen", "_base": "1"}
    assert orgs.browser("xavier").post(edit_url(name), sent).status_code == 303
    data = head(orgs, name)
    assert (data["phone"], data["level"], data["note"]) == ("0300", SECRET, "mine only")
    assert "kind" not in data, "an answer taken away is gone"


def test_field_one_may_not_write_stays_whoever_sends_it(orgs: World) -> None:
    name = add(orgs, "Arc", stamp="checked")
    orgs.browser("bob").post(edit_url(name), {"title": "Arc", "stamp": "forged", "_base": "1"})
    assert head(orgs, name)["stamp"] == "checked"
    orgs.browser("bob").post(NEW, {"title": "Other", "stamp": "forged"})
    assert "stamp" not in head(orgs, "Other")


def test_data_sent_past_the_form_is_kept_to_what_one_may_write(orgs: World) -> None:
    name = add(orgs, "Arc", level=SECRET, stamp="checked")
    with orgs.app.app_context():
        xavier = orgs.actor("xavier")
        page = find.page_or_404(name, actor=xavier)
        forged = {"level": "x", "stamp": "forged", "is_admin": True, "members": 3}
        save.save(page, Content("Arc", "", forged), base=None, author=xavier)
    assert head(orgs, name) == {"level": SECRET, "stamp": "checked", "members": 3}


def test_unknown_answer_is_refused(orgs: World) -> None:
    with orgs.app.app_context(), pytest.raises(Invalid) as refused:
        form = forms.form_or_404("orgs", SYSTEM)
        entries.clean_data(form, {"title": "x", "rules_id": 1}, SYSTEM)
    assert set(refused.value.errors) == {"rules_id"}


@pytest.mark.parametrize("who", ["", "xavier"])
def test_narrower_field_leaks_nowhere(orgs: World, who: str) -> None:
    """`level`, `note` and `paper` of Bob's entry are not for these two, by any door."""
    name = add(orgs, "Arc", "bob", level=SECRET, note=f"{SECRET} note", members=1)
    browser = orgs.browser("bob")
    paper = (io.BytesIO(SECRET.encode()), f"{SECRET}.txt")
    kept = {
        "title": "Arc",
        "level": SECRET,
        "note": f"{SECRET} note",
        "members": "2",
        "_base": "1",
        "paper": paper,
    }
    assert browser.post(edit_url(name), kept, content_type="multipart/form-data").status_code == 303
    file = f"/-/entry-files/{name}/paper"
    assert browser.get(file).text == SECRET
    assert SECRET.upper() in browser.get(f"/{name}").text

    outside = orgs.browser(who)
    for url in (
        f"/{name}",
        f"/{name}/raw",
        f"/{name}/history",
        f"/{name}/diff?from=1&to=2",
        f"/{name}/revisions/2",
        f"/{name}/attachments",
        f"/{name}/edit",
        edit_url(name),
        "/-/forms/orgs",
        "/-/forms/orgs?view=table",
        "/-/forms/orgs.csv",
        "/-/forms/orgs.json",
        f"/-/search?q={SECRET}x",
        "/-/changes",
    ):
        assert SECRET not in outside.get(url, follow_redirects=True).text.lower().replace(
            f"{SECRET}x", ""
        ), url
    assert outside.get(file).status_code == 404
    assert outside.get(f"/{name}/attachments/{SECRET}.txt").status_code == 404
    with orgs.app.test_request_context():
        actor = orgs.actor(who)
        page = find.page_or_404(name, actor=actor)
        kind = kind_of(page)
        assert SECRET not in repr(kind.data_for(page.head, actor=actor))
        assert SECRET not in kind.source(page.head, actor=actor)
        assert SECRET not in str(kind.body(page, page.head, actor=actor))
        assert SECRET not in kind.search_text(page, page.head)


def test_source_is_one_block_a_field(orgs: World) -> None:
    name = add(orgs, "Arc", kind="host", story="One\n\ntwo", members=1234.5)
    assert (
        orgs.browser().get(f"/{name}/raw").text
        == "Kind: Hosting\n\nStory:\nOne\n\ntwo\n\nMembers: 1234.5\n"
    )


def test_links_show_on_both_sides_to_who_may_see_them(orgs: World) -> None:
    add(orgs, "Arc")
    add(orgs, "Brume", friends=["Arc"])
    assert ">Arc</a>" in orgs.browser().get("/Brume").text
    assert "Orgs, Friends" in orgs.browser().get("/Arc").text
    hide(orgs, "Brume")
    assert "Brume" not in orgs.browser().get("/Arc").text
    assert "Brume" in orgs.browser("bob").get("/Arc").text
    hide(orgs, "Arc")
    with orgs.app.app_context():
        links = db.session().scalars(select(Link.target).join(Page).where(Page.name == "Brume"))
        assert list(links) == ["Arc"]


def hide(world: World, name: str) -> None:
    from wiki.pages import rights

    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404(name, actor=alice), actor=alice, read="@friends")


def test_link_to_an_unseen_entry_survives_an_edit(orgs: World) -> None:
    add(orgs, "Secret")
    add(orgs, "Open")
    name = add(orgs, "Arc", friends=["Secret", "Open"])
    hide(orgs, "Secret")
    form = orgs.browser("xavier").get(edit_url(name)).text
    assert "Open" in form and "Secret" not in form
    orgs.browser("xavier").post(
        edit_url(name), {"title": "Arc!", "friends": [page_id(orgs, "Open")], "_base": "1"}
    )
    assert head(orgs, name)["friends"] == [page_id(orgs, "Secret"), page_id(orgs, "Open")]
    orgs.browser("xavier").post(edit_url(name), {"title": "Arc!", "_base": "2"})
    assert head(orgs, name)["friends"] == [page_id(orgs, "Secret")]


def test_unseen_entry_cannot_be_told_from_none(orgs: World) -> None:
    add(orgs, "Secret")
    hide(orgs, "Secret")
    asked = [
        orgs.browser("xavier").post(NEW, {"title": "x", "friends": [one]})
        for one in ("Secret", "Nothing")
    ]
    assert [answer.status_code for answer in asked] == [422, 422]
    texts = [re.sub(r"(content|value)=\"[\w.-]{60,}\"", "", answer.text) for answer in asked]
    assert texts[0].replace("Secret", "Nothing") == texts[1]


def test_two_editors_of_different_answers_both_win(orgs: World) -> None:
    name = add(orgs, "Arc", kind="host", members=1)
    orgs.browser("bob").post(
        edit_url(name), {"title": "Arc", "kind": "train", "members": "1", "_base": "1"}
    )
    orgs.browser("carol").post(
        edit_url(name), {"title": "Arc", "kind": "host", "members": "9", "_base": "1"}
    )
    assert head(orgs, name) == {"kind": "train", "members": 9}


@pytest.mark.parametrize(("take", "expected"), [("mine", "train"), ("theirs", "host")])
def test_two_editors_of_one_answer_choose_in_one_click(
    orgs: World, take: str, expected: str
) -> None:
    name = add(orgs, "Arc", members=1)
    orgs.browser("bob").post(
        edit_url(name), {"title": "Arc", "kind": "host", "members": "5", "_base": "1"}
    )
    carol = orgs.browser("carol")
    sent = {"title": "Arc", "kind": "train", "members": "1", "_base": "1"}
    answer = carol.post(edit_url(name), sent)
    assert answer.status_code == 409
    assert "Hosting" in answer.text and re.search(r'value="train"\s+selected', answer.text)
    assert input_value(answer.text, "_base") == "2" and 'value="5"' in answer.text
    finished = carol.post(
        edit_url(name), {**sent, "members": "5", "_base": "2", "_take.kind": take}
    )
    assert finished.status_code == 303
    assert head(orgs, name) == {"kind": expected, "members": 5}


def test_entry_that_went_away_while_edited_can_be_made_anew(
    orgs: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = add(orgs, "Arc")

    def gone(*_args: object, **_kwargs: object) -> None:
        raise save.Gone(name)

    monkeypatch.setattr(save, "save", gone)
    answer = orgs.browser("bob").post(
        edit_url(name), {"title": "Arc", "story": "precious", "_base": "1"}
    )
    assert (
        answer.status_code == 409 and "precious" in answer.text and f'action="{NEW}"' in answer.text
    )


def test_entry_of_a_discreet_project_stays_inside(orgs: World) -> None:
    """An open form never opens an entry of a project that only its people see."""
    from wiki.projects.create import Plan, make

    with orgs.app.app_context():
        station = make(Plan("Inner circle", "Ours", visibility="members"), author=orgs.actor("bob"))
        project_id = station.project_id
    made = orgs.browser("bob").post(f"{NEW}?project={project_id}", answers())
    assert made.status_code == 303
    assert orgs.browser("bob").get(made.location).status_code == 200
    assert orgs.browser("xavier").get(made.location).status_code == 404
    assert "Marée" not in orgs.browser().get("/-/forms/orgs").text
    assert orgs.browser("xavier").get(f"{NEW}?project={project_id}").status_code == 404


def test_file_of_a_field_follows_the_entry(orgs: World, app: Flask) -> None:
    browser = orgs.browser("alice")
    for number, content in enumerate((b"<script>alert(1)</script>", b"two")):
        sent = {"title": "Arc", "_base": str(number), "paper": (io.BytesIO(content), "plan.html")}
        url = edit_url("Arc") if number else NEW
        assert browser.post(url, sent, content_type="multipart/form-data").status_code == 303
    answer = browser.get("/-/entry-files/Arc/paper")
    assert answer.data == b"two" and answer.headers["Content-Disposition"].startswith("attachment")
    assert (
        answer.mimetype == "application/octet-stream"
        and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    with app.app_context():
        rows = db.session().scalars(select(Attachment).order_by(Attachment.id)).all()
        assert [(row.field, row.removed_at is None) for row in rows] == [
            ("paper", False),
            ("paper", True),
        ]
    hide(orgs, "Arc")
    assert orgs.browser("xavier").get("/-/entry-files/Arc/paper").status_code == 404
    page = browser.get(edit_url("Arc")).text
    token = input_value(page, "paper.kept")
    browser.post(edit_url("Arc"), {"title": "Arc renamed", "_base": "2", "paper.kept": token})
    assert head(orgs, "Arc")["paper"]["size"] == 3
    browser.post(
        edit_url("Arc"), {"title": "Arc", "_base": "3", "paper.kept": token, "paper.remove": "1"}
    )
    assert "paper" not in head(orgs, "Arc")


def test_restored_version_keeps_what_its_restorer_cannot_see(orgs: World) -> None:
    name = add(orgs, "Arc", "bob", note="first", members=1)
    orgs.browser("bob").post(
        edit_url(name), {"title": "Arc", "note": "second", "members": "2", "_base": "1"}
    )
    with orgs.app.app_context():
        xavier = orgs.actor("xavier")
        page = find.page_or_404(name, actor=xavier)
        old = (
            db.session()
            .scalars(select(Revision).where(Revision.page_id == page.id, Revision.number == 1))
            .one()
        )
        save.save(page, Content(old.title, old.text, dict(old.data)), base=None, author=xavier)
    assert head(orgs, name) == {"members": 1, "note": "second"}


def test_entry_page_costs_the_same_with_one_link_and_with_many(orgs: World) -> None:
    def cost(name: str) -> int:
        browser = orgs.browser("bob")
        with Statements(orgs.app.extensions["gare.db"].reader) as statements:
            assert browser.get(f"/{name}").status_code == 200
        return len(statements.seen)

    add(orgs, "A")
    one = add(orgs, "One", friends=["A"])
    for title in ("B", "C"):
        add(orgs, title)
    many = add(orgs, "Many", friends=["A", "B", "C"])
    add(orgs, "Pointing 1", friends=["One"])
    for number in range(3):
        add(orgs, f"Pointing {number + 2}", friends=["Many"])
    assert cost(one) == cost(many)


@pytest.mark.parametrize(
    "url", [NEW, "/-/forms/nothing/new", "/-/forms/nothing/Arc/edit", "/-/forms/orgs/Home/edit"]
)
def test_addresses_that_are_not_there(orgs: World, url: str) -> None:
    assert orgs.browser().get(url).status_code == (200 if url == NEW else 404)
