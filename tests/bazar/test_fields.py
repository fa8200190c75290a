"""The contract every type of field keeps, whatever it is, and what each of them reads."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict

from tests.bazar.answers import HOSTILE, PARTS_OF, WRONG
from tests.world import World
from wiki.bazar.entries.entry_view import targets_of
from wiki.bazar.field import Around, BadValue, Saving
from wiki.bazar.forms import changes, forms
from wiki.bazar.models import FieldSpec
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.pages import save
from wiki.pages.content import Content


def png() -> io.BytesIO:
    held = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(held, "PNG")
    held.seek(0)
    return held


@pytest.fixture
def thing(app: Flask) -> int:
    """An entry of the form `things`, to point to."""
    with app.app_context():
        with db.write() as session:
            title = FieldSpec("title", "text", "Title")
            form = changes.make_form(session, title="Things", key="things", fields=[title])
        new = save.NewPage(name="A-thing", kind="entry", form_id=form.id, rules_id=form.rules_id)
        return save.create(new, Content("A thing"), author=SYSTEM).id


def spec_of(name: str, **options: Any) -> FieldSpec:
    kind = forms.field_types()[name]
    return kind.check_options(
        FieldSpec("f", name, "A label", options={**kind.sample_options, **options})
    )


def submitted(name: str, thing: int) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """What a browser would send for a good answer."""
    kind = forms.field_types()[name]
    if kind.stores_file:
        upload = FileStorage(png(), filename="C:\\pictures\\red.png")
        return MultiDict({"f.alt": "A red square"}), MultiDict({"f": upload})
    if name == "date":
        return MultiDict({"f": "2026-11-24", "f.time": "18:30"}), MultiDict()
    if name == "choices":
        return MultiDict([("f", "b"), ("f", "a")]), MultiDict()
    if name == "relation":
        return MultiDict([("f", str(thing))]), MultiDict()
    if name in PARTS_OF:
        return MultiDict({f"f.{part}": text for part, text in PARTS_OF[name].items()}), MultiDict()
    assert kind.sample, f"give the new type {name} a sample"
    return MultiDict({"f": kind.sample}), MultiDict()


def of_role(*roles: str) -> list[str]:
    return sorted(name for name, kind in forms.field_types().items() if kind.role in roles)


def seen(spec: FieldSpec, value: Any, page_id: int) -> Any:
    page = db.session().get_one(save.Page, page_id)
    return forms.type_of(spec).see(spec, value, Around(page, targets_of([page_id], actor=SYSTEM)))


def cleaned(spec: FieldSpec, raw: Any) -> Any:
    kind = forms.type_of(spec)
    return kind.settle(spec, kind.clean(spec, raw), actor=SYSTEM)


@pytest.mark.parametrize("name", of_role("answer"))
def test_field_comes_back_from_form_store_and_csv(app: Flask, thing: int, name: str) -> None:
    with app.test_request_context():
        spec, kind = spec_of(name), forms.field_types()[name]
        value = cleaned(spec, kind.from_form(spec, *submitted(name, thing)))
        assert value is not None and kind.holds(spec, value)
        shown = seen(spec, value, thing)
        assert kind.text(spec, shown) and kind.source(spec, shown)
        assert cleaned(spec, kind.from_csv(spec, kind.to_csv(spec, shown))) == value
        assert json.loads(json.dumps(kind.open_value(spec, value))) == value
        assert cleaned(spec, value) == value, "JSON in"
        assert kind.shown(spec, shown).strip()
        assert kind.control(spec, value, {"id": "f-f", "name": "f"}).strip()
        for row in kind.index(spec, value):
            assert len((row.text or "").encode()) < 2_000
        kind.words(spec, value)


@pytest.mark.parametrize("name", sorted(forms.field_types()))
def test_every_type_of_field_says_what_the_documentation_and_the_contract_need(name: str) -> None:
    kind = forms.field_types()[name]
    assert kind.summary and "|" not in kind.summary
    assert set(kind.sample_options) <= {param.name for param in kind.options} | {"time"}
    assert isinstance(kind.sample, str)


@pytest.mark.parametrize("name", sorted(forms.field_types()))
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_type_says_its_name_and_group(app: Flask, name: str, lang: str) -> None:
    kind = forms.field_types()[name]
    with app.test_request_context(headers={"Cookie": f"lang={lang}"}):
        assert str(kind.label) and str(kind.group)
        assert all(str(param.label) for param in kind.options)


@pytest.mark.parametrize("name", of_role("answer"))
def test_hostile_answer_is_refused_or_shown_as_text(app: Flask, thing: int, name: str) -> None:
    with app.test_request_context():
        for raw in [*HOSTILE, *WRONG]:
            spec, kind = spec_of(name), forms.field_types()[name]
            assert_harmless(str(kind.control(spec, raw, {"id": "f-f", "name": "f"})))
            for answer in answers(spec, raw):
                check_answer(spec, answer, thing)


def answers(spec: FieldSpec, raw: Any) -> list[Any]:
    """One hostile value by each door: JSON, a table's cell, a form."""
    if not isinstance(raw, str):
        return [raw]
    kind = forms.type_of(spec)
    parts = ["", ".time", ".address", ".city", ".lat", ".lon", ".kept", ".alt", ".repeat", ".rule"]
    parts += [f".{part}" for found in PARTS_OF.values() for part in found]
    form = MultiDict({f"f{part}": raw for part in parts})
    return [raw, from_cell(spec, raw), kind.from_form(spec, form, MultiDict())]


def from_cell(spec: FieldSpec, cell: str) -> Any:
    try:
        return forms.type_of(spec).from_csv(spec, cell)
    except BadValue as refused:
        assert str(refused)
        return None


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", of_role("answer", "assigned"))
def test_value_is_read_in_both_languages(app: Flask, thing: int, name: str, lang: str) -> None:
    with app.test_request_context(headers={"Cookie": f"lang={lang}"}):
        spec, kind = spec_of(name), forms.field_types()[name]
        value = stored(spec, thing)
        shown = seen(spec, value, thing)
        assert kind.text(spec, shown) and kind.shown(spec, shown).strip()
        assert kind.control(spec, value, {"id": "f-f", "name": "f"}).strip()
        back = kind.from_csv(spec, kind.to_csv(spec, shown))
        assert kind.role == "assigned" or cleaned(spec, back) == value


def stored(spec: FieldSpec, thing: int) -> Any:
    """A good value of a type: answered, or assigned beside a field `n` that holds 20."""
    kind = forms.type_of(spec)
    if kind.role == "answer":
        return cleaned(spec, kind.from_form(spec, *submitted(spec.type, thing)))
    with db.write() as session:
        form_id = session.get_one(save.Page, thing).form_id
        saving = Saving(form_id, [FieldSpec("n", "number", "N")], {"n": 20}, SYSTEM)
        return kind.assigned(spec, None, saving)


@pytest.mark.parametrize("name", of_role("assigned"))
def test_assigned_value_is_not_for_people_to_give(app: Flask, thing: int, name: str) -> None:
    with app.test_request_context():
        spec, kind = spec_of(name), forms.field_types()[name]
        value = stored(spec, thing)
        assert value is not None and kind.holds(spec, value)
        assert kind.to_csv(spec, value) and list(kind.index(spec, value))
        for raw in ("x", 1, {"number": 9}):
            with pytest.raises(BadValue):
                kind.clean(spec, raw)


@pytest.mark.parametrize("name", of_role("block", "found"))
def test_block_has_no_value_and_something_to_show(app: Flask, thing: int, name: str) -> None:
    with app.test_request_context("/-/forms/things/new"):
        spec, kind = spec_of(name), forms.field_types()[name]
        for raw in [*HOSTILE, *WRONG]:
            assert kind.clean(spec, raw) is None and not kind.holds(spec, raw)
        assert kind.control(spec, None, {"id": "f-f", "name": "f"}).strip()
        if kind.role == "block":
            assert_harmless(str(kind.block(spec)))


@pytest.mark.parametrize("name", of_role("block"))
def test_hostile_words_of_a_block_are_text(app: Flask, name: str) -> None:
    with app.test_request_context("/-/forms/things/new"):
        kind = forms.field_types()[name]
        for raw in HOSTILE:
            options = {param.name: raw for param in kind.options}
            try:
                spec = kind.check_options(FieldSpec("f", name, raw, help=raw, options=options))
            except BadValue as refused:
                assert str(refused)
                continue
            assert_harmless(str(kind.block(spec)))
            assert_harmless(str(kind.control(spec, None, {"id": "f-f", "name": "f"})))


def check_answer(spec: FieldSpec, answer: Any, thing: int) -> None:
    kind = forms.type_of(spec)
    try:
        value = cleaned(spec, answer)
    except BadValue as refused:
        assert str(refused)
        assert_harmless(str(kind.control(spec, answer, {"id": "f-f", "name": "f"})))
        return
    if value is not None:
        assert kind.holds(spec, value)
        assert_harmless(str(kind.shown(spec, seen(spec, value, thing) or value)))
        assert_harmless(str(kind.control(spec, value, {"id": "f-f", "name": "f"})))


class Harmless(HTMLParser):
    """Fails on anything a browser would run."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = (dict(attrs).get("src") or "").startswith("/-/static/")
        assert tag != "script" or ours
        assert not [name for name, _value in attrs if name.startswith("on") or name == "autofocus"]
        assert not [
            value
            for _name, value in attrs
            if (value or "").lower().startswith("javascript") and _name == "href"
        ]


def assert_harmless(html: str) -> None:
    Harmless().feed(html)


@pytest.mark.parametrize("name", sorted(forms.field_types()))
def test_no_answer_is_none(app: Flask, name: str) -> None:
    with app.test_request_context():
        spec, kind = spec_of(name), forms.field_types()[name]
        assert kind.clean(spec, None) is None and kind.clean(spec, "") is None
        assert kind.clean(spec, kind.from_form(spec, MultiDict(), MultiDict())) is None
        assert kind.clean(spec, kind.from_csv(spec, "")) is None


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1 234,5", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234,5", 1234.5),
        ("−3", -3),
        ("\u202f12 ", 12),
        (7, 7),
        (0.5, 0.5),
    ],
)
def test_number_is_read_as_people_write_it(app: Flask, typed: Any, stored: float) -> None:
    with app.test_request_context():
        spec = spec_of("number")
        assert forms.type_of(spec).clean(spec, typed) == stored


@pytest.mark.parametrize("typed", ["1e400", "1 2 3 x", "--1", "-6", "1000001", "0x10", "١٢"])
def test_number_out_of_bounds_or_unreadable_is_refused(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(BadValue):
        forms.field_types()["number"].clean(spec_of("number"), typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-11-24", "2026-11-24"),
        ("24/11/2026", "2026-11-24"),
        ("24/11/2026 18h30", "2026-11-24T18:30"),
        ("2026-11-24T18:30:00", "2026-11-24T18:30"),
        ("2026-11-24T17:30:00Z", "2026-11-24T18:30"),
    ],
)
def test_date_is_kept_in_the_wikis_zone(app: Flask, typed: str, stored: str) -> None:
    with app.test_request_context():
        spec = spec_of("date")
        assert forms.type_of(spec).clean(spec, typed) == stored


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "0001-01-01", "tomorrow", "2026-11-24 25:00", "99999-01-01"]
)
def test_date_that_is_none_is_refused(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(BadValue):
        forms.field_types()["date"].clean(spec_of("date"), typed)


def test_date_is_indexed_by_the_moment_it_means(app: Flask) -> None:
    with app.test_request_context():
        spec = spec_of("date")
        (row,) = forms.type_of(spec).index(spec, "2026-11-24T18:30")
        assert row.number == 1_795_541_400
        assert forms.type_of(spec).bound(spec, "2026-11-24", upper=True) > row.number


@pytest.mark.parametrize(
    "typed",
    ["javascript:alert(1)", "ftp://x.org", "https://", "http://a b", "data:text/html,x", "//x.org"],
)
def test_link_takes_the_web_only(app: Flask, typed: str) -> None:
    with app.test_request_context(), pytest.raises(BadValue):
        forms.field_types()["link"].clean(spec_of("link"), typed)


def test_email_with_a_second_header_is_refused(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(BadValue):
        forms.field_types()["email"].clean(spec_of("email"), "a@x.fr\nBcc: b@y.fr")


@pytest.mark.parametrize(
    "point", [("91", "0"), ("0", "181"), ("nan", "0"), ("48", ""), ("inf", "1")]
)
def test_location_off_the_earth_is_refused(app: Flask, point: tuple[str, str]) -> None:
    with app.test_request_context(), pytest.raises(BadValue):
        forms.field_types()["location"].clean(
            spec_of("location"), {"lat": point[0], "lon": point[1]}
        )


def test_image_that_is_none_is_refused(app: Flask) -> None:
    with app.test_request_context():
        svg = FileStorage(io.BytesIO(b"<svg onload='alert(1)'/>"), filename="x.png")
        with pytest.raises(BadValue):
            forms.field_types()["image"].clean(spec_of("image"), {"upload": svg})


def test_file_is_not_had_by_naming_its_hash(app: Flask, world: World) -> None:
    """Who knows the hash of a file that no page shows them does not get the file."""
    with app.test_request_context():
        spec, kind = spec_of("file"), forms.field_types()["file"]
        value = kind.clean(spec, FileStorage(io.BytesIO(b"secret"), filename="secret.txt"))
        named = kind.clean(spec, {"name": "mine.txt", "sha256": value["sha256"]})
        with pytest.raises(BadValue):
            kind.settle(spec, named, actor=world.actor("bob"))


def test_choice_keeps_its_key_when_its_label_changes(app: Flask) -> None:
    with app.test_request_context():
        spec = spec_of("choice", choices=[{"key": "b", "label": "Renamed"}])
        assert forms.type_of(spec).text(spec, "b") == "Renamed"
        assert forms.type_of(spec).text(spec, "gone") == "gone"


@pytest.mark.parametrize(
    "choices", [[], "x", [{"key": "a"}], ["A", "a"], [{"key": "a", "label": "x|y"}], [3]]
)
def test_choices_that_are_unsound_are_refused(app: Flask, choices: Any) -> None:
    with app.test_request_context(), pytest.raises(BadValue):
        spec_of("choice", choices=choices)
