"""A changed form brings its entries along: new keys, new types, many entries by the worker."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.bazar import partners
from tests.bazar.people import Statements
from tests.world import World
from wiki import worker
from wiki.bazar.entries import entries, form_migration
from wiki.bazar.forms import changes, forms
from wiki.bazar.models import EntryValue, Form, FormWork
from wiki.core import db, jobs
from wiki.core.access import SYSTEM
from wiki.pages import find
from wiki.pages.models import Revision

FIELD = "/-/forms/partners/fields"


@pytest.fixture
def many(monkeypatch):
    """Make few entries count as many, so that the worker has them in hand, two at a time."""
    monkeypatch.setattr(changes, "AT_ONCE", 0)
    monkeypatch.setattr(form_migration, "BATCH", 2)


def data_of(world: World, name: str) -> dict:
    with world.app.app_context():
        return find.page_or_404(name, actor=SYSTEM).head.data


def indexed(world: World, field: str) -> list:
    with world.app.app_context():
        rows = select(EntryValue.text, EntryValue.number).where(EntryValue.field == field)
        return sorted(db.session().execute(rows).all(), key=str)


def asked(browser, address: str, **changed) -> dict:
    text = browser.get(address).text
    base = re.search(r'name="base" value="([^"]+)"', text).group(1)
    return {"base": base, **changed}


def test_order_and_label_touch_no_entry(world: World) -> None:
    form = partners.make(world)
    with world.app.app_context():
        writer = db.database().writer
        specs = forms.form_named(form.key).specs()
        turned = [specs[0], *reversed(specs[1:])]
        with Statements(writer) as seen, db.write() as session:
            changes.change_fields(session, form, turned, actor=SYSTEM)
        assert not [one for one in seen.seen if "entry_value" in one or "form_work" in one]
        assert db.session().scalars(select(FormWork)).all() == []


def test_many_entries_are_derived_by_the_worker(world: World, many) -> None:
    form = partners.make(world)
    alice = world.browser("alice")
    with world.app.app_context(), db.write() as session:
        current = session.get_one(Form, form.id)
        changes.change_fields(
            session, current, [one for one in current.specs() if one.key != "members"], actor=SYSTEM
        )
    assert len(indexed(world, "members")) == 5
    assert "0 of 5" in alice.get("/-/forms/partners/edit").text
    while worker.tick(world.app):
        pass
    assert indexed(world, "members") == []
    assert "up to date" in alice.get("/-/forms/partners/work").text
    assert data_of(world, "Octet-Coop")["members"] == 40, "values of a removed field stay"


def test_renamed_field_keeps_values_history_and_formulas(world: World) -> None:
    partners.make(world)
    with world.app.app_context(), db.write() as session:
        form = forms.form_named("partners")
        more = {"key": "told", "type": "computed", "label": "Told",
                "options": {"formula": "members * 2 + len('members')"}}  # fmt: skip
        changes.change_fields(session, form, [*form.specs(), more], actor=SYSTEM)
    assert data_of(world, "Octet-Coop")["told"] == 87, "entries there already get the new value"
    alice = world.browser("alice")
    address = f"{FIELD}/members/rework"
    answer = alice.post(address, asked(alice, address, type="number", name="crew"))
    assert answer.status_code == 303, answer.text
    held = data_of(world, "Octet-Coop")
    assert (held["crew"], "members" in held) == (40, False)
    with world.app.app_context():
        form = forms.form_named("partners")
        assert (
            next(one for one in form.specs() if one.key == "told").options["formula"]
            == "crew * 2 + len('members')"
        )
        assert all("members" not in one.data for one in db.session().scalars(select(Revision)))
    assert len(indexed(world, "crew")) == 5 and indexed(world, "members") == []


def test_form_that_was_open_saves_under_the_new_key(world: World, many) -> None:
    form = partners.make(world)
    bob = world.browser("bob")
    opened = {"_base": "1", "_form": "1", "title": "Octet Coop", "members": "41",
              "_asked": "title summary activity services needs place members phone",
              "summary": "S", "activity": "hosting", "phone": "1"}  # fmt: skip
    with world.app.app_context(), db.write() as session:
        alice = world.actor("alice")
        form_migration.rename(session, form, "members", "crew", actor=alice)
        current = session.get_one(Form, form.id)
        added = {"key": "motto", "type": "text", "label": "Motto"}
        changes.change_fields(session, current, [*current.specs(), added], actor=SYSTEM)
    answer = bob.post("/-/forms/partners/Octet-Coop/edit", opened)
    assert answer.status_code == 303, answer.text
    while worker.tick(world.app):
        pass
    held = data_of(world, "Octet-Coop")
    assert (held["crew"], "members" in held) == (41, False)
    assert data_of(world, "Marée-Basse")["crew"] == 62


def test_retype_tells_what_is_lost_and_keeps_it_in_history(world: World) -> None:
    partners.make(world)
    alice, address = world.browser("alice"), f"{FIELD}/summary/rework"
    with world.app.app_context():
        page = find.page_or_404("Octet-Coop", actor=world.actor("alice"))
        form = forms.form_named("partners")
        entries_saved(form, page, {"summary": "1 250,5"}, world.actor("alice"))
    text = alice.get(f"{address}?type=number").text
    assert "What Marée Basse does" in text and "Octet Coop</a>" not in text
    asked_for = asked(alice, f"{address}?type=number", type="number", name="summary")
    assert alice.post(address, asked_for).status_code == 422
    assert alice.post(address, asked_for | {"agreed": "1"}).status_code == 303
    assert data_of(world, "Octet-Coop")["summary"] == 1250.5
    assert "summary" not in data_of(world, "Marée-Basse")
    with world.app.app_context():
        first = select(Revision).where(Revision.number == 1, Revision.title == "Marée Basse")
        assert db.session().scalars(first).one().data["summary"] == "What Marée Basse does"


def entries_saved(form, page, answers, actor):
    from wiki.pages import save

    save.save(page, entries.clean_data(form, answers, actor, page), base=None, author=actor)


def test_text_becomes_choices_of_what_was_written(world: World) -> None:
    partners.make(world)
    alice, address = world.browser("alice"), f"{FIELD}/summary/rework"
    answer = alice.post(address, asked(alice, f"{address}?type=choice", type="choice", name="kind"))
    assert answer.status_code == 303, answer.text
    assert data_of(world, "Octet-Coop")["kind"] == "what-octet-coop-does"
    found = alice.get("/-/forms/partners?kind=what-octet-coop-does").text
    assert "Octet Coop" in found and "La Bobine" not in found.partition('id="results"')[2]


def test_choice_becomes_several_and_text_takes_the_label(world: World) -> None:
    partners.make(world)
    alice, address = world.browser("alice"), f"{FIELD}/activity/rework"
    for kind, expected in (("choices", ["hosting"]), ("text", "Hosting")):
        asked_for = asked(alice, f"{address}?type={kind}", type=kind, name="activity")
        assert alice.post(address, asked_for).status_code == 303
        assert data_of(world, "Octet-Coop")["activity"] == expected


def test_entry_opened_before_its_turn_is_seen_and_saved_as_it_will_be(world: World, many) -> None:
    partners.make(world)
    alice, address = world.browser("alice"), f"{FIELD}/members/rework"
    answer = alice.post(address, asked(alice, f"{address}?type=text", type="text", name="members"))
    assert answer.status_code == 303
    assert data_of(world, "Octet-Coop")["members"] == 40
    edit = "/-/forms/partners/Octet-Coop/edit"
    text = alice.get(edit).text
    assert 'value="40"' in text
    typed = {"_base": "1", "_form": "2", "title": "Octet Coop", "members": "about forty",
             "activity": "hosting", "summary": "S", "phone": "1"}  # fmt: skip
    assert alice.post(edit, typed).status_code == 303
    assert data_of(world, "Octet-Coop")["members"] == "about forty"
    while worker.tick(world.app):
        pass
    assert data_of(world, "Octet-Coop")["members"] == "about forty"
    assert data_of(world, "Marée-Basse")["members"] == "62"


def test_works_of_one_form_are_done_in_order(world: World, many) -> None:
    form = partners.make(world)
    with world.app.app_context():
        alice = world.actor("alice")
        with db.write() as session:
            for old, new in (("members", "crew"), ("crew", "staff")):
                current = session.get_one(Form, form.id)
                form_migration.rename(session, current, old, new, actor=alice)
        second = db.session().scalars(select(FormWork).order_by(FormWork.id.desc())).first()
        form_migration.work(work_id=second.id)
        assert second.done == 0
        while jobs.run_due():
            pass
        assert form_migration.at_work(form) == []
    assert data_of(world, "Octet-Coop")["staff"] == 40


def test_hidden_field_is_reworked_only_by_who_sees_it(world: World) -> None:
    world.facilitators("bob", "xavier")
    partners.make(world)
    assert world.browser("xavier").get(f"{FIELD}/phone/rework").status_code == 403
    assert world.browser("bob").get(f"{FIELD}/phone/rework").status_code == 200
    assert world.browser("").get(f"{FIELD}/phone/rework").status_code == 303
    for wrong in ("title", "nowhere"):
        assert world.browser("bob").get(f"{FIELD}/{wrong}/rework").status_code == 404


def test_key_that_is_taken_or_no_key_is_refused(world: World) -> None:
    partners.make(world)
    alice, address = world.browser("alice"), f"{FIELD}/members/rework"
    for name in ("place", "Two words", "page", ""):
        answer = alice.post(address, asked(alice, address, type="number", name=name))
        assert answer.status_code == 422, name
    assert data_of(world, "Octet-Coop")["members"] == 40
