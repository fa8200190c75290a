"""Nothing private reaches an outsider, by any channel; each channel first shows that it carries the public twin."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import own_settings, running
from tests.security.private_things import COMMON, SECRETS, TWINS, make_things
from tests.world import World
from wiki.pages import find, rights

pytestmark = pytest.mark.data


@dataclass(frozen=True)
class Channel:
    """One way to read: an address, and the twins that must come through it."""

    url: str
    carries: tuple[str, ...]

    def __str__(self) -> str:
        return self.url


API = "/-/api/v1"
CHANNELS = [
    Channel("/Public-Page", ("page",)),
    Channel("/Public-Page/raw", ("page",)),
    Channel("/Public-Page/history", ("page",)),
    Channel("/Public-Page/diff?from=1&to=2", ("page",)),
    Channel("/Public-Page/revisions/1", ("page",)),
    Channel("/Public-Page/attachments", ("page",)),
    Channel("/Target", ("page",)),
    Channel("/Target/backlinks", ("page",)),
    Channel("/Showcase", ("page", "entry", "field", "project")),
    Channel("/", ("page", "project")),
    Channel("/-/changes", ("page", "entry", "project")),
    Channel("/-/changes.atom", ("page", "entry", "project")),
    Channel("/-/tags", ("page",)),
    Channel("/-/tags/abcwpagetag", ("page",)),
    Channel("/-/names?q=title", ("page", "entry")),
    Channel(f"/-/search?q={COMMON}", ("page", "field", "project")),
    Channel("/-/search?q=title", ("page", "entry")),
    Channel("/-/search?q=meeting", ("project",)),
    Channel("/-/search?q=abcwpagge", ("page",)),
    Channel("/-/search/instant?q=abcw", ("page", "entry")),
    Channel("/-/search/instant?q=titl", ()),
    Channel("/-/projects", ("project",)),
    Channel("/Public-Station", ("project",)),
    Channel("/-/projects/Public-Station/people", ()),
    Channel("/-/forms", ()),
    Channel("/-/forms/meetings", ("entry", "project")),
    Channel("/-/forms/meetings?view=list", ("entry", "project")),
    Channel("/-/forms/meetings?view=cards", ("entry", "field")),
    Channel("/-/forms/meetings?view=table", ("entry", "field")),
    Channel("/-/forms/meetings?view=map", ("entry",)),
    *(
        Channel(f"/-/forms/meetings?view={view}", carries)
        for view, carries in {
            "accordion": ("entry",),
            "map_table": ("entry", "field"),
            "agenda": (),
            "calendar&_month=2199-01": ("entry",),
            "directory": ("entry",),
            "carousel": ("entry",),
            "timeline": ("entry",),
            "blog": ("entry",),
            "chart": (),
            "pivot": (),
            "links": ("entry",),
        }.items()
    ),
    Channel("/-/forms/meetings?where.near=Brest", ("entry",)),
    Channel("/-/forms/meetings.ics", ("entry",)),
    Channel("/-/forms/meetings.atom", ("entry",)),
    Channel("/-/forms/meetings/Public-Entry/calendar.ics", ("entry",)),
    Channel("/-/forms/meetings?sort=-date", ("entry",)),
    Channel(f"/-/forms/meetings?q={COMMON}", ("entry",)),
    Channel("/-/forms/meetings.csv", ("entry", "field", "project")),
    Channel("/-/forms/meetings.json", ("entry", "field", "project")),
    Channel("/Public-Entry", ("entry", "field")),
    Channel("/Public-Entry/raw", ("entry", "field")),
    Channel("/Public-Entry/history", ()),
    Channel("/Public-Entry/revisions/1", ("entry", "field")),
    Channel("/-/forms/meetings/Public-Entry/edit", ("entry", "field")),
    Channel("/-/entries/Public-Entry/contact/mail", ("entry",)),
    Channel("/sitemap.xml", ()),
    Channel("/-/new?name=Something&parent=Public-Page", ()),
    Channel(f"{API}/pages?limit=200", ("page", "entry", "project")),
    Channel(f"{API}/pages/Public-Page", ("page",)),
    Channel(f"{API}/pages/Public-Page/revisions", ("page",)),
    Channel(f"{API}/pages/Public-Entry", ("entry", "field")),
    Channel(f"{API}/pages/Public-Entry/revisions/1", ("entry", "field")),
    Channel(f"{API}/forms", ()),
    Channel(f"{API}/forms/meetings/entries", ("entry", "field", "project")),
    Channel(f"{API}/forms/meetings/entries/Public-Entry", ("entry", "field")),
    Channel(f"{API}/search?q={COMMON}", ("page", "field", "project")),
    Channel(f"{API}/search?q=abcwpagge", ("page",)),
]
HIDDEN = [
    "Hidden-Page",
    "Hidden-Entry",
    "Hidden-Station",
    "Hidden-Station-Page",
    "Hidden-Station-Meeting",
]
UNDER = [
    "",
    "/raw",
    "/history",
    "/diff?from=1&to=2",
    "/revisions/1",
    "/backlinks",
    "/attachments",
    "/edit",
    "/rights",
]


@pytest.fixture(scope="module")
def things(
    server: str, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The private things and their twins, made once: these tests read, but for the last."""
    folder = tmp_path_factory.mktemp("leaks") / "instance"
    shutil.copytree(prepared, folder)
    with own_settings(server, "leaks") as settings, running(folder, settings) as app:
        world = World(app)
        make_things(world)
        yield world


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_outsider_reads_every_channel_without_a_secret(things: World, who: str) -> None:
    browser = things.browser(who)
    leaks, silent = [], []
    for channel in CHANNELS:
        answer = browser.get(channel.url)
        assert answer.status_code == 200, (channel.url, answer.status_code)
        silent += [
            (channel.url, twin) for twin in channel.carries if TWINS[twin] not in answer.text
        ]
        leaks += [(channel.url, word) for word in SECRETS if word in answer.text.casefold()]
    assert silent == []
    assert leaks == []


def test_admin_reads_the_same_channels_with_the_secrets(things: World) -> None:
    alice = things.browser("alice")
    seen = {word for channel in CHANNELS for word in SECRETS if word in alice.get(channel.url).text}
    assert seen == set(SECRETS)


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_page_answers_as_a_missing_one(things: World, who: str, name: str) -> None:
    browser = things.browser(who)
    for end in UNDER:
        hidden, missing = browser.get(f"/{name}{end}"), browser.get(f"/{_missing(name)}{end}")
        assert hidden.status_code == missing.status_code, end
        assert _same(hidden.text, name) == _same(missing.text, _missing(name)), end
    for end in ("", "/revisions", "/revisions/1"):
        hidden, missing = (browser.get(f"{API}/pages/{one}{end}") for one in (name, _missing(name)))
        assert hidden.status_code == missing.status_code == 404
        assert _same(hidden.text, name) == _same(missing.text, _missing(name))


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_hidden_file_is_not_served(things: World, who: str) -> None:
    browser = things.browser(who)
    assert browser.get(f"/Public-Page/attachments/{TWINS['page']}.txt").status_code == 200
    assert browser.get(f"/Hidden-Page/attachments/{SECRETS[0]}.txt").status_code == 404


@pytest.mark.parametrize("word", SECRETS)
def test_search_for_a_secret_finds_and_mends_nothing(things: World, word: str) -> None:
    misspelt = word[:-1]
    for query in (word, misspelt, word[:5]):
        answer = things.browser("xavier").get(f"{API}/search?q={query}").json
        assert (answer["total"], answer["hits"], answer["corrected"]) == (0, [], ""), query
        assert not any(answer["facets"].values())


def test_counts_are_of_what_the_reader_may_see(things: World) -> None:
    xavier, alice = things.browser("xavier"), things.browser("alice")
    for url in (f"{API}/search?q={COMMON}", f"{API}/forms/meetings/entries", f"{API}/pages"):
        outside, inside = xavier.get(url).json, alice.get(url).json
        shown = outside.get("hits", outside.get("items"))
        assert outside["total"] == len(shown) < inside["total"], url


@pytest.mark.parametrize("asked", ["sort=inner", "sort=-inner"])
def test_hidden_field_cannot_be_asked_for(things: World, asked: str) -> None:
    xavier = things.browser("xavier")
    assert xavier.get(f"/-/forms/meetings?{asked}").status_code == 400
    assert things.browser("alice").get(f"/-/forms/meetings?{asked}").status_code == 200


def test_withdrawn_right_acts_before_the_index_knows(things: World) -> None:
    xavier = things.browser("xavier")
    assert xavier.get(f"{API}/search?q={TWINS['page']}").json["total"] == 1
    with things.app.app_context():
        alice = things.actor("alice")
        rights.set_rules(find.page_or_404("Public-Page", actor=alice), actor=alice, read="@admins")
    answer = xavier.get(f"{API}/search?q={TWINS['page']}").json
    assert (answer["total"], answer["hits"]) == (0, [])


def _missing(name: str) -> str:
    return "Nowhere" + "-" + "x" * (len(name) - len("Nowhere-"))


def _same(text: str, name: str) -> str:
    """The text without what differs by the name asked for, or by the moment."""
    for written in (
        name,
        name.replace("-", " "),
        name.replace("-", "+"),
        name.replace("-", "%20"),
        name.lower(),
    ):
        text = text.replace(written, "NAME")
    return re.sub(r'(csrf[^>]*?(?:value|content)=")[^"]*"', r"\1", text)
