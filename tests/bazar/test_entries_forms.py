"""Forms behind entries: what is refused, changes that lose nothing, ready-made forms."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.bazar.people import add, fields, head, make_form
from tests.world import World
from wiki.bazar.forms import catalogue, changes, forms
from wiki.bazar.models import EntryValue, Form
from wiki.bazar.query import results
from wiki.bazar.query.results import Query
from wiki.core import access, db
from wiki.core.access import SYSTEM
from wiki.core.http import Invalid


@pytest.fixture
def orgs(world: World) -> World:
    make_form(world)
    return world


def edit_url(name: str) -> str:
    return f"/-/forms/orgs/{name}/edit"


def test_changed_form_keeps_what_entries_hold(orgs: World) -> None:
    name = add(orgs, "Arc", kind="host", members=7)
    with orgs.app.app_context(), db.write() as session:
        form = forms.form_or_404("orgs", SYSTEM)
        without = [spec for spec in form.specs() if spec.key != "members"]
        assert changes.change_fields(session, form, without, actor=SYSTEM).version == 2
        assert not session.scalar(select(EntryValue.id).where(EntryValue.field == "members"))
    orgs.browser("bob").post(edit_url(name), {"title": "Arc", "kind": "train", "_base": "1"})
    assert head(orgs, name) == {"kind": "train", "members": 7}
    with orgs.app.test_request_context(), db.write() as session:
        form = forms.form_or_404("orgs", SYSTEM)
        changes.change_fields(session, form, fields(), actor=SYSTEM)
        assert results.find(form, Query(ranges={"members": (7, 7)}), actor=SYSTEM).total == 1


def test_value_of_a_former_type_is_not_shown_and_breaks_nothing(orgs: World) -> None:
    name = add(orgs, "Arc", members=7)
    with orgs.app.app_context(), db.write() as session:
        form = forms.form_or_404("orgs", SYSTEM)
        changed = [{**row, "type": "email"} if row["key"] == "members" else row for row in fields()]
        changes.change_fields(session, form, changed, actor=SYSTEM)
    assert orgs.browser("bob").get(f"/{name}").status_code == 200
    assert orgs.browser("bob").get(edit_url(name)).status_code == 200


@pytest.mark.parametrize(
    ("position", "change"),
    [
        (0, {"key": "name"}),
        (0, {"type": "number"}),
        (0, {"read": "+"}),
        (1, {"key": "Kind"}),
        (1, {"key": "a b"}),
        (1, {"key": "title"}),
        (1, {"key": "sort"}),
        (1, {"type": "nope"}),
        (1, {"label": " "}),
        (1, {"read": "@nobody"}),
        (1, {"options": {}}),
        (1, {"required": "yes"}),
        (1, {"surprise": 1}),
        (6, {"read": "+"}),
        (1, {"key": 'a"),1--'}),
    ],
)
def test_unsound_form_is_refused_by_field(
    world: World, position: int, change: dict[str, Any]
) -> None:
    rows = fields()
    rows[position] = {**rows[position], **change}
    with world.app.app_context(), db.write() as session, pytest.raises(Invalid) as refused:
        changes.make_form(session, title="Orgs", fields=rows)
    assert set(refused.value.errors) == {f"field-{position}"}


def test_form_key_is_made_free_or_refused(orgs: World) -> None:
    with orgs.app.app_context(), db.write() as session:
        assert changes.make_form(session, title="Orgs", fields=fields()).key == "orgs-2"
        with pytest.raises(Invalid):
            changes.make_form(session, title="Orgs", key="ORGS", fields=fields())
        with pytest.raises(Invalid):
            changes.make_form(session, title="Orgs", key="new", fields=fields())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_ready_made_form_can_be_made_and_filled(world: World, lang: str) -> None:
    with world.app.app_context(), db.write() as session:
        for model in catalogue.models():
            form = catalogue.form_from_model(session, model.model, lang)
            assert form.title == model.title[lang] and forms.form_of_model(model.model) is form
    browser = world.browser("bob")
    with world.app.app_context():
        keys = list(db.session().scalars(select(Form.key)))
    for key in keys:
        assert browser.get(f"/-/forms/{key}/new").status_code == 200, key


def test_phone_of_a_ready_made_partner_is_for_members(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        catalogue.form_from_model(session, "partners", "en")
    name = add(
        world, "Marée Basse", form="partners", email="a@b.org", phone="0299", summary="By the sea"
    )
    assert (
        "0299" not in world.browser().get(f"/{name}").text
        and "a@b.org" not in world.browser().get(f"/{name}").text
    )
    assert "0299" in world.browser("bob").get(f"/{name}").text


def test_entry_follows_the_rules_of_its_form(orgs: World) -> None:
    from wiki.accounts import people

    name = add(orgs, "Arc")
    assert orgs.browser().get(f"/{name}").status_code == 200
    with orgs.app.app_context(), db.write() as session:
        form = forms.form_or_404("orgs", SYSTEM)
        access.set_rules(
            session,
            session.get_one(access.RuleSet, form.rules_id),
            people.resolve_rule_name,
            read="+",
        )
    assert orgs.browser().get(f"/{name}").status_code == 404
    assert orgs.browser("xavier").get(f"/{name}").status_code == 200
