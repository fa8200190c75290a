"""Forms with blocks, assigned values and lists of the wiki: from the browser to the store and back."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from tests.bazar.people import add, field, head, page_id
from tests.world import World
from wiki.bazar import entries, export, forms, formula, nomenclature_files, nomenclatures, query
from wiki.bazar.fields.base import BadValue
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.http import Invalid
from wiki.pages import find, save
from wiki.pages.content import Content

REGIONS = [
    {"key": "west", "fr": "Ouest", "en": "West", "color": "#0b5f6b"},
    {"key": "bzh", "fr": "Bretagne", "en": "Brittany", "parent": "west", "icon": "star"},
    {"key": "east", "fr": "Est", "en": "East"},
]
YESNO = {"field": "room", "test": "is", "value": "yes"}


def make(world: World, *fields: dict[str, Any], key: str = "orgs", **settings: Any) -> Form:
    """Make a form with a title and these fields."""
    with world.app.app_context(), db.write() as session:
        rows = [field("title", "text", "Name"), *fields]
        return forms.make_form(session, title=key.title(), key=key, fields=rows, **settings)


def room(world: World) -> Form:
    """A form where the size of a room is asked only of those who have one, and must be told then."""
    return make(
        world,
        field("room", "yesno", "A room?"),
        field("if_room", "condition", "If there is a room", options=YESNO),
        field("size", "number", "Size", required=True),
        field("end", "end", "End"),
        field("note", "text", "Note"),
    )


def post(world: World, who: str = "alice", **answers: Any):
    return world.browser(who).post("/-/forms/orgs/new", answers)


def test_hidden_block_is_not_needed_and_not_kept(world: World) -> None:
    room(world)
    answer = post(world, title="Small", room="no", size="40", note="n")
    assert answer.status_code == 303
    assert head(world, "Small") == {"room": False, "note": "n"}


def test_shown_block_is_needed_and_kept(world: World) -> None:
    room(world)
    refused = post(world, title="Big", room="yes", note="typed")
    assert refused.status_code == 422 and 'value="typed"' in refused.text
    assert post(world, title="Big", room="yes", size="40").status_code == 303
    assert head(world, "Big") == {"room": True, "size": 40}


def test_answer_of_a_block_goes_when_its_condition_ends(world: World) -> None:
    room(world)
    name = add(world, "Big", room=True, size=40)
    form = {"title": "Big", "room": "no", "size": "40", "_base": "1"}
    assert world.browser("alice").post(f"/-/forms/orgs/{name}/edit", form).status_code == 303
    assert head(world, name) == {"room": False}


@pytest.mark.parametrize(
    ("test", "value", "answer", "shown"),
    [
        ("is", "Second|Third", "b", True),
        ("is", "b", "a", False),
        ("isnt", "b", "a", True),
        ("filled", "", "a", True),
        ("empty", "", "a", False),
        ("contains", "a", "a", True),
    ],
)
def test_condition_compares_keys_and_labels(
    world: World, test: str, value: str, answer: str, shown: bool
) -> None:
    options = {"choices": [{"key": "a", "label": "First"}, {"key": "b", "label": "Second"}]}
    make(
        world,
        field("kind", "choice", "Kind", options=options),
        field("only", "condition", "Only", options={"field": "kind", "test": test, "value": value}),
        field("more", "text", "More"),
    )
    name = add(world, "One", kind=answer, more="said")
    assert ("more" in head(world, name)) == shown


def test_block_that_someone_may_not_write_is_left_alone(world: World) -> None:
    make(
        world,
        field("room", "yesno", "A room?"),
        field("only", "condition", "Only", options=YESNO),
        field("secret", "text", "Secret", read="@admins", write="@admins"),
    )
    name = add(world, "One", room=True, secret="kept")
    form = {"title": "One", "room": "no", "_base": "1"}
    assert world.browser("bob").post(f"/-/forms/orgs/{name}/edit", form).status_code == 303
    assert head(world, name) == {"room": False, "secret": "kept"}


def test_title_is_made_of_fields(world: World) -> None:
    make(
        world,
        field("auto", "autotitle", "Title", options={"template": "{town} – {name} ({size})"}),
        field("town", "text", "Town"),
        field("name", "text", "Its name"),
        field("size", "number", "Size", read="@friends"),
    )
    form = world.browser("alice").get("/-/forms/orgs/new").text
    assert 'name="title"' not in form and 'name="_preview"' in form
    answer = post(world, town="Brest", name="La Carène", size="3")
    assert answer.status_code == 303
    with world.app.app_context():
        page = find.page_or_404(unquote(answer.location).strip("/"), actor=world.actor("alice"))
        # A field that not all may read is not told by the title.
        assert page.title == "Brest – La Carène"


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ({"a": "Brest", "b": "Port"}, "Brest – Port"),
        ({"a": "Brest"}, "Brest"),
        ({"b": "Port"}, "Port"),
        ({}, ""),
    ],
)
def test_template_drops_what_parts_missing_words(words: dict[str, str], made: str) -> None:
    assert formula.fill("{a} – {b}", words) == made


def test_computed_value_follows_each_save_and_is_previewed(world: World) -> None:
    make(
        world,
        field("price", "number", "Price"),
        field("count", "number", "Count"),
        field("total", "computed", "Total", options={"formula": "price * count", "unit": "€"}),
    )
    preview = post(world, title="Order", price="2,5", count="4", _preview="1")
    assert preview.status_code == 200 and "10\u202f€" in preview.text
    name = add(world, "Order", price=2.5, count=4)
    assert head(world, name)["total"] == 10
    with world.app.app_context():
        page = find.page_or_404(name, actor=world.actor("alice"))
        content = Content("Order", "", {"price": 2.5, "count": 6, "total": 1})
        save.save(page, content, base=1, author=world.actor("alice"))
    assert head(world, name)["total"] == 15


def test_computed_value_does_not_tell_what_its_reader_may_not_read(world: World) -> None:
    make(
        world,
        field("secret", "number", "Secret", read="@friends"),
        field("told", "computed", "Told", options={"formula": "secret * 2"}),
        field("kept", "computed", "Kept", read="@friends", options={"formula": "secret * 2"}),
    )
    name = add(world, "One", secret=21)
    assert head(world, name) == {"secret": 21, "kept": 42}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("1 + 2 * 3", 7),
        ("2 ^ 3", 8),
        ("n / 0", None),
        ("missing + 1", None),
        ("sum(n, missing, 2)", 22),
        ("'big' if n >= 20 else 'small'", "big"),
        ("days(start, end)", 9),
        ("day('2026-01-31') + 1", "2026-02-01"),
        ("round(10 / 3, 2)", 3.33),
        ("test(kind, 'A')", True),
        ("'a' in kinds", True),
        ("town + ' ' + n", "Brest 20"),
        ("9 ** 9 ** 9", None),
        ("'x' * 1000000", None),
        ("1e300 * 1e300", None),
    ],
)
def test_formula(app, said: str, found: Any) -> None:
    values = {
        "n": 20,
        "start": "2026-01-01",
        "end": "2026-01-10",
        "kind": "a",
        "kinds": ["a"],
        "town": "Brest",
    }
    with app.test_request_context():
        assert formula.compute(said, values) == found


@pytest.mark.parametrize(
    "said",
    [
        "__import__('os')",
        "().__class__",
        "[x for x in (1,)]",
        "(lambda: 1)()",
        "open('x')",
        "n.real",
        "n[0]",
        "f'{n}'",
        "sum(*[1])",
        "b'x'",
        "1j",
        "max(key=1)",
        "(" * 500 + ")" * 500,
        "1+" * 400 + "1",
        "a = 1",
        "n := 2",
        "",
    ],
)
def test_formula_that_is_more_than_one_is_refused(app, said: str) -> None:
    with app.test_request_context(), pytest.raises(formula.BadFormula):
        formula.compute(said, {"n": 1})


def test_numbers_are_given_once_and_never_again(world: World) -> None:
    make(world, field("no", "sequence", "No"), field("ref", "identifier", "Ref"))
    names = [add(world, f"Entry {letter}") for letter in "abc"]
    assert [head(world, name)["no"]["number"] for name in names] == [1, 2, 3]
    refs = {head(world, name)["ref"] for name in names}
    assert len(refs) == 3 and all(
        re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", ref) for ref in refs
    )
    with world.app.app_context(), db.write() as session:
        session.delete(session.get_one(find.Page, page_id(world, names[2])))
    assert head(world, add(world, "Entry d"))["no"]["number"] == 4
    with world.app.app_context():
        page = find.page_or_404(names[0], actor=world.actor("alice"))
        save.save(
            page, Content("Entry a", "", {"note": "x"}), base=None, author=world.actor("alice")
        )
    assert head(world, names[0])["no"]["number"] == 1


def test_hidden_value_is_written_once_by_the_wiki(world: World) -> None:
    make(world, field("by", "hidden", "By", options={"source": "user"}))
    name = add(world, "One", author="bob")
    form = {"title": "Changed", "by": "mallory", "_base": "1"}
    assert world.browser("alice").post(f"/-/forms/orgs/{name}/edit", form).status_code == 303
    assert head(world, name) == {"by": "bob"}
    assert "mallory" not in world.browser("alice").get(f"/{name}").text


def test_linked_entries_are_those_one_may_see(world: World) -> None:
    make(world, field("offers", "linked", "Offers", in_list=True, options={"form": "offers"}))
    make(
        world,
        field("who", "relation", "Who", options={"form": "orgs"}),
        key="offers",
    )
    name = add(world, "Coop")
    target = page_id(world, name)
    open_offer = add(world, "Open offer", form="offers", who=[target])
    hidden = add(world, "Hidden offer", form="offers", who=[target])
    with world.app.app_context():
        from wiki.pages import rights

        actor = world.actor("alice")
        rights.set_rules(find.page_or_404(hidden, actor=actor), actor=actor, read="@friends")
    for url in (f"/{name}", "/-/forms/orgs?view=table", "/-/forms/orgs.csv", "/-/forms/orgs.json"):
        seen = world.browser("xavier").get(url).text
        assert "Open" in seen and "Hidden" not in seen, url
        assert "Hidden" in world.browser("bob").get(url).text, url
    assert open_offer


def test_relation_offers_only_what_its_filter_keeps(world: World) -> None:
    options = {"choices": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]}
    make(world, field("kind", "choice", "Kind", options=options))
    make(
        world,
        field(
            "who", "relation", "Who", options={"form": "orgs", "several": True, "filter": "kind=a"}
        ),
        key="offers",
    )
    add(world, "Kept", kind="a")
    add(world, "Dropped", kind="b")
    shown = world.browser("alice").get("/-/forms/offers/new").text
    assert "Kept" in shown and "Dropped" not in shown
    with pytest.raises(Invalid):
        add(world, "Offer", form="offers", who=["Dropped"])


def test_address_behind_the_button_is_told_nowhere(world: World) -> None:
    make(world, field("mail", "email", "Mail", read="*", options={"contact": True}, in_list=True))
    name = add(world, "Coop", mail="secret.person@example.org")
    xavier = world.browser("xavier")
    urls = [f"/{name}", "/-/forms/orgs?view=table", "/-/forms/orgs.csv", "/-/forms/orgs.json"]
    urls += [f"/-/api/v1/entries/{name}", f"/{name}/history", f"/-/entries/{name}/contact/mail"]
    for url in urls:
        assert "secret.person" not in xavier.get(url).text, url
    assert "Coop" not in xavier.get("/-/forms/orgs.csv?q=secret.person").text
    assert f"/-/entries/{name}/contact/mail" in xavier.get(f"/{name}").text


def test_address_behind_the_button_outlives_those_who_edit(world: World) -> None:
    make(
        world,
        field("mail", "email", "Mail", read="*", options={"contact": True}),
        field("n", "number", "N"),
    )
    name = add(world, "Coop", mail="secret.person@example.org")
    bob, url = world.browser("bob"), f"/-/forms/orgs/{name}/edit"
    assert "secret.person" not in bob.get(url).text
    typed = {"title": "Coop", "mail": "", "mail.kept": "1", "n": "bad", "_base": "1"}
    refused = bob.post(url, typed)
    assert refused.status_code == 422 and "secret.person" not in refused.text
    assert bob.post(url, typed | {"n": "2"}).status_code == 303
    assert head(world, name) == {"mail": "secret.person@example.org", "n": 2}
    typed |= {"n": "bad", "mail": "other@example.org", "_base": "2"}
    assert "other@example.org" in bob.post(url, typed).text
    typed |= {"n": "3", "mail": "", "mail.remove": "1"}
    assert bob.post(url, typed).status_code == 303
    assert head(world, name) == {"n": 3}


def test_what_programs_read_can_be_sent_back(world: World) -> None:
    make(
        world,
        field("mail", "email", "Mail", read="*", options={"contact": True}),
        field("no", "sequence", "No"),
        field("twice", "computed", "Twice", options={"formula": "n * 2"}),
        field("n", "number", "N"),
        field("friends", "relation", "Friends", options={"form": "orgs"}),
    )
    name = add(world, "Coop", mail="secret.person@example.org", n=4)
    before = head(world, name)
    with world.app.test_request_context():
        actor = world.actor("alice")
        page = find.page_or_404(name, actor=actor)
        form = entries.form_of(page)
        data = json.loads(export.as_json(query.find(form, query.Query(), actor=actor)))
        content = entries.clean_data(form, data["entries"][0]["values"], actor, page)
        save.save(page, content, base=1, author=actor)
    assert head(world, name) == before and before["twice"] == 8


def test_message_is_mailed_to_the_address(world: World) -> None:
    from sqlalchemy import select

    from wiki.core.jobs import Job

    make(world, field("mail", "email", "Mail", read="*", options={"contact": True}))
    name = add(world, "Coop", mail="secret.person@example.org")
    url = f"/-/entries/{name}/contact/mail"
    typed = {"name": "Ann\nBcc: x@y.fr", "email": "ann@example.org", "message": "Hello there"}
    anonymous = world.browser()
    assert anonymous.post(url, typed | {"email": "nobody"}).status_code == 422
    assert anonymous.post(url, typed | {"_website": "http://spam"}).status_code == 303
    assert anonymous.post(url, typed).status_code == 303
    with world.app.app_context():
        (job,) = db.session().scalars(select(Job).where(Job.kind == "mail")).all()
        assert job.payload["to"] == "secret.person@example.org"
        assert "Hello there" in job.payload["body"] and "ann@example.org" in job.payload["body"]
    assert anonymous.get(f"/-/entries/{name}/contact/title").status_code == 404


def test_tree_is_found_by_what_a_choice_stands_under(world: World) -> None:
    lists(world)
    make(world, field("where", "tree", "Where", facet=True, options={"list": "regions"}))
    add(world, "Coop", where=["bzh"])
    add(world, "Far", where=["east"])
    found = world.browser("bob").get("/-/forms/orgs?where=west").text
    assert "Coop" in found and ">Far<" not in found
    assert "West › Brittany" in found


def lists(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        nomenclatures.store(session, "regions", title="Regions", values=REGIONS)


def test_label_changed_in_a_list_shows_in_every_entry(world: World) -> None:
    lists(world)
    make(world, field("where", "choice", "Where", in_list=True, options={"list": "regions"}))
    name = add(world, "Coop", where="bzh")
    alice = world.browser("alice")
    assert "Brittany" in alice.get(f"/{name}").text
    form = alice.get("/-/lists/regions").text
    base = re.search(r'name="base" value="(\w+)"', form).group(1)  # type: ignore[union-attr]
    typed: dict[str, str] = {"base": base, "rows": "4", "title": "Regions"}
    for at, row in enumerate([*REGIONS, {"fr": "Sud", "en": "South"}]):
        typed |= {f"{at}-{part}": row.get(part, "") for part in ("key", "fr", "en", "parent")}
        typed[f"{at}-order"] = str(at)
    typed["1-en"] = "Little Britain"
    assert alice.post("/-/lists/regions", typed).status_code == 303
    assert "Little Britain" in alice.get(f"/{name}").text
    assert "Coop" in alice.get("/-/forms/orgs?q=little").text
    assert alice.post("/-/lists/regions", typed).status_code == 409
    with world.app.app_context():
        assert [row["key"] for row in nomenclatures.options("regions")] == [
            "west",
            "bzh",
            "east",
            "sud",
        ]
    assert alice.post("/-/lists/regions/removal").status_code == 409


@pytest.mark.parametrize("who", ["", "bob"])
def test_lists_are_changed_by_admins_only(world: World, who: str) -> None:
    lists(world)
    browser = world.browser(who)
    assert browser.post("/-/lists/regions", {"title": "x"}).status_code == 403
    assert browser.get("/-/lists").status_code in {303, 403}


@pytest.mark.parametrize("how", [nomenclature_files.as_csv, nomenclature_files.as_json])
def test_list_comes_back_from_a_file(world: World, how: Any) -> None:
    lists(world)
    with world.app.app_context():
        found = nomenclatures.named("regions")
        assert found
        rows = nomenclature_files.read(how(found).encode())
        assert nomenclatures.checked(nomenclature_files.merged([], rows)) == found.values


def test_list_of_yeswiki_is_read(world: World) -> None:
    old = {"titre_liste": "Type", "label": {"1": "Site web", "2": "Livre"}}
    new = {"nodes": {"0": {"id": "a", "label": "A", "children": [{"id": "b", "label": "B"}]}}}
    with world.app.test_request_context():
        read = [nomenclature_files.read(json.dumps(one).encode()) for one in (old, new)]
        assert [row["key"] for row in nomenclatures.checked(read[0])] == ["1", "2"]
        assert nomenclatures.checked(read[1])[1]["parent"] == "a"


@pytest.mark.parametrize(
    "rows",
    [
        [{"key": "a", "fr": "A"}, {"key": "A", "fr": "B"}],
        [{"key": "a", "fr": "A", "parent": "b"}, {"key": "b", "fr": "B", "parent": "a"}],
        [{"key": "a", "fr": "A", "parent": "gone"}],
        [{"key": "a", "fr": "A|B"}],
        [{"key": "a", "fr": "A", "color": "red;background:url(x)"}],
        [{"key": "a", "fr": "A", "icon": "x' onload='"}],
        [{}],
        ["x"],
    ],
)
def test_unsound_list_is_refused(world: World, rows: Any) -> None:
    with world.app.test_request_context(), pytest.raises(BadValue):
        nomenclatures.checked(rows)


def test_recurrence_gives_its_times_without_the_cancelled(world: World) -> None:
    form = make(world, field("when", "recurrence", "When", options={"time": True}))
    raw = {
        "start": "2026-10-06T18:30",
        "end": "2026-10-06T20:00",
        "rule": "FREQ=WEEKLY;BYDAY=TU;COUNT=5",
        "except": {"2026-10-13": "", "2026-10-20": "2026-10-21T19:00"},
    }
    name = add(world, "Choir", when=raw)
    with world.app.test_request_context():
        spec = form.specs()[1]
        kind, value = forms.type_of(spec), head(world, name)["when"]
        spans = kind.occurrences(
            spec, value, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        )
        days = [span.start.strftime("%d/%m %H:%M") for span in spans]
        # The hour stays the same through the change of hour, on 25 October.
        assert days == ["06/10 18:30", "21/10 19:00", "27/10 18:30", "03/11 18:30"]
        assert (spans[0].end - spans[0].start).total_seconds() == 5400
        assert entries.values_of(form, Content("", "", {"when": value}))["when"] == value


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=99999",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=99991231",
        "FREQ=DAILY;UNTIL=20260230",
        "RDATE:20260101",
        "FREQ=WEEKLY;BYDAY=XX",
        "INTERVAL=2",
        "FREQ=DAILY\nDTSTART:19700101T000000",
    ],
)
def test_rule_that_never_or_always_happens_is_refused(world: World, rule: str) -> None:
    form = make(world, field("when", "recurrence", "When"))
    with world.app.test_request_context(), pytest.raises(BadValue):
        forms.type_of(form.specs()[1]).clean(form.specs()[1], {"start": "2026-10-06", "rule": rule})


def test_period_is_found_by_what_it_overlaps(world: World) -> None:
    make(world, field("when", "period", "When"))
    add(world, "Summer", when={"start": "2026-06-21", "end": "2026-09-20"})
    bob = world.browser("bob")
    assert "Summer" in bob.get("/-/forms/orgs?when.from=2026-08-01&when.to=2026-08-02").text
    assert "Summer" not in bob.get("/-/forms/orgs?when.from=2026-10-01").text


def test_people_are_not_listed_to_those_without_account(world: World) -> None:
    make(world, field("who", "person", "Who", read="*"))
    assert "Carol Partner" not in world.browser().get("/-/forms/orgs/new").text
    assert "Carol Partner" in world.browser("bob").get("/-/forms/orgs/new").text


def test_sections_and_tabs_stand_on_the_page(world: World) -> None:
    make(
        world,
        field("t1", "tab", "Who we are"),
        field("a", "text", "First"),
        field("s1", "section", "Details"),
        field("b", "longtext", "Second"),
        field("t2", "tab", "Numbers"),
        field("c", "number", "Third"),
    )
    name = add(world, "One", a="first answer", b="second *answer*", c=3)
    for html in (
        world.browser("bob").get(f"/{name}").text,
        world.browser("bob").get("/-/forms/orgs/new").text,
    ):
        places = [
            html.index(word)
            for word in ("Who we are", "First", "Details", "Second", "Numbers", "Third")
        ]
        assert places == sorted(places)
