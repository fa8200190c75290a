"""Requests that nobody sends by mistake: they are refused, and cost little."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from tests.world import World
from wiki import config
from wiki.bazar.forms import changes
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.pages import rendering

HUGE = "9" * 30
DEEP = 9_000


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
        changes.make_form(session, title="Things", key="things", fields=[title])
    world.facilitators("bob")
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
        from wiki.accounts.routes.reset import reset_url

        assert reset_url() == "https://net.example.org/-/reset"


def test_form_of_a_million_fields_is_refused_before_it_is_read(world: World) -> None:
    """Werkzeug counts the parts of forms with files alone: millions of empty fields fit in a plain one."""
    world.page("Target", "text")
    browser, kind = world.browser(), "application/x-www-form-urlencoded"
    many = b"text=more&base=1&" + b"a=&" * 1_000_000
    parts = b'--cut\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 100_000
    for url in ("/-/login", "/-/reset", "/-/preview", "/Target", "/-/macros/call"):
        assert browser.post(url, many, content_type=kind).status_code == 413, url
        cut = browser.post(
            url, parts + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut"
        )
        assert cut.status_code == 413, url
    assert world.text("Target") == "text"
    # So many boxes may be ticked.
    some = b"text=more&base=1&" + b"a=&" * 19_000
    assert browser.post("/Target", some, content_type=kind).status_code == 303


@pytest.mark.parametrize(
    "body",
    [
        '{"title": [' + "[]," * 100_000 + "[]]}",
        "{" + ",".join(f'"k{number}": 1' for number in range(50_000)) + "}",
        '{"tags": [' + ",".join(f'"t{number}"' for number in range(50_000)) + "]}",
    ],
    ids=["lists", "keys", "tags"],
)
def test_json_of_many_thousand_values_is_refused_before_it_is_read(world: World, body: str) -> None:
    bob, asked = world.browser("bob"), {"Sec-Fetch-Site": "same-origin"}
    for url in ("/-/api/v1/pages/Target", "/Target/draft"):
        sent = {"data": body, "content_type": "application/json", "headers": asked}
        assert bob.client.put(url, **sent).status_code == 413, url
    # What stands inside a text is no value.
    text = '[{",\\"' * 50_000
    sent = {"json": {"title": "Target", "text": text}, "headers": asked}
    assert bob.client.put("/-/api/v1/pages/Target", **sent).status_code == 201
    assert world.text("Target") == text


def test_file_over_the_limit_is_not_read_past_it(world: World) -> None:
    """Fifty megabytes after a lone CR, with and without a length told, or in a field of text."""
    world.page("Target", "text")
    browser = world.browser()
    head = '--cut\r\nContent-Disposition: form-data; name="{}"\r\n\r\n\r'
    most = world.app.config["MAX_CONTENT_LENGTH"] + 1024 * 1024
    for name in ('file"; filename="a.txt', "text"):
        body = head.format(name).encode() + b"a" * (50 * 2**20) + b"\r\n--cut--\r\n"
        for told in (True, False):
            answer = browser.client.open(
                "/Target/attachments" if "file" in name else "/Target",
                method="POST",
                input_stream=(stream := io.BytesIO(body)),
                content_length=len(body) if told else None,
                content_type="multipart/form-data; boundary=cut",
                headers={"Sec-Fetch-Site": "same-origin"},
                environ_overrides={"wsgi.input_terminated": True},
                buffered=True,
            )
            assert answer.status_code == 413, (name, told)
            assert stream.tell() <= (0 if told else most), (name, told)
    assert world.text("Target") == "text"
    assert "a.txt" not in browser.get("/Target/attachments").text
