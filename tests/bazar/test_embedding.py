"""Lists shown inside other sites: what everyone sees and nothing more, and only there."""

from __future__ import annotations

import json
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest

from tests.bazar import partners
from wiki.bazar.views import views
from wiki.core import db, settings

EMBED = "/-/embed/forms/partners"


@pytest.mark.parametrize("who", ["", "alice"])
def test_every_view_is_read_as_everyone_whoever_looks(world, who):
    form = partners.make(world)
    partners.add(world, form, "Secret Society", read="@admins")
    browser = world.browser(who)
    for view in views():
        answer = browser.get(f"{EMBED}?view={view}")
        assert answer.status_code == 200, view
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers and "Set-Cookie" not in answer.headers
        for hidden in (partners.SECRET, "Secret Society", "<form", "csrf", "Alice"):
            assert hidden not in answer.text, (view, hidden)
        assert '<base target="_blank">' in answer.text
    filtered = browser.get(f"{EMBED}?view=list&services=nextcloud").text
    assert "Marée Basse" in filtered and "La Bobine" not in filtered
    assert browser.get(f"{EMBED}?phone=1").status_code == 400


def test_only_embedded_lists_may_be_framed_and_where_admins_say(world):
    partners.make(world)
    for url in ("/-/forms/partners", "/Marée-Basse", "/-/forms/partners/embedding"):
        answer = world.browser().get(url)
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    for kept, said in (
        (["a.org", "b.org"], "'self' https://a.org https://b.org;"),
        ([], "'self';"),
    ):
        with world.app.app_context(), db.write() as session:
            settings.put(session, framed_by=kept)
        policy = world.browser().get(EMBED).headers["Content-Security-Policy"]
        assert f"frame-ancestors {said}" in policy
    alice = world.browser("alice")
    assert 'name="framed_by"' in alice.get("/-/admin/site").text


def test_closed_list_is_embedded_nowhere(world):
    partners.make(world, rules={"read": "+"})
    alice = world.browser("alice")
    assert alice.get(EMBED).status_code == 404
    assert "not open to everyone" in alice.get("/-/forms/partners/embedding").text
    url = quote("http://localhost/-/forms/partners")
    assert alice.get(f"/-/oembed?url={url}").status_code == 404


def test_code_to_take_away_brings_the_list_with_its_filters(world):
    partners.make(world)
    page = world.browser().get("/-/forms/partners/embedding?services=nextcloud&view=cards").text
    assert "&lt;iframe src=" in page and "embed/forms/partners?services=nextcloud" in page
    assert (
        "embedding?services=nextcloud"
        in world.browser().get("/-/forms/partners?services=nextcloud").text
    )


def test_oembed_describes_lists_and_pages_to_everyone(world):
    partners.make(world)
    world.page("Ouverte", "Bonjour", title="Page ouverte")
    world.page("Fermee", "Non", title="Page fermée", read="@admins")
    browser = world.browser()
    listed = quote("http://localhost/-/forms/partners?services=nextcloud&view=cards")
    told = json.loads(browser.get(f"/-/oembed?url={listed}&maxwidth=500").text)
    assert (told["type"], told["width"], told["title"]) == ("rich", 500, "Partners")
    assert "/-/embed/forms/partners?services=nextcloud&amp;view=cards" in told["html"]
    page = json.loads(browser.get(f"/-/oembed?url={quote('http://localhost/Ouverte')}").text)
    assert (page["type"], page["title"]) == ("link", "Page ouverte")
    xml = browser.get(f"/-/oembed?format=xml&url={quote('http://localhost/Ouverte')}")
    assert fromstring(xml.data).findtext("title") == "Page ouverte"
    assert browser.get(f"/-/oembed?format=yaml&url={listed}").status_code == 501
    alice = world.browser("alice")
    for url in ("http://localhost/Fermee", "http://localhost/Nulle", "http://elsewhere.org/Ouverte", "",
                "http://[", "http://localhost/-/forms/partners?phone=1"):  # fmt: skip
        assert alice.get(f"/-/oembed?url={quote(url)}").status_code == 404, url
    assert (
        "oembed" in browser.get("/Ouverte").text
        and "oembed" in browser.get("/-/forms/partners").text
    )
