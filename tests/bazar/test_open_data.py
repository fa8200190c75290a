"""Lists and entries for other programs: GeoJSON, JSON-LD by the form's type, RSS."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

from tests.bazar import partners
from wiki.bazar.builder import form_files
from wiki.bazar.forms import catalogue, forms, submission_terms
from wiki.bazar.lists import semantic
from wiki.core import db

LIST = "/-/forms/partners"


def test_places_of_a_list_are_geojson_with_its_filters(world):
    form = partners.make(world)
    partners.add(world, form, "Nulle Part")
    browser = world.browser()
    answer = browser.get(f"{LIST}.geojson?services=nextcloud")
    assert answer.content_type == "application/geo+json"
    found = {one["properties"]["title"]: one for one in json.loads(answer.text)["features"]}
    assert set(found) == {"Marée Basse", "Le Fil Libre"}
    assert found["Marée Basse"]["geometry"] == {"type": "Point", "coordinates": [-4.49, 48.39]}
    assert found["Marée Basse"]["properties"]["members"] == 62
    assert "phone" not in found["Marée Basse"]["properties"]
    assert browser.get(f"{LIST}.geojson?nothing=1").status_code == 400
    assert f"{LIST}.geojson" in browser.get(LIST).text


def test_designer_says_what_entries_are_and_programs_read_it(world):
    partners.make(world)
    alice = world.browser("alice")
    typed = {"type": "Organization", "property-summary": "description", "property-place": "location",
             "property-services": "knowsAbout", "property-phone": "telephone"}  # fmt: skip
    refused = alice.post(f"{LIST}/open-data", typed | {"property-needs": "<b>"})
    assert refused.status_code == 422 and 'value="knowsAbout"' in refused.text
    assert alice.post(f"{LIST}/open-data", typed).status_code == 303
    page = world.browser().get("/Marée-Basse").text
    assert "application/ld+json" in page and "entry.jsonld" in page
    one = json.loads(world.browser().get(f"{LIST}/Maree-Basse/entry.jsonld").text)
    assert (one["@context"], one["@type"], one["name"]) == (
        "https://schema.org", "Organization", "Marée Basse",
    )  # fmt: skip
    assert one["description"] == "What Marée Basse does" and one["knowsAbout"] == "Nextcloud"
    assert one["location"]["address"]["addressLocality"] == "Brest"
    assert one["location"]["geo"]["longitude"] == -4.49
    assert "telephone" not in one
    mine = json.loads(world.browser("bob").get(f"{LIST}/Maree-Basse/entry.jsonld").text)
    assert mine["telephone"] == partners.SECRET
    whole = json.loads(world.browser().get(f"{LIST}.jsonld?services=nextcloud&sort=title").text)
    assert [node["name"] for node in whole["itemListElement"]] == ["Le Fil Libre", "Marée Basse"]
    assert world.browser().get("/-/forms/nowhere.jsonld").status_code == 404
    assert world.browser().get("/-/forms/other/Maree-Basse/entry.jsonld").status_code == 404
    assert world.browser("xavier").get(f"{LIST}/open-data").status_code in {200, 403}


def test_ready_made_forms_say_what_they_are_and_files_carry_it(world):
    """Each word of a model is one of schema.org's shape; the terms of arrivals leave it as it is."""
    with world.app.test_request_context(), db.write() as session:
        for model in catalogue.models():
            if model.semantic:
                said = semantic.Semantic(model.semantic["type"], model.semantic["fields"])
                assert semantic.checked(model.specs("fr"), said) == said
        made = catalogue.form_from_model(session, "events", "fr")
        assert semantic.semantic_of(made).fields["start"] == "startDate"
        semantic.change(session, made, semantic.Semantic("Festival", {"start": "startDate"}))
        submission_terms.change(session, made, submission_terms.Terms(condition="Oui ?"))
        assert semantic.semantic_of(made).type == "Festival"
        text = form_files.as_json(made)
    with world.app.test_request_context():
        again = form_files.make_from(text.encode())
        assert semantic.semantic_of(again) == semantic.Semantic("Festival", {"start": "startDate"})
        assert forms.form_named(again.key) is not None


def test_list_is_rss_that_readers_of_feeds_take(world):
    form = partners.make(world)
    partners.add(world, form, "A & B <i>", read="")
    answer = world.browser().get(f"{LIST}.rss?activity=hosting")
    assert answer.content_type.startswith("application/rss+xml")
    items = fromstring(answer.data).findall("channel/item")
    titles = [item.findtext("title") for item in items]
    assert titles[0] == "A & B <i>" and "La Bobine" not in titles
    assert all((item.findtext("link") or "").startswith("http") for item in items)
    assert "+0000" in (items[0].findtext("pubDate") or "")
