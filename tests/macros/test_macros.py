"""Every macro of the registry, by its own declaration: none can be made to say what it should not."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser

import pytest

from tests.conftest import own_settings, running
from tests.projects.stations import add_entry, in_days, make_forms, make_station
from tests.world import World
from wiki.bazar.forms.catalogue import models
from wiki.core.registry import load
from wiki.macros.base import Block, Macro, Platform
from wiki.pages import find, save
from wiki.pages.content import Content

MACROS = load("wiki.macros", Macro)
BLOCKS = sorted(name for name, macro in MACROS.items() if isinstance(macro, Block))
PARAMETERS = [(name, param.name) for name, macro in MACROS.items() for param in macro.params]
ATTACKS = (
    'x" onmouseover="alert(1)',
    "x' autofocus onfocus='alert(1)",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "<script>alert(1)</script>",
)


class Tags(HTMLParser):
    """Collects what a browser would take for tags, attributes and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            runs = name in {"href", "src", "action"} and address.startswith("javascript:")
            if name.startswith(("on", "hx-")) or runs or name == "style":
                self.bad.append(f"<{tag} {name}={value!r}>")
        if tag == "script" and not dict(attrs).get("src"):
            self.bad.append("<script>")


def article(html: str) -> str:
    """Return the page without its head and its comments, whose scripts and requests are ours."""
    return html[html.index("<main") : html.index("</main>")].partition('id="talk"')[0]


def furnish(world) -> None:
    """Make a station of every platform, with something in it to show."""
    make_forms(world, *(model.model for model in models()))
    make_station(world, *BLOCKS)
    add_entry(world, "meetings", title="Next meeting", date=in_days(2), url="https://room.example")
    add_entry(world, "actions", title="Sweep", help_wanted="yes")
    new = {"name": "Inside", "title": "Inside", "text": "Words", "parent": "Le-Fournil"}
    assert world.browser("bob").post("/-/new", new).status_code == 303


def call(macro: str, parameter: str, value: str) -> str:
    quote = '"' if '"' not in value else "'"
    needed = {p.name: "meetings" for p in MACROS[macro].params if p.required}
    values = needed | {parameter: value}
    words = " ".join(f"{name}={quote}{said}{quote}" for name, said in values.items())
    return "{{" + f"{macro} {words}" + "}}"


@pytest.fixture(scope="module")
def attacked(prepared, tmp_path_factory, server):
    """One wiki whose pages try every parameter of every macro with every attack."""
    folder = tmp_path_factory.mktemp("macros") / "instance"
    shutil.copytree(prepared, folder)
    with own_settings(server, str(folder)) as settings, running(folder, settings) as app:
        world = World(app)
        furnish(world)
        for macro, parameter in PARAMETERS:
            text = "\n\n".join(call(macro, parameter, attack) for attack in ATTACKS)
            world.page(f"Try-{macro}-{parameter}", text)
        yield world


@pytest.mark.parametrize("name", ["", "alice"])
@pytest.mark.parametrize(("macro", "parameter"), PARAMETERS, ids="-".join)
def test_macro_in_a_page_lets_nothing_through(attacked, macro, parameter, name):
    answer = attacked.browser(name).get(f"/Try-{macro}-{parameter}")
    assert answer.status_code == 200
    html = article(answer.text)
    assert Tags(html).bad == []
    # Each call was taken as one of this macro, and shown or refused in words.
    assert "{{" + macro not in re.sub(r"<code>.*?</code>", "", html, flags=re.S)


@pytest.mark.parametrize("macro", sorted(MACROS))
def test_macro_without_parameters_shows_or_says_what_is_missing(attacked, macro):
    attacked.page(f"Plain-{macro}", "{{" + macro + "}}\n\nafter it")
    html = article(attacked.browser().get(f"/Plain-{macro}").text)
    assert "after it" in html
    needed = any(param.required for param in MACROS[macro].params)
    assert ("box alert" in html) == needed


@pytest.mark.parametrize("macro", sorted(MACROS))
def test_macro_stands_anywhere_in_both_languages(attacked, macro):
    needed = [f'{param.name}="meetings"' for param in MACROS[macro].params if param.required]
    one = "{{" + " ".join([macro, *needed]) + "}}"
    places = [
        f"{one}\n\nwords\n\n{{{{/{macro}}}}}" if MACROS[macro].paired else one,
        f"In a line {one} of words.",
        f"- in a list {one}\n- and again\n\n  {one}",
        f"| a | b |\n| --- | --- |\n| {one} | cell |",
        f"> {one}",
        f"# Title {one}",
        f"[link {one}](https://x.example)",
    ]
    attacked.page(f"Anywhere-{macro}", "\n\n".join([*places, "the last words"]))
    for who, lang in (("", "fr"), ("", "en"), ("bob", "fr")):
        browser = attacked.browser(who)
        browser.client.set_cookie("lang", lang)
        answer = browser.get(f"/Anywhere-{macro}")
        html = article(answer.text)
        assert answer.status_code == 200 and "the last words" in html
        assert Tags(html).bad == []
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids)), sorted(ids)


@pytest.mark.parametrize("name", ["", "alice"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_platforms_of_a_station_let_nothing_through(attacked, attack, name):
    with attacked.app.app_context():
        alice = attacked.actor("alice")
        page = find.page_or_404("Le-Fournil", actor=alice)
        blocks = [
            block
            | {
                "title": attack,
                "values": {param.name: attack for param in MACROS[block["macro"]].params},
            }
            for block in page.head.data["blocks"]
        ]
        words = {"purpose": attack, "greeting": attack, "blocks": blocks}
        stages = [{"label": attack, "note": attack, "state": "here"}]
        data = page.head.data | words | {"stages": stages}
        save.save(page, Content(attack, attack, data), base=None, author=alice)
    for path in ("/Le-Fournil", "/Inside", "/-/projects", "/-/projects/Le-Fournil/people"):
        answer = attacked.browser(name).get(path)
        assert answer.status_code == 200
        assert Tags(article(answer.text)).bad == []
    html = attacked.browser(name).get("/Le-Fournil").text
    assert html.count('id="voie-') == len(BLOCKS)


@pytest.mark.parametrize("macro", BLOCKS)
def test_block_is_a_platform_and_a_macro_of_the_same_words(attacked, macro):
    with attacked.app.test_request_context():
        actor = attacked.actor("bob")
        page = find.page_or_404("Inside", actor=actor)
        said = MACROS[macro].platform_for({}, page=page, actor=actor)
        assert isinstance(said, Platform)
        assert str(said.live)
        # A way on has an address, and an address a way on.
        assert bool(said.way) == bool(said.url)


def test_every_macro_says_what_it_is():
    for name, macro in MACROS.items():
        assert str(macro.label) and str(macro.help), name
        for param in macro.params:
            assert str(param.label), (name, param.name)
