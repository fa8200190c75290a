"""Feeds of other sites: read safely, fetched by the worker alone, kept when their site is away."""

from __future__ import annotations

import pytest

from tests.world import World
from wiki import worker
from wiki.core import db, jobs, outbound, settings
from wiki.core.outbound import Answer, Refused
from wiki.macros.support import feeds
from wiki.macros.support.feed_parser import NotAFeed, read

URL = "https://news.example/feed.xml"
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The news</title>
<entry><title type="html">&lt;b&gt;Bread&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;</title>
<link rel="self" href="https://x.example/self"/><link href="/one"/><updated>2026-03-01T10:00:00Z</updated>
<summary>Warm &amp;amp; good</summary></entry>
<entry><title>Run</title><link href="javascript:alert(1)"/></entry></feed>"""
RSS = b"""<rss version="2.0"><channel><title>Radio</title><item><title>One</title>
<link>https://radio.example/1</link><pubDate>Mon, 02 Mar 2026 09:30:00 +0100</pubDate>
<description>&lt;p onclick=x&gt;Words &lt;img src=x onerror=alert(1)&gt;here&lt;/p&gt;</description>
</item></channel></rss>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title></channel>
<item><title>First</title><link>http://old.example/1</link><dc:date>2026-01-02</dc:date></item></rdf:RDF>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><title>&c;</title></channel></rss>"""
OUTER = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<rss><channel><title>&f;</title></channel></rss>"""


def test_atom_is_plain_text_with_safe_links():
    title, items = read(ATOM, "https://news.example/feed.xml")
    assert title == "The news"
    assert (items[0].title, items[0].url) == ("Bread", "https://news.example/one")
    assert (items[0].summary, items[0].at) == ("Warm & good", "2026-03-01T10:00:00+00:00")
    assert (items[1].title, items[1].url) == ("Run", "")


def test_both_kinds_of_rss_are_read():
    title, items = read(RSS, URL)
    assert (title, items[0].summary, items[0].at) == (
        "Radio",
        "Words here",
        "2026-03-02T08:30:00+00:00",
    )
    assert read(RDF, URL)[1][0].title == "First"


@pytest.mark.parametrize(
    "body", [BOMB, OUTER, b"", b"<html><body>x</body></html>", b"\xff\xfe\x00", b"{}", b"<rss"]
)
def test_what_is_no_safe_feed_is_refused(body):
    with pytest.raises(NotAFeed):
        read(body, URL)


@pytest.fixture
def web(monkeypatch):
    """What stands at each address, and what was asked."""
    pages: dict[str, object] = {URL: ATOM}
    asked: list[str] = []

    def fetch(url, **_how):
        asked.append(url)
        found = pages[url]
        if isinstance(found, Exception):
            raise found
        return Answer(url, found, "application/xml")

    monkeypatch.setattr(outbound, "fetch", fetch)
    pages["asked"] = asked
    return pages


def allow(world: World, yes: bool = True) -> None:
    with world.app.app_context(), db.write() as session:
        settings.put(session, outside=yes)
        if yes:
            feeds.start(session)


def due(world: World) -> None:
    """Make every planned fetch due now, as if the hour had passed."""
    with world.app.app_context(), db.write(quiet=True) as session:
        for feed in session.query(feeds.Feed):
            feed.next_at = db.utcnow()
            for job in session.query(jobs.Job).where(jobs.Job.kind == feeds.JOB):
                job.run_at = feed.next_at
                job.payload = {"feed": feed.id, "due": feed.next_at.isoformat()}


def work(world: World) -> None:
    while worker.tick(world.app):
        pass


def test_nothing_is_asked_unless_an_admin_allows_it(world, web):
    world.page("News", f'{{{{feed url="{URL}"}}}}')
    work(world)
    assert web["asked"] == []
    assert "an admin may allow it" in world.browser().get("/News").text
    answer = world.browser("alice").get("/-/admin/site")
    assert 'name="outside"' in answer.text


def test_feed_is_fetched_by_the_worker_and_shown(world, web):
    allow(world)
    world.page("News", f'{{{{feed url="{URL}"}}}}')
    bob = world.browser("bob")
    assert "in a moment" in world.browser().get("/News").text
    assert web["asked"] == []
    work(world)
    assert web["asked"] == [URL]
    for browser in (bob, world.browser()):
        html = browser.get("/News").text
        assert "Bread" in html and 'href="https://news.example/one"' in html
        assert "alert(1)" not in html
    bob.get("/News")
    assert web["asked"] == [URL]


def test_feed_keeps_what_it_said_when_its_site_is_away(world, web):
    allow(world)
    world.page("News", f'{{{{syndication url="{URL}" nb="1"}}}}')
    work(world)
    web[URL] = Refused("answered 500")
    due(world)
    work(world)
    assert len(web["asked"]) == 2
    html = world.browser().get("/News").text
    assert "Bread" in html and "does not answer now" in html
    web[URL] = RSS
    due(world)
    work(world)
    html = world.browser().get("/News").text
    assert "Radio" in html and "does not answer" not in html


def test_feed_is_asked_again_later_and_later_while_its_site_is_away(world, web):
    allow(world)
    web[URL] = Refused("answered 500")
    world.page("News", f'{{{{feed url="{URL}"}}}}')
    waits = []
    for _turn in range(7):
        work(world)
        with world.app.app_context():
            feed = db.session().query(feeds.Feed).one()
            waits.append(feed.next_at - db.utcnow())
        due(world)
    assert waits[0] < waits[1] < waits[2]
    assert all(wait <= feeds.LATEST for wait in waits)


def test_feed_no_page_shows_is_forgotten(world, web):
    allow(world)
    world.page("News", f'{{{{feed url="{URL}"}}}}')
    work(world)
    answer = world.browser("alice").post("/News", {"title": "News", "text": "no more"})
    assert answer.status_code == 303
    due(world)
    work(world)
    assert web["asked"] == [URL]
    with world.app.app_context():
        assert db.session().query(feeds.Feed).count() == 0


def test_feed_of_two_pages_is_fetched_once(world, web):
    allow(world)
    for name in ("One", "Two"):
        world.page(name, f'{{{{feed url="{URL}"}}}}')
    allow(world)
    work(world)
    assert web["asked"] == [URL]


def test_switch_put_off_stops_the_fetches(world, web):
    allow(world)
    world.page("News", f'{{{{feed url="{URL}"}}}}')
    work(world)
    allow(world, False)
    due(world)
    work(world)
    assert web["asked"] == [URL]
    allow(world)
    work(world)
    assert web["asked"] == [URL, URL]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "http://u:p@x.example/"]
)
def test_address_that_is_none_is_said_and_never_kept(world, url):
    world.page("News", f'{{{{feed url="{url}"}}}}')
    assert "box alert" in world.browser().get("/News").text
    with world.app.app_context():
        assert db.session().query(feeds.Feed).count() == 0
