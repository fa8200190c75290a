"""Coming into a project: roles and what each may do, requests, invitations, the end."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from tests.projects.stations import AT, KEY, make_station
from wiki.core import db
from wiki.core.jobs import Job
from wiki.projects import find, membership
from wiki.projects.models import Invitation
from wiki.projects.roles import may_set


def roles(world, key=KEY):
    with world.app.app_context():
        project, _page = find.project_or_404(key, actor=world.actor("alice"))
        return {member.user.name: member.role for member in find.members(project)}


def give(browser, name, role):
    return browser.post(f"{AT}/people", {"name": name, "role": role}).status_code


def set_doors(world, **doors):
    return world.browser("bob").post(f"{AT}/visibility", doors).status_code


def mails(world):
    with world.app.app_context():
        rows = db.session().query(Job).filter(Job.kind == "mail").all()
        return [(row.payload["to"], row.payload["subject"]) for row in rows]


def invite(world, **asked):
    answer = world.browser("bob").post(f"{AT}/invitations", {"days": "7", "role": "member"} | asked)
    assert answer.status_code == 201, answer.text
    return re.search(r"/-/projects/invitations/[\w-]+", answer.text)[0]


@pytest.mark.parametrize(
    ("own", "before", "after", "may"),
    [
        ("gardener", "referent", "member", False),
        ("gardener", "referent", "", False),
        ("gardener", "gardener", "member", False),
        ("gardener", "member", "referent", False),
        ("gardener", "", "referent", False),
        ("gardener", "member", "gardener", True),
        ("gardener", "guest", "", True),
        ("member", "", "guest", False),
        ("guest", "", "guest", False),
        ("", "", "guest", False),
        ("referent", "referent", "guest", True),
    ],
)
def test_who_may_give_which_role(own, before, after, may):
    assert may_set(own, before, after) is may


def test_gardener_moves_no_referent(world):
    make_station(world)
    bob = world.browser("bob")
    assert give(bob, "carol", "gardener") == 303
    assert give(bob, "alice", "referent") == 303
    carol = world.browser("carol")
    for role in ("member", "guest", ""):
        assert give(carol, "bob", role) == 422
    assert give(carol, "xavier", "referent") == 422
    assert give(carol, "carol", "referent") == 422
    assert roles(world) == {"bob": "referent", "carol": "gardener", "alice": "referent"}
    for path, sent in (("visibility", {"visibility": "members"}), ("end", {})):
        assert carol.post(f"{AT}/{path}", sent).status_code == 403
    assert give(carol, "carol", "member") == 303


def test_guest_reads_and_changes_nothing(world):
    make_station(world)
    assert set_doors(world, visibility="members", joining="invitation") == 303
    bob, xavier = world.browser("bob"), world.browser("xavier")
    new = {"name": "Recipe", "title": "Recipe", "text": "Flour", "parent": KEY}
    bob.post("/-/new", new)
    assert give(bob, "xavier", "guest") == 303
    assert xavier.get("/Recipe").status_code == 200
    asked = {"title": "Recipe", "text": "Sugar", "base": "1"}
    assert xavier.post("/Recipe", asked).status_code == 403
    assert xavier.get(f"{AT}/arrange").status_code == 403
    assert give(bob, "xavier", "member") == 303
    assert xavier.post("/Recipe", asked).status_code == 303
    assert give(bob, "xavier", "guest") == 303
    assert xavier.post("/Recipe", asked | {"text": "Salt", "base": "2"}).status_code == 403
    assert world.text("Recipe").strip() == "Sugar"


def test_request_is_mailed_accepted_and_told(world):
    make_station(world)
    assert set_doors(world, visibility="public", joining="request") == 303
    xavier, bob = world.browser("xavier"), world.browser("bob")
    assert xavier.post(f"{AT}/join", {"words": "I can bake"}).status_code == 303
    assert "xavier" not in roles(world)
    assert mails(world) == [("bob@example.org", "Xavier Outside asks to join Le Fournil")]
    assert "Your request is sent" in xavier.get(f"/{KEY}").text
    # Asking again changes the words and sends nothing more.
    xavier.post(f"{AT}/join", {"words": "And clean"})
    assert len(mails(world)) == 1
    assert "And clean" in bob.get(f"{AT}/people").text
    assert "And clean" not in world.browser("carol").get(f"{AT}/people").text
    answer = {"name": "xavier", "answer": "yes", "words": "Come on Monday"}
    assert world.browser("carol").post(f"{AT}/requests", answer).status_code == 403
    assert bob.post(f"{AT}/requests", answer).status_code == 303
    assert roles(world)["xavier"] == "member"
    assert mails(world)[-1] == ("xavier@example.org", "Welcome aboard Le Fournil.")
    assert bob.post(f"{AT}/requests", answer).status_code == 422


def test_refused_request_can_be_made_again(world):
    make_station(world)
    set_doors(world, visibility="public", joining="request")
    xavier, bob = world.browser("xavier"), world.browser("bob")
    xavier.post(f"{AT}/join")
    assert bob.post(f"{AT}/requests", {"name": "xavier", "answer": "no"}).status_code == 303
    assert "xavier" not in roles(world)
    assert "cannot take you in" in mails(world)[-1][1]
    xavier.post(f"{AT}/join")
    assert len(mails(world)) == 3


def test_one_does_not_walk_into_a_project_of_invitations(world):
    make_station(world)
    set_doors(world, visibility="public", joining="invitation")
    xavier = world.browser("xavier")
    xavier.post(f"{AT}/join")
    assert "xavier" not in roles(world)
    assert "by invitation" in xavier.get(f"/{KEY}").text


def test_invitation_lets_in_who_holds_it_even_where_nothing_can_be_seen(world):
    make_station(world)
    set_doors(world, visibility="discreet")
    link = invite(world, role="guest", label="The new ones")
    xavier = world.browser("xavier")
    assert xavier.get(f"/{KEY}").status_code == 404
    shown = world.browser().get(link)
    assert "Le Fournil" in shown.text and "no-store" in shown.headers["Cache-Control"]
    assert world.browser().post(link).status_code == 403
    assert xavier.post(link).status_code == 303
    assert roles(world)["xavier"] == "guest"
    assert xavier.get(f"/{KEY}").status_code == 200
    # Whoever is in already keeps their role.
    world.browser("bob").post(link)
    assert roles(world)["bob"] == "referent"


def test_invitation_ends_by_hand_and_by_itself(world):
    make_station(world)
    link, other = invite(world), invite(world)
    with world.app.app_context(), db.write() as session:
        token = other.rpartition("/")[2]
        row = session.get_one(Invitation, membership.hashed(token))
        row.expires_at = db.utcnow() - timedelta(minutes=1)
    assert world.browser("xavier").post(other).status_code == 404
    ending = membership.hashed(link.rpartition("/")[2])
    for name, status in (("carol", 403), ("bob", 303), ("bob", 404)):
        answer = world.browser(name).post(f"{AT}/invitations/{ending}/revocation")
        assert answer.status_code == status
    assert world.browser("xavier").get(link).status_code == 404
    assert roles(world) == {"bob": "referent"}


@pytest.mark.parametrize(
    "asked", [{"days": "0"}, {"days": "999"}, {"days": "x"}, {"role": "referent"}]
)
def test_invitation_brings_no_more_than_it_may(world, asked):
    make_station(world)
    sent = {"days": "7", "role": "member"} | asked
    assert world.browser("bob").post(f"{AT}/invitations", sent).status_code == 422


def test_closed_project_is_read_and_no_more(world):
    make_station(world)
    bob, carol = world.browser("bob"), world.browser("carol")
    bob.post("/-/new", {"name": "Recipe", "title": "Recipe", "text": "Flour", "parent": KEY})
    bob.post("/Recipe/rename", {"name": "The-recipe"})
    world.page("Next-oven")
    assert bob.post(f"{AT}/end", {"successor": "Nowhere"}).status_code == 422
    assert bob.post(f"{AT}/end", {"successor": "Next-oven"}).status_code == 303
    for reader in (world.browser(), carol, bob):
        text = reader.get(f"/{KEY}").text
        assert "This project ended on" in text and 'href="/Next-oven"' in text
        assert "someone expects you" not in text.casefold()
    asked = {"title": "Recipe", "text": "Sugar", "base": "1"}
    for writer in (carol, bob):
        assert writer.post("/Recipe", asked).status_code == 403
        assert writer.get(f"{AT}/arrange").status_code == 403
        writer.post(f"{AT}/join")
    assert roles(world) == {"bob": "referent"}
    assert bob.post(f"{AT}/end", {"action": "reopen"}).status_code == 303
    assert bob.post("/Recipe", asked).status_code == 303


def test_discreet_project_is_in_no_list_even_for_admins_outside(world):
    make_station(world)
    set_doors(world, visibility="discreet")
    for path in ("/-/projects", "/-/me"):
        assert "Le Fournil" in world.browser("bob").get(path).text
        assert "Le Fournil" not in world.browser("alice").get(path).text
    home = world.browser("alice").get("/").text
    assert "Le Fournil" not in home[home.index('<ul class="stations"') :].partition("</ul>")[0]
    # Who answers for the wiki can still reach it by its address.
    assert world.browser("alice").get(f"/{KEY}").status_code == 200
    assert set_doors(world, visibility="discreet", joining="open") == 303
    with world.app.app_context():
        project, _page = find.project_or_404(KEY, actor=world.actor("alice"))
        assert project.joining == "invitation"


def test_nothing_is_added_to_a_project_by_who_is_kept_out(world):
    """The one path of every save refuses, whatever the door: here a program."""
    make_station(world)
    bob = world.browser("bob")
    give(bob, "xavier", "guest")
    answer = world.browser("xavier").client.put(
        "/-/api/v1/forms/nothing/entries",
        data=json.dumps({"title": "x"}),
        content_type="application/json",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code in (404, 405)
    with world.app.app_context():
        from wiki.core.http import Invalid
        from wiki.pages import save
        from wiki.pages.content import Content

        project, page = find.project_or_404(KEY, actor=world.actor("alice"))
        new = save.NewPage("Inside", project_id=project.id, membrane_id=page.membrane_id)
        with pytest.raises(Invalid):
            save.create(new, Content("Inside", "x"), author=world.actor("xavier"))
        assert save.create(new, Content("Inside", "x"), author=world.actor("carol")).id
