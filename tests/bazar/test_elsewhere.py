"""Forms and entries of other wikis: a second Gare that is served, and what YesWiki tells of its own content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.server import Server
from tests.world import World, prepare
from wiki import worker
from wiki.app import close_app, create_app
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes, forms
from wiki.bazar.models import FieldSpec
from wiki.bazar.remote import address, cache, parsing
from wiki.bazar.remote.address import Address
from wiki.bazar.remote.models import ElsewhereEntry, ElsewhereSource
from wiki.core import db, outbound, settings
from wiki.core.http import Invalid

TOLD = Path(__file__).parent / "yeswiki"
YESWIKI = "https://ancien.test/?BazaR&vue=consulter&id=4"
PLACES = [
    FieldSpec("title", "text", "Name"),
    FieldSpec("about", "longtext", "About"),
    FieldSpec("kind", "choice", "Kind", options={"choices": [{"key": "farm", "label": "A farm"}]}),
    FieldSpec("where", "location", "Where", required=True),
    FieldSpec("phone", "phone", "Zyxqphone", read="@friends"),
    FieldSpec("friends", "relation", "Zyxqlinked", options={"form": "hidden"}),
    FieldSpec("double", "computed", "Zyxqreckoned", options={"formula": "len(phone)"}),
]


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another Gare, with a form of places and one that nobody outside may know of."""
    folder = tmp_path_factory.mktemp("neighbour") / "instance"
    prepare(folder)
    app = create_app(folder)
    world = World(app)
    with app.test_request_context():
        alice = world.actor("alice")
        with db.write() as session:
            title = [FieldSpec("title", "text", "Name")]
            changes.make_form(session, title="Hidden", fields=title, rules={"read": "@admins"})
            made = changes.make_form(session, title="Places", fields=PLACES)
        for name, town in (("La Ruche", "Rennes"), ("Le Fournil", "Lyon")):
            raw = {"title": name, "about": "Bread & <b>honey</b>", "where": {"city": town}}
            raw |= {"phone": "06 00 00 00 99"}
            entries.create(made, entries.clean_data(made, raw, alice), alice)
    close_app(app)
    with Server(folder, workers=1) as served:
        yield served


@pytest.fixture
def web(neighbour: Server, world: World, monkeypatch) -> dict[str, bytes | OSError]:
    """Names by which the neighbour is reached as if it were public; and answers of other sites, by address."""
    told: dict[str, bytes | OSError] = {}
    real, asked = outbound._public_address, outbound.fetch

    def public(host: str, port: int) -> str:
        return "127.0.0.1" if host == "voisine.test" else real(host, port)

    def fetch(url: str, **how) -> outbound.Answer:
        if url not in told:
            return asked(url, **how)
        found = told[url]
        if isinstance(found, OSError):
            raise found
        return outbound.Answer(url, found, "application/json")

    monkeypatch.setattr(outbound, "PORTS", {"http": neighbour.port, "https": neighbour.port})
    monkeypatch.setattr(outbound, "_public_address", public)
    monkeypatch.setattr(outbound, "fetch", fetch)
    with world.app.app_context(), db.write() as session:
        settings.put(session, outside=True)
    return told


def partners(world: World) -> str:
    with world.app.test_request_context():
        alice = world.actor("alice")
        specs = [FieldSpec("title", "text", "Name"), FieldSpec("where", "location", "Where")]
        with db.write() as session:
            made = changes.make_form(session, title="Partners", fields=specs)
        raw = {"title": "Ours", "where": {"city": "Brest", "lat": 48.39, "lon": -4.49}}
        entries.create(made, entries.clean_data(made, raw, alice), alice)
        return made.key


def test_form_of_another_gare_is_looked_at_then_made_with_what_anyone_may_read(web, world: World):
    alice = world.browser("alice")
    url = "http://voisine.test/-/forms/places?view=map"
    shown = alice.post("/-/new-form/address", {"url": url})
    assert shown.status_code == 200
    for words in ("Places", "voisine.test", "About", "Where", "Nothing is made yet"):
        assert words in shown.text
    assert "Zyxq" not in shown.text
    with world.app.app_context():
        assert forms.form_named("places") is None
    code = _hidden(shown.text, "code")
    made = alice.post("/-/new-form/import", {"code": code})
    assert made.headers["Location"].endswith("/-/forms/places/edit")
    with world.app.app_context():
        specs = {spec.key: spec for spec in forms.form_named("places").specs()}
    assert list(specs) == ["title", "about", "kind", "where"]
    assert specs["kind"].options == {"choices": [{"key": "farm", "label": "A farm"}]}
    assert specs["where"].required


def test_definition_tells_each_reader_what_they_may_read_and_no_rule(world: World):
    with world.app.app_context(), db.write() as session:
        title = [FieldSpec("title", "text", "Name")]
        changes.make_form(session, title="Hidden", fields=title, rules={"read": "@admins"})
        changes.make_form(session, title="Places", fields=PLACES)
    url = "/-/forms/places/definition.json"
    told = {who: world.browser(who).get(url).text for who in ("", "bob", "alice")}
    assert "Zyxq" not in told[""]
    assert "Zyxqphone" in told["bob"]
    assert "Zyxqlinked" not in told["bob"]
    assert {"Zyxqphone", "Zyxqlinked", "Zyxqreckoned"} <= {
        row["label"] for row in json.loads(told["alice"])["fields"]
    }
    assert not any("@" in text or '"read"' in text for text in told.values())
    assert world.browser().get("/-/forms/hidden/definition.json").status_code == 404


def test_form_of_a_yeswiki_comes_with_its_choices(web, world: World):
    web["https://ancien.test/?api/forms/4"] = (TOLD / "form.json").read_bytes()
    alice = world.browser("alice")
    shown = alice.post("/-/new-form/address", {"url": YESWIKI})
    alice.post("/-/new-form/import", {"code": _hidden(shown.text, "code")})
    with world.app.app_context():
        specs = {spec.key: spec for spec in forms.form_named("ressources").specs()}
    kinds = {key: spec.type for key, spec in specs.items()}
    assert kinds["title"] == "text"
    assert [kinds[key] for key in ("url", "description", "image", "fichier")] == [
        "link",
        "longtext",
        "image",
        "file",
    ]
    chosen = next(spec for spec in specs.values() if spec.type == "choices")
    assert chosen.options["choices"][0] == {"key": "1", "label": "Site web ressource"}
    assert chosen.label == "Type de ressource"


@pytest.mark.parametrize(
    ("url", "answer", "words"),
    [
        ("ftp://voisine.test/-/forms/x", b"", "A web address is expected"),
        ("http://voisine.test/Accueil", b"", "address of no form"),
        ("http://voisine.test/-/forms/hidden", None, "shows this form to nobody"),
        ("http://127.0.0.1/-/forms/x", None, "not on the public network"),
        ("http://site.test/-/forms/x", b"<html>", "nothing that describes a form"),
        ("http://site.test/-/forms/x", b'{"title": 1, "fields": [3]}', "nothing that describes"),
        ("http://site.test/-/forms/x", b"[" * 90_000, "nothing that describes a form"),
        ("http://site.test/-/forms/x", b'{"title": "T", "fields": []}', "one to 100 fields"),
    ],
)
def test_what_is_no_form_is_told_and_what_was_typed_stays(web, world: World, url, answer, words):
    if answer:
        web["http://site.test/-/forms/x/definition.json"] = answer
    refused = world.browser("alice").post("/-/new-form/address", {"url": url})
    assert refused.status_code == 422
    assert words in refused.text
    assert f'value="{url}"' in refused.text


def test_entries_of_two_other_wikis_stand_beside_ours_and_are_never_ours(web, world: World):
    web["https://ancien.test/?api/forms/4/entries"] = (TOLD / "entries.json").read_bytes()
    key = partners(world)
    alice, reader = world.browser("alice"), world.browser()
    for url in ("http://voisine.test/-/forms/places", YESWIKI):
        assert alice.post(f"/-/forms/{key}/elsewhere", {"url": url}).status_code == 303
    again = alice.post(f"/-/forms/{key}/elsewhere", {"url": YESWIKI})
    assert "shown already" in again.text
    for view in ("list", "cards", "table", "map"):
        text = reader.get(f"/-/forms/{key}?view={view}").text
        assert "1 entry" in text.partition("</header>")[2]
        assert "4 entries of other wikis" in text
        assert 'href="http://voisine.test/La-Ruche" rel="noopener nofollow ugc"' in text
        assert 'href="https://ancien.test/?Bordeaux"' in text
        assert "at ancien.test" in text
        assert "Bread &amp; honey" in text or view in {"table", "map"}
        assert "06 00 00 00 99" not in text
    # The map has them too, marked otherwise.
    assert text.count('class="away"') == 4
    for words in ("sortie+culturelle", "culturelle+sortie"):
        found = reader.get(f"/-/forms/{key}?q={words}").text
        assert "1 entry of another wiki" in found
    assert "Sortie Culturelle" in found
    assert "La Ruche" not in found
    assert "other wiki" not in reader.get(f"/-/forms/{key}?where=Brest").text
    for ending in ("csv", "json", "atom", "geojson"):
        told = reader.get(f"/-/forms/{key}.{ending}").text
        assert "Ours" in told
        assert "La Ruche" not in told
        assert "Bordeaux" not in told
    shown = alice.get(f"/-/forms/{key}/settings").text
    assert shown.count("Show them no more") == 2
    with world.app.app_context():
        number = db.session().query(ElsewhereSource.id).order_by(ElsewhereSource.id).first()[0]
    assert world.browser("xavier").post(
        f"/-/forms/other/elsewhere/{number}/removal"
    ).status_code in {403, 404}
    alice.post(f"/-/forms/{key}/elsewhere/{number}/removal")
    text = reader.get(f"/-/forms/{key}").text
    assert "La Ruche" not in text
    assert "Sortie Culturelle" in text
    with world.app.app_context():
        assert db.session().query(ElsewhereEntry).count() == 2


def test_a_wiki_that_is_away_keeps_its_entries_with_their_date_and_is_asked_again(
    web, world: World
):
    asked = "https://ancien.test/?api/forms/4/entries"
    web[asked] = (TOLD / "entries.json").read_bytes()
    key, reader = partners(world), world.browser()
    world.browser("alice").post(f"/-/forms/{key}/elsewhere", {"url": YESWIKI})
    # Answers that are kept for readers without account, which follow what is asked anew.
    kept = (f"/-/forms/{key}", "/-/search?q=sortie", "/-/search?q=neuf")
    assert [reader.get(url).text.count("as of") for url in kept] == [0, 0, 0]
    web[asked] = outbound.Refused("answered 500", status=500)
    turn(world)
    for url in kept[:2]:
        text = reader.get(url).text
        assert "Sortie Culturelle" in text
        assert "as of" in text
    told = world.browser("alice").get(f"/-/forms/{key}/settings").text
    assert "answered 500" in told
    web[asked] = (
        b'{"Neuf": {"bf_titre": "Neuf", "id_fiche": "Neuf", "url": "https://ancien.test/?Neuf"}}'
    )
    turn(world)
    text = reader.get(f"/-/forms/{key}").text
    assert "Neuf" in text
    assert "Sortie Culturelle" not in text
    assert "as of" not in text
    assert "Sortie Culturelle" not in reader.get("/-/search?q=sortie").text
    assert 'href="https://ancien.test/?Neuf"' in reader.get("/-/search?q=neuf").text


def turn(world: World) -> None:
    """Have the worker ask every source now, as if its time had come."""
    with world.app.app_context(), db.write() as session:
        for source in session.query(ElsewhereSource):
            cache._plan(session, source, db.utcnow())
    worker.quick(world.app)


def test_hostile_entries_are_plain_words_and_lead_nowhere_else():
    where = Address("gare", "https://site.test", "x")
    row = {
        "title": "<script>alert(1)</script><b>Bold</b>\u202e\x00 &lt;img src=x onerror=alert(1)&gt;",
        "url": "https://site.test/Bold",
        "values": {
            "about": "<p onclick=x>Words</p>" + "x" * 100_000,
            "where": {"lat": 1e400, "lon": "a"},
        },
    }
    document = {
        "title": ["no"],
        "fields": [{"key": "about", "type": "longtext"}, {"key": "where", "type": "location"}],
        "entries": [
            row,
            *(
                {**row, "url": url}
                for url in (
                    "javascript:alert(1)",
                    "//evil.test/x",
                    "https://evil.test/",
                    "https://site.test@evil.test/",
                    "https://site.test:8443/",
                    7,
                    None,
                )
            ),
        ],
    }
    told = parsing.read(document, where)
    (item,) = told.items
    assert item.title == "Bold"
    assert item.excerpt.startswith("Words xxx")
    assert len(item.excerpt) <= parsing.LONGEST_EXCERPT
    assert len(item.words) <= parsing.LONGEST_WORDS
    assert item.lat is None
    many = {**document, "entries": [{**row, "title": f"N{at}"} for at in range(700)]}
    assert (len(parsing.read(many, where).items), parsing.read(many, where).total) == (500, 700)
    for odd in (
        [],
        {},
        "x",
        3,
        None,
        {"fields": {}, "entries": {}},
        {"fields": [], "entries": [1]},
    ):
        with pytest.raises(parsing.NoEntries):
            parsing.read(odd, where)


@pytest.mark.parametrize(
    ("typed", "definition", "told"),
    [
        (
            "https://a.org/-/forms/x.csv?view=map",
            "https://a.org/-/forms/x/definition.json",
            "https://a.org/-/forms/x.json",
        ),
        (
            "https://a.org/wiki/-/embed/forms/x",
            "https://a.org/wiki/-/forms/x/definition.json",
            "https://a.org/wiki/-/forms/x.json",
        ),
        (
            "https://y.org/?BazaR&vue=consulter&id=12",
            "https://y.org/?api/forms/12",
            "https://y.org/?api/forms/12/entries",
        ),
        (
            "https://y.org/w/?api/forms/3/entries",
            "https://y.org/w/?api/forms/3",
            "https://y.org/w/?api/forms/3/entries",
        ),
    ],
)
def test_addresses_as_people_copy_them(typed, definition, told):
    found = address.read(typed)
    assert (found.definition, found.entries) == (definition, told)


def test_nothing_is_asked_where_no_admin_allows_it(world: World):
    with world.app.test_request_context(), pytest.raises(Invalid) as refused:
        address.ask("https://example.org/")
    assert "asks nothing of other sites" in refused.value.errors["url"]


def _hidden(html: str, name: str) -> str:
    return unescape(html.partition(f'name="{name}" value="')[2].partition('"')[0])
