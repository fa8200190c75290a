"""Forms with blocks, assigned values and lists of the wiki: from the browser to the store and back."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest

from tests.bazar.people import add, field, head, make_with, page_id
from tests.world import World
from wiki.bazar.entries import entries
from wiki.bazar.lists import export
from wiki.bazar.models import Form
from wiki.bazar.query import results
from wiki.core import db
from wiki.core.http import Invalid
from wiki.pages import find, save
from wiki.pages.content import Content

YESNO = {"field": "room", "test": "is", "value": "yes"}


def room(world: World) -> Form:
    """A form where the size of a room is asked only of those who have one, and must be told then."""
    return make_with(
        world,
        field("room", "yesno", "A room?"),
        field("if_room", "condition", "If there is a room", options=YESNO),
        field("size", "number", "Size", required=True),
        field("end", "end", "End"),
        field("note", "text", "Note"),
    )


def post(world: World, who: str = "alice", **answers: Any):
    return world.browser(who).post("/-/forms/orgs/new", answers)


def test_hidden_block_is_not_needed_and_not_kept(world: World) -> None:
    room(world)
    answer = post(world, title="Small", room="no", size="40", note="n")
    assert answer.status_code == 303
    assert head(world, "Small") == {"room": False, "note": "n"}


def test_shown_block_is_needed_and_kept(world: World) -> None:
    room(world)
    refused = post(world, title="Big", room="yes", note="typed")
    assert refused.status_code == 422 and 'value="typed"' in refused.text
    assert post(world, title="Big", room="yes", size="40").status_code == 303
    assert head(world, "Big") == {"room": True, "size": 40}


def test_answer_of_a_block_goes_when_its_condition_ends(world: World) -> None:
    room(world)
    name = add(world, "Big", room=True, size=40)
    form = {"title": "Big", "room": "no", "size": "40", "_base": "1"}
    assert world.browser("alice").post(f"/-/forms/orgs/{name}/edit", form).status_code == 303
    assert head(world, name) == {"room": False}


@pytest.mark.parametrize(
    ("test", "value", "answer", "shown"),
    [
        ("is", "Second|Third", "b", True),
        ("is", "b", "a", False),
        ("isnt", "b", "a", True),
        ("filled", "", "a", True),
        ("empty", "", "a", False),
        ("contains", "a", "a", True),
    ],
)
def test_condition_compares_keys_and_labels(
    world: World, test: str, value: str, answer: str, shown: bool
) -> None:
    options = {"choices": [{"key": "a", "label": "First"}, {"key": "b", "label": "Second"}]}
    make_with(
        world,
        field("kind", "choice", "Kind", options=options),
        field("only", "condition", "Only", options={"field": "kind", "test": test, "value": value}),
        field("more", "text", "More"),
    )
    name = add(world, "One", kind=answer, more="said")
    assert ("more" in head(world, name)) == shown


def test_block_that_someone_may_not_write_is_left_alone(world: World) -> None:
    make_with(
        world,
        field("room", "yesno", "A room?"),
        field("only", "condition", "Only", options=YESNO),
        field("secret", "text", "Secret", read="@admins", write="@admins"),
    )
    name = add(world, "One", room=True, secret="kept")
    form = {"title": "One", "room": "no", "_base": "1"}
    assert world.browser("bob").post(f"/-/forms/orgs/{name}/edit", form).status_code == 303
    assert head(world, name) == {"room": False, "secret": "kept"}


def test_title_is_made_of_fields(world: World) -> None:
    make_with(
        world,
        field("auto", "autotitle", "Title", options={"template": "{town} – {name} ({size})"}),
        field("town", "text", "Town"),
        field("name", "text", "Its name"),
        field("size", "number", "Size", read="@friends"),
    )
    form = world.browser("alice").get("/-/forms/orgs/new").text
    assert 'name="title"' not in form and 'name="_preview"' in form
    answer = post(world, town="Brest", name="La Carène", size="3")
    assert answer.status_code == 303
    with world.app.app_context():
        page = find.page_or_404(unquote(answer.location).strip("/"), actor=world.actor("alice"))
        # A field that not all may read is not told by the title.
        assert page.title == "Brest – La Carène"


def test_computed_value_follows_each_save_and_is_previewed(world: World) -> None:
    make_with(
        world,
        field("price", "number", "Price"),
        field("count", "number", "Count"),
        field("total", "computed", "Total", options={"formula": "price * count", "unit": "€"}),
    )
    preview = post(world, title="Order", price="2,5", count="4", _preview="1")
    assert preview.status_code == 200 and "10\u202f€" in preview.text
    name = add(world, "Order", price=2.5, count=4)
    assert head(world, name)["total"] == 10
    with world.app.app_context():
        page = find.page_or_404(name, actor=world.actor("alice"))
        content = Content("Order", "", {"price": 2.5, "count": 6, "total": 1})
        save.save(page, content, base=1, author=world.actor("alice"))
    assert head(world, name)["total"] == 15


def test_computed_value_does_not_tell_what_its_reader_may_not_read(world: World) -> None:
    make_with(
        world,
        field("secret", "number", "Secret", read="@friends"),
        field("told", "computed", "Told", options={"formula": "secret * 2"}),
        field("kept", "computed", "Kept", read="@friends", options={"formula": "secret * 2"}),
    )
    name = add(world, "One", secret=21)
    assert head(world, name) == {"secret": 21, "kept": 42}


def test_numbers_are_given_once_and_never_again(world: World) -> None:
    make_with(world, field("no", "sequence", "No"), field("ref", "identifier", "Ref"))
    names = [add(world, f"Entry {letter}") for letter in "abc"]
    assert [head(world, name)["no"]["number"] for name in names] == [1, 2, 3]
    refs = {head(world, name)["ref"] for name in names}
    assert len(refs) == 3 and all(
        re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", ref) for ref in refs
    )
    with world.app.app_context(), db.write() as session:
        session.delete(session.get_one(find.Page, page_id(world, names[2])))
    assert head(world, add(world, "Entry d"))["no"]["number"] == 4
    with world.app.app_context():
        page = find.page_or_404(names[0], actor=world.actor("alice"))
        save.save(
            page, Content("Entry a", "", {"note": "x"}), base=None, author=world.actor("alice")
        )
    assert head(world, names[0])["no"]["number"] == 1


def test_hidden_value_is_written_once_by_the_wiki(world: World) -> None:
    make_with(world, field("by", "hidden", "By", options={"source": "user"}))
    name = add(world, "One", author="bob")
    form = {"title": "Changed", "by": "mallory", "_base": "1"}
    assert world.browser("alice").post(f"/-/forms/orgs/{name}/edit", form).status_code == 303
    assert head(world, name) == {"by": "bob"}
    assert "mallory" not in world.browser("alice").get(f"/{name}").text


def test_linked_entries_are_those_one_may_see(world: World) -> None:
    make_with(world, field("offers", "linked", "Offers", in_list=True, options={"form": "offers"}))
    make_with(
        world,
        field("who", "relation", "Who", options={"form": "orgs"}),
        key="offers",
    )
    name = add(world, "Coop")
    target = page_id(world, name)
    open_offer = add(world, "Open offer", form="offers", who=[target])
    hidden = add(world, "Hidden offer", form="offers", who=[target])
    with world.app.app_context():
        from wiki.pages import rights

        actor = world.actor("alice")
        rights.set_rules(find.page_or_404(hidden, actor=actor), actor=actor, read="@friends")
    for url in (f"/{name}", "/-/forms/orgs?view=table", "/-/forms/orgs.csv", "/-/forms/orgs.json"):
        seen = world.browser("xavier").get(url).text
        assert "Open" in seen and "Hidden" not in seen, url
        assert "Hidden" in world.browser("bob").get(url).text, url
    assert open_offer


def test_relation_offers_only_what_its_filter_keeps(world: World) -> None:
    options = {"choices": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]}
    make_with(world, field("kind", "choice", "Kind", options=options))
    make_with(
        world,
        field(
            "who", "relation", "Who", options={"form": "orgs", "several": True, "filter": "kind=a"}
        ),
        key="offers",
    )
    add(world, "Kept", kind="a")
    add(world, "Dropped", kind="b")
    shown = world.browser("alice").get("/-/forms/offers/new").text
    assert "Kept" in shown and "Dropped" not in shown
    with pytest.raises(Invalid):
        add(world, "Offer", form="offers", who=["Dropped"])


def test_address_behind_the_button_is_told_nowhere(world: World) -> None:
    make_with(
        world, field("mail", "email", "Mail", read="*", options={"contact": True}, in_list=True)
    )
    name = add(world, "Coop", mail="secret.person@example.org")
    xavier = world.browser("xavier")
    urls = [f"/{name}", "/-/forms/orgs?view=table", "/-/forms/orgs.csv", "/-/forms/orgs.json"]
    urls += [f"/-/api/v1/entries/{name}", f"/{name}/history", f"/-/entries/{name}/contact/mail"]
    for url in urls:
        assert "secret.person" not in xavier.get(url).text, url
    assert "Coop" not in xavier.get("/-/forms/orgs.csv?q=secret.person").text
    assert f"/-/entries/{name}/contact/mail" in xavier.get(f"/{name}").text


def test_address_behind_the_button_outlives_those_who_edit(world: World) -> None:
    make_with(
        world,
        field("mail", "email", "Mail", read="*", options={"contact": True}),
        field("n", "number", "N"),
    )
    name = add(world, "Coop", mail="secret.person@example.org")
    bob, url = world.browser("bob"), f"/-/forms/orgs/{name}/edit"
    assert "secret.person" not in bob.get(url).text
    typed = {"title": "Coop", "mail": "", "mail.kept": "1", "n": "bad", "_base": "1"}
    refused = bob.post(url, typed)
    assert refused.status_code == 422 and "secret.person" not in refused.text
    assert bob.post(url, typed | {"n": "2"}).status_code == 303
    assert head(world, name) == {"mail": "secret.person@example.org", "n": 2}
    typed |= {"n": "bad", "mail": "other@example.org", "_base": "2"}
    assert "other@example.org" in bob.post(url, typed).text
    typed |= {"n": "3", "mail": "", "mail.remove": "1"}
    assert bob.post(url, typed).status_code == 303
    assert head(world, name) == {"n": 3}


def test_what_programs_read_can_be_sent_back(world: World) -> None:
    make_with(
        world,
        field("mail", "email", "Mail", read="*", options={"contact": True}),
        field("no", "sequence", "No"),
        field("twice", "computed", "Twice", options={"formula": "n * 2"}),
        field("n", "number", "N"),
        field("friends", "relation", "Friends", options={"form": "orgs"}),
    )
    name = add(world, "Coop", mail="secret.person@example.org", n=4)
    before = head(world, name)
    with world.app.test_request_context():
        actor = world.actor("alice")
        page = find.page_or_404(name, actor=actor)
        form = entries.form_of(page)
        data = json.loads(export.as_json(results.find(form, results.Query(), actor=actor)))
        content = entries.clean_data(form, data["entries"][0]["values"], actor, page)
        save.save(page, content, base=1, author=actor)
    assert head(world, name) == before and before["twice"] == 8


def test_message_is_mailed_to_the_address(world: World) -> None:
    from sqlalchemy import select

    from wiki.core.jobs import Job

    make_with(world, field("mail", "email", "Mail", read="*", options={"contact": True}))
    name = add(world, "Coop", mail="secret.person@example.org")
    url = f"/-/entries/{name}/contact/mail"
    typed = {"name": "Ann\nBcc: x@y.fr", "email": "ann@example.org", "message": "Hello there"}
    anonymous = world.browser()
    assert anonymous.post(url, typed | {"email": "nobody"}).status_code == 422
    assert anonymous.post(url, typed | {"_website": "http://spam"}).status_code == 303
    assert anonymous.post(url, typed).status_code == 303
    with world.app.app_context():
        (job,) = db.session().scalars(select(Job).where(Job.kind == "mail")).all()
        assert job.payload["to"] == "secret.person@example.org"
        assert "Hello there" in job.payload["body"] and "ann@example.org" in job.payload["body"]
    assert anonymous.get(f"/-/entries/{name}/contact/title").status_code == 404


def test_people_are_not_listed_to_those_without_account(world: World) -> None:
    make_with(world, field("who", "person", "Who", read="*"))
    assert "Carol Partner" not in world.browser().get("/-/forms/orgs/new").text
    assert "Carol Partner" in world.browser("bob").get("/-/forms/orgs/new").text


def test_sections_and_tabs_stand_on_the_page(world: World) -> None:
    make_with(
        world,
        field("t1", "tab", "Who we are"),
        field("a", "text", "First"),
        field("s1", "section", "Details"),
        field("b", "longtext", "Second"),
        field("t2", "tab", "Numbers"),
        field("c", "number", "Third"),
    )
    name = add(world, "One", a="first answer", b="second *answer*", c=3)
    for html in (
        world.browser("bob").get(f"/{name}").text,
        world.browser("bob").get("/-/forms/orgs/new").text,
    ):
        places = [
            html.index(word)
            for word in ("Who we are", "First", "Details", "Second", "Numbers", "Third")
        ]
        assert places == sorted(places)
