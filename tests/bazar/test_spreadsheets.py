"""Spreadsheets in and out, and files that a table names by their addresses."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from PIL import Image

from tests.bazar import partners
from tests.bazar.test_intake import choose, count, figures, upload, work
from tests.documents import office
from wiki.bazar.forms import changes
from wiki.bazar.imports import tables
from wiki.core import db, outbound, settings
from wiki.core.http import Invalid
from wiki.core.spreadsheets import cells, ods_writer, reader, xlsx_writer
from wiki.pages import find

WRITERS = {"xlsx": xlsx_writer, "ods": ods_writer}
HEADS = ["Name", "Activity", "Members", "In a sentence"]
ROWS = [
    ["=1+1", 3, 2.5, date(2026, 11, 26)],
    ["  deux   espaces \nligne\td", "", 10**17, datetime(2026, 1, 2, 18, 30)],
    ['_x000D_ <&" é', -0.1, "06 12", date(1850, 1, 1)],
]
TEXTS = [
    ["=1+1", "3", "2.5", "2026-11-26"],
    ["  deux   espaces \nligne\td", "", "100000000000000000", "2026-01-02T18:30"],
    ['_x000D_ <&" é', "-0.1", "06 12", "1850-01-01"],
]


def written(kind, heads, rows, title="Feuille"):
    out = io.BytesIO()
    WRITERS[kind].write(out, title, heads, rows)
    return out.getvalue()


def changed(data, part, text):
    """Return a package with another part in place of one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return out.getvalue()


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_written_is_read_as_it_was(kind):
    (sheet,) = reader.sheets(reader.unpacked(written(kind, HEADS, ROWS, "À / lire")))
    assert [number for number, _cells in sheet.rows] == [1, 2, 3, 4]
    assert [held for _number, held in sheet.rows] == [HEADS, *TEXTS]


def test_long_text_is_told_rather_than_cut():
    long = [["x" * 32_768]]
    with pytest.raises(cells.TooLong):
        written("xlsx", ["A"], long)
    (sheet,) = reader.sheets(reader.unpacked(written("ods", ["A"], long)))
    assert sheet.rows[1][1] == long[0]


def test_office_cells_of_every_type_become_the_text_people_see():
    """Shared and rich strings, a boolean, an error, custom dates, an hour, a formula's result, holes."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = (
        f'<styleSheet xmlns="{main}"><numFmts><numFmt numFmtId="170" formatCode="[$-40C]d mmmm yyyy;@"/>'
        '<numFmt numFmtId="171" formatCode="&quot;jour &quot;0"/></numFmts><cellXfs>'
        + "".join(f'<xf numFmtId="{one}"/>' for one in (0, 14, 170, 171, 20, 22))
        + "</cellXfs></styleSheet>"
    )
    row = (
        '<c r="A2" t="inlineStr"><is><r><t>ri</t></r><r><t>che</t></r></is></c><c r="C2" t="b"><v>1</v></c>'
        '<c r="D2" s="1"><v>46352</v></c><c r="E2" s="2"><v>46352</v></c><c r="F2" s="3"><v>7</v></c>'
        '<c r="G2" s="4"><v>0.75</v></c><c r="H2" s="5"><v>46352.770833333336</v></c>'
        '<c r="I2"><f>0.1+0.2</f><v>0.30000000000000004</v></c><c r="J2" t="e"><v>#N/A</v></c>'
    )
    sheet = f'<worksheet xmlns="{main}"><sheetData><row r="2">{row}</row></sheetData></worksheet>'
    data = changed(written("xlsx", ["A"], []), "xl/worksheets/sheet1.xml", sheet)
    (found,) = reader.sheets(reader.unpacked(changed(data, "xl/styles.xml", styles)))
    assert found.rows == [(2, [
        "riche", "", "yes", "2026-11-26", "2026-11-26", "7", "18:00", "2026-11-26T18:30", "0.3", "#N/A",
    ])]  # fmt: skip


def test_opendocument_cells_of_every_type_become_the_text_people_see():
    def cell(kind, **said):
        more = "".join(
            f' office:{name.replace("_", "-")}="{value}"' for name, value in said.items()
        )
        return f'<table:table-cell office:value-type="{kind}"{more}><text:p>vu</text:p></table:table-cell>'

    row = (
        cell("float", value="12.50") + cell("percentage", value="0.5") + cell("boolean", boolean_value="false")
        + '<table:table-cell table:number-columns-repeated="2"/><table:covered-table-cell/>'
        + cell("date", date_value="2026-11-26T00:00:00") + cell("time", time_value="PT09H30M00S")
        + '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation>'
        "<text:p>un<text:s text:c=\"2\"/>deux</text:p></table:table-cell>"
    )  # fmt: skip
    body = (
        f'<table:table table:name="S"><table:table-row>{row}</table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{cell("float", value="3")}</table:table-row></table:table>'
    )
    with zipfile.ZipFile(io.BytesIO(written("ods", ["A"], []))) as package:
        text = package.read("content.xml").decode()
    text = re.sub(r"<table:table .*</table:table>", lambda _found: body, text, flags=re.DOTALL)
    (found,) = reader.sheets(
        reader.unpacked(changed(written("ods", ["A"], []), "content.xml", text))
    )
    assert found.rows == [
        (1, ["12.5", "0.5", "no", "", "", "", "2026-11-26", "09:30", "un  deux"]),
        (1048002, ["3"]),
        (1048003, ["3"]),
    ]


ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def many_cells():
    """A workbook that says a long text again and again: little to send, much to hold."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * 200 + "</row>"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{row * 2000}</sheetData></worksheet>'
    data = changed(written("xlsx", ["A"], []), "xl/worksheets/sheet1.xml", sheet)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "xl/sharedStrings.xml", f'<sst xmlns="{main}"><si><t>{"x" * 50_000}</t></si></sst>'
        )
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"PK\x03\x04 cut", "damaged"),
        (lambda: office.package({"a.txt": "x"}), "no table that can be read"),
        (lambda: office.odt(["un"]), "no table that can be read"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no table that can be read"),
        (lambda: changed(written("ods", ["A"], []), "content.xml", ENTITIES), "damaged"),
        (lambda: changed(written("xlsx", ["A"], []), "xl/workbook.xml", ENTITIES), "damaged"),
        (many_cells, "holds too much"),
        (lambda: tables.SHEETS + b'{"sheet": 1}', "cannot be read"),
        (lambda: written("xlsx", ["A"], [[n] for n in range(20_002)]), "At most 20000 rows"),
        (lambda: written("ods", ["A"] * 250, [["x"] * 250]), "At most 20000 rows"),
        (lambda: written("ods", ["A"], []), "no row"),
    ],
    ids=["cut", "zip", "odt", "xls", "ods entity", "xlsx entity", "long", "forged", "rows", "columns", "empty"],
)  # fmt: skip
def test_spreadsheet_that_is_not_taken_says_why(app, make, words) -> None:
    with app.test_request_context(), pytest.raises(Invalid) as caught:
        tables.read(tables.taken(make()))
    assert words in str(caught.value.errors["file"])


def test_bomb_costs_this_process_nothing(app) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("content.xml", "w") as part,
    ):
        for _megabyte in range(210):
            part.write(b" " * 1024**2)
    tracemalloc.start()
    with app.test_request_context(), pytest.raises(Invalid):
        tables.taken(packed.getvalue())
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * 1024 * 1024


@pytest.mark.parametrize("kind", WRITERS)
def test_list_goes_out_and_comes_back_unchanged(world, kind) -> None:
    form = partners.make(world)
    partners.add(world, form, "=cmd()|' /C calc'!A0", "training", ["odoo"], members=-5)
    alice = world.browser("alice")
    answer = alice.get(f"/-/forms/partners.{kind}")
    assert f"partners.{kind}" in answer.headers["Content-Disposition"]
    (sheet,) = reader.sheets(reader.unpacked(answer.data))
    assert sheet.rows[1][1][0] == "=cmd()|' /C calc'!A0"
    place = upload(alice, answer.data, f"partners.{kind}").headers["Location"]
    assert figures(alice.get(place).text) == {
        "to add": 0, "to change": 0, "as they are": 6, "left out": 0,
    }  # fmt: skip
    filtered = alice.get(f"/-/forms/partners.{kind}?services=nextcloud&sort=title&view=cards")
    (sheet,) = reader.sheets(reader.unpacked(filtered.data))
    assert [row[0] for _number, row in sheet.rows[1:]] == ["Le Fil Libre", "Marée Basse"]
    assert alice.get(f"/-/forms/partners.{kind}?nothing=1").status_code == 400


@pytest.mark.parametrize("kind", WRITERS)
def test_spreadsheet_holds_no_hidden_field_nor_entry(world, kind) -> None:
    form = partners.make(world)
    partners.add(world, form, "Secret Society", read="@admins")
    told = {}
    for who in ("alice", "xavier"):
        data = world.browser(who).get(f"/-/forms/partners.{kind}").data
        told[who] = reader.unpacked(data).decode()
    for secret in (partners.SECRET, "Telephone", "Secret Society"):
        assert secret in told["alice"] and secret not in told["xavier"]


@pytest.mark.parametrize("kind", WRITERS)
def test_sheet_is_chosen_and_rows_keep_their_numbers(world, kind) -> None:
    partners.make(world, rows=[])
    rows = [
        ["Un", "Hosting", 3, "a"],
        ["Deux", "Nothing", 4, "b"],
        ["Trois", "Hosting", "many", "c"],
    ]
    data = written(kind, HEADS, rows)
    if kind == "ods":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            text = package.read("content.xml").decode()
        first = '<table:table table:name="Notes"><table:table-row><table:table-cell/></table:table-row></table:table>'
        data = changed(
            data,
            "content.xml",
            text.replace("<office:spreadsheet>", f"<office:spreadsheet>{first}"),
        )
    alice = world.browser("alice")
    place = upload(alice, data, f"t.{kind}").headers["Location"]
    page = alice.get(place).text
    assert figures(page) == {"to add": 1, "to change": 0, "as they are": 0, "left out": 2}
    assert ("Notes" in page) == (kind == "ods")
    assert [int(one) for one in re.findall(r'<th scope="row">(\d+)</th>', page)] == [3, 4]
    if kind == "ods":
        assert alice.post(place, {"choose_sheet": "1", "sheet": "7"}).status_code == 422
        assert alice.post(place, {"choose_sheet": "1", "sheet": "0"}).status_code == 303
        assert figures(alice.get(place).text)["to add"] == 0
        alice.post(place, {"choose_sheet": "1", "sheet": "1"})
    choose(alice, place)
    work(world)
    assert count(world) == 1


def picture(colour="red", size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def web(monkeypatch):
    """What stands at each address, and what was asked."""
    stands: dict[str, bytes] = {}
    asked: list[str] = []
    true_fetch = outbound.fetch

    def fetch(url, **how):
        asked.append(url)
        return (
            outbound.Answer(url, stands[url], "image/png")
            if url in stands
            else true_fetch(url, **how)
        )

    monkeypatch.setattr(outbound, "fetch", fetch)
    return stands, asked


def gallery(world, *, allowed=True):
    with world.app.app_context(), db.write() as session:
        settings.put(session, outside=allowed)
        fields = [
            {"key": "title", "type": "text", "label": "Name"},
            {"key": "photo", "type": "image", "label": "Photo", "required": True},
        ]
        changes.make_form(session, title="Photos", key="photos", fields=fields)


def test_images_come_by_their_addresses_and_only_once(world, web) -> None:
    """One is fetched by the worker, one is inside the network, one is no image; a second run asks for nothing."""
    stands, asked = web
    stands["https://example.org/a%20b.jpg"] = picture()
    stands["https://example.org/page"] = b"<html>"
    gallery(world)
    alice, url = world.browser("alice"), "/-/forms/photos/imports"
    data = (
        b"Name;Photo\nBonne;https://example.org/a%20b.jpg\nDedans;http://127.0.0.1/x.png\n"
        b"Page;https://example.org/page\nRien;\nAutre;x.png\n"
    )
    place = upload(alice, data, url=url).headers["Location"]
    assert figures(alice.get(place).text) == {
        "to add": 3, "to change": 0, "as they are": 0, "left out": 2,
    }  # fmt: skip
    assert asked == []
    choose(alice, place)
    work(world)
    done = alice.get(place).text
    assert figures(done) == {"added": 1, "modified": 0, "as they were": 0, "left out": 4}
    assert "not on the public network" in done and "no image that can be shown" in done
    with world.app.app_context():
        held = find.page_or_404("Bonne", actor=world.actor("alice")).head.data["photo"]
    assert (held["media_type"], held["width"], held["name"]) == ("image/png", 40, "a-b.png")
    assert len(asked) == 3
    again = upload(alice, data, url=url).headers["Location"]
    assert figures(alice.get(again).text)["as they are"] == 1
    stands["https://example.org/new.png"] = picture("blue")
    other = data.replace(b"a%20b.jpg", b"new.png")
    place = upload(alice, other, url=url).headers["Location"]
    assert figures(alice.get(place).text)["to change"] == 1
    out = alice.get("/-/forms/photos.xlsx").data
    back = upload(alice, out, "photos.xlsx", url=url).headers["Location"]
    assert figures(alice.get(back).text)["as they are"] == 1


def test_nothing_is_asked_of_other_sites_unless_an_admin_allows_it(world, web) -> None:
    gallery(world, allowed=False)
    alice, url = world.browser("alice"), "/-/forms/photos/imports"
    place = upload(alice, b"Name;Photo\nA;https://example.org/a.png\n", url=url).headers["Location"]
    page = alice.get(place).text
    assert figures(page)["left out"] == 1 and "an admin may allow it" in page
