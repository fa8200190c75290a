"""Nothing private reaches an outsider, by any channel; each channel first shows that it carries the public twin."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import own_settings, running
from tests.security.private_things import BURIED, COMMON, SECRETS, TWINS, make_things
from tests.world import World, bare
from wiki.core import db
from wiki.pages import find, rights
from wiki.projects import closure, relocation
from wiki.projects import find as projects
from wiki.search import query_log, saved_searches
from wiki.search.request import Asked
from wiki.transfer.projects import export

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
    Channel("/Public-Page/comments", ("page",)),
    Channel("/Public-Page/comments?resolved=1", ()),
    Channel("/Public-Page/authors", ()),
    Channel("/Public-Page/blame", ("page",)),
    Channel("/Public-Page/share", ("page",)),
    Channel("/-/booklet?of=Public-Page", ("page",)),
    Channel("/-/booklet?of=Hidden-Page&add=Hidden-Entry", ()),
    Channel("/-/booklet/read?of=Showcase", ("page", "entry", "field", "project")),
    Channel("/-/booklet/read?of=Public-Station&add=Public-Entry", ("entry", "field", "project")),
    Channel("/-/follow?page=Public-Page", ("page",)),
    Channel("/-/follow?page=Public-Station-Page", ("project",)),
    Channel("/-/follow?tag=abcwpagetag", ("page",)),
    Channel("/-/feeds/page/Public-Page.atom", ("page",)),
    Channel("/-/feeds/tree/Public-Page.atom", ("page",)),
    Channel("/-/feeds/tag/abcwpagetag.atom", ("page",)),
    Channel("/-/feeds/form/meetings.atom", ("entry", "project")),
    Channel("/-/feeds/project/Public-Station.atom", ("project",)),
    Channel("/-/changes?minor=1", ("page", "entry", "project")),
    Channel("/Target", ("page",)),
    Channel("/Target/backlinks", ("page",)),
    Channel("/Showcase", ("page", "entry", "field", "project")),
    Channel("/", ("page", "project")),
    Channel("/-/changes", ("page", "entry", "project")),
    Channel("/-/changes.atom", ("page", "entry", "project")),
    Channel("/-/tags", ("page",)),
    Channel("/-/tags/abcwpagetag", ("page",)),
    Channel("/-/tree", ("page",)),
    Channel("/-/tree?of=Public-Station", ("project",)),
    Channel("/-/tree?of=Hidden-Station", ("page",)),
    Channel("/-/garden", ()),
    Channel("/-/garden/stale", ()),
    Channel("/-/garden/wanted", ()),
    Channel("/-/garden/orphans", ()),
    Channel("/-/garden/dead-ends", ()),
    Channel("/-/garden/unowned", ()),
    Channel("/-/garden/same-titles", ()),
    Channel("/-/garden/broken", ("page",)),
    Channel("/-/new?template=Public-Page", ("page",)),
    Channel("/-/new?template=Hidden-Page", ()),
    Channel("/Public-Page/edit?section=h-abcwpage-heading", ("page",)),
    Channel("/Public-Page/review", ("page",)),
    Channel("/Public-Page/template", ("page",)),
    Channel("/Target/move", ("page",)),
    Channel("/Public-Entry/trash", ("entry",)),
    Channel("/Target/trash", ("page",)),
    Channel("/-/names?q=title", ("page", "entry")),
    Channel("/-/names/tags?q=abcw", ("page",)),
    Channel("/-/names/tags?q=z", ()),
    Channel("/-/macros", ()),
    Channel("/-/macros/names?q=p", ()),
    Channel("/-/macros/dialog", ()),
    Channel("/-/macros/form?name=entries&page=Public-Page", ()),
    Channel("/-/macros/form?name=pages", ()),
    Channel("/-/macros/form?name=image&page=Public-Page", ("page",)),
    Channel("/-/macros/form?name=image&page=Hidden-Page", ()),
    Channel("/Public-Page/slides", ("page",)),
    Channel("/Showcase/slides", ("page", "entry", "project")),
    Channel(f"/-/search?q={COMMON}", ("page", "field", "project", "away")),
    Channel("/-/search?q=title", ("page", "entry", "away")),
    Channel("/-/search?q=abcwaway", ("away",)),
    Channel(f"/-/search?q={COMMON}&form=meetings", ("field", "away")),
    Channel(f"/-/search?q={COMMON}&form=apart", ()),
    Channel("/-/search?q=meeting", ("project",)),
    Channel("/-/search?q=abcwpagge", ("page",)),
    Channel("/-/search/instant?q=abcw", ("page", "entry", "file")),
    Channel(f"/-/search?q={COMMON}&kind=file", ("file",)),
    Channel("/-/search?q=abcwfille", ("file",)),
    Channel("/-/search?q=abcwdeep", ("deep",)),
    Channel("/-/search/instant?q=abcwfile", ("file",)),
    Channel("/-/search/instant?q=titl", ()),
    Channel("/-/search?q=abcwsaid", ("said",)),
    Channel(f"/-/search?q={COMMON}&kind=comment", ("said",)),
    Channel(f"/-/search?q={COMMON}&kind=comment&sort=date&author=alice", ("said",)),
    Channel(f"/-/search/feed.atom?q={COMMON}&kind=comment", ("said",)),
    Channel("/-/search/instant?q=abcwsaid", ()),
    Channel("/-/search/suggestions?q=abcwsaid", ()),
    Channel(f"/-/search?q={COMMON}&sort=date", ("page", "field", "project")),
    Channel("/-/search?q=heading&within=Public-Page", ("page",)),
    Channel("/-/search?q=heading&within=Hidden-Page", ()),
    Channel("/-/search?q=title&author=alice", ("page", "entry")),
    Channel("/-/search?q=title&form=meetings&when=month", ("entry",)),
    Channel("/-/search?q=nothingtobefoundhere", ()),
    Channel("/-/search/feed.atom?q=title", ("page", "entry")),
    Channel("/-/search/feed.atom?kind=station", ("project",)),
    Channel("/-/search/suggestions?q=abcw", ("page", "entry")),
    Channel("/-/search/suggestions?q=titl", ()),
    Channel("/-/opensearch.xml", ()),
    Channel("/-/ask?q=title&form=meetings", ("entry",)),
    Channel("/-/ask?q=meeting", ()),
    Channel("/-/projects", ("project",)),
    Channel("/Public-Station", ("project",)),
    Channel("/-/projects/Public-Station/people", ()),
    Channel("/-/projects/Public-Station/upkeep", ()),
    Channel("/-/projects/Public-Station/weather", ()),
    Channel("/Public-Entry/attendance", ("entry",)),
    Channel("/-/meetings/new", ()),
    Channel("/-/meetings/new?aim=ask&enough=yes", ()),
    Channel("/-/projects/dates", ("entry", "project")),
    Channel("/-/projects/dates?project=Public-Station", ("project",)),
    Channel("/-/projects/departures.ics", ("entry", "project")),
    Channel("/-/projects/Public-Station/departures.ics", ("project",)),
    Channel(f"{API}/projects?limit=200", ()),
    Channel(f"{API}/projects/Public-Station", ()),
    Channel(f"{API}/projects/Public-Station/people", ()),
    Channel("/-/forms", ()),
    Channel("/-/forms/meetings", ("entry", "project")),
    Channel("/-/forms/meetings?view=list", ("entry", "project", "away")),
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
    Channel("/-/forms/meetings.xlsx", ("entry", "field", "project")),
    Channel("/-/forms/meetings.ods", ("entry", "field", "project")),
    Channel("/-/forms/meetings.geojson", ("entry", "field")),
    Channel("/-/forms/meetings.jsonld", ("entry", "field", "project")),
    Channel("/-/forms/meetings.rss", ("entry", "project")),
    Channel("/-/embed/forms/meetings?view=table", ("entry", "field")),
    Channel("/-/embed/forms/meetings?view=map", ("entry",)),
    Channel("/-/forms/meetings/embedding", ()),
    Channel("/-/oembed?url=http://localhost/Public-Page", ("page",)),
    Channel("/-/forms/meetings/Public-Entry/entry.jsonld", ("entry", "field")),
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
    Channel(f"{API}/pages/Public-Page/comments", ("page",)),
    Channel(f"{API}/pages/Public-Entry", ("entry", "field")),
    Channel(f"{API}/pages/Public-Entry/revisions/1", ("entry", "field")),
    Channel(f"{API}/garden", ()),
    Channel(f"{API}/garden/wanted", ()),
    Channel(f"{API}/garden/orphans", ()),
    Channel(f"{API}/garden/dead-ends", ()),
    Channel(f"{API}/garden/unowned", ()),
    Channel(f"{API}/garden/broken", ("page",)),
    Channel(f"{API}/pages/Public-Page/review", ()),
    Channel(f"{API}/forms", ()),
    Channel(f"{API}/forms/meetings/entries", ("entry", "field", "project")),
    Channel(f"{API}/forms/meetings/entries/Public-Entry", ("entry", "field")),
    Channel(f"{API}/search?q={COMMON}&elsewhere=1", ("page", "field", "project", "away")),
    Channel(f"{API}/search?q={COMMON}&form=apart&kind=entry", ()),
    Channel(f"{API}/search?q=abcwpagge", ("page",)),
    Channel(f"{API}/search?q={COMMON}&kind=file", ("file",)),
    Channel(f"{API}/search?q=abcwdeep", ("deep",)),
    Channel(f"{API}/search?q={COMMON}&kind=comment", ("said",)),
    Channel(f"{API}/search?q={COMMON}&within=Public-Page&sort=date", ("page",)),
]
HIDDEN = [
    "Hidden-Page",
    "Hidden-Entry",
    "Hidden-Station",
    "Hidden-Station-Page",
    "Hidden-Station-Meeting",
    "Discreet-Station",
    "Discreet-Station-Page",
    "Discreet-Station-Meeting",
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
    "/slides",
    "/comments",
    "/authors",
    "/blame",
    "/share",
    "/move",
    "/review",
    "/template",
    "/edit?section=h-zyxqpage-heading",
    "/attendance",
    "/minutes",
    "/end",
    "/dates",
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
        # A word may be marked in part, where its beginning was typed.
        text = _text(answer).replace("<mark>", "").replace("</mark>", "")
        silent += [(channel.url, twin) for twin in channel.carries if TWINS[twin] not in text]
        told = text.casefold()
        leaks += [(channel.url, word) for word in (*SECRETS, *BURIED) if word in told]
    assert silent == []
    assert leaks == []


def _text(answer) -> str:
    """Return what an answer says; a spreadsheet is unpacked first."""
    if not answer.data.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        return "".join(package.read(name).decode() for name in package.namelist())


def test_admin_reads_the_same_channels_with_the_secrets(things: World) -> None:
    alice = things.browser("alice")
    texts = [_text(alice.get(channel.url)) for channel in CHANNELS]
    seen = {word for text in texts for word in SECRETS if word in text}
    assert seen == set(SECRETS)


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_page_answers_as_a_missing_one(things: World, who: str, name: str) -> None:
    browser = things.browser(who)
    for end in UNDER:
        hidden, missing = browser.get(f"/{name}{end}"), browser.get(f"/{_missing(name)}{end}")
        assert hidden.status_code == missing.status_code, end
        assert _same(hidden.text, name) == _same(missing.text, _missing(name)), end
    for end in ("", "/revisions", "/revisions/1", "/comments"):
        hidden, missing = (browser.get(f"{API}/pages/{one}{end}") for one in (name, _missing(name)))
        assert hidden.status_code == missing.status_code == 404
        assert _same(hidden.text, name) == _same(missing.text, _missing(name))


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_what_is_written_together_is_as_private_as_its_page(things: World, who: str) -> None:
    browser, sent = things.browser(who), {"presence": "key-of-other", "base": "1", "text": "x"}
    for more in ({"join": "1"}, {"epoch": "x", "since": "0"}, {}):
        hidden, missing = (
            browser.post(f"/{name}/live", sent | more) for name in ("Hidden-Page", "Missing-Page")
        )
        assert hidden.status_code == missing.status_code == 404
        assert _same(hidden.text, "Hidden-Page") == _same(missing.text, "Missing-Page")
    for name in ("Hidden-Page", "Missing-Page"):
        assert browser.post(f"/{name}/live/end", sent).status_code == 404
    assert f"{TWINS['page']} unsaved" in browser.get("/Public-Page/edit?live=1").text


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
@pytest.mark.parametrize("key", ["Hidden-Station", "Discreet-Station"])
def test_hidden_project_answers_as_a_missing_one(things: World, who: str, key: str) -> None:
    browser = things.browser(who)
    for path in (
        "/-/projects/{}/people",
        "/-/projects/{}/departures.ics",
        "/-/projects/{}/arrange",
        "/-/projects/{}/upkeep",
        "/-/projects/{}/weather",
    ):
        hidden, missing = (browser.get(path.format(one)) for one in (key, _missing(key)))
        assert hidden.status_code == missing.status_code == 404
        assert _same(hidden.text, key) == _same(missing.text, _missing(key))
    for path in ("", "/people", "/invitations"):
        hidden, missing = (
            browser.get(f"{API}/projects/{one}{path}") for one in (key, _missing(key))
        )
        assert hidden.status_code == missing.status_code
        assert _same(hidden.text, key) == _same(missing.text, _missing(key))
    asked = browser.get("/-/projects/dates?project=" + key)
    assert asked.status_code == 404
    for path in ("/-/projects/{}/moving", "/-/projects/{}/moving/1.zip"):
        hidden, missing = (browser.get(path.format(one)) for one in (key, _missing(key)))
        assert hidden.status_code == missing.status_code == (404 if who else 303)
        assert _same(hidden.text, key) == _same(missing.text, _missing(key))
    for path in ("/-/projects/{}/moving", "/-/projects/{}/moved"):
        hidden, missing = (browser.post(path.format(one)) for one in (key, _missing(key)))
        assert hidden.status_code == missing.status_code == (404 if who else 403)
        assert _same(hidden.text, key) == _same(missing.text, _missing(key))


def test_archive_holds_nothing_its_maker_may_not_read(things: World, tmp_path: Path) -> None:
    with things.app.app_context():
        found = projects.project_or_none("Public-Station", actor=things.actor("alice"))
        assert found is not None
        export.pack(found[0], tmp_path / "his.zip", actor=things.actor("xavier"))
        export.pack(found[0], tmp_path / "all.zip", actor=things.actor("alice"))
    his, whole = (_members(tmp_path / name) for name in ("his.zip", "all.zip"))
    assert TWINS["project"] in his and TWINS["project"] in whole
    assert [word for word in (*SECRETS, *BURIED) if word in his] == []
    assert '"inner"' in whole and '"inner"' not in his


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_where_a_hidden_project_went_is_told_to_nobody_outside(things: World, who: str) -> None:
    """Discreet and hidden projects move away: their people are led there, nobody else learns of it."""
    with things.app.app_context():
        alice = things.actor("alice")
        for key in ("Hidden-Station", "Discreet-Station"):
            found = projects.project_or_none(key, actor=alice)
            assert found is not None
            relocation.move_away(found[0], "https://zyxqsite.example/net", by=alice)
    try:
        browser, inside = things.browser(who), things.browser("alice")
        for name in ("Hidden-Station", "Discreet-Station-Page", "Discreet-Station-Meeting"):
            went = inside.get(f"/{name}/history")
            assert went.headers["Location"] == f"https://zyxqsite.example/net/{name}/history"
            for end in ("", "/raw", "/history", "/attachments/x.txt"):
                hidden, missing = (browser.get(f"/{one}{end}") for one in (name, _missing(name)))
                assert hidden.status_code == missing.status_code == 404
                assert _same(hidden.text, name) == _same(missing.text, _missing(name))
        told = [one.url for one in CHANNELS if "zyxqsite" in _text(browser.get(one.url))]
        assert told == []
        assert "zyxqsite" not in inside.get("/-/arrivals").text
    finally:
        with things.app.app_context():
            for key in ("Hidden-Station", "Discreet-Station"):
                found = projects.project_or_none(key, actor=things.actor("alice"))
                assert found is not None
                relocation.move_away(found[0], "", by=things.actor("alice"))
                closure.reopen(found[0])


def test_names_of_hidden_projects_are_in_no_list(things: World) -> None:
    xavier = things.browser("xavier")
    for url in ("/", "/-/projects", "/-/me", "/-/projects/new", f"{API}/projects", "/sitemap.xml"):
        text = xavier.get(url).text
        assert "Hidden-Station" not in text and "Discreet-Station" not in text, url


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_hidden_file_is_not_served(things: World, who: str) -> None:
    browser = things.browser(who)
    assert browser.get(f"/Public-Page/attachments/{TWINS['page']}.txt").status_code == 200
    assert browser.get(f"/Hidden-Page/attachments/{SECRETS[0]}.txt").status_code == 404


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_hidden_things_are_followed_by_nobody_outside(things: World, who: str) -> None:
    browser = things.browser(who)
    for asked in ("page=Hidden-Page", "tag=zyxqpagetag", "project=Hidden-Station", "page=Nowhere"):
        assert browser.get(f"/-/follow?{asked}").status_code == 404, asked
    for feed in (
        "page/Hidden-Page",
        "tree/Hidden-Page",
        "tag/zyxqpagetag",
        "project/Hidden-Station",
    ):
        assert browser.get(f"/-/feeds/{feed}.atom").status_code == 404, feed
        assert things.browser("alice").get(f"/-/feeds/{feed}.atom").status_code == 200, feed


@pytest.mark.parametrize("word", [*SECRETS, *BURIED])
def test_search_for_a_secret_finds_and_mends_nothing(things: World, word: str) -> None:
    misspelt = word[:-1]
    for query in (word, misspelt, word[:5]):
        answer = things.browser("xavier").get(f"{API}/search?q={query}&elsewhere=1").json
        assert (answer["total"], answer["hits"], answer["corrected"]) == (0, [], ""), query
        assert answer["elsewhere"] == {"total": 0, "items": []}, query
        assert not any(answer["facets"].values())


def test_counts_are_of_what_the_reader_may_see(things: World) -> None:
    xavier, alice = things.browser("xavier"), things.browser("alice")
    for url in (
        f"{API}/search?q={COMMON}&limit=100",
        f"{API}/search?q={COMMON}&kind=file",
        f"{API}/search?q={COMMON}&kind=comment",
        f"{API}/forms/meetings/entries",
        f"{API}/pages",
    ):
        outside, inside = xavier.get(url).json, alice.get(url).json
        shown = outside.get("hits", outside.get("items"))
        assert outside["total"] == len(shown) < inside["total"], url


@pytest.mark.parametrize("asked", ["sort=inner", "sort=-inner"])
def test_hidden_field_cannot_be_asked_for(things: World, asked: str) -> None:
    xavier = things.browser("xavier")
    assert xavier.get(f"/-/forms/meetings?{asked}").status_code == 400
    assert things.browser("alice").get(f"/-/forms/meetings?{asked}").status_code == 200


def test_file_is_found_by_who_may_read_it_and_that_of_a_hidden_field_by_nobody(
    things: World,
) -> None:
    alice, xavier = things.browser("alice"), things.browser("xavier")
    for word, admins, others in (
        (TWINS["deep"], 1, 1),
        (BURIED[0], 1, 0),
        (f"{TWINS['entry']}sheet", 1, 1),
        (f"{SECRETS[1]}sheet", 1, 0),
        (BURIED[1], 0, 0),
    ):
        url = f"{API}/search?q={word}"
        assert (alice.get(url).json["total"], xavier.get(url).json["total"]) == (admins, others)
    public, hidden = (f"/-/entry-files/Public-Entry/{key}" for key in ("sheet", "inner_sheet"))
    assert (xavier.get(public).status_code, xavier.get(hidden).status_code) == (200, 404)
    assert alice.get(hidden).status_code == 200


def test_words_searched_are_for_those_who_may_answer(things: World) -> None:
    """Two browsers look for words that nobody finds: an outsider sees them by no channel."""
    words = "zyxqwords nobody finds"
    for agent in ("one", "two"):
        things.browser().get(f"/-/search?q={words}", headers={"User-Agent": agent})
        query_log.write(things.app)
    assert words in things.browser("alice").get("/-/faq-to-write").text
    assert words in things.browser("alice").get("/Showcase").text
    for who in ("", "xavier"):
        browser = things.browser(who)
        assert browser.get("/-/faq-to-write").status_code in (303, 403)
        for url in ("/Showcase", "/-/search?q=zyxqwords", "/-/search/instant?q=zyxq", "/-/ask?q=x"):
            assert "nobody finds" not in browser.get(url).text, (who, url)


@pytest.mark.parametrize("who", ["", "xavier"], ids=["anonymous", "xavier"])
def test_feed_of_a_kept_search_is_its_owners(things: World, who: str) -> None:
    with things.app.app_context(), db.write(quiet=True) as session:
        actor = things.actor("alice")
        kept = saved_searches.keep(
            session, Asked(words=COMMON, typed=COMMON), name="All", actor=actor
        )
    with things.app.test_request_context():
        token = saved_searches.token_of(kept)
    browser = things.browser(who)
    assert any(w in browser.get(f"/-/search/saved/{kept.id}/{token}.atom").text for w in SECRETS)
    assert browser.get(f"/-/search/saved/{kept.id}/{'0' * 40}.atom").status_code == 404
    assert browser.post(f"/-/search/saved/{kept.id}/looks").status_code in (303, 403, 404)
    assert "All" not in browser.get("/-/search").text.partition("<main")[2].partition("</main>")[0]


def test_withdrawn_right_acts_before_the_index_knows(things: World) -> None:
    xavier = things.browser("xavier")
    for word, count in (
        (TWINS["page"], 3),
        (TWINS["deep"], 1),
        (TWINS["file"], 1),
        (TWINS["said"], 1),
    ):
        assert xavier.get(f"{API}/search?q={word}").json["total"] == count
    with things.app.app_context():
        alice = things.actor("alice")
        rights.set_rules(find.page_or_404("Public-Page", actor=alice), actor=alice, read="@admins")
    for kind in ("page", "deep", "file", "said"):
        answer = xavier.get(f"{API}/search?q={TWINS[kind]}").json
        assert (answer["total"], answer["hits"]) == (0, [])
    assert TWINS["file"] not in xavier.get("/-/search/instant?q=abcw").text


def _members(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("latin1") for name in archive.namelist())


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
    return bare(text)
