"""A project from its opening to its doors closed: the wizard, its people, who sees it, what leaves next."""

from __future__ import annotations

import pytest

from tests.projects.stations import (
    AT,
    KEY,
    add_entry,
    blocks,
    in_days,
    make_forms,
    make_station,
    station,
)
from wiki.projects import find

ASKED = {"title": "Le Fournil", "purpose": "Bread for all", "template": "working-group"}


def roles(world, key=KEY):
    """Return the roles of a project's people by name."""
    with world.app.app_context():
        project, _page = find.project_or_404(key, actor=world.actor("alice"))
        return {member.user.name: member.role for member in find.members(project)}


def set_role(browser, name, role, at=AT):
    return browser.post(f"{at}/people", {"name": name, "role": role})


def test_wizard_opens_a_station_with_the_platforms_chosen(world):
    bob = world.browser("bob")
    assert bob.get("/-/projects/new").status_code == 200
    second = bob.post("/-/projects/new", ASKED | {"step": "2"})
    assert 'value="Le Fournil"' in second.text
    last = {"step": "open", "blocks": ["meetings", "search"], "people": "carol nobody"}
    opened = bob.post("/-/projects/new", ASKED | last)
    assert (opened.status_code, opened.location) == (303, f"/{KEY}")
    assert blocks(world) == ["meetings", "search"]
    assert roles(world) == {"bob": "referent", "carol": "member"}
    told = bob.get(f"/{KEY}").text
    assert "Nobody here is called: nobody." in told
    assert 'class="toast error"' in told


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "Taken"}, "title"),
        ({"purpose": " "}, "purpose"),
        ({"visibility": "nobody"}, "visibility"),
        ({"contact": "javascript:alert(1)"}, "contact"),
    ],
    ids=str,
)
def test_wizard_refuses_and_makes_nothing(world, typed, field):
    world.page("Taken")
    answer = world.browser("bob").post("/-/projects/new", ASKED | {"step": "open"} | typed)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert world.browser("alice").get(f"/{KEY}").status_code == 404


def test_wizard_wants_a_sign_in(world):
    assert world.browser().post("/-/projects/new", ASKED | {"step": "open"}).status_code == 403
    assert world.browser("alice").get(f"/{KEY}").status_code == 404


def test_people_come_in_and_go_out_by_themselves(world):
    make_station(world)
    xavier = world.browser("xavier")
    assert xavier.post(f"{AT}/join").status_code == 303
    assert roles(world)["xavier"] == "member"
    assert xavier.post(f"{AT}/leave").status_code == 303
    assert "xavier" not in roles(world)
    assert world.browser().post(f"{AT}/join").status_code == 403


def test_who_is_in_already_keeps_their_role(world):
    make_station(world)
    bob = world.browser("bob")
    set_role(bob, "alice", "gardener")
    for name in ("bob", "alice"):
        assert world.browser(name).post(f"{AT}/join").status_code == 303
    assert roles(world) == {"bob": "referent", "alice": "gardener"}


def test_roles_are_given_by_who_runs_the_project(world):
    make_station(world)
    bob = world.browser("bob")
    assert set_role(bob, "carol@example.org", "gardener").status_code == 303
    assert roles(world)["carol"] == "gardener"
    assert set_role(world.browser("carol"), "xavier", "member").status_code == 303
    assert set_role(world.browser("xavier"), "xavier", "referent").status_code == 403
    assert set_role(bob, "nobody", "member").status_code == 422
    assert set_role(bob, "carol", "emperor").status_code == 400
    assert set_role(bob, "carol", "").status_code == 303
    assert roles(world) == {"bob": "referent", "xavier": "member"}


def test_last_referent_stays(world):
    make_station(world)
    bob = world.browser("bob")
    for answer in (set_role(bob, "bob", ""), set_role(bob, "bob", "member")):
        assert answer.status_code == 422
    assert bob.post(f"{AT}/leave").status_code == 422
    assert roles(world) == {"bob": "referent"}
    set_role(bob, "carol", "referent")
    assert bob.post(f"{AT}/leave").status_code == 303
    assert roles(world) == {"carol": "referent"}


def test_closing_a_project_hides_it_at_once(world):
    make_station(world)
    bob, xavier, anyone = world.browser("bob"), world.browser("xavier"), world.browser()
    new = {"name": "Recipe", "title": "Recipe", "text": "Flour and water", "parent": KEY}
    assert bob.post("/-/new", new).status_code == 303
    for reader in (xavier, anyone):
        assert reader.get("/Recipe").status_code == 200
        assert "Le Fournil" in reader.get("/-/projects").text
    assert bob.post(f"{AT}/visibility", {"visibility": "members"}).status_code == 303
    for reader in (xavier, anyone):
        assert "Le Fournil" not in reader.get("/-/projects").text
        for path in (f"/{KEY}", "/Recipe", f"{AT}/people", f"{AT}/arrange"):
            assert reader.get(path).status_code == 404, path
    assert xavier.post(f"{AT}/join").status_code == 404
    assert bob.get("/Recipe").status_code == 200
    assert bob.post(f"{AT}/visibility", {"visibility": "network"}).status_code == 303
    assert (xavier.get("/Recipe").status_code, anyone.get("/Recipe").status_code) == (200, 404)


def test_only_who_runs_a_project_opens_or_closes_it(world):
    make_station(world)
    asked = {"visibility": "members"}
    assert world.browser("xavier").post(f"{AT}/visibility", asked).status_code == 403
    bad = world.browser("bob").post(f"{AT}/visibility", {"visibility": "nobody"})
    assert bad.status_code == 422
    assert world.browser().get(f"/{KEY}").status_code == 200


def test_board_says_what_leaves_next_soonest_first(world):
    make_station(world, "meetings", "actions")
    make_forms(world, "meetings", "actions")
    add_entry(world, "meetings", title="Later meeting", date=in_days(9))
    add_entry(world, "meetings", title="Past meeting", date=in_days(-3))
    add_entry(world, "actions", title="Deadline between", deadline=in_days(5)[:10])
    add_entry(world, "meetings", title="Next meeting", date=in_days(2))
    html = world.browser().get(f"/{KEY}").text
    board = html[html.index('<ol class="board') :].partition("</ol>")[0]
    places = [board.find(name) for name in ("Next meeting", "Deadline between", "Later meeting")]
    assert -1 not in places and places == sorted(places)
    assert "Past meeting" not in board
    assert board.count('href="#voie-1"') == 2 and board.count('href="#voie-2"') == 1
    assert "Next meeting" in world.browser().get("/-/projects").text


def test_phone_keeps_the_first_departures_and_the_next_meeting_wherever_it_stands(world):
    make_station(world, "meetings", "actions", "contacts", "documents", "decisions")
    make_forms(world, "meetings", "actions")
    for days in (1, 2, 3, 4, 8):
        add_entry(world, "actions", title=f"Deadline {days}", deadline=in_days(days)[:10])
    add_entry(world, "meetings", title="Bakers' meeting", date=in_days(6))
    html = world.browser("bob").get(f"/{KEY}").text
    board = html[html.index('<ol class="board') :].partition("</ol>")[0]
    rows = board.split("<li ")[1:]
    later = [row for row in rows if "later" in row.partition(">")[0]]
    assert len(rows) == 6
    assert ["Deadline 4" in later[0], "Deadline 8" in later[1]] == [True, True]
    assert len(later) == 2 and "2 other dates" in html


def test_departure_of_a_closed_project_stays_inside(world):
    make_station(world, "meetings", visibility="members")
    make_forms(world, "meetings")
    add_entry(world, "meetings", title="Secret meeting", date=in_days(2))
    assert "Secret meeting" in world.browser("bob").get("/-/projects").text
    for name in ("", "xavier"):
        assert "Secret meeting" not in world.browser(name).get("/-/projects").text


def test_greeting_names_who_answers_and_follows_the_newcomer(world):
    make_station(world)
    make_forms(world, "actions")
    add_entry(world, "actions", title="Sweep the oven", help_wanted="yes")
    xavier = world.browser("xavier")
    before = xavier.get(f"/{KEY}").text
    assert "Hello. Bob will answer you." in before
    assert "Say hello" in before and "Sweep the oven" in before
    xavier.post(f"{AT}/join")
    after = xavier.get(f"/{KEY}").text
    assert "You have arrived" in after and "Say hello" not in after
    # Who comes is welcomed before the platforms; who is of the project has them first.
    assert before.index("Someone expects you") < before.index('class="platforms"')
    assert after.index("Someone expects you") > after.index('class="platforms"')
    assert "will answer you" not in world.browser("bob").get(f"/{KEY}").text


def test_a_new_name_shows_wherever_the_project_is_named(world):
    make_station(world)
    words = {"action": "words", "title": "Le Grand Four", "purpose": "Bread for all"}
    assert world.browser("bob").post(f"{AT}/arrange", words).status_code == 303
    assert station(world).title == "Le Grand Four"
    assert "Le Grand Four" in world.browser().get("/-/projects").text


def test_wizard_begins_the_station_with_a_meeting_tools_and_the_forms_it_lacks(world):
    make_forms(world, "meetings")
    bob = world.browser("bob")
    chosen = ASKED | {"blocks": ["meetings", "our_tools", "news"]}
    third = bob.post("/-/projects/new", chosen | {"step": "3"}).text
    assert "Make the 2 forms that its platforms read" in third
    asked = chosen | {
        "step": "open",
        "meeting_title": "First batch",
        "meeting_day": in_days(3)[:10],
        "meeting_hour": "18:30",
        "tool_name": ["The pad", ""],
        "tool_url": ["https://pad.example", ""],
        "make_forms": "1",
    }
    wrong = [
        {"meeting_day": ""},
        {"meeting_day": "tomorrow"},
        {"tool_url": ["javascript:alert(1)"]},
        {"tool_url": [""]},
        {"contact": "just words"},
    ]
    for typed in wrong:
        answer = bob.post("/-/projects/new", asked | typed)
        assert answer.status_code == 422 and "First batch" in answer.text, typed
    assert world.browser("alice").get(f"/{KEY}").status_code == 404
    assert bob.post("/-/projects/new", asked).status_code == 303
    html = world.browser().get(f"/{KEY}").text
    assert "First batch" in html and "The pad" in html
    assert world.browser().get("/-/forms/news").status_code == 200


def test_private_station_begins_with_its_meeting_too(world):
    make_forms(world, "meetings")
    asked = ASKED | {"step": "open", "visibility": "discreet", "blocks": ["meetings"]}
    meeting = {"meeting_title": "Hushed", "meeting_day": in_days(3)[:10]}
    bob = world.browser("bob")
    assert bob.post("/-/projects/new", asked | meeting).status_code == 303
    assert "Hushed" in bob.get(f"/{KEY}").text
    assert "Hushed" not in world.browser("xavier").get("/-/forms/meetings").text
