"""What a request asks once: the fields that a reader may read, and the query of a search."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bazar.gatherings import make
from tests.world import World
from wiki.accounts import people
from wiki.bazar.forms import changes, forms
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.search import typed_filters


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The calls that read the rules of a form's fields."""
    calls: list[Any] = []
    read = forms._readable_specs

    def count(form: Any, actor: Any, owner_id: Any) -> Any:
        calls.append((form.id, owner_id))
        return read(form, actor, owner_id)

    monkeypatch.setattr(forms, "_readable_specs", count)
    return calls


@pytest.mark.parametrize("view", ["list", "table", "map", "calendar", "chart"])
def test_list_reads_the_rules_of_its_fields_once(
    world: World, readings: list[Any], view: str
) -> None:
    make(world, 3)
    bob = world.browser("xavier")
    readings.clear()
    assert bob.get("/-/forms/events", query_string={"view": view}).status_code == 200
    assert len(readings) == len(set(readings)) == 1, readings


def test_rights_that_change_inside_a_request_are_seen_at_once(world: World) -> None:
    form = make(world, 1)
    with world.app.test_request_context():
        bob = world.actor("xavier")
        current = forms.form_or_404(form.key, bob)
        before = [spec.key for spec in forms.readable_specs(current, bob)]
        assert "seats" in before
        rows = [{**row, "read": "@admins"} if row["key"] == "seats" else row for row in form.fields]
        with db.write() as session:
            changes.change_fields(session, current, rows, actor=SYSTEM)
            inside = forms.readable_specs(session.get_one(type(form), form.id), bob)
            assert "seats" not in {spec.key for spec in inside}
        current = forms.form_or_404(form.key, bob)
        assert "seats" not in {spec.key for spec in forms.readable_specs(current, bob)}


def test_person_who_joins_a_group_inside_a_request_reads_its_fields(world: World) -> None:
    form = make(world, 1)
    with world.app.test_request_context():
        rows = [{**row, "read": "@choir"} if row["key"] == "seats" else row for row in form.fields]
        with db.write() as session:
            people.add_group(session, "choir")
            changes.change_fields(session, form, rows, actor=SYSTEM)
        xavier = world.actor("xavier")
        current = forms.form_or_404(form.key, xavier)
        assert "seats" not in {spec.key for spec in forms.readable_specs(current, xavier)}
        with db.write() as session:
            people.join(session, "choir", people.find_user("xavier"))
        xavier = world.actor("xavier")
        assert "seats" in {spec.key for spec in forms.readable_specs(current, xavier)}


def test_answer_cannot_change_what_is_kept(world: World) -> None:
    form = make(world, 1)
    with world.app.test_request_context():
        bob = world.actor("xavier")
        current = forms.form_or_404(form.key, bob)
        forms.readable_specs(current, bob).clear()
        assert forms.readable_specs(current, bob)


@pytest.mark.parametrize(
    "address",
    ["/-/search?q=bread", "/-/search?q=kind:text+bread&tag=news", "/-/search?q=bread&sort=date"],
)
def test_search_parses_its_query_once(
    world: World, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    calls: list[str] = []
    parse = typed_filters.parse

    def count(raw: str, *given: Any) -> Any:
        calls.append(raw)
        return parse(raw, *given)

    monkeypatch.setattr(typed_filters, "parse", count)
    world.page("Bread", "Some bread.", tags=("news",))
    calls.clear()
    assert world.browser().get(address).status_code == 200
    assert len(calls) == 1, calls
