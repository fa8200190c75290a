"""People and tags are found by name on the page of results, as far as one may know of them."""

from __future__ import annotations

from wiki import worker


def results(world, query: str, name: str = "") -> str:
    return world.browser(name).get(f"/-/search?q={query}").text.partition("<main")[2]


def test_person_is_found_by_name_and_leads_to_what_they_wrote(world):
    for query in ("Carol", "carol partner", "qui est Carol ?"):
        html = results(world, query, "bob")
        assert 'href="/-/search?author=carol"' in html and "Carol Partner" in html, query
    assert "author=carol" not in results(world, "car", "bob")
    # Names are for people of the wiki, and addresses for nobody.
    assert "author=carol" not in results(world, "carol")
    for query in ("carol@example.org", "example"):
        assert "@example.org" not in results(world, query, "bob").replace(query, "")


def test_tag_is_found_with_the_pages_that_one_may_read(world):
    world.page("Open", "text", tags=("Compost", "vie associative"))
    world.page("Shut", "text", tags=("Compost", "zyxqtag"), read="@admins")
    while worker.tick(world.app):
        pass
    html = results(world, "compost")
    assert 'href="/-/tags/compost"' in html and "1 page" in html
    assert "/-/tags/vie" in results(world, "vie+associative")
    assert 'href="/-/tags/zyxqtag"' not in results(world, "zyxqtag")
    assert 'href="/-/tags/zyxqtag"' in results(world, "zyxqtag", "alice")
    # A search that is narrowed is about its hits alone.
    assert 'href="/-/tags/compost"' not in results(world, "compost&kind=text")
