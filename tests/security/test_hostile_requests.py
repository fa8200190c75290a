"""Requests that nobody sends by mistake: they are refused, and cost little."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.world import World
from wiki import config
from wiki.bazar import form_changes
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.pages import rendering

HUGE = "9" * 30
DEEP = 100_000


def test_number_no_database_holds_is_a_missing_page(world: World) -> None:
    alice = world.browser("alice")
    rules = [str(rule) for rule in world.app.url_map.iter_rules() if "<int:" in str(rule)]
    assert len(rules) > 5
    for rule in rules:
        url = re.sub(r"<\w+>", "Home", re.sub(r"<int:\w+>", HUGE, rule))
        for send in (alice.get, alice.post):
            assert send(url).status_code in (404, 405), url


@pytest.mark.parametrize("body", ["[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP])
def test_draft_nested_without_end_is_refused(world: World, body: str) -> None:
    answer = world.browser("bob").client.put(
        "/Somewhere/draft",
        data=body,
        content_type="application/json",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 400


def test_page_of_a_thousand_macros_runs_some(world: World) -> None:
    world.page("Flood", "{{search}}\n\n" * 1000)
    text = world.browser().get("/Flood").text
    assert text.count("<code>{{search}}</code>") == 1000 - rendering.MOST_MACROS


def test_search_without_index_by_thousands_of_tags_is_answered(world: World) -> None:
    tags = "&".join(f"tag=t{number}" for number in range(3000))
    for url in ("/-/search?q=a&", "/-/api/v1/search?q=a&"):
        assert world.browser().get(url + tags).status_code == 200


@pytest.mark.parametrize(("typed", "kept"), [("new", "things"), ("list.csv", "list-csv")])
def test_form_takes_no_address_that_means_something_else(
    world: World, typed: str, kept: str
) -> None:
    with world.app.app_context(), db.write() as session:
        title = FieldSpec("title", "text", "Title", required=True)
        form_changes.make_form(session, title="Things", key="things", fields=[title])
    bob = world.browser("bob")
    base = re.search(r'name="base" value="([^"]*)"', bob.get("/-/forms/things/settings").text)
    assert base
    asked = {"base": base[1], "title": "Things", "default_view": "list", "key": typed}
    bob.post("/-/forms/things/settings", asked)
    assert bob.get(f"/-/forms/{kept}").status_code == 200


def test_mail_server_without_public_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(config.BadSetting, match="base_url"):
        config.load(tmp_path, smtp_host="localhost")
    assert config.load(tmp_path, smtp_host="localhost", base_url="https://net.example.org")


def test_reset_link_leads_to_the_wiki_whatever_the_host(world: World) -> None:
    world.app.config["GARE"] = config.load(
        world.app.config["GARE"].instance, rate_limits=False, base_url="https://net.example.org"
    )
    with world.app.test_request_context("/", headers={"Host": "evil.example"}):
        from wiki.accounts.routes.reset import door

        assert door() == "https://net.example.org/-/reset"
