"""Site settings, default access rules and the menu; only admins may see them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.world import World
from wiki.core import access, db, settings

SITE = {"name": "Traverses", "description": "A network", "home": "Home", "lang": "en"}
RULES = {"read": "*", "write": "*", "comment": "+"}
SWITCHES = {"sign_up": "1", "anonymous_edit": "1", "double_click": "1", "keys": "1"}


def _rules(world: World) -> tuple[str, str, str]:
    with world.app.app_context():
        rules = db.session().get_one(access.RuleSet, access.WIKI_RULES)
        return rules.read, rules.write, rules.comment


def _admin_addresses(app: Flask) -> list[tuple[str, str]]:
    addresses = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin.") and rule.endpoint not in {
            "admin.theme",
            "admin.logo",
        }:
            address = rule.rule.replace("<int:", "<")
            for argument in rule.arguments:
                address = address.replace(f"<{argument}>", "1")
            addresses += [(method, address) for method in rule.methods or () if method != "OPTIONS"]
    return addresses


def test_admin_screens_are_for_admins(world: World) -> None:
    addresses = _admin_addresses(world.app)
    assert len(addresses) > 20
    bob, anyone = world.browser("bob"), world.browser()
    for method, address in addresses:
        headers = {"Sec-Fetch-Site": "same-origin"}
        refused = bob.client.open(address, method=method, headers=headers)
        assert refused.status_code == 403, (method, address)
        unknown = anyone.client.open(address, method=method, headers=headers)
        assert unknown.status_code == (303 if method in {"GET", "HEAD"} else 403), (method, address)
        assert "Xavier Outside" not in refused.text + unknown.text


def test_site_settings_are_saved(world: World) -> None:
    alice = world.browser("alice")
    answer = alice.post("/-/admin/site", SITE | RULES | {"sign_up": "1"})
    assert (answer.status_code, answer.location) == (303, "/-/admin/site")
    with world.app.app_context():
        site = settings.everything()
        assert (site["name"], site["description"]) == ("Traverses", "A network")
        assert site["sign_up"] is True
        assert not any(site[name] for name in ("anonymous_edit", "anonymous_comment", "keys"))
    assert "<title>Sign in · Traverses</title>" in " ".join(
        world.browser().get("/-/login").text.split()
    )


def test_site_markup_is_shown_as_text(world: World) -> None:
    odd = {"name": "<b>T</b>", "description": '"><svg onload=alert(1)>'}
    world.browser("alice").post("/-/admin/site", SITE | RULES | SWITCHES | odd)
    text = world.browser().get("/-/login").text
    assert "<b>T</b>" not in text and "<svg onload" not in text
    assert "&lt;b&gt;T&lt;/b&gt;" in text


def test_site_default_rules_apply_at_once(world: World) -> None:
    world.page("Open", "words for all")
    alice, bob, xavier, anyone = (world.browser(name) for name in ("alice", "bob", "xavier", ""))
    assert anyone.get("/Open").status_code == 200
    rules = {"read": "@friends", "write": "bob", "comment": "+"}
    assert alice.post("/-/admin/site", SITE | SWITCHES | rules).status_code == 303
    assert _rules(world) == ("@friends", "bob", "+")
    assert [who.get("/Open").status_code for who in (alice, bob, xavier, anyone)] == [
        200,
        200,
        404,
        404,
    ]


@pytest.mark.parametrize(
    ("rule", "word"),
    [("+ @nobody", "@nobody"), ("bbob", "bbob"), ("* !%", "!%"), ("<b>", "&lt;b&gt;")],
)
def test_site_rule_with_an_unknown_name_is_refused_by_name(
    world: World, rule: str, word: str
) -> None:
    answer = world.browser("alice").post(
        "/-/admin/site", SITE | SWITCHES | RULES | {"write": rule, "name": "New"}
    )
    assert answer.status_code == 422
    assert f"“{word}” is nobody here" in answer.text
    assert 'value="New"' in answer.text
    assert _rules(world) == ("*", "*", "+")
    with world.app.app_context():
        assert settings.get("name") == "Gare"


@pytest.mark.parametrize(
    "changed",
    [
        {"name": " "},
        {"name": "x" * 61},
        {"home": "Nowhere"},
        {"home": ""},
        {"lang": "../x"},
        {"read": ""},
        {"read": "+ " * 600 + "!bob"},
    ],
)
def test_site_invalid_values_are_refused_and_kept_in_the_form(
    world: World, changed: dict[str, str]
) -> None:
    form = SITE | RULES | {"description": "typed with care"} | changed
    answer = world.browser("alice").post("/-/admin/site", form)
    assert answer.status_code == 422
    assert 'value="typed with care"' in answer.text
    with world.app.app_context():
        assert settings.get("description") == ""


def test_site_reads_named_fields_only(world: World) -> None:
    world.browser("alice").post(
        "/-/admin/site", SITE | SWITCHES | RULES | {"logo": "x", "menu": "y", "accent": "z"}
    )
    with world.app.app_context():
        assert (settings.get("logo"), settings.get("menu"), settings.get("accent")) == ("", [], "")


def _menu(world: World) -> list[list[str]]:
    with world.app.app_context():
        return settings.get("menu")


def _send(world: World, do: str, *items: tuple[str, str]):
    fields = {"do": do, "label": [one[0] for one in items], "target": [one[1] for one in items]}
    return world.browser("alice").post("/-/admin/menu", fields)


A, B, C = ("Pages", "Home"), ("Stations", "/-/projects"), ("Éole et Bise", "Éole et Bise")


def test_menu_items_are_added_moved_and_removed(world: World) -> None:
    assert _send(world, "save", A, B, C, ("", "")).status_code == 303
    assert _menu(world) == [list(A), list(B), ["Éole et Bise", "Éole-et-Bise"]]
    _send(world, "up-2", A, B, C)
    assert [label for label, _target in _menu(world)] == ["Pages", "Éole et Bise", "Stations"]
    _send(world, "down-0", A, B)
    assert [label for label, _target in _menu(world)] == ["Stations", "Pages"]
    _send(world, "remove-0", A, B)
    assert [label for label, _target in _menu(world)] == ["Stations"]
    assert ">Stations</a>" in world.browser().get("/-/login").text


@pytest.mark.parametrize(
    "do", ["up-0", "down-1", "up-99", "down--1", "remove-x", "remove-9", "x", ""]
)
def test_menu_invalid_moves_change_nothing(world: World, do: str) -> None:
    assert _send(world, do, A, B).status_code == 303
    assert _menu(world) == [list(A), list(B)]


@pytest.mark.parametrize(
    "target",
    ["", "//e.x", "/\\e.x", "///e.x", "<>", "..", "/" + "x" * 300],
)
def test_menu_external_targets_are_refused_and_kept_in_the_form(world: World, target: str) -> None:
    answer = _send(world, "save", A, ("Mine", target))
    assert answer.status_code == 422
    assert 'value="Mine"' in answer.text and 'id="f-target-1-error"' in answer.text
    assert _menu(world) == []


def test_menu_has_limits_and_shows_markup_as_text(world: World) -> None:
    assert _send(world, "save", *[A] * 13).status_code == 422
    assert _send(world, "save", ("x" * 41, "Home")).status_code == 422
    _send(world, "save", ("<svg onload=alert(1)>", "Home"))
    assert "<svg onload" not in world.browser().get("/-/login").text
