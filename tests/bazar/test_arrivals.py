"""How entries come: by whom, on what condition, past which guard, looked at by whom, changed by which link."""

from __future__ import annotations

import re

import pytest

from tests.bazar import partners
from tests.bazar.guests import opened
from tests.bazar.people import Statements
from tests.world import World
from wiki import worker
from wiki.accounts import people, sessions
from wiki.bazar.entries import antispam, moderation
from wiki.bazar.forms import forms, submission_terms
from wiki.bazar.models import Form
from wiki.core import db, settings
from wiki.pages import find, rights
from wiki.pages.save import Gone

NEW = "/-/forms/partners/new"
QUEUE = "/-/forms/partners/queue"
WORD = "zyxqwaiting"
ENTRY = {"title": f"Neuve {WORD}", "activity": "hosting", "summary": WORD}


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> None:
    monkeypatch.setattr(antispam, "SOONEST", 0)


def make(world: World, *, rows=(), rules=None, **wanted) -> None:
    form = partners.make(world, rows=rows, rules=rules)
    with world.app.app_context(), db.write() as session:
        submission_terms.change(
            session, session.get_one(Form, form.id), submission_terms.Terms(**wanted)
        )
        db.bump(session, "rights")


def mails(world: World) -> list[str]:
    import email
    from email import policy

    while worker.tick(world.app):
        pass
    folder = world.app.config["GARE"].instance / "mail"
    files = sorted(folder.glob("*.eml")) if folder.is_dir() else []
    read = [email.message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]
    return [f"{one['To']} | {one['Subject']} | {one.get_content()}" for one in read]


def test_terms_are_the_admins_and_are_checked(world: World) -> None:
    partners.make(world, rows=[])
    alice, url = world.browser("alice"), "/-/forms/partners/terms"
    base = re.search(r'name="base" value="(\w+)"', alice.get(url).text).group(1)
    typed = {"base": base, "add": "*", "moderated": "1", "moderators": "@friends",
             "notify": "a@example.org, b@example.org", "condition": "Be kind."}  # fmt: skip
    assert world.browser("bob").post(url, typed).status_code == 403
    for name, wrong in (("add", "@nobody"), ("notify", "nowhere"), ("moderators", "who")):
        answer = alice.post(url, typed | {name: wrong})
        assert answer.status_code == 422 and "Be kind." in answer.text, name
    assert alice.post(url, typed).status_code == 303
    with world.app.app_context():
        kept = submission_terms.terms_of(forms.form_named("partners"))
    assert (kept.add, kept.moderated, kept.notify) == ("*", True, "a@example.org b@example.org")
    assert alice.post(url, typed).status_code == 409


def test_everyone_adds_where_the_form_says_so_and_changes_nothing(world: World) -> None:
    make(world, rows=partners.ROWS, rules={"write": "@friends"}, add="*")
    with world.app.app_context(), db.write() as session:
        settings.put(session, anonymous_edit=False)
    guest = world.browser()
    answer = guest.post(NEW, ENTRY | opened(guest, NEW))
    assert answer.status_code == 303, answer.text
    assert guest.get("/-/forms/partners/Octet-Coop/edit").status_code == 303
    changed = guest.post("/-/forms/partners/Octet-Coop/edit", ENTRY | {"_base": "1"})
    assert changed.status_code == 403
    xavier = world.browser("xavier")
    assert xavier.post(NEW, ENTRY | {"title": "Of Xavier"}).status_code == 303
    assert "write" not in page_of(world, "Octet-Coop", "xavier").allowed


def page_of(world: World, name: str, who: str):
    with world.app.app_context():
        return find.page_or_none(name, actor=world.actor(who))


def test_robots_are_kept_out_and_browsers_without_script_wait(world: World, monkeypatch) -> None:
    make(world)
    guest = world.browser()
    for wrong in ({}, {"_seal": "x.y.z"}, opened(guest, NEW) | {"_website": "http://x"}):
        answer = guest.post(NEW, ENTRY | wrong)
        assert answer.status_code == 422 and WORD in answer.text, wrong
    slow = opened(guest, NEW, works=False)
    answer = guest.post(NEW, ENTRY | slow)
    assert answer.status_code == 422 and "seconds, then save once more" in answer.text
    assert re.search(r'name="_seal" value="([^"]+)"', answer.text).group(1) == slow["_seal"]
    other = opened(guest, NEW) | {"_proof": "x" * 21}
    assert guest.post(NEW, ENTRY | other).status_code == 422
    monkeypatch.setattr(antispam, "SLOW", 0)
    assert guest.post(NEW, ENTRY | slow).status_code == 303


def test_seal_is_of_its_form(world: World) -> None:
    make(world)
    partners.make(world, rows=[], key="others")
    guest = world.browser()
    answer = guest.post("/-/forms/others/new", ENTRY | opened(guest, NEW))
    assert answer.status_code == 422


def test_condition_must_be_accepted_and_one_entry_each(world: World) -> None:
    make(world, condition="Be kind.", once=True)
    bob = world.browser("bob")
    assert "Be kind." in bob.get(NEW).text
    answer = bob.post(NEW, ENTRY)
    assert answer.status_code == 422 and "Tick this box" in answer.text and WORD in answer.text
    assert bob.post(NEW, ENTRY | {"_agreed": "1"}).status_code == 303
    answer = bob.post(NEW, ENTRY | {"_agreed": "1", "title": "Second"})
    assert answer.status_code == 422 and "You have an entry here already" in answer.text


def test_api_holds_to_the_terms_of_the_form(world: World) -> None:
    make(world, add="*", once=True, condition="Be kind.")
    entry = {"title": "Neuve", "data": {"activity": "hosting", "summary": "x"}}
    url = "/-/api/v1/forms/partners/entries"
    assert world.browser().post(url, json=entry).status_code == 403
    with world.app.app_context(), db.write() as session:
        bob = people.find_user("bob")
        assert bob
        token = {"Authorization": f"Bearer {sessions.make_token(session, bob, 'api')}"}
    assert world.browser().post(url, json=entry, headers=token).status_code == 201
    again = world.browser().post(url, json=entry, headers=token)
    assert (again.status_code, list(again.json["errors"])) == (422, ["title"])


def test_entry_that_waits_is_seen_by_its_author_and_moderators_only(world: World) -> None:
    make(world, add="*", moderated=True, moderators="@friends")
    xavier = world.browser("xavier")
    place = xavier.post(NEW, ENTRY).headers["Location"]
    assert "Not published yet" in xavier.get(place).text
    while worker.tick(world.app):
        pass
    channels = [
        "/-/forms/partners", "/-/forms/partners.csv", "/-/forms/partners.json", "/-/changes",
        "/-/changes.atom", f"/-/search?q={WORD}", "/-/search/instant?q=zyxq", "/sitemap.xml",
        "/-/names?q=neuve", "/-/api/v1/forms/partners/entries", f"/-/api/v1/search?q={WORD}",
        "/-/api/v1/pages?limit=200",
    ]  # fmt: skip
    for browser in (world.browser(), other_person(world)):
        assert browser.get(place).status_code == 404
        assert browser.get(QUEUE).status_code in (303, 403)
        for channel in channels:
            text = browser.get(channel).text
            assert f"Neuve {WORD}" not in text and f"Neuve-{WORD}" not in text, channel
    assert xavier.get(QUEUE).status_code == 403
    with world.app.app_context():
        page = find.page_or_404(place[1:], actor=world.actor("xavier"))
        with pytest.raises(Gone):
            rights.set_rules(page, actor=world.actor("xavier"), read="*")
    bob = world.browser("bob")
    assert WORD in bob.get(QUEUE).text and WORD in bob.get(place).text
    assert bob.post(f"/-/forms/partners{place}/acceptance").status_code == 303
    assert WORD in world.browser().get(place).text
    assert "is published" in bob.get(QUEUE).text and "Nothing waits here" in bob.get(QUEUE).text
    bob.post(f"/-/forms/partners{place}/acceptance")
    assert any("xavier@example.org" in one and "is published" in one for one in mails(world))


def other_person(world: World):
    from wiki.accounts import people

    with world.app.app_context(), db.write() as session:
        if people.find_user("zoe") is None:
            people.add_user(session, name="zoe", email="zoe@example.org",
                            password="correct horse battery")  # fmt: skip
    return world.browser("zoe")


def test_refused_entry_goes_to_the_trash_with_a_reason(world: World) -> None:
    make(world, moderated=True, notify="staff@example.org", notify_author=True)
    xavier = world.browser("xavier")
    place = xavier.post(NEW, ENTRY).headers["Location"]
    assert world.browser("bob").post(f"/-/forms/partners{place}/refusal").status_code == 403
    alice = world.browser("alice")
    assert alice.post(f"/-/forms/partners{place}/refusal", {"reason": "Twice"}).status_code == 303
    assert alice.get(place).status_code == 404
    told = mails(world)
    assert any("staff@example.org" in one and "waits in Partners" in one for one in told)
    assert any("xavier@example.org" in one and "waits to be looked at" in one for one in told)
    assert any("is not published" in one and "Twice" in one for one in told)
    # Out of the trash, it is still under the rules it waited with.
    with world.app.app_context():
        page = find.page_or_none(place[1:], actor=world.actor("alice"), trashed=True)
        assert page.rules_id == forms.form_named("partners").settings["waiting_rules"]


def test_mailed_link_opens_one_entry_until_it_is_taken_back(world: World) -> None:
    make(world, rows=partners.ROWS, rules={"write": "@friends"}, add="*", moderated=True)
    guest = world.browser()
    answer = guest.post(NEW, ENTRY | opened(guest, NEW) | {"_email": "ada@example.org"})
    assert answer.headers["Location"] == "/-/forms/partners"
    letter = next(one for one in mails(world) if "ada@example.org" in one)
    link = re.search(r"/-/my-entry/\S+", letter).group()
    place = f"/Neuve-{WORD}"
    later = world.browser()
    assert later.get(place).status_code == 404
    assert later.get(link).headers["Location"] == place
    assert WORD in later.get(place).text
    edit = f"/-/forms/partners{place}/edit"
    changed = ENTRY | {"_base": "1", "summary": "Changed by link"}
    assert later.post(edit, changed).status_code == 303
    assert "Changed by link" in world.browser("alice").get(place).text
    assert later.post("/-/forms/partners/Octet-Coop/edit", changed).status_code == 403
    assert world.browser().get(f"{link}x").status_code == 404
    revoked = f"/-/forms/partners{place}/links/removal"
    assert world.browser("xavier").post(revoked).status_code == 404
    assert world.browser("alice").post(revoked).status_code == 303
    assert later.get(place).status_code == 404
    assert later.get(link).status_code == 404


def test_email_that_is_none_is_told(world: World) -> None:
    make(world)
    guest = world.browser()
    answer = guest.post(NEW, ENTRY | opened(guest, NEW) | {"_email": "nowhere"})
    assert answer.status_code == 422 and "is no e-mail address" in answer.text


def test_entry_like_another_is_shown_before_it_is_saved(world: World) -> None:
    make(world, rows=partners.ROWS)
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404("La-Bobine", actor=alice), actor=alice, read="@admins")
    xavier = world.browser("xavier")
    answer = xavier.post(NEW, ENTRY | {"title": "maree  basse !"})
    assert answer.status_code == 409
    assert "Is it here already?" in answer.text and "/Mar%C3%A9e-Basse" in answer.text
    assert WORD in answer.text
    assert xavier.post(NEW, ENTRY | {"title": "La Bobine"}).status_code == 303, "hidden: not told"
    assert xavier.post(NEW, ENTRY | {"title": "maree basse !", "_other": "1"}).status_code == 303


def test_likeness_costs_the_same_however_many_there_are(world: World) -> None:
    make(world, rows=partners.ROWS)
    bob, counts = world.browser("bob"), []
    for title in ("maree basse !", "octet coop !"):
        with Statements(world.app.extensions["gare.db"].reader) as seen:
            assert bob.post(NEW, ENTRY | {"title": title}).status_code == 409
        counts.append(len(seen.seen))
        for at in range(10):
            form = partners_form(world)
            partners.add(world, form, f"Une autre {title} {at}")
    assert counts[0] == counts[1]


def partners_form(world: World) -> Form:
    with world.app.app_context():
        return forms.form_named("partners")


def test_queue_costs_the_same_however_long(world: World) -> None:
    make(world, moderated=True)
    alice, counts = world.browser("alice"), []
    for size in (2, 8):
        for at in range(size):
            with world.app.app_context():
                form = forms.form_named("partners")
                bob = world.actor("bob")
                assert moderation.waiting_rules(form, bob)
                add(form, f"Entry {size}-{at}", bob)
        with Statements(world.app.extensions["gare.db"].reader) as seen:
            alice.get(QUEUE)
        counts.append(len(seen.seen))
    assert counts[0] == counts[1]


def add(form: Form, title: str, actor) -> None:
    from wiki.bazar.entries import entries

    entries.create(form, entries.clean_data(form, {"title": title}, actor), actor)
