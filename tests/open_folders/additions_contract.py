"""What is true of each thing added in `test_promise.py`: screens, documents and imports know of it, untold."""

from __future__ import annotations

from typing import Any

import pytest

from scripts import docs_tables
from tests.admin.test_site import RULES, SITE
from tests.world import World
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes, forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.views import views
from wiki.core import db, settings
from wiki.core.registry import registries
from wiki.projects.templates import templates


@pytest.fixture
def form(world: World) -> Form:
    """A form with a field of the new type, and two entries."""
    specs = [
        FieldSpec("title", "text", "Title"),
        FieldSpec("air", "barometer", "Air", in_list=True),
    ]
    with world.app.app_context():
        with db.write() as session:
            made = changes.make_form(session, title="Weather", key="weather", fields=specs)
        for title, air in (("Calm", "1030"), ("Storm", "970")):
            actor = world.actor("alice")
            data = {"title": title, "air": air}
            entries.create(made, entries.clean_data(made, data, actor), actor)
    return made


def get(world: World, address: str, name: str = "", **args: Any) -> str:
    answer = world.browser(name).get(address, query_string=args)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def test_addition_of_a_type_is_filled_in_shown_sorted_summed_and_exported(
    world: World, form: Form
) -> None:
    assert "970 hPa" in get(world, "/Storm")
    assert 'name="air"' in get(world, "/-/forms/weather/new", "alice")
    html = get(world, "/-/forms/weather", view="table", sort="air", _sums="air")
    assert html.index("Storm") < html.index("Calm")
    assert "2,000" in html or "2\u202f000" in html
    assert "970" in get(world, "/-/forms/weather.csv")
    assert "Storm" not in get(world, "/-/forms/weather.csv", **{"air.from": "1000"})


def test_addition_of_a_type_is_offered_by_the_builder(world: World, form: Form) -> None:
    assert 'value="barometer"' in get(world, "/-/forms/weather/edit", "alice")


def test_addition_of_a_view_is_a_tab_a_component_and_a_row_of_the_documentation(
    world: World, form: Form
) -> None:
    assert "Puces / Bullets" in get(world, "/-/forms/weather")
    assert "1030 hPa" in get(world, "/-/forms/weather", view="bullets", _figure="air")
    assert docs_tables.view(views()["bullets"]) == (
        "`bullets`",
        "bullets with a number",
        "`figure`",
    )
    kind = forms.field_types()["barometer"]
    row = ("`barometer`", "air pressure, in hectopascals", "")
    assert docs_tables.field_type(kind) == row
    rows = [row for _head, rows in docs_tables.tables().values() for row in rows]
    assert {"`barometer`", "`bullets`", "`loud`", "`tune`"} <= {row[0] for row in rows}


def test_addition_of_a_macro_shows_in_a_page_and_in_the_reference(world: World) -> None:
    world.page("Aloud", '{{shout words="hello"}}')
    assert "<strong>HELLO</strong>" in get(world, "/Aloud")
    assert "Crier / Shout" in get(world, "/-/macros")
    with world.app.app_context():
        assert "shout" in registries().macros


def test_addition_of_a_station_template_is_proposed(world: World) -> None:
    assert [one.title for one in templates("fr") if one.key == "choir"] == ["Chorale"]
    assert "Choir" in get(world, "/-/projects/new", "alice")


def test_addition_of_a_setting_is_on_the_screen_of_the_site_and_kept(world: World) -> None:
    html = get(world, "/-/admin/site", "alice")
    assert "Plus fort / Louder" in html and "Air / Tune" in html
    kept = SITE | RULES | {"loud": "1", "tune": "Ho hisse"}
    assert world.browser("alice").post("/-/admin/site", kept).status_code == 303
    with world.app.app_context():
        assert (settings.get("loud"), settings.get("tune")) == (True, "Ho hisse")
    refused = world.browser("alice").post("/-/admin/site", kept | {"tune": "x" * 41})
    assert refused.status_code == 422 and "At most 40 characters." in refused.text
