"""A form as JSON: changed by hand and checked, copied, taken to another wiki; and its old addresses."""

from __future__ import annotations

import io
import json
import re

from tests.bazar import partners
from tests.world import World
from wiki.bazar.forms import changes, forms
from wiki.pages import find

CODE = "/-/forms/partners/code"


def asked(browser, change=None) -> dict:
    """Return what the code tab would send, with its JSON changed."""
    text = browser.get(CODE).text
    code = browser.get("/-/forms/partners/form.json").json
    if change:
        change(code)
    return {
        "base": re.search(r'name="base" value="(\w+)"', text).group(1),
        "code": json.dumps(code),
    }


def specs(world: World, key: str = "partners") -> dict:
    with world.app.app_context():
        return {spec.key: spec for spec in forms.form_named(key).specs()}


def test_code_changes_a_form_and_removed_field_comes_back(world: World) -> None:
    world.facilitators("bob")
    partners.make(world)
    bob = world.browser("bob")

    def change(code):
        code["title"] = "Allies"
        code["fields"][1]["label"] = "What they do"
        del code["fields"][6]
        code["fields"].append({"key": "since", "type": "date", "label": "Since"})

    assert bob.post(CODE, asked(bob, change)).status_code == 303
    found = specs(world)
    assert found["summary"].label == "What they do" and "members" not in found
    assert list(found)[-1] == "since"
    assert "Members" in bob.get("/-/forms/partners/edit").text, "among the removed fields"

    def back(code):
        code["fields"].append({"key": "members", "type": "number", "label": "Members"})

    assert bob.post(CODE, asked(bob, back)).status_code == 303
    with world.app.app_context():
        page = find.page_or_404("Octet-Coop", actor=world.actor("alice"))
        assert page.head.data["members"] == 40


def test_code_that_is_wrong_is_told_by_path_and_kept(world: World) -> None:
    partners.make(world)
    alice = world.browser("alice")

    def wrong(code):
        code["colour"] = "red"
        code["default_view"] = "nowhere"
        code["fields"][2]["options"] = {"choices": []}
        code["fields"][3]["shape"] = "round"

    answer = alice.post(CODE, asked(alice, wrong))
    assert answer.status_code == 422
    for path in ("colour:", "default_view:", "fields[2]:", "fields[3]:"):
        assert path in answer.text, path
    assert "&#34;shape&#34;" in answer.text, "what was typed is kept"
    for code in ("{", "[]", '{"title": "A", "fields": 3}', '{"title": "A", "fields": [3]}'):
        assert alice.post(CODE, asked(alice) | {"code": code}).status_code == 422, code
    assert "line 1, column 2" in alice.post(CODE, asked(alice) | {"code": "{"}).text

    def retyped(code):
        code["fields"][6]["type"] = "text"

    answer = alice.post(CODE, asked(alice, retyped))
    assert answer.status_code == 422 and "fields[6].type" in answer.text


def test_code_changed_meanwhile_is_not_overwritten(world: World) -> None:
    partners.make(world)
    alice = world.browser("alice")
    mine = asked(alice)
    alice.post(CODE, asked(alice, lambda code: code.update(title="First")))
    answer = alice.post(CODE, mine)
    assert answer.status_code == 409 and "Someone changed this form meanwhile" in answer.text


def test_code_does_not_open_a_field_to_who_may_not_read_it(world: World) -> None:
    world.facilitators("xavier")
    partners.make(world)
    xavier = world.browser("xavier")

    def opened(code):
        code["fields"][7].pop("read")

    answer = xavier.post(CODE, asked(xavier, opened))
    assert answer.status_code == 422 and "fields[7].read" in answer.text

    def gone(code):
        del code["fields"][7]

    assert xavier.post(CODE, asked(xavier, gone)).status_code == 303
    answer = xavier.post(
        CODE,
        asked(
            xavier,
            lambda code: code["fields"].append({"key": "phone", "type": "text", "label": "P"}),
        ),
    )
    assert answer.status_code == 422, "removed then added again would show what it held"
    assert partners.SECRET not in xavier.get("/Octet-Coop").text


def test_form_is_copied_with_its_rules_and_without_entries(world: World) -> None:
    world.facilitators("bob")
    partners.make(world, rules={"read": "@friends"})
    bob = world.browser("bob")
    place = bob.post("/-/forms/partners/copies").headers["Location"]
    key = re.search(r"/-/forms/([^/]+)/edit", place).group(1)
    assert specs(world, key) == specs(world)
    assert (
        "No entry" in bob.get(f"/-/forms/{key}").text
        or "0 entries" in bob.get(f"/-/forms/{key}").text
    )
    assert world.browser("xavier").get(f"/-/forms/{key}").status_code == 404


def test_file_of_a_form_makes_it_again(world: World) -> None:
    world.facilitators("bob")
    partners.make(world)
    bob = world.browser("bob")
    data = bob.get("/-/forms/partners/form.json").data
    sent = {"file": (io.BytesIO(data), "form.json")}
    answer = bob.post("/-/new-form/import", sent, content_type="multipart/form-data")
    assert answer.headers["Location"].endswith("/-/forms/partners-2/edit")
    assert specs(world, "partners-2") == specs(world)
    wrongs = [b"", b"\xff\xff", b"{}", b'{"title": "A", "fields": [{"key": "a"}]}']
    for key in ("1); drop table page; --", 'a") --', "a'b", "a`b", "a]b", "../a", "__class__"):
        fields = [{"key": one, "type": "text", "label": "A"} for one in ("title", key)]
        wrongs.append(json.dumps({"title": "A", "fields": fields}).encode())
    for wrong in wrongs:
        sent = {"file": (io.BytesIO(wrong), "form.json")}
        answer = bob.post("/-/new-form/import", sent, content_type="multipart/form-data")
        assert answer.status_code == 422, wrong


def test_old_address_leads_to_the_new_one(world: World) -> None:
    world.facilitators("bob")
    partners.make(world)
    bob = world.browser("bob")
    text = bob.get("/-/forms/partners/settings").text
    base = re.search(r'name="base" value="(\w+)"', text).group(1)
    typed = {"base": base, "title": "Partners", "key": "allies", "default_view": "list"}
    assert bob.post("/-/forms/partners/settings", typed).status_code == 303
    for old, new in (
        ("/-/forms/partners?activity=hosting&activity=training",
         "/-/forms/allies?activity=hosting&activity=training"),
        ("/-/forms/partners.csv", "/-/forms/allies.csv"),
        ("/-/forms/partners/new", "/-/forms/allies/new"),
        ("/-/api/v1/forms/partners/entries", "/-/api/v1/forms/allies/entries"),
    ):  # fmt: skip
        answer = bob.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert bob.get("/-/forms/partners/Octet-Coop/edit").status_code in (200, 301)
    partners.make(world, rows=[])
    assert bob.get("/-/forms/partners").status_code == 200, "another form may take the address"


def test_old_address_of_a_hidden_form_tells_nothing(world: World) -> None:
    form = partners.make(world, rules={"read": "@friends"})
    from wiki.core import db

    with world.app.app_context(), db.write() as session:
        changes.change_key(session, session.merge(form), "allies")
    assert world.browser("xavier").get("/-/forms/partners").status_code == 404
    assert world.browser("bob").get("/-/forms/partners").status_code == 301
