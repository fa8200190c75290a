"""The ready-made forms: said in both languages, led somewhere, made whole, and held to what they promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, changes, forms
from wiki.bazar.models import EntryValue
from wiki.bazar.query import upcoming
from wiki.bazar.setup import install
from wiki.bazar.views import views
from wiki.core import db, i18n
from wiki.core.access import SYSTEM
from wiki.pages import find, rights

MODELS = [model.model for model in catalogue.models()]
PROMISED = set(
    "news practices docs faq tools skills calls diagnostics partners strategy offers needs".split()  # noqa: SIM905
    + "first_actions agreements meetings actions decisions our_tools roles methods members".split()  # noqa: SIM905
    + "events resources commons wins reading".split()  # noqa: SIM905
)
TITLES = {
    "fr": ("Marée Basse", "Fichiers et comptes, ensemble"),
    "en": ("Low Tide", "Files and accounts, together"),
}


def said_by_language(thing: Any, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Give every text of a model that is said by language, with where it stands."""
    if isinstance(thing, dict):
        if thing.keys() & {"fr", "en"}:
            yield where, {lang: thing.get(lang, "") for lang in ("fr", "en")}
        for key, value in thing.items():
            yield from said_by_language(value, f"{where}.{key}")
    elif isinstance(thing, list | tuple):
        for number, value in enumerate(thing):
            yield from said_by_language(value, f"{where}[{number}]")


def test_all_that_was_promised_is_there() -> None:
    assert set(MODELS) >= PROMISED
    assert {one.group for one in catalogue.models()} == set(catalogue.GROUPS)
    assert sum(len(shelf) for _words, shelf in catalogue.shelves()) == len(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_every_text_is_said_in_both_languages(model: str) -> None:
    found = catalogue.model_named(model)
    texts = list(said_by_language(vars(found), model))
    assert len(texts) > 15
    for where, by_lang in texts:
        assert all(str(text).strip() for text in by_lang.values()), where
    for lang in ("fr", "en"):
        assert all(spec.label for spec in found.specs(lang))
        titles = [sample["title"][lang] for sample in found.samples]
        assert len(set(titles)) == 3, titles


@pytest.mark.parametrize("model", MODELS)
def test_what_a_model_names_is_there(model: str) -> None:
    found = catalogue.model_named(model)
    keys = {spec.key: spec for spec in found.specs("en")}
    for spec in keys.values():
        if spec.type in {"relation", "linked"}:
            other = catalogue.model_named(spec.options["form"])
            named = spec.options.get("field")
            there = {one.key: one for one in other.specs("en")}
            assert named is None or (there[named].type, there[named].options["form"]) == (
                "relation",
                model,
            )
    assert found.default_view in views() and found.views
    for view in found.views:
        assert view["view"] in views()
        assert {key.partition(".")[0] for key in view.get("args", {}) if key[0] != "_"} <= {
            *keys,
            "sort",
        }
    assert f'{{{{entries form="{model}"' in found.page["text"]["fr"]
    for sample in found.samples:
        for key, value in sample["data"].items():
            spec = keys[key]
            if spec.type == "relation":
                others = catalogue.model_named(spec.options["form"]).samples
                assert set(value) <= {one["key"] for one in others}, (key, value)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_model_is_made_whole_and_read(world, lang: str) -> None:
    bob = world.browser("bob")
    for model in MODELS:
        with world.app.app_context():
            made = install.make(model, lang, actor=world.actor("bob"), samples=True, page=True)
            assert made.page is not None and made.entries >= 3, model
            key, page = made.form.key, made.page.name
            seen = find.visible_pages(world.actor("bob")).where(find.Page.form_id == made.form.id)
            first = db.session().scalars(seen).first()
            assert first is not None
            name = first.name
        shown = {}
        for url in (f"/-/forms/{key}", f"/{name}", f"/-/forms/{key}/{name}/edit", f"/{page}"):
            answer = bob.get(url)
            assert answer.status_code == 200, (model, url)
            assert 'class="box alert"' not in answer.text, (model, url)
            shown[url] = answer.text
        samples = [sample["title"][lang] for sample in catalogue.model_named(model).samples]
        assert any(title[:12].split("'")[0] in shown[f"/{page}"] for title in samples), model
        for view in catalogue.model_named(model).views:
            said = view["title"][lang].partition("'")[0]
            assert said in shown[f"/-/forms/{key}"], (model, view)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_partner_offer_and_agreement_are_seen_from_every_side(world, lang: str) -> None:
    with world.app.app_context():
        made = install.make("offers", lang, actor=world.actor("bob"), samples=True)
        assert {form.model for form in made.related} == {"partners", "agreements"}
        names = {
            page.title: page.name
            for page in db.session().scalars(find.visible_pages(SYSTEM))
            if page.kind == "entry"
        }
        agreement = next(
            sample["title"][lang] for sample in catalogue.model_named("agreements").samples
        )
    partner, offer = TITLES[lang]
    bob = world.browser("bob")
    for one, others in (
        (partner, (offer, agreement)),
        (offer, (partner, agreement)),
        (agreement, (partner, offer)),
    ):
        text = bob.get(f"/{names[one]}").text.partition('id="related"')[2]
        for other in others:
            linked = text.count(f">{other}</a>")
            assert linked == 1, (one, other, linked)


def test_form_that_is_there_is_left_alone_and_a_second_one_points_to_itself(world) -> None:
    with world.app.app_context():
        bob = world.actor("bob")
        first = install.make("partners", "en", actor=bob, samples=True).form
        assert [one.model for one in install.missing("offers")] == ["agreements"]
        offers = install.make("offers", "en", actor=bob, samples=True)
        assert [form.model for form in offers.related] == ["agreements"]
        again = install.make("partners", "en", actor=bob, samples=True)
        assert again.form.id != first.id and again.related == []
        spec = next(one for one in again.form.specs() if one.key == "recommended_by")
        assert forms.form_named(spec.options["form"]).id == again.form.id


def test_confidential_entry_is_hidden_by_its_own_answer(world) -> None:
    with world.app.app_context(), db.write() as session:
        from wiki.accounts import people

        for name in ("allies", "club"):
            people.add_group(session, name, title=name.title())
        people.join(session, "allies", people.find_user("bob"))
        key = catalogue.form_from_model(session, "strategy", "en").key
    names = {}
    bob = world.browser("bob")
    for answer in ("all", "network", "@allies", "owner"):
        typed = {"title": f"Item {answer}", "confidentiality": answer, "kind": "price_grid"}
        place = bob.post(f"/-/forms/{key}/new", typed | {"body": f"zyxq{answer}", "_other": "1"})
        assert place.status_code == 303, place.text
        names[answer] = place.headers["Location"]
    reads = {
        "": {"all"},
        "carol": {"all", "network"},
        "bob": set(names),
        "alice": set(names),
    }
    for who, seen in reads.items():
        browser = world.browser(who)
        listed = browser.get(f"/-/forms/{key}.csv").text
        for answer, place in names.items():
            assert (browser.get(place).status_code == 200) == (answer in seen), (who, answer)
            assert (f"Item {answer}" in listed) == (answer in seen), (who, answer)
    # It follows each save, is not changed elsewhere, and never widened by who is not its owner.
    name = names["network"].strip("/")
    carol = world.browser("carol")
    form = {"title": "Item network", "kind": "price_grid", "_base": "1"}
    assert "confidentiality" not in carol.get(f"/-/forms/{key}/{name}/edit").text
    assert carol.post(f"/-/forms/{key}/{name}/edit", form | {"confidentiality": "all"}).status_code
    assert world.browser().get(f"/{name}").status_code == 404
    refused = bob.post(f"/{name}/rights", {"read": "*", "write": "", "comment": ""})
    assert refused.status_code == 422 and "Who may read this entry" in refused.text
    head = {"title": "Item network", "kind": "price_grid", "confidentiality": "owner"}
    with world.app.app_context():
        base = str(find.page_or_404(name, actor=SYSTEM).revision_no)
    assert bob.post(f"/-/forms/{key}/{name}/edit", head | {"_base": base}).status_code == 303
    assert carol.get(f"/{name}").status_code == 404


def test_entry_closed_by_hand_stays_so_when_the_field_comes(world) -> None:
    with world.app.app_context():
        bob = world.actor("bob")
        made = install.make("news", "en", actor=bob, samples=True).form
        page = (
            db.session()
            .scalars(find.visible_pages(bob).where(find.Page.form_id == made.id))
            .first()
        )
        assert page is not None
        rights.set_rules(page, actor=bob, read="@admins")
        with db.write() as session:
            added = {"key": "readers", "type": "readers", "label": "Readers"}
            changes.change_fields(session, made, [*made.fields, added], actor=SYSTEM)
        assert rights.own_rules(find.page_or_404(page.name, actor=SYSTEM))["read"] == "@admins"


def test_event_that_comes_back_stays_on_the_board(world) -> None:
    with world.app.app_context():
        actor = world.actor("bob")
        with db.write() as session:
            form = catalogue.form_from_model(session, "events", "en")
        day = i18n.today() - timedelta(days=21)
        start = {"start": f"{day}T09:00", "end": f"{day}T11:00", "rule": "FREQ=WEEKLY"}
        for title, when in (("Weekly desk", start), ("Long gone", f"{day}T09:00")):
            content = entries.clean_data(form, {"title": title, "start": when}, actor)
            entries.create(form, content, actor)
        rows = upcoming.dated(actor=actor, since=db.utcnow(), limit=5)
        assert [picked.page.title for picked, _source in rows] == ["Weekly desk"]
        assert rows[0][0].at is not None
        assert timedelta(0) <= rows[0][0].at - db.utcnow() <= timedelta(days=7)
        assert rows[0][0].day == str(rows[0][0].at.date())
        assert db.session().query(EntryValue).count() > 0


def test_command_line_lists_and_makes(world, gare) -> None:
    assert "partners\t" in gare("form", "models").output
    made = gare("form", "make", "offers", "--samples", "--page")
    assert made.stdout.splitlines()[-1] == "offers"
    with world.app.app_context():
        assert forms.form_of_model("agreements") is not None
    assert "nothing" in gare("form", "make", "nothing", ok=False).output
