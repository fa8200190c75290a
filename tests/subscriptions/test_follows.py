"""Subscriptions: digests, mentions, unsubscription and double opt-in; permissions apply on delivery."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from tests import post
from wiki import worker
from wiki.accounts import people
from wiki.comments import comments
from wiki.core import db, jobs, periodic
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.subscriptions import digest
from wiki.subscriptions.models import Follow


def follow(world, who: str, kind: str, name: str, rhythm: str = "now") -> None:
    form = {"kind": kind, "name": name, "rhythm": rhythm}
    assert world.browser(who).post("/-/follow", form).status_code == 303


def edit_page(world, name: str, text: str, *, who: str = "alice", **stamp) -> None:
    with world.app.app_context():
        actor = world.actor(who)
        page = find.page_or_404(name, actor=actor)
        content = Content(page.title, text, tags=tuple(page.head.tags))
        save.save(page, content, base=None, author=actor, stamp=save.Stamp(**stamp))


def queue_digests(world, rhythm: str = "now") -> int:
    with world.app.app_context():
        return digest.queue(rhythm, until=db.utcnow())


def set_rules(world, page: str, **rules: str) -> None:
    with world.app.app_context():
        alice = world.actor("alice")
        rights.set_rules(find.page_or_404(page, actor=alice), actor=alice, **rules)


def test_follower_receives_one_mail_with_a_summary(world):
    world.page("Page", "The quick fox rests here.", title="Of foxes")
    follow(world, "bob", "page", "Page")
    assert queue_digests(world) == 0
    edit_page(world, "Page", "The slow brown fox rests here.", summary="more true")
    assert queue_digests(world) == 1
    (mail,) = post.taken(world.app)
    assert mail["To"] == "bob@example.org"
    assert "Of foxes" in mail["Subject"]
    for words in (
        "more true",
        "2 words added, 1 taken out",
        "slow brown",
        "/Page/diff?from=1&to=2",
    ):
        assert words in mail.get_content()
    assert queue_digests(world) == 0
    assert post.taken(world.app) == []


def test_authors_are_not_notified_of_their_own_changes(world):
    world.page("Page", "one")
    follow(world, "bob", "page", "Page")
    edit_page(world, "Page", "two", who="bob")
    with world.app.app_context():
        bob = world.actor("bob")
        comments.add(find.page_or_404("Page", actor=bob), "mine", actor=bob)
    queue_digests(world)
    assert post.taken(world.app) == []
    edit_page(world, "Page", "three", who="carol")
    queue_digests(world)
    assert len(post.taken(world.app)) == 1


def test_minor_changes_are_not_notified(world):
    world.page("Page", "one")
    follow(world, "bob", "page", "Page")
    edit_page(world, "Page", "two", minor=True)
    queue_digests(world)
    assert post.taken(world.app) == []


def test_permissions_are_checked_on_delivery(world):
    world.page("Page", "zyxqv one", title="Zyxqv")
    follow(world, "bob", "page", "Page")
    edit_page(world, "Page", "zyxqv two", summary="zyxqv")
    assert queue_digests(world) == 1
    set_rules(world, "Page", read="@admins")
    assert post.taken(world.app) == []
    edit_page(world, "Page", "zyxqv three")
    queue_digests(world)
    assert post.taken(world.app) == []
    set_rules(world, "Page", read="*")
    edit_page(world, "Page", "zyxqv four")
    queue_digests(world)
    assert len(post.taken(world.app)) == 1


def test_new_permission_applies_at_once(world):
    world.page("Page", "one")
    follow(world, "bob", "page", "Page")
    set_rules(world, "Page", read="@admins")
    edit_page(world, "Page", "two words")
    set_rules(world, "Page", read="*")
    queue_digests(world)
    assert len(post.taken(world.app)) == 1


def test_one_mail_covers_all_follows(world):
    for name in ("One", "Two"):
        world.page(name, "text", tags=("t",))
        follow(world, "bob", "page", name, "daily")
    follow(world, "bob", "tag", "t", "daily")
    for name in ("One", "Two"):
        edit_page(world, name, "other text")
    queue_digests(world, "daily")
    (mail,) = post.taken(world.app)
    assert mail.get_content().count("/One\n") == mail.get_content().count("/Two\n") == 1


def test_own_station_lists_visible_follows(world):
    world.page("Page", "The quick fox rests here.", title="Of foxes")
    bob = world.browser("bob")
    assert "Of foxes" not in bob.get("/-/me").text
    follow(world, "bob", "page", "Page")
    assert "Of foxes" in bob.get("/-/me").text
    set_rules(world, "Page", read="@admins")
    assert "Of foxes" not in bob.get("/-/me").text


def test_tree_form_project_and_search_can_be_followed(world):
    from tests.security.private_things import COMMON, make_things

    make_things(world)
    with world.app.app_context():
        alice = world.actor("alice")
        root = find.page_or_404("Target", actor=alice)
        child = save.create(
            save.NewPage("Child", parent_id=root.id), Content("Child", "a"), author=alice
        )
        save.create(
            save.NewPage("Grandchild", parent_id=child.id), Content("Grandchild", "a"), author=alice
        )
    follow(world, "bob", "tree", "Target")
    follow(world, "carol", "project", "Public-Station")
    follow(world, "xavier", "search", COMMON)
    edit_page(world, "Grandchild", "b")
    edit_page(world, "Public-Station-Page", f"{COMMON} b")
    edit_page(world, "Hidden-Page", f"{COMMON} zyxqpage again")
    queue_digests(world)
    bodies = {mail["To"]: mail.get_content() for mail in post.taken(world.app)}
    assert "/Grandchild" in bodies["bob@example.org"]
    assert "/Public-Station-Page" in bodies["carol@example.org"]
    assert "/Public-Station-Page" in bodies["xavier@example.org"]
    assert not any("zyxq" in body for body in bodies.values())
    follow(world, "bob", "form", "meetings")
    with world.app.app_context():
        alice = world.actor("alice")
        page = find.page_or_404("Public-Entry", actor=alice)
        data = page.head.data | {"place": "Lyon"}
        save.save(page, Content(page.title, "", data), base=None, author=alice)
    queue_digests(world)
    bodies = {mail["To"]: mail.get_content() for mail in post.taken(world.app)}
    assert "/Public-Entry" in bodies["bob@example.org"]
    assert not any("zyxq" in body for body in bodies.values())


def test_comments_are_notified(world):
    world.page("Page", "text")
    follow(world, "bob", "page", "Page")
    with world.app.app_context():
        carol = world.actor("carol")
        comments.add(find.page_or_404("Page", actor=carol), "I wonder about it", actor=carol)
    queue_digests(world)
    (mail,) = post.taken(world.app)
    assert "Comment by Carol Partner: I wonder about it" in mail.get_content()


def test_killed_worker_neither_skips_nor_repeats_a_mail(world, monkeypatch):
    world.page("Page", "one")
    follow(world, "bob", "page", "Page")
    edit_page(world, "Page", "two")
    assert queue_digests(world) == 1
    assert queue_digests(world) == 0

    class Killed(BaseException):
        pass

    def die(**_payload):
        digest.deliver(**_payload)
        raise Killed

    with world.app.app_context():
        monkeypatch.setitem(world.app.extensions["gare.registries"].jobs, digest.JOB, die)
        with pytest.raises(Killed):
            jobs.run_due()
        monkeypatch.undo()
        with db.write() as session:
            session.execute(update(jobs.Job).values(leased_until=db.utcnow() - timedelta(hours=1)))
    # The same mail again bears the same identity: kept once, known for one by mail programs.
    assert len(post.taken(world.app)) == 1


def test_periodic_job_is_queued_once_for_all_workers(world):
    with world.app.app_context():
        periodic.enqueue_due()  # every kind has its first turn
        with db.write() as session:
            session.execute(delete(jobs.Job).where(jobs.Job.kind == digest.TURN))
            session.merge(
                periodic.Periodic(kind=digest.TURN, next_at=db.utcnow() - timedelta(minutes=5))
            )
        assert periodic.enqueue_due() == 1
        assert periodic.enqueue_due() == 0
        assert db.session().query(jobs.Job).filter_by(kind=digest.TURN).count() == 1
        with db.write() as session:
            session.merge(
                periodic.Periodic(kind=digest.TURN, next_at=db.utcnow() - timedelta(minutes=5))
            )
        # The turn before still waits: it is not queued behind itself.
        assert periodic.enqueue_due() == 0


def test_worker_sends_digests_periodically(world, monkeypatch):
    monkeypatch.setattr(digest, "MIN_AGE", timedelta(0))
    world.page("Page", "one")
    while worker.tick(world.app):
        pass
    follow(world, "bob", "page", "Page")
    edit_page(world, "Page", "two")
    with world.app.app_context(), db.write() as session:
        session.merge(periodic.Periodic(kind=digest.TURN, next_at=db.utcnow()))
    while worker.tick(world.app):
        pass
    assert len(post.taken(world.app)) == 1


def test_digests_are_due_in_the_morning_and_on_monday(world):
    now = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # Wednesday, 6:00 in Paris
    with world.app.app_context():
        assert digest.due("daily", now) == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
        assert digest.due("daily", now + timedelta(hours=2)) == datetime(
            2026, 11, 25, 6, 0, tzinfo=UTC
        )
        assert digest.due("weekly", now) == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
        assert digest.due("now", now) == now - digest.MIN_AGE


def test_mention_notifies_only_people_who_may_read(world):
    world.page("Page", "text", read="@friends")
    with world.app.app_context():
        bob = world.actor("bob")
        page = find.page_or_404("Page", actor=bob)
        text = "Ask @carol, @xavier, @bob and @nobody; write to a@carol.org"
        comments.add(page, text, actor=bob)
    mails = post.taken(world.app)
    assert [mail["To"] for mail in mails] == ["carol@example.org"]
    assert "/Page#comment-1" in mails[0].get_content()
    world.browser("bob").post("/-/comments/1", {"text": "Ask @carol and @alice."})
    assert [mail["To"] for mail in post.taken(world.app)] == ["alice@example.org"]


def test_mention_is_not_sent_without_permission_or_consent(world):
    world.page("Page", "text")
    world.browser("carol").post("/-/follows/mails", {})
    with world.app.app_context():
        bob = world.actor("bob")
        comments.add(find.page_or_404("Page", actor=bob), "@carol @xavier look", actor=bob)
    set_rules(world, "Page", read="@friends")
    assert post.taken(world.app) == []


def test_one_click_unsubscribes_without_sign_in(world):
    world.page("Page", "one")
    follow(world, "bob", "page", "Page")
    edit_page(world, "Page", "two")
    queue_digests(world)
    (mail,) = post.taken(world.app)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<http://[^/]+(/-/unsubscribe/\S+)>", mail["List-Unsubscribe"])[1]
    assert address in mail.get_content()
    stranger = world.browser()
    assert stranger.get(address).status_code == 200
    assert count_follows(world, "bob") == 1
    # As a mail program posts it: no cookie, no origin, no token.
    answer = stranger.client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert count_follows(world, "bob") == 0
    assert stranger.client.post(address[:-3], data={}).status_code == 404


def test_unsubscribe_link_of_a_mention_ends_mentions(world):
    world.page("Page", "text")
    with world.app.app_context():
        bob = world.actor("bob")
        comments.add(find.page_or_404("Page", actor=bob), "@carol", actor=bob)
    (mail,) = post.taken(world.app)
    address = mail["List-Unsubscribe"].strip("<>").removeprefix("http://localhost")
    world.browser().client.post(address, data={"List-Unsubscribe": "One-Click"})
    world.browser("bob").post("/Page/comments", {"text": "@carol again"})
    assert post.taken(world.app) == []


def count_follows(world, who: str) -> int:
    with world.app.app_context():
        user = people.find_user(who)
        return db.session().query(Follow).filter_by(user_id=user.id).count()


def test_address_without_account_is_confirmed_first(world):
    world.page("Page", "one")
    anonymous = world.browser()
    form = {"email": "zoe@example.net", "what": "page:Page", "rhythm": "now"}
    assert anonymous.post("/-/follow/by-mail", form).location == "/-/follow/sent"
    (letter,) = post.taken(world.app)
    assert letter["To"] == "zoe@example.net"
    address = re.search(r"http://[^/]+(/-/follow/confirm/\S+)", letter.get_content())[1]
    assert "zoe@example.net" in anonymous.get(address).text
    with world.app.app_context():
        assert db.session().query(Follow).count() == 0
    assert anonymous.post(address).status_code == 200
    assert anonymous.post(address).status_code == 200
    with world.app.app_context():
        assert db.session().query(Follow).count() == 1
    edit_page(world, "Page", "two")
    queue_digests(world)
    (mail,) = post.taken(world.app)
    assert mail["To"] == "zoe@example.net"
    set_rules(world, "Page", read="+")
    edit_page(world, "Page", "three")
    queue_digests(world)
    assert post.taken(world.app) == []


def test_subscription_by_mail_reveals_no_hidden_target(world):
    world.page("Secret", "text", read="+")
    world.page("Page", "text")
    anonymous = world.browser()
    for what in ("page:Secret", "page:Nowhere", "page:", "zzz:Page", "tag:absent"):
        form = {"email": "a@b.org", "what": what, "rhythm": "now"}
        assert anonymous.post("/-/follow/by-mail", form).status_code == 404
    answers = [
        anonymous.post("/-/follow/by-mail", {"email": one, "what": "page:Page", "rhythm": "now"})
        for one in ("bob@example.org", "unknown@example.org")
    ]
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, "/-/follow/sent")
    }
    for wrong in ("no address", "a@x.fr\nBcc:b@y.fr", "", "a@x.fr,b@y.fr"):
        form = {"email": wrong, "what": "page:Page", "rhythm": "now"}
        assert anonymous.post("/-/follow/by-mail", form).status_code == 422
    trapped = {"email": "t@b.org", "what": "page:Page", "rhythm": "now", "website": "x"}
    assert anonymous.post("/-/follow/by-mail", trapped).status_code == 303
    assert len(post.taken(world.app)) == 2


def test_subscription_by_mail_is_rate_limited(prepared, tmp_path):
    import shutil

    from tests.conftest import running
    from tests.world import World

    folder = shutil.copytree(prepared, tmp_path / "limited")
    if not (folder / "wiki.db").exists():
        pytest.skip("only SQLite's instance is copied whole")
    with running(folder, {"rate_limits": True}) as app:
        world = World(app)
        world.page("Page", "text")
        form = {"email": "zoe@example.net", "what": "page:Page", "rhythm": "now"}
        answers = [world.browser().post("/-/follow/by-mail", form).status_code for _n in range(7)]
        assert answers[:3] == [303, 303, 303]
        assert set(answers[3:]) == {429}


def test_follows_screen_lists_changes_and_ends_follows(world):
    world.page("Page", "text", title="Zyxqv", tags=("jardin",))
    bob = world.browser("bob")
    assert "You follow nothing yet" in bob.get("/-/follows").text
    for kind, name in (
        ("page", "Page"),
        ("tree", "Page"),
        ("tag", "jardin"),
        ("search", "two words"),
    ):
        follow(world, "bob", kind, name)
    html = bob.get("/-/follows").text
    for words in ("Zyxqv", "jardin", "“two words”"):
        assert words in html
    bob.post("/-/follows/1", {"rhythm": "weekly"})
    bob.post("/-/follows/2", {"rhythm": "never"})
    assert world.browser("carol").post("/-/follows/1", {"rhythm": "never"}).status_code == 404
    with world.app.app_context():
        assert [row.rhythm for row in db.session().query(Follow).order_by(Follow.id)] == [
            "weekly",
            "now",
            "now",
        ]
    set_rules(world, "Page", read="@admins")
    html = bob.get("/-/follows").text
    assert "Zyxqv" not in html
    assert "cannot see any more" in html


@pytest.mark.parametrize("kind", ["page", "tree", "tag", "form", "project", "search", "zzz"])
def test_unknown_and_hidden_targets_cannot_be_followed(world, kind):
    world.page("Secret", "text", tags=("hidden",), read="@admins")
    bob = world.browser("bob")
    for name in ("Secret", "hidden", "Nowhere", "") if kind != "search" else ("", "x"):
        form = {"kind": kind, "name": name, "rhythm": "now"}
        assert bob.post("/-/follow", form).status_code == 404
        assert bob.get(f"/-/feeds/{kind}/{name or '-'}.atom").status_code == 404


def test_following_twice_stores_one_follow(world):
    world.page("Page", "text")
    follow(world, "bob", "page", "Page")
    follow(world, "bob", "page", "Page", "weekly")
    with world.app.app_context():
        (row,) = db.session().query(Follow)
        assert row.rhythm == "weekly"
    assert (
        world.browser("bob")
        .post("/-/follow", {"kind": "page", "name": "Page", "rhythm": "?"})
        .status_code
        == 422
    )


def test_api_starts_and_ends_follows(world):
    from wiki.accounts import sessions

    world.page("Page", "text")
    with world.app.app_context(), db.write() as session:
        token = sessions.make_token(session, people.find_user("bob"), "api")
    headers = {"Authorization": f"Bearer {token}"}
    client = world.browser().client
    body = {"kind": "page", "name": "Page", "rhythm": "daily"}
    assert client.put("/-/api/v1/follows", json=body, headers=headers).json["title"] == "Page"
    assert client.get("/-/api/v1/follows", headers=headers).json["total"] == 1
    assert client.get("/-/api/v1/follows").status_code == 403
    assert client.delete("/-/api/v1/follows/1", headers=headers).status_code == 204
    assert client.delete("/-/api/v1/follows/1", headers=headers).status_code == 404
