"""The form builder without JavaScript: every action a plain form, stored at once, and who may."""

from __future__ import annotations

import re

import pytest
from flask import url_for
from sqlalchemy import select

from tests.bazar.partners import SECRET, add, make
from wiki.bazar.forms import forms
from wiki.bazar.models import Form
from wiki.core import db

EDIT = "/-/forms/partners/edit"
FIELDS = "/-/forms/partners/fields"


def form_of(world, key="partners"):
    with world.app.app_context():
        return db.session().scalar(select(Form).where(Form.key == key))


def keys(world, key="partners"):
    return [spec.key for spec in form_of(world, key).specs()]


def spec(world, name, key="partners"):
    return next(one for one in form_of(world, key).specs() if one.key == name)


def hidden(html, name="base"):
    return re.search(rf'name="{name}" value="([^"]*)"', html.partition("set_up")[2] or html)[1]


def settings(browser, key, **changed):
    """Save the settings of a field as the screen gives them, with some changed."""
    html = browser.get(f"{EDIT}?field={key}").text
    sent = {
        "base": hidden(html),
        "label": key,
        "help": "",
        "searchable": "1",
        "read": "*",
        "write": "*",
    }
    return browser.post(f"{FIELDS}/{key}", {**sent, **changed})


def test_bob_builds_a_form_of_ten_fields_without_script(world):
    bob = world.browser("bob")
    made = bob.post("/-/new-form", {"title": "Partners"})
    assert made.headers["Location"] == EDIT
    wanted = [
        ("text", "In a sentence", {"in_list": "1"}),
        (
            "choice",
            "Activity",
            {"facet": "1", "in_list": "1", "option-choices": "host | Hosting\nTraining"},
        ),
        ("choices", "Services", {"facet": "1", "option-choices": "Nextcloud\nOdoo"}),
        ("longtext", "Presentation", {}),
        ("number", "Members", {"option-min": "0", "option-max": "1000", "option-unit": "people"}),
        ("date", "Met on", {}),
        ("location", "Place", {}),
        ("email", "E-mail", {"read": "@friends"}),
        ("relation", "Recommended by", {"option-form": "partners"}),
    ]
    chosen = "title"
    for kind, label, changed in wanted:
        added = bob.post(FIELDS, {"type": kind, "after": chosen})
        assert added.status_code == 303
        key = re.search(r"field=([a-z_0-9]+)", added.headers["Location"])[1]
        saved = settings(bob, key, label=label, **changed)
        assert saved.status_code == 303, saved.text
        chosen = re.search(r"field=([a-z_0-9]+)", saved.headers["Location"])[1]
    names = ["title", "in_a_sentence", "activity", "services", "presentation", "members", "met_on"]
    assert keys(world) == [*names, "place", "e_mail", "recommended_by"]
    assert spec(world, "activity").options["choices"] == [
        {"key": "host", "label": "Hosting"},
        {"key": "training", "label": "Training"},
    ]
    assert spec(world, "members").options == {"unit": "people", "min": 0, "max": 1000}
    assert spec(world, "e_mail").read == "@friends"
    entry = {"title": "Marée Basse", "activity": "host", "services": ["odoo"], "members": "62"}
    entry |= {"e_mail": "hello@example.org", "place.city": "Brest"}
    answer = bob.post("/-/forms/partners/new", entry)
    assert answer.status_code == 303, answer.text
    seen = world.browser("xavier").get("/-/forms/partners?activity=host&view=table").text
    assert "Marée Basse" in seen and "Hosting" in seen
    for kind in ("", "?view=cards", ".csv", ".json"):
        assert (
            "hello@example.org" not in world.browser("xavier").get(f"/-/forms/partners{kind}").text
        )


def test_the_whole_builder_answers_without_any_script_of_its_own(world):
    world.facilitators("bob")
    make(world)
    html = world.browser("bob").get(f"{EDIT}?field=services").text
    for action in ("position", "copies", "removal"):
        assert f"{FIELDS}/services/{action}" in html
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"\son[a-z]+=", html)


def test_move_up_and_down_keeps_the_title_first(world):
    world.facilitators("bob")
    make(world)
    bob = world.browser("bob")
    bob.post(f"{FIELDS}/activity/position", {"to": "up"})
    assert keys(world)[:3] == ["title", "activity", "summary"]
    for _again in range(3):
        assert bob.post(f"{FIELDS}/activity/position", {"to": "up"}).status_code == 303
    assert keys(world)[:3] == ["title", "activity", "summary"]
    bob.post(f"{FIELDS}/activity/position", {"to": "down"})
    bob.post(f"{FIELDS}/title/position", {"to": "down"})
    assert keys(world)[:3] == ["title", "summary", "activity"]
    assert bob.post(f"{FIELDS}/activity/position", {"to": "sideways"}).status_code == 400


def test_dragged_order_is_kept_and_never_loses_a_field(world):
    world.facilitators("bob")
    make(world)
    before = keys(world)
    order = ["phone", "members", "title", "nothing", "summary", "summary"]
    assert world.browser("bob").post("/-/forms/partners/order", {"order": order}).status_code == 204
    after = keys(world)
    assert sorted(after) == sorted(before)
    assert after[0] == "title"
    assert after.index("phone") < after.index("members") < after.index("summary")
    # What the order did not name stayed after its neighbour.
    assert after.index("activity") == after.index("summary") + 1


def test_dropped_type_is_added_at_its_place(world):
    world.facilitators("bob")
    make(world)
    world.browser("bob").post(FIELDS, {"type": "date", "at": "0"})
    assert keys(world)[:3] == ["title", "date", "summary"]
    assert world.browser("bob").post(FIELDS, {"type": "nothing"}).status_code == 400


def test_copy_has_a_key_of_its_own(world):
    world.facilitators("bob")
    make(world)
    world.browser("bob").post(f"{FIELDS}/services/copies")
    names = keys(world)
    assert names[names.index("services") + 1] == "services_2"
    assert spec(world, "services_2").options == spec(world, "services").options


def test_removed_field_comes_back_with_its_values_and_rules(world):
    world.facilitators("bob")
    make(world)
    bob = world.browser("bob")
    place = keys(world).index("phone")
    answer = bob.post(f"{FIELDS}/phone/removal")
    assert answer.status_code == 303
    assert SECRET not in bob.get("/-/forms/partners?view=table").text
    assert f"{FIELDS}/phone/restoration" in bob.get(EDIT).text
    assert bob.post(f"{FIELDS}/phone/restoration").status_code == 303
    assert keys(world).index("phone") == place
    assert SECRET in bob.get("/-/forms/partners?view=table").text
    assert SECRET not in world.browser("xavier").get("/-/forms/partners?view=table").text
    assert bob.post(f"{FIELDS}/phone/restoration").status_code == 404


def test_new_field_never_takes_the_key_of_a_removed_one(world):
    world.facilitators("xavier")
    form = make(world, rows=[])
    xavier = world.browser("xavier")
    assert xavier.post(f"{FIELDS}/phone/removal").status_code == 303
    xavier.post(FIELDS, {"type": "text"})
    settings(xavier, "text", label="Phone")
    assert "phone" not in keys(world)
    assert "phone_2" in keys(world)
    with world.app.app_context():
        assert form.id


def test_title_cannot_be_removed(world):
    world.facilitators("bob")
    make(world)
    assert world.browser("bob").post(f"{FIELDS}/title/removal").status_code == 400
    assert keys(world)[0] == "title"


def test_key_of_a_field_stays_once_the_form_has_entries(world):
    world.facilitators("bob")
    make(world)
    bob = world.browser("bob")
    bob.post(FIELDS, {"type": "text"})
    settings(bob, "text", label="Something else")
    assert spec(world, "text").label == "Something else"


def test_wrong_settings_are_shown_again_as_typed(world):
    world.facilitators("bob")
    make(world)
    bob = world.browser("bob")
    changed = {"label": "Services", "option-choices": "a | One\na | Two", "help": "Kept <words>"}
    answer = settings(bob, "services", **changed)
    assert answer.status_code == 422
    assert "Two choices are the same" in answer.text
    assert "Kept &lt;words&gt;" in answer.text
    assert "a | Two" in answer.text
    assert spec(world, "services").help == ""
    unknown = settings(bob, "summary", label="x", **{"read-typed": "@nobody-here"})
    assert unknown.status_code == 422


def test_settings_changed_meanwhile_answer_409_and_keep_what_was_typed(world):
    world.facilitators("bob", "carol")
    make(world)
    bob, carol = world.browser("bob"), world.browser("carol")
    base = hidden(bob.get(f"{EDIT}?field=summary").text)
    assert settings(carol, "summary", label="Carol's words").status_code == 303
    typed = {"base": base, "label": "Bob's words", "help": "Bob's help", "read": "*", "write": "*"}
    answer = bob.post(f"{FIELDS}/summary", typed)
    assert answer.status_code == 409
    assert "Bob&#39;s words" in answer.text and "Bob&#39;s help" in answer.text
    assert spec(world, "summary").label == "Carol's words"
    again = bob.post(f"{FIELDS}/summary", typed | {"base": hidden(answer.text)})
    assert again.status_code == 303
    assert spec(world, "summary").label == "Bob's words"


def test_settings_of_a_field_removed_meanwhile_are_not_lost(world):
    world.facilitators("bob", "carol")
    make(world)
    bob = world.browser("bob")
    base = hidden(bob.get(f"{EDIT}?field=summary").text)
    world.browser("carol").post(f"{FIELDS}/summary/removal")
    answer = bob.post(f"{FIELDS}/summary", {"base": base, "label": "Bob's words"})
    assert answer.status_code == 409
    assert "Bob&#39;s words" in answer.text
    for action in ("position", "copies", "removal"):
        assert bob.post(f"{FIELDS}/summary/{action}", {"to": "up"}).status_code == 409


def test_who_cannot_read_a_field_cannot_open_it(world):
    world.facilitators("bob", "xavier")
    make(world)
    xavier = world.browser("xavier")
    answer = settings(xavier, "phone", label="Tel", **{"read-typed": "*"})
    assert answer.status_code == 303
    assert spec(world, "phone").read == "@friends"
    assert SECRET not in xavier.get("/-/forms/partners?view=table").text
    settings(world.browser("bob"), "phone", label="Tel")
    assert spec(world, "phone").read == ""


def test_email_opened_to_all_stays_open(world):
    world.facilitators("bob")
    make(world)
    bob = world.browser("bob")
    bob.post(FIELDS, {"type": "email"})
    assert spec(world, "email").read == "+"
    settings(bob, "email", label="E-mail", read="*")
    assert spec(world, "email").read == "*"


@pytest.mark.parametrize("name", ["", "xavier"])
def test_who_may_not_write_entries_may_not_design(world, name):
    make(world, rules={"write": "@friends"})
    browser = world.browser(name)
    asked = browser.get(EDIT)
    assert asked.status_code == (303 if not name else 403)
    posts = [
        FIELDS,
        "/-/forms/partners/order",
        "/-/forms/partners/settings",
        "/-/forms/partners/removal",
    ]
    posts += [
        f"{FIELDS}/summary",
        *(f"{FIELDS}/summary/{one}" for one in ("position", "copies", "removal")),
    ]
    before = form_of(world)
    for address in posts:
        answer = browser.post(address, {"type": "text", "to": "up", "order": "phone", "title": "x"})
        assert answer.status_code == 403, address
    assert form_of(world).fields == before.fields
    assert EDIT not in browser.get("/-/forms/partners").text


def test_anonymous_never_designs_even_on_an_open_wiki(world):
    make(world)
    assert world.browser().post(FIELDS, {"type": "text"}).status_code == 403
    assert world.browser().post("/-/new-form", {"title": "Spam"}).status_code == 403
    assert world.browser().get("/-/new-form").status_code == 303


def test_new_form_needs_a_title_and_knows_its_models(world):
    bob = world.browser("bob")
    assert bob.post("/-/new-form", {"title": "  "}).status_code == 422
    assert bob.post("/-/new-form", {"model": "nothing"}).status_code == 400
    made = bob.post("/-/new-form", {"model": "partners"})
    assert made.status_code == 303
    assert bob.get(made.headers["Location"]).status_code == 200
    assert "partners" in bob.get("/-/new-form").text
    assert "No form" in bob.get("/-/forms?model=faq").text
    assert bob.get("/-/new-form/nothing").status_code == 404
    assert world.browser().get("/-/new-form/partners").status_code == 303


def test_gallery_makes_what_is_ticked(world):
    bob = world.browser("bob")
    wanted = {"model": "offers", "related": "1", "samples": "1", "page": "1"}
    made = bob.post("/-/new-form", wanted)
    told = bob.get(made.headers["Location"]).text
    assert "Files and accounts, together" in told and "Partners, Agreements" in told
    assert "Low Tide" in bob.get("/-/forms/partners").text


def test_every_ready_made_form_opens_in_the_builder_and_in_each_view(world):
    alice = world.browser("alice")
    models = re.findall(r'href="/-/new-form/([a-z_]+)"', alice.get("/-/new-form").text)
    assert len(models) >= 26
    for model in models:
        told = alice.get(f"/-/new-form/{model}").text
        assert f'name="model" value="{model}"' in told and 'name="samples"' in told
        address = alice.post("/-/new-form", {"model": model}).headers["Location"]
        key = address.rpartition("/")[2]
        for name in keys(world, key):
            assert alice.get(f"{address}/edit?field={name}").status_code == 200, (model, name)
        for view in ("list", "cards", "table", "map"):
            assert alice.get(f"{address}?view={view}").status_code == 200


def change_settings(browser, **changed):
    html = browser.get("/-/forms/partners/settings").text
    sent = {"base": hidden(html), "title": "Partners", "key": "partners", "default_view": "list"}
    return browser.post("/-/forms/partners/settings", sent | changed)


def test_settings_change_words_and_view(world):
    world.facilitators("bob")
    make(world)
    answer = change_settings(
        world.browser("bob"),
        title="Allies",
        singular="an ally",
        default_view="table",
        read="@friends",
    )
    assert answer.status_code == 303
    form = form_of(world)
    assert (form.title, form.singular, form.default_view) == ("Allies", "an ally", "table")
    assert "<table" in world.browser().get("/-/forms/partners").text


def test_rules_of_a_form_are_the_admins_and_act_on_entries_at_once(world):
    world.facilitators("bob")
    make(world)
    xavier = world.browser("xavier")
    assert xavier.get("/Octet-Coop").status_code == 200
    change_settings(world.browser("bob"), read="@admins")
    assert xavier.get("/Octet-Coop").status_code == 200
    assert change_settings(world.browser("alice"), read="@friends").status_code == 303
    assert xavier.get("/-/forms/partners").status_code == 404
    assert xavier.get("/Octet-Coop").status_code == 404
    assert world.browser("bob").get("/Octet-Coop").status_code == 200
    unknown = change_settings(world.browser("alice"), **{"read-typed": "@ghosts"})
    assert unknown.status_code == 422
    assert "ghosts" in unknown.text


def test_new_address_takes_its_relations_along(world):
    world.facilitators("bob")
    make(world)
    bob = world.browser("bob")
    bob.post(FIELDS, {"type": "relation"})
    assert (
        change_settings(bob, key="allies").headers["Location"].endswith("/-/forms/allies/settings")
    )
    assert spec(world, "relation", "allies").options["form"] == "allies"
    assert bob.get("/-/forms/partners").headers["Location"] == "/-/forms/allies"
    make(world, rows=[], key="partners")
    assert change_settings(bob, key="allies").status_code == 422


def test_settings_changed_meanwhile_keep_what_was_typed(world):
    world.facilitators("bob", "carol")
    make(world)
    bob = world.browser("bob")
    base = hidden(bob.get("/-/forms/partners/settings").text)
    change_settings(world.browser("carol"), title="Carol's")
    sent = {"base": base, "title": "Bob's", "key": "partners", "default_view": "list"}
    answer = bob.post("/-/forms/partners/settings", sent)
    assert answer.status_code == 409
    assert "Bob&#39;s" in answer.text
    assert form_of(world).title == "Carol's"


def test_form_goes_to_the_trash_with_its_entries_and_comes_back(world):
    form = make(world)
    add(world, form, "Gone before")
    with world.app.app_context():
        from wiki.pages import find
        from wiki.pages.structure import trash

        trash.put_in_trash(
            find.page_or_404("Gone-before", actor=world.actor("alice")), actor=world.actor("alice")
        )
    alice, bob = world.browser("alice"), world.browser("bob")
    assert bob.post("/-/forms/partners/removal", {"agreed": "1"}).status_code == 403
    assert alice.post("/-/forms/partners/removal").status_code == 422
    assert bob.get("/Octet-Coop").status_code == 200
    assert alice.post("/-/forms/partners/removal", {"agreed": "1"}).status_code == 303
    assert bob.get("/-/forms/partners").status_code == 404
    assert bob.get("/Octet-Coop").status_code == 404
    assert bob.post("/-/forms/partners/restoration").status_code == 403
    assert "/-/forms/partners/restoration" in alice.get("/-/forms").text
    assert "/-/forms/partners/restoration" not in bob.get("/-/forms").text
    assert alice.post("/-/forms/partners/restoration").status_code == 303
    assert bob.get("/Octet-Coop").status_code == 200
    # What was in the trash before stays there.
    assert bob.get("/Gone-before").status_code == 404


def test_every_type_can_be_added_and_set_up(world):
    make(world, rows=[])
    alice = world.browser("alice")
    for name, kind in forms.field_types().items():
        added = alice.post(FIELDS, {"type": name})
        assert added.status_code == 303, name
        key = re.search(r"field=([a-z_0-9]+)", added.headers["Location"])[1]
        with world.app.test_request_context():
            address = url_for("bazar.builder.edit", form_key="partners", field=key)
            assert str(kind.label)
        html = alice.get(address).text
        assert f"{FIELDS}/{key}" in html
        for param in kind.options:
            assert f'name="option-{param.name}"' in html
