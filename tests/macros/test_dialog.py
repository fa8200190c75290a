"""The components dialog: every macro has a form, and the line it writes says what was chosen."""

from __future__ import annotations

import pytest

from tests.world import World
from wiki.core.markup.macros import read_call
from wiki.core.registry import load, registries
from wiki.macros.base import GROUPS, Macro
from wiki.macros.routes.dialog import call_text

MACROS = load("wiki.macros", Macro)
HOSTILE = [
    'a "quoted" word',
    "l'école",
    "both \" and '",
    "}} {{evil}}",
    "{{{{}}}}",
    "line\nbreak",
    '="x" y=\'',
    "<b>&amp;",
    "x" * 3000,
    " ",
]


def typed(macro: Macro, value: str) -> dict[str, str]:
    return {
        param.name: param.choices[-1] if param.choices else value
        for param in macro.params
        if param.kind != "flag"
    }


@pytest.mark.parametrize("name", sorted(MACROS))
def test_line_says_what_was_typed(name):
    macro = MACROS[name]
    chosen = typed(macro, "l'école") | {p.name: "true" for p in macro.params if p.kind == "flag"}
    call = read_call(call_text(macro, chosen))
    assert call is not None and call.name == name
    assert macro.values(call.params) == {p.name: chosen[p.name] for p in macro.params}


@pytest.mark.parametrize("name", sorted(MACROS))
@pytest.mark.parametrize("value", HOSTILE)
def test_line_is_one_call_whatever_was_typed(name, value):
    text = call_text(MACROS[name], typed(MACROS[name], value))
    call = read_call(text)
    assert call is not None and call.source == text and call.name == name
    assert "\n" not in text and len(text) <= 4000


@pytest.mark.parametrize("name", sorted(MACROS))
def test_form_and_preview_of_every_component(world, name):
    bob = world.browser("bob")
    form = bob.get(f"/-/macros/form?name={name}")
    assert form.status_code == 200
    for param in MACROS[name].params:
        assert f'name="{param.name}"' in form.text
    answer = bob.post("/-/macros/call", {"macro": name} | typed(MACROS[name], "2"))
    assert answer.status_code == 200
    assert answer.json["text"].startswith("{{" + name)
    assert answer.json["text"].endswith("{{/" + name + "}}" if MACROS[name].paired else "}}")


def test_call_at_the_caret_opens_with_its_values(world):
    call = '{{bouton lien="Home" texte="Go"}}'
    html = world.browser("bob").get("/-/macros/form", query_string={"call": call}).text
    assert 'value="button"' in html and 'value="Home"' in html and 'value="Go"' in html


@pytest.mark.parametrize("query", ["", "name=nothing", "call=%7B%7Bnothing%7D%7D", "call=words"])
def test_unknown_component_is_not_found(world, query):
    assert world.browser("bob").get(f"/-/macros/form?{query}").status_code == 404


def test_text_picked_goes_inside_and_is_drawn(world):
    sent = {"macro": "box", "title": "Look", "body": "**mine**"}
    told = world.browser("bob").post("/-/macros/call", sent).json
    assert told["text"] == '{{box title="Look"}}\n**mine**\n{{/box}}'
    assert told["open"] == '{{box title="Look"}}'
    assert "<strong>mine</strong>" in told["html"]


def test_preview_shows_only_what_the_writer_may_see(world):
    world.page("Hidden", "the secret", read="@admins")
    sent = {"macro": "include", "page": "Hidden"}
    assert "the secret" not in world.browser("bob").post("/-/macros/call", sent).json["html"]
    assert "the secret" in world.browser("alice").post("/-/macros/call", sent).json["html"]


def test_who_may_not_write_gets_no_dialog(world: World):
    from wiki.core import db, settings

    with world.app.app_context(), db.write() as session:
        settings.put(session, anonymous_edit=False)
    anonymous = world.browser()
    assert anonymous.get("/-/macros/dialog").status_code == 403
    assert anonymous.get("/-/macros/form?name=toc").status_code == 403
    assert anonymous.post("/-/macros/call", {"macro": "toc"}).status_code == 403


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_component_stands_in_one_group_of_the_help(world, lang):
    browser = world.browser()
    browser.client.set_cookie("lang", lang)
    html = browser.get("/-/macros").text
    for name, macro in MACROS.items():
        assert macro.group in GROUPS
        assert html.count(f'id="macro-{name}"') == 1


def test_sheet_beside_the_text_is_a_part_of_the_help(world):
    headers = {"HX-Request": "true", "HX-Target": "div#help-sheet"}
    html = world.browser().get("/-/macros", headers=headers).text
    assert "<dl" in html and "<html" not in html


def test_names_are_proposed_by_name_and_by_meaning(world):
    browser = world.browser()
    names = [row["name"] for row in browser.get("/-/macros/names?q=pro").json]
    assert names[0] == "progress"
    assert "toc" in [row["name"] for row in browser.get("/-/macros/names?q=contents").json]


def test_people_and_tags_are_proposed_to_who_may_know_them(world):
    world.page("Open", "x", tags=("Garden",))
    world.page("Hidden", "x", tags=("Gardenia",), read="@admins")
    bob, anonymous = world.browser("bob"), world.browser()
    assert bob.get("/-/names/people?q=car").json == [{"name": "carol", "title": "Carol Partner"}]
    assert bob.get("/-/names/people?q=").json == []
    assert bob.get("/-/names/people?q=%").json == []
    assert anonymous.get("/-/names/people?q=car").status_code == 303
    assert [row["name"] for row in bob.get("/-/names/tags?q=gard").json] == ["Garden"]
    tags = world.browser("alice").get("/-/names/tags?q=gard").json
    assert {row["name"] for row in tags} == {"Garden", "Gardenia"}


def test_alias_never_hides_a_macro(app):
    with app.app_context():
        known = registries().macros
        for name in MACROS:
            assert known[name].name == name
