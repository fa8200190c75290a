"""Bringing entries in from a table: read, mapped, tried, saved by the worker, taken back."""

from __future__ import annotations

import io
import json
import re

import pytest
from sqlalchemy import func, select

from tests.bazar import partners
from tests.bazar.people import Statements
from tests.world import World
from wiki import worker
from wiki.accounts import people
from wiki.bazar.imports import tables
from wiki.core import db
from wiki.core.http import Invalid
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Page

URL = "/-/forms/partners/imports"
BAD = 12


def table(count=5000, bad=BAD):
    """Return a French table of cp1252 with `;`: some rows have a number or an activity that is none."""
    lines = ["Name;Activity;Members;In a sentence;Inconnue"]
    for at in range(count):
        activity, members = "Hosting", str(at)
        if at < bad:
            activity, members = ("Nothing", "3") if at % 2 else ("Training", "many")
        sentence = f'"Là, c’est « {at} » ;\r\nsur deux lignes"'
        lines.append(f"Cœur {at};{activity};{members};{sentence};x")
    return "\r\n".join(lines).encode("cp1252")


def upload(browser, data, name="partners.csv", url=URL):
    sent = {"file": (io.BytesIO(data), name)}
    return browser.post(url, sent, content_type="multipart/form-data")


def choose(browser, place, **changed):
    """Start an import with the columns as they are guessed, but for what is given."""
    page = browser.get(place).text
    form = {}
    for name, options in re.findall(r'<select name="(column-\d+)".*?>(.*?)</select>', page, re.S):
        found = re.search(r'value="([^"]*)"\s+selected', options)
        form[name] = found.group(1) if found else ""
    found = re.search(r'<select[^>]*name="match"[^>]*>(.*?)</select>', page, re.S)
    chosen = re.search(r'value="([^"]*)"\s*selected', found.group(1))
    form["match"] = chosen.group(1) if chosen else ""
    return browser.post(place, form | {"start": "1"} | changed)


def work(world: World) -> None:
    while worker.tick(world.app):
        pass


def count(world: World, **where) -> int:
    with world.app.app_context():
        query = select(func.count()).select_from(Page).where(Page.kind == "entry")
        return db.session().scalar(query.where(Page.trashed_at.is_(None)).filter_by(**where))


def figures(text: str) -> dict[str, int]:
    found = re.findall(r"<dt>([^<]+)</dt>\s*<dd>\s*(\d+)", text)
    return {words: int(number) for words, number in found}


@pytest.mark.parametrize("size", [150, pytest.param(5000, marks=pytest.mark.slow)])
def test_rows_come_in_once_and_go_again(world: World, size) -> None:
    good = size - BAD
    partners.make(world, rows=[])
    alice = world.browser("alice")
    place = upload(alice, table(size)).headers["Location"]
    preview = alice.get(place).text
    assert figures(preview) == {"to add": good, "to change": 0, "as they are": 0, "left out": 12}
    assert "Windows-1252" in preview and "This is not one of the choices." in preview
    assert "Cœur 0" in preview
    assert choose(alice, place).status_code == 303
    work(world)
    done = alice.get(place).text
    assert figures(done) == {"added": good, "modified": 0, "as they were": 0, "left out": 12}
    lines = [int(one) for one in re.findall(r'<th scope="row">(\d+)</th>', done)]
    assert lines == [2 + 2 * at for at in range(BAD)], "each row is on two lines of the file"
    assert count(world) == good
    again = upload(alice, table(size)).headers["Location"]
    assert figures(alice.get(again).text)["as they are"] == good
    choose(alice, again)
    work(world)
    assert figures(alice.get(again).text) == {
        "added": 0, "modified": 0, "as they were": good, "left out": 12,
    }  # fmt: skip
    alice.post(f"{place}/undo")
    work(world)
    assert count(world) == 0
    assert "Taken back" in alice.get(place).text


def test_messages_are_in_the_readers_language(world: World) -> None:
    partners.make(world, rows=[])
    with world.app.app_context(), db.write():
        people.find_user("alice").lang = "fr"
    alice = world.browser("alice")
    place = upload(alice, table(20)).headers["Location"]
    assert "Cela ne fait pas partie des choix" in alice.get(place).text
    choose(alice, place)
    work(world)
    assert "Cela ne fait pas partie des choix" in alice.get(place).text


def test_undo_puts_back_what_changed_and_keeps_later_work(world: World) -> None:
    world.facilitators("bob")
    partners.make(world)
    bob = world.browser("bob")
    rows = "Name\tMembers\nMarée Basse\t100\nOctet Coop\t200\nNeuve\t3\nAutre\t4\n".encode("utf-16")
    place = upload(bob, rows).headers["Location"]
    assert "UTF-16" in bob.get(place).text and "tabs" in bob.get(place).text
    choose(bob, place)
    work(world)
    with world.app.app_context():
        alice = world.actor("alice")
        assert find.page_or_404("Octet-Coop", actor=alice).head.data["members"] == 200
        for name, changed in (("Octet-Coop", {"members": 201}), ("Autre", {"members": 5})):
            page = find.page_or_404(name, actor=alice)
            content = Content(page.title, "", {**page.head.data, **changed})
            save.save(page, content, base=page.revision_no, author=alice)
    bob.post(f"{place}/undo")
    work(world)
    told = bob.get(place).text
    assert figures(told)["left out"] == 2 and "It was changed since" in told
    with world.app.app_context():
        held = {name: find.page_or_none(name, actor=alice) for name in
                ("Maree-Basse", "Octet-Coop", "Neuve", "Autre")}  # fmt: skip
        assert held["Neuve"] is None
        assert held["Maree-Basse"].head.data["members"] == 62
        assert held["Octet-Coop"].head.data["members"] == 201
        assert held["Autre"].head.data["members"] == 5
        assert held["Maree-Basse"].head.data["phone"] == partners.SECRET


def test_export_comes_back_without_change(world: World) -> None:
    partners.make(world)
    alice = world.browser("alice")
    for end in ("csv", "json"):
        data = alice.get(f"/-/forms/partners.{end}").data
        place = upload(alice, data, f"partners.{end}").headers["Location"]
        assert figures(alice.get(place).text) == {
            "to add": 0, "to change": 0, "as they are": 5, "left out": 0,
        }, end  # fmt: skip


def test_repeated_row_and_missing_key_are_explained(world: World) -> None:
    partners.make(world)
    alice = world.browser("alice")
    data = (
        b"title,activity,members\nNew one,hosting,1\nNEW ONE,hosting,2\n,hosting,3\nA,hosting,4,5\n"
    )
    place = upload(alice, data).headers["Location"]
    text = alice.get(place).text
    assert figures(text) == {"to add": 1, "to change": 0, "as they are": 0, "left out": 3}
    assert "Line 2 says the same here." in text
    assert "An answer is needed here" in text
    assert "more cells than there are columns" in text


def test_column_chosen_by_hand_and_wrong_mapping(world: World) -> None:
    partners.make(world)
    alice = world.browser("alice")
    place = upload(alice, "Qui;Quoi\nMarée Basse;77\n".encode()).headers["Location"]
    assert alice.post(place, {"column-0": "title", "column-1": "title"}).status_code == 422
    assert alice.post(place, {"column-0": "nowhere", "column-1": ""}).status_code == 422
    answer = alice.post(place, {"column-0": "title", "column-1": "members", "match": "title"})
    assert answer.status_code == 303
    assert figures(alice.get(place).text)["to change"] == 1
    choose(alice, place)
    work(world)
    assert count(world) == 5
    assert "77" in alice.get("/Marée-Basse").text


@pytest.mark.parametrize(
    "data", [b"", b"a;b\n", b"[1, 2]", b"{", b'{"entries": 3}', b'"' + b"x" * 200_000 + b'";1\n2;3']
)
def test_file_that_is_no_table_is_refused(world: World, data) -> None:
    partners.make(world, rows=[])
    answer = upload(world.browser("alice"), data)
    assert answer.status_code == 422


SAID = "Nom;Dit\r\nÉloïse;« déjà là, ça ? » — l’été, où être\r\n"
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_is_told_by_the_bytes(app, encoding: str) -> None:
    with app.test_request_context():
        for text in (SAID, SAID * 500, SAID.replace("\r\n", "\r"), SAID.replace(";", "\t")):
            table = tables.read(tables.taken(text.encode(encoding)))
            assert (table.columns, table.encoding) == (["Nom", "Dit"], ENCODINGS[encoding])
            assert table.rows[0].cells == ["Éloïse", "« déjà là, ça ? » — l’été, où être"]


def test_damaged_file_says_where_rather_than_lose_its_accents(app) -> None:
    with app.test_request_context(), pytest.raises(Invalid, match="Line 4 cannot be read"):
        tables.read((SAID * 2).encode()[:-4] + b"\xc3\r\n")


def test_odd_shapes_of_a_table_are_read_or_refused_at_once(app) -> None:
    """Rows of other lengths, line ends in quotes, zeros, the head twice; one line of a million cells."""
    with app.test_request_context():
        found = tables.read(b'a;b\r\n1\r\n\r\n2;3;4;5\r\n"x\ny";"q""q"\r\na;b\r\n1\x002;\r\n')
        assert [(row.line, row.cells) for row in found.rows] == [
            (2, ["1"]),
            (4, ["2", "3", "4", "5"]),
            (5, ["x\ny", 'q"q']),
            (7, ["a", "b"]),
            (8, ["12", ""]),
        ]
        wide = b"a;b\n1" + b";2" * 1_000_000
        assert len(tables.read(wide).rows[0].cells) == tables.MOST_COLUMNS + 1
        for bad in (
            b"a;" * 1_000_000 + b"\n1;2\n",
            b"\0" * 1000,
            b"a;b\n" + b"x" * 5_000_000 + b";2",
        ):
            with pytest.raises(Invalid):
                tables.read(bad)


def test_large_file_is_refused(app) -> None:
    with app.test_request_context(), pytest.raises(Invalid):
        tables.taken(b"a" * (tables.LARGEST + 1))


def test_json_of_plain_objects_is_a_table(app) -> None:
    with app.test_request_context():
        data = json.dumps([{"title": "One", "members": 3}, {"title": "Two", "extra": None}])
        found = tables.read(data.encode())
    assert list(found.columns) == ["title", "members", "extra"]
    assert [list(row.cells) for row in found.rows] == [["One", 3, None], ["Two", None, None]]


def test_outsider_brings_nothing_in_and_sees_no_import(world: World) -> None:
    world.facilitators("bob")
    partners.make(world, rules={"write": "@friends"})
    alice = world.browser("alice")
    place = upload(alice, table(3, 0)).headers["Location"]
    choose(alice, place)
    work(world)
    for who, status in (("xavier", 403), ("bob", 404)):
        browser = world.browser(who)
        assert browser.get(place).status_code == status
        assert browser.post(f"{place}/undo").status_code == status
    assert ">partners.csv<" not in world.browser("bob").get(URL).text
    assert count(world) == 8


def test_hidden_entry_and_field_are_not_told_by_the_preview(world: World) -> None:
    """Whether an entry or a value one may not see is there must not show in what would happen."""
    world.facilitators("xavier")
    form = partners.make(world)
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404("La-Bobine", actor=alice), actor=alice, read="@admins")
    assert form.key == "partners"
    xavier = world.browser("xavier")
    seen = {}
    for title in ("La Bobine", "La Bobinx"):
        place = upload(xavier, f"Name;Activity\n{title};Hosting\n".encode()).headers["Location"]
        seen[title] = figures(xavier.get(place).text)
    assert seen["La Bobine"] == seen["La Bobinx"] == {
        "to add": 1, "to change": 0, "as they are": 0, "left out": 0,
    }  # fmt: skip
    data = f"Name;Telephone\nX;{partners.SECRET}\n".encode()
    place = upload(xavier, data).headers["Location"]
    text = xavier.get(place).text
    matches = re.search(r'<select[^>]*name="match".*?</select>', text, re.S).group()
    assert "Telephone" not in matches
    asked = {"column-0": "title", "column-1": "phone", "match": "phone"}
    assert xavier.post(place, asked).status_code == 422


def test_rows_cost_a_fixed_number_of_statements(world: World) -> None:
    partners.make(world, rows=[])
    alice = world.browser("alice")
    counts = []
    for size in (10, 40):
        place = upload(alice, table(size, 0)).headers["Location"]
        with Statements(world.app.extensions["gare.db"].reader) as asked:
            alice.get(place)
        counts.append(len(asked.seen))
    assert counts[0] == counts[1]
