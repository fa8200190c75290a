"""Entries as CSV and JSON: rights, filters, formulas made harmless, and the way back."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.bazar.partners import SECRET, add, make
from wiki.bazar.forms import changes, forms
from wiki.bazar.lists import export

LIST = "/-/forms/partners"
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    ";=1",
    "'=1",
    "''-x",
    "a;'=1",
    '=HYPERLINK("x")',
]
PLAIN = ["", "a", "l'eau", "'bon", "a=1", "; b", "1-2", "a;b;c"]


def rows(answer):
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.parametrize("cell", FORMULAS + PLAIN)
def test_cell_survives_the_round_trip(cell):
    safe = export.safe_cell(cell)
    assert export.plain_cell(safe) == cell
    assert (safe == cell) == (cell in PLAIN)
    assert not safe.startswith(tuple("=+-@\t\r"))
    assert ";=" not in safe


def test_csv_has_the_filtered_entries_and_their_words(world):
    make(world)
    head, *body = rows(world.browser("bob").get(f"{LIST}.csv?services=nextcloud&sort=title"))
    assert head[:4] == ["Name", "In a sentence", "Activity", "Services"]
    assert [row[0] for row in body] == ["Le Fil Libre", "Marée Basse"]
    assert body[0][2:4] == ["Hosting", "Nextcloud | Odoo"]


def test_csv_values_come_back_as_they_were(world):
    form = make(world, rows=[])
    add(
        world,
        form,
        "=cmd()|' /C calc'!A0",
        "training",
        ["odoo"],
        place=("Brest", 48.39, -4.49),
        members=-5,
    )
    head, row = rows(world.browser("bob").get(f"{LIST}.csv"))
    assert row[0].startswith("'=")
    cells = dict(zip(head, map(export.plain_cell, row), strict=True))
    assert cells["Name"] == "=cmd()|' /C calc'!A0"
    with world.app.test_request_context():
        types = forms.field_types()
        back = {
            spec.key: types[spec.type].clean(
                spec, types[spec.type].from_csv(spec, cells[spec.label])
            )
            for spec in form.specs()
        }
    assert (back["activity"], back["services"], back["members"]) == ("training", ["odoo"], -5)
    assert back["place"] == {"city": "Brest", "lat": 48.39, "lon": -4.49}


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_export_holds_no_hidden_field_nor_entry(world, kind):
    form = make(world)
    add(world, form, "Secret Society", read="@admins")
    xavier = world.browser("xavier").get(f"{LIST}.{kind}")
    assert xavier.status_code == 200
    for secret in (SECRET, "Telephone", "Secret Society"):
        assert secret not in xavier.text
    assert SECRET in world.browser("bob").get(f"{LIST}.{kind}").text
    assert "Secret Society" in world.browser("alice").get(f"{LIST}.{kind}").text


def test_json_gives_addresses_and_typed_values(world):
    make(world)
    answer = json.loads(world.browser().get(f"{LIST}.json?q=maree").text)
    assert answer["total"] == 1
    (entry,) = answer["entries"]
    assert entry["title"] == "Marée Basse"
    assert entry["url"].startswith("http")
    assert entry["values"]["services"] == ["nextcloud"]
    assert entry["values"]["members"] == 62
    assert "phone" not in {field["key"] for field in answer["fields"]}


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_export_refuses_unknown_arguments_and_is_a_file(world, kind):
    make(world)
    assert world.browser().get(f"{LIST}.{kind}?nothing=1").status_code == 400
    assert world.browser().get(f"{LIST}.{kind}?phone=1").status_code == 400
    answer = world.browser().get(f"{LIST}.{kind}")
    assert f"partners.{kind}" in answer.headers["Content-Disposition"]


def test_two_labels_alike_are_told_apart(world):
    from wiki.core import db

    with world.app.app_context(), db.write() as session:
        names = [{"key": key, "type": "text", "label": "Name"} for key in ("title", "other")]
        changes.make_form(session, title="Twins", fields=names)
    (head,) = rows(world.browser().get("/-/forms/twins.csv"))
    assert head[:2] == ["Name (title)", "Name (other)"]
