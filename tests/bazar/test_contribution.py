"""Contributing to what is another's: suggestions, forms filled in at several times, votes to publish."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.bazar.guests import opened
from tests.bazar.people import add, field, head, make_form, make_with
from wiki.bazar.entries import antispam
from wiki.bazar.entries.suggestions import MOST_OF_PERSON, Suggestion
from wiki.bazar.forms import submission_terms
from wiki.bazar.models import Form
from wiki.core import db
from wiki.core.access import SYSTEM
from wiki.core.jobs import Job
from wiki.pages import find, rights
from wiki.pages.models import Draft, Revision

pytestmark = pytest.mark.data
WORD = "zyxqsuggested"


def change_terms(world, key: str, **wanted) -> None:
    with world.app.app_context(), db.write() as session:
        form = session.scalars(select(Form).where(Form.key == key)).one()
        submission_terms.change(session, form, submission_terms.Terms(**wanted))
        db.bump(session, "rights")


def closed(world, name: str, write: str = "%") -> None:
    """Let an entry be written by its owner alone."""
    with world.app.app_context():
        page = find.page_or_404(name, actor=SYSTEM)
        rights.set_rules(page, actor=SYSTEM, write=write)


def count(world, kind) -> int:
    with world.app.app_context():
        return db.session().scalar(select(func.count()).select_from(kind)) or 0


def mails(world) -> list[dict]:
    with world.app.app_context():
        rows = db.session().scalars(select(Job).where(Job.kind.like("%mail%")).order_by(Job.id))
        return [dict(row.payload) for row in rows]


def number_of(world) -> int:
    with world.app.app_context():
        return db.session().scalars(select(Suggestion.id)).one()


@pytest.fixture
def entry(world) -> str:
    """An entry of Bob's that only he writes, with a phone that members read and a stamp for admins."""
    make_form(world)
    name = add(world, "Marée Basse", "bob", story="One.\n\nTwo.\n", phone="0299", members=3)
    closed(world, name)
    return name


def suggest(browser, name: str, *, base: str = "1", **answers):
    typed = {"title": "Marée Basse", "story": "One.\n\nTwo.\n", "phone": "0299", "members": "3"}
    return browser.post(f"/-/forms/orgs/{name}/suggestion", typed | answers | {"_base": base})


def test_suggestion_is_seen_and_accepted_by_who_may_write_and_signed_by_who_made_it(
    world, entry
) -> None:
    carol, bob = world.browser("carol"), world.browser("bob")
    page = carol.get(f"/{entry}").text
    assert '/suggestion"' in page and "Suggest a change" in page
    form = carol.get(f"/-/forms/orgs/{entry}/suggestion").text
    assert "Suggest a change to" in form and 'name="stamp"' not in form
    sent = suggest(carol, entry, members="8", story=f"{WORD}.\n\nTwo.\n", _summary="Counted again")
    assert sent.status_code == 303
    assert head(world, entry)["members"] == 3
    told = [mail for mail in mails(world) if "bob@example.org" in str(mail)]
    assert told and WORD not in str(told)
    # It merges with what came meanwhile in another answer.
    typed = {"title": "Marée Basse", "story": "One.\n\nTwo changed.\n", "phone": "0299"}
    typed |= {"members": "3", "_base": "1"}
    assert bob.post(f"/-/forms/orgs/{entry}/edit", typed).status_code == 303
    assert "1 change suggested" in bob.get(f"/{entry}").text
    queue = bob.get("/-/forms/orgs/suggestions").text
    assert WORD in queue and "Counted again" in queue and "Members" in queue
    assert "0299" not in queue
    accepted = bob.post(f"/-/forms/orgs/suggestions/{number_of(world)}/acceptance")
    assert accepted.status_code == 303
    stored = head(world, entry)
    assert (stored["members"], stored["phone"]) == (8, "0299")
    assert WORD in stored["story"] and "Two changed." in stored["story"]
    with world.app.app_context():
        last = db.session().scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert last is not None
        assert (last.author_name, last.summary) == ("Carol Partner", "Counted again")
        assert last.author_id == world.actor("carol").id
    assert count(world, Suggestion) == 0
    assert any("carol@example.org" in str(mail) for mail in mails(world))


def test_suggestion_is_told_to_nobody_else(world, entry) -> None:
    carol = world.browser("carol")
    assert suggest(carol, entry, story=WORD).status_code == 303
    number = number_of(world)
    assert WORD in world.browser("bob").get("/-/forms/orgs/suggestions").text
    for who in ("xavier", "carol"):
        browser = world.browser(who)
        assert WORD not in browser.get("/-/forms/orgs/suggestions").text
        assert "suggested" not in browser.get(f"/{entry}").text.partition("<main")[2]
        for act in ("acceptance", "refusal"):
            address = f"/-/forms/orgs/suggestions/{number}/{act}"
            assert browser.post(address).status_code == 404, who
    anonymous = world.browser()
    assert anonymous.get("/-/forms/orgs/suggestions").status_code in {302, 303}
    for address in (f"/{entry}", "/-/changes", "/-/forms/orgs.json", f"/{entry}/history"):
        assert WORD not in anonymous.get(address).text, address
    assert (
        world.browser("bob").post(f"/-/forms/orgs/suggestions/{2**40}/refusal").status_code == 404
    )


def test_suggestion_about_a_hidden_entry_or_field_is_not_possible(world, entry) -> None:
    with world.app.app_context():
        rights.set_rules(find.page_or_404(entry, actor=SYSTEM), actor=SYSTEM, read="@friends")
    xavier = world.browser("xavier")
    assert xavier.get(f"/-/forms/orgs/{entry}/suggestion").status_code == 404
    assert suggest(xavier, entry, story=WORD).status_code == 404
    # Carol does not read the owner's note, nor writes the stamp: what she sends of them is passed over.
    carol = world.browser("carol")
    sent = suggest(carol, entry, members="9", note=WORD, stamp=WORD)
    assert sent.status_code == 303
    with world.app.app_context():
        assert db.session().scalars(select(Suggestion.changes)).one() == {"members": 9}


def test_suggestion_is_refused_with_a_word(world, entry) -> None:
    carol, bob = world.browser("carol"), world.browser("bob")
    suggest(carol, entry, members="8")
    address = f"/-/forms/orgs/suggestions/{number_of(world)}/refusal"
    assert bob.post(address, {"reason": "We are three"}).status_code == 303
    assert count(world, Suggestion) == 0 and head(world, entry)["members"] == 3
    assert any("We are three" in str(mail) for mail in mails(world))
    assert bob.post(address).status_code == 404


def test_wrong_or_too_many_suggestions_are_said_and_nothing_typed_is_lost(world, entry) -> None:
    carol = world.browser("carol")
    same = suggest(carol, entry)
    assert same.status_code == 422 and "Nothing is changed" in same.text
    wrong = suggest(carol, entry, members="many", story=WORD)
    assert wrong.status_code == 422 and WORD in wrong.text and "Send this suggestion" in wrong.text
    for number in range(MOST_OF_PERSON):
        assert suggest(carol, entry, members=str(20 + number)).status_code == 303
    full = suggest(carol, entry, members="50", story=WORD)
    assert full.status_code == 422 and WORD in full.text
    assert world.browser("bob").get(f"/-/forms/orgs/{entry}/suggestion").status_code == 403


def test_people_without_account_suggest_where_the_form_says_so(world, entry, monkeypatch) -> None:
    address = f"/-/forms/orgs/{entry}/suggestion"
    guest = world.browser()
    assert guest.get(address).status_code == 403
    change_terms(world, "orgs", suggest="*")
    assert suggest(guest, entry, members="8").status_code == 422
    trapped = suggest(guest, entry, members="8", **opened(guest, address), _website="http://x")
    assert trapped.status_code == 422
    monkeypatch.setattr(antispam, "SOONEST", 0)
    assert suggest(guest, entry, members="8", **opened(guest, address)).status_code == 303
    with world.app.app_context():
        changes = db.session().scalars(select(Suggestion.changes)).one()
    # The phone is for members: a guest is not asked for it, and takes it away from nobody.
    assert changes == {"members": 8}
    change_terms(world, "orgs", suggest="")
    assert world.browser("carol").get(address).status_code == 403


def test_suggestion_against_a_newer_answer_waits(world, entry) -> None:
    suggest(world.browser("carol"), entry, members="8")
    bob = world.browser("bob")
    typed = {"title": "Marée Basse", "story": "One.\n\nTwo.\n", "phone": "0299", "members": "5"}
    assert bob.post(f"/-/forms/orgs/{entry}/edit", typed | {"_base": "1"}).status_code == 303
    bob.post(f"/-/forms/orgs/suggestions/{number_of(world)}/acceptance")
    assert head(world, entry)["members"] == 5 and count(world, Suggestion) == 1
    assert "changed meanwhile" in bob.get("/-/forms/orgs/suggestions").text


def test_new_entry_is_finished_later_by_its_author_only(world) -> None:
    make_with(world, field("story", "longtext", "Story", required=True), key="orgs")
    bob = world.browser("bob")
    form = bob.get("/-/forms/orgs/new").text
    assert 'name="_later"' in form and "formnovalidate" in form
    kept = bob.post("/-/forms/orgs/new", {"title": WORD, "story": "", "_later": "1"})
    assert kept.status_code == 303 and count(world, Draft) == 1
    assert WORD in bob.get("/-/forms/orgs").text and WORD in bob.get("/-/me").text
    assert "did not finish" in bob.get("/-/forms/orgs/new").text
    again = bob.get("/-/forms/orgs/new?draft=1").text
    assert f'value="{WORD}"' in again
    for who in ("carol", "alice", ""):
        other = world.browser(who)
        for address in ("/-/forms/orgs", "/-/forms/orgs/new?draft=1", "/-/forms/orgs.json"):
            assert WORD not in other.get(address).text, (who, address)
    done = bob.post("/-/forms/orgs/new", {"title": WORD, "story": "Told."})
    assert done.status_code == 303 and count(world, Draft) == 0
    anonymous = world.browser()
    assert 'name="_later"' not in anonymous.get("/-/forms/orgs/new").text


def test_draft_of_an_entry_keeps_its_version_and_goes_with_the_save(world, entry) -> None:
    bob = world.browser("bob")
    typed = {"title": "Marée Basse", "story": "One.\n\nTwo, and more.\n", "phone": "0299"}
    later = typed | {"members": "3", "_base": "1", "_later": "1"}
    assert bob.post(f"/-/forms/orgs/{entry}/edit", later).status_code == 303
    assert head(world, entry)["story"] == "One.\n\nTwo."
    with world.app.app_context():
        assert find.page_or_404(entry, actor=SYSTEM).revision_no == 1
    resumed = bob.get(f"/-/forms/orgs/{entry}/edit?draft=1").text
    assert "Two, and more." in resumed and 'name="_base" value="1"' in resumed
    mine = bob.get("/-/me").text
    assert f"/-/forms/orgs/{entry}/edit?draft=1" in mine.replace("%C3%A9", "é") or "draft=1" in mine
    assert (
        "Two, and more."
        not in world.browser("alice").get(f"/-/forms/orgs/{entry}/edit?draft=1").text
    )
    saved = bob.post(f"/-/forms/orgs/{entry}/edit", typed | {"members": "3", "_base": "1"})
    assert saved.status_code == 303 and count(world, Draft) == 0


def test_draft_by_script_is_kept_and_thrown_away(world) -> None:
    make_with(world, key="orgs")
    bob = world.browser("bob")
    same = {"Sec-Fetch-Site": "same-origin"}
    kept = bob.client.put("/-/forms/orgs/draft", data={"title": WORD}, headers=same)
    assert kept.status_code == 200 and WORD in bob.get("/-/forms/orgs").text
    assert bob.post("/-/forms/orgs/draft/removal").status_code == 303
    assert count(world, Draft) == 0
    anonymous = world.browser().client.put("/-/forms/orgs/draft", data={}, headers=same)
    assert anonymous.status_code in {302, 303, 401, 403}


def test_entry_comes_out_at_the_vote_that_was_needed(world) -> None:
    make_with(world, field("story", "longtext", "Story"), key="orgs")
    change_terms(world, "orgs", moderated=True, moderators="+", approvals=2)
    xavier = world.browser("xavier")
    place = xavier.post("/-/forms/orgs/new", {"title": "Neuve", "story": WORD}).headers["Location"]
    name = place.strip("/")
    vote = f"/-/forms/orgs/{name}/approvals"
    assert world.browser().get(place).status_code == 404
    assert xavier.post(vote).status_code == 403, "one's own entry is not one's to approve"
    bob, carol = world.browser("bob"), world.browser("carol")
    assert "0 of 2 votes" in bob.get("/-/forms/orgs/queue").text
    for _twice in range(2):
        assert bob.post(vote).status_code == 303
    told = bob.get("/-/forms/orgs/queue").text
    assert "1 of 2 votes" in told and "You voted for it" in told
    assert world.browser().get(place).status_code == 404
    for act in ("acceptance", "refusal"):
        assert bob.post(f"/-/forms/orgs/{name}/{act}").status_code == 403, act
    assert (
        bob.post(f"/-/forms/orgs/{name}/edit", {"title": "Mine", "_base": "1"}).status_code == 403
    )
    assert carol.post(vote).status_code == 303
    assert WORD in world.browser().get(place).text
    assert any("xavier@example.org" in str(mail) for mail in mails(world))


def test_admin_decides_at_once_and_terms_bound_the_number(world) -> None:
    make_with(world, key="orgs")
    change_terms(world, "orgs", moderated=True, moderators="+", approvals=3)
    place = (
        world.browser("xavier").post("/-/forms/orgs/new", {"title": "Neuve"}).headers["Location"]
    )
    alice = world.browser("alice")
    assert alice.post(f"/-/forms/orgs{place}/acceptance").status_code == 303
    assert world.browser().get(place).status_code == 200
    html = alice.get("/-/forms/orgs/terms").text
    base = html.partition('name="base" value="')[2].partition('"')[0]
    for wrong in ("99", "x", "-1"):
        sent = alice.post(
            "/-/forms/orgs/terms", {"base": base, "approvals": wrong, "moderated": "1"}
        )
        assert sent.status_code == 422 and "from 0 to 50" in sent.text, wrong


def test_trashing_says_which_entries_name_it_and_nothing_of_hidden_ones(world, entry) -> None:
    public = add(world, "Points at it", friends=["Marée Basse"])
    hidden = add(world, "Zyxqhidden points at it", friends=["Marée Basse"])
    with world.app.app_context():
        page = find.page_or_404(hidden, actor=SYSTEM)
        rights.set_rules(page, actor=SYSTEM, read="@admins")
    asked = world.browser("bob").get(f"/{entry}/trash").text
    assert "Points at it" in asked and "Friends" in asked and "zyxq" not in asked.lower()
    seen = world.browser("alice").get(f"/{entry}/trash").text
    assert "Zyxqhidden" in seen
    # One who sees no entry that names it reads the same words as when there is none.
    alone = add(world, "Alone", "bob")
    with world.app.app_context():
        page = find.page_or_404(public, actor=SYSTEM)
        rights.set_rules(page, actor=SYSTEM, read="@admins")
    bob = world.browser("bob")
    words = [bob.get(f"/{one}/trash").text.partition("<main")[2] for one in (entry, alone)]
    assert "name it" not in words[0] and "may not see" in words[0] and "may not see" in words[1]
    assert bob.post(f"/{entry}/trash").status_code == 303
    assert "Marée" not in world.browser("alice").get(f"/{public}").text
