"""Who may change a form: its owner, facilitators, admins, and whom an admin adds; never whoever adds entries."""

from __future__ import annotations

import io
import json
import re

import pytest
from sqlalchemy import select

from tests.bazar import partners
from tests.world import World
from wiki.accounts import people
from wiki.bazar.forms import changes, form_rights, forms
from wiki.bazar.lists import saved_views
from wiki.bazar.models import Form
from wiki.core import db, settings
from wiki.core.access import SYSTEM

FORM = "/-/forms/partners"
SCREENS = ("edit", "code", "form.json", "settings", "open-data", "imports", "fields/summary/rework")
CHANGES = (
    "fields", "order", "fields/summary", "fields/summary/position", "fields/summary/copies", "fields/summary/removal",
    "fields/summary/restoration", "fields/summary/rework", "code", "settings", "open-data", "imports", "elsewhere",
    "copies", "terms", "removal",
)  # fmt: skip


def definition(world: World) -> tuple:
    with world.app.app_context():
        form = db.session().scalar(select(Form).where(Form.key == "partners"))
        return form.title, form.version, form.fields, form.settings, form.trashed_at, form.owner_id


def base(browser, screen: str) -> str:
    return re.search(r'name="base" value="(\w+)"', browser.get(f"{FORM}/{screen}").text)[1]


def change_settings(browser, **changed):
    sent = {"title": "Partners", "key": "partners", "default_view": "list"}
    sent |= {"base": base(browser, "settings")} | changed
    return browser.post(f"{FORM}/settings", sent)


@pytest.mark.parametrize("name", ["xavier", ""])
def test_xavier_who_may_add_entries_changes_no_form(world: World, name: str) -> None:
    partners.make(world)
    before, browser = definition(world), world.browser(name)
    assert browser.get(f"{FORM}/new").status_code == 200, "adding entries stays open"
    for screen in SCREENS:
        assert browser.get(f"{FORM}/{screen}").status_code == (403 if name else 303), screen
    sent = {
        "type": "text",
        "to": "up",
        "order": "phone",
        "title": "Mine",
        "code": "{}",
        "name": "x",
    }
    for change in CHANGES:
        assert browser.post(f"{FORM}/{change}", sent).status_code == 403, change
    assert definition(world) == before
    assert f"{FORM}/edit" not in browser.get(FORM).text


def test_bob_facilitator_changes_any_form_and_loses_it_with_the_group(world: World) -> None:
    partners.make(world, rules={"write": "@admins"})
    world.facilitators("bob")
    bob = world.browser("bob")
    assert bob.get(f"{FORM}/edit").status_code == 200
    assert bob.post(f"{FORM}/fields", {"type": "text"}).status_code == 303
    assert bob.get(f"{FORM}/imports").status_code == 403, "importing takes the right to add entries"
    with world.app.app_context(), db.write() as session:
        people.leave(session, people.find_group("facilitators"), people.find_user("bob"))
    assert bob.post(f"{FORM}/fields", {"type": "text"}).status_code == 403


def test_carol_owns_what_she_makes_and_nothing_else(world: World) -> None:
    partners.make(world)
    carol, bob = world.browser("carol"), world.browser("bob")
    file = {"file": (io.BytesIO(json.dumps(FILE).encode()), "form.json")}
    made = [
        carol.post("/-/new-form", {"title": "Bikes"}),
        carol.post("/-/new-form", {"model": "faq"}),
        carol.post("/-/new-form/import", file, content_type="multipart/form-data"),
    ]
    for answer in made:
        key = re.search(r"/-/forms/([^/]+)", answer.headers["Location"])[1]
        assert carol.post(f"/-/forms/{key}/fields", {"type": "text"}).status_code == 303, key
        assert bob.post(f"/-/forms/{key}/fields", {"type": "text"}).status_code == 403, key
    assert carol.post(f"{FORM}/fields", {"type": "text"}).status_code == 403


FILE = {"title": "Boats", "fields": [{"key": "title", "type": "text", "label": "Name"}]}


def test_alice_lets_friends_change_a_form_and_gives_it_an_owner(world: World) -> None:
    partners.make(world)
    alice, bob, xavier = (world.browser(name) for name in ("alice", "bob", "xavier"))
    assert "Its owner, facilitators and admins" in alice.get(f"{FORM}/settings").text
    assert change_settings(alice, design="@friends").status_code == 303
    assert bob.post(f"{FORM}/fields", {"type": "text"}).status_code == 303
    assert xavier.post(f"{FORM}/fields", {"type": "text"}).status_code == 403
    assert change_settings(alice, design="", owner="xavier").status_code == 303
    assert bob.post(f"{FORM}/fields", {"type": "text"}).status_code == 403
    assert xavier.post(f"{FORM}/fields", {"type": "text"}).status_code == 303
    for wrong in ({"design-typed": "@ghosts"}, {"owner": "ghost"}):
        refused = change_settings(alice, **wrong)
        assert refused.status_code == 422 and "Nobody is called" in refused.text
    assert change_settings(xavier, design="*", owner="bob").status_code == 303
    assert definition(world)[3].get("design") == "", "the rule is the admins'"
    assert xavier.post(f"{FORM}/fields", {"type": "text"}).status_code == 303


def test_alice_opens_a_form_to_all_and_guests_still_change_nothing(world: World) -> None:
    partners.make(world)
    change_settings(world.browser("alice"), design="*")
    assert world.browser("xavier").get(f"{FORM}/edit").status_code == 200
    assert world.browser().post(f"{FORM}/fields", {"type": "text"}).status_code == 403


def test_alice_keeps_the_making_of_forms_to_facilitators(world: World) -> None:
    partners.make(world)
    with world.app.app_context(), db.write() as session:
        settings.put(session, form_makers="@facilitators")
    bob = world.browser("bob")
    assert bob.post("/-/new-form", {"title": "Bikes"}).status_code == 403
    assert bob.post("/-/new-form/import", {"code": json.dumps(FILE)}).status_code == 403
    assert "/-/new-form" not in bob.get("/-/forms").text
    world.facilitators("bob")
    assert bob.post("/-/new-form", {"title": "Bikes"}).status_code == 303
    assert "Make forms" in world.browser("alice").get("/-/admin/site").text


def test_what_a_form_opens_with_is_set_by_who_may_change_it(world: World) -> None:
    partners.make(world)
    world.facilitators("bob")
    for name, title in (("xavier", "Mine"), ("bob", "Ours")):
        sent = {"-title": title, "-default": "1", "view": "table", "activity": "hosting"}
        world.browser(name).post(f"{FORM}/views", sent)
        with world.app.test_request_context():
            form = forms.form_named("partners")
            found = saved_views.default_of(form, actor=SYSTEM)
        assert (found.row.title if found else None) == (None if name == "xavier" else "Ours")


def test_facilitators_are_a_group_of_every_wiki_and_said_in_words(world: World) -> None:
    with world.app.app_context():
        assert people.find_group("@facilitators").title == "Facilitators"
        assert form_rights.may_make(world.actor("bob"))
    taken = world.browser("alice").post("/-/admin/groups", {"name": "Facilitators", "title": "x"})
    assert taken.status_code == 422
    partners.make(world)
    assert ">facilitators<" in world.browser("alice").get(f"{FORM}/settings").text


def test_code_that_calls_the_change_itself_is_refused_too(world: World) -> None:
    """What no route guards, such as code to come, meets the same question."""
    from werkzeug.exceptions import Forbidden

    form = partners.make(world)
    with world.app.app_context(), pytest.raises(Forbidden), db.write() as session:
        changes.change_fields(session, form, form.specs()[:3], actor=world.actor("xavier"))
