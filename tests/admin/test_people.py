"""Admins manage people, groups and failed jobs; at least one admin always remains."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests import post
from tests.world import PASSWORD, World
from wiki.accounts import people
from wiki.accounts.models import Group, Membership, User
from wiki.core import db
from wiki.core.jobs import Job


def _user_id(world: World, name: str) -> int:
    with world.app.app_context():
        user = people.find_user(name)
        assert user
        return user.id


def _group_id(world: World, name: str) -> int:
    with world.app.app_context():
        group = people.find_group(name)
        assert group
        return group.id


@contextmanager
def _recorded_statements(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def record(_connection, _cursor, statement: str, *_rest) -> None:
        statements.append(statement)

    database = app.extensions["gare.db"]
    engines = {database.reader.engine, database.writer.engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", record)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", record)


def _count_statements(world: World, address: str) -> int:
    alice = world.browser("alice")
    with _recorded_statements(world.app) as statements:
        assert alice.get(address).status_code == 200
    return len(statements)


def test_people_are_listed_and_searched(world: World) -> None:
    alice = world.browser("alice")
    text = alice.get("/-/admin/people").text
    assert all(name in text for name in ("Bob Member", "xavier@example.org", "4 people"))
    results = alice.get("/-/admin/people?q=CAROL").text
    assert "Carol Partner" in results and "Bob Member" not in results
    assert "Xavier Outside" in alice.get("/-/admin/people?q=outside").text


@pytest.mark.parametrize("query", ["%", "_", "'", "\\", '"><svg onload=alert(1)>', "a'--"])
def test_people_odd_searches_are_literal(world: World, query: str) -> None:
    answer = world.browser("alice").get("/-/admin/people", query_string={"q": query})
    assert answer.status_code == 200
    assert "Bob Member" not in answer.text and "<svg onload" not in answer.text


def test_people_are_paged(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        bob = session.scalars(select(User).where(User.name == "bob")).one()
        for number in range(30):
            name = f"person{number:02}"
            session.add(
                User(
                    name=name,
                    name_key=name,
                    email=f"{name}@example.org",
                    email_key=f"{name}@example.org",
                    password_hash=bob.password_hash,
                    created_at=db.utcnow(),
                )
            )
    alice = world.browser("alice")
    first, second = alice.get("/-/admin/people").text, alice.get("/-/admin/people?page=2").text
    assert "alice@" in first and "xavier@" not in first
    assert "xavier@" in second and "alice@" not in second
    assert [alice.get(f"/-/admin/people?page={page}").status_code for page in ("3", "0", "x")] == [
        404
    ] * 3


def test_number_of_statements_does_not_grow_with_rows(world: World) -> None:
    def fail(count: int) -> None:
        with world.app.app_context(), db.write() as session:
            for _time in range(count):
                session.add(Job(kind="mail", payload={}, run_at=db.utcnow(), failed="OSError: no"))

    fail(1)
    one = [
        _count_statements(world, "/-/admin/people?q=bob"),
        _count_statements(world, f"/-/admin/groups/{_group_id(world, 'admins')}"),
        _count_statements(world, "/-/admin/groups"),
        _count_statements(world, "/-/admin"),
    ]
    fail(2)
    with world.app.app_context(), db.write() as session:
        for name in ("bob", "carol"):
            people.join(session, "admins", session.get_one(User, _user_id(world, name)))
        people.add_group(session, "third")
    three = [
        _count_statements(world, "/-/admin/people?q=example.org"),
        _count_statements(world, f"/-/admin/groups/{_group_id(world, 'admins')}"),
        _count_statements(world, "/-/admin/groups"),
        _count_statements(world, "/-/admin"),
    ]
    assert one == three


def test_person_is_added_and_gets_a_mail(world: World) -> None:
    dora = {"name": "dora", "email": "dora@example.org", "display_name": "Dora", "lang": "en"}
    answer = world.browser("alice").post("/-/admin/people", dora | {"is_admin": "1", "id": "1"})
    assert (answer.status_code, answer.location) == (303, "/-/admin/people")
    letter = post.letters(world.app, "dora@example.org")[0]
    assert "Welcome" in letter["Subject"]
    browser = world.browser()
    assert browser.post(post.path(letter), {"password": "a rather long one"}).status_code == 303
    assert browser.get("/-/admin").status_code == 403


def test_person_is_added_with_a_password_and_no_mail(world: World) -> None:
    dora = {"name": "dora", "email": "dora@example.org", "password": PASSWORD}
    assert world.browser("alice").post("/-/admin/people", dora).status_code == 303
    assert post.letters(world.app) == []
    world.browser("dora")


def test_person_with_a_taken_name_keeps_the_form(world: World) -> None:
    form = {
        "name": "Bob",
        "email": "other@example.org",
        "display_name": "Bobby",
        "password": PASSWORD,
    }
    answer = world.browser("alice").post("/-/admin/people", form)
    assert answer.status_code == 422
    assert 'value="Bobby"' in answer.text and PASSWORD not in answer.text


def test_closed_account_is_signed_out_until_reopened(world: World) -> None:
    alice, bob, address = (
        world.browser("alice"),
        world.browser("bob"),
        f"/-/admin/people/{_user_id(world, 'bob')}/closure",
    )
    answer = alice.post(address, {"on": "1", "next": "/-/admin/people?q=bob"})
    assert (answer.status_code, answer.location) == (303, "/-/admin/people?q=bob")
    assert bob.get("/-/profile").status_code == 303
    assert (
        world.browser().post("/-/login", {"name": "bob", "password": PASSWORD}).status_code == 422
    )
    alice.post(address, {"on": "0"})
    assert bob.get("/-/profile").status_code == 303
    world.browser("bob")


def test_admin_is_appointed_and_removed_at_once(world: World) -> None:
    alice, bob, address = (
        world.browser("alice"),
        world.browser("bob"),
        f"/-/admin/people/{_user_id(world, 'bob')}/admin",
    )
    alice.post(address, {"on": "1"})
    assert bob.get("/-/admin").status_code == 200
    alice.post(address, {"on": "0"})
    assert bob.get("/-/admin").status_code == 403


def test_last_admin_cannot_be_removed(world: World) -> None:
    alice, me, group = world.browser("alice"), _user_id(world, "alice"), _group_id(world, "admins")
    for address, fields in (
        (f"/-/admin/people/{me}/admin", {"on": "0"}),
        (f"/-/admin/people/{me}/closure", {"on": "1"}),
        (f"/-/admin/groups/{group}/members/{me}/departure", {}),
    ):
        answer = alice.post(address, fields)
        assert answer.status_code == 303
        assert "needs at least one admin" in alice.get(answer.location).text
    # A second admin whose account is closed cannot replace her.
    alice.post(f"/-/admin/people/{_user_id(world, 'bob')}/admin", {"on": "1"})
    alice.post(f"/-/admin/people/{_user_id(world, 'bob')}/closure", {"on": "1"})
    alice.post(f"/-/admin/people/{me}/admin", {"on": "0"})
    assert alice.get("/-/admin").status_code == 200


def test_admin_who_resigns_is_redirected_home(world: World) -> None:
    alice = world.browser("alice")
    alice.post(f"/-/admin/people/{_user_id(world, 'bob')}/admin", {"on": "1"})
    answer = alice.post(f"/-/admin/people/{_user_id(world, 'alice')}/admin", {"on": "0"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert alice.get("/-/admin").status_code == 403


def test_link_is_sent_to_the_person(world: World) -> None:
    world.browser("alice").post(f"/-/admin/people/{_user_id(world, 'bob')}/link")
    letter = post.letters(world.app, "bob@example.org")[0]
    assert world.browser().get(post.path(letter)).status_code == 200


def test_unknown_people_are_not_found(world: World) -> None:
    alice = world.browser("alice")
    assert alice.post("/-/admin/people/999/admin", {"on": "1"}).status_code == 404
    assert alice.get("/-/admin/groups/999").status_code == 404
    group = _group_id(world, "friends")
    assert alice.post(f"/-/admin/groups/{group}/members/999/departure").status_code == 404


def test_group_membership_changes_permissions(world: World) -> None:
    alice, xavier = world.browser("alice"), world.browser("xavier")
    answer = alice.post("/-/admin/groups", {"name": "@readers", "title": "Those <b>who</b> read"})
    assert answer.status_code == 303
    world.page("Secret", "words", read="@readers")
    assert xavier.get("/Secret").status_code == 404
    assert alice.post(answer.location, {"name": "XAVIER@example.org"}).status_code == 303
    assert xavier.get("/Secret").status_code == 200
    text = alice.get(answer.location).text
    assert "Xavier Outside" in text and "<b>who</b>" not in text
    alice.post(f"{answer.location}/members/{_user_id(world, 'xavier')}/departure")
    assert xavier.get("/Secret").status_code == 404


@pytest.mark.parametrize("name", ["", "friends", "FRIENDS", "two words", "a/b", "<b>", "x" * 61])
def test_group_invalid_or_existing_names_are_refused(world: World, name: str) -> None:
    answer = world.browser("alice").post(
        "/-/admin/groups", {"name": name, "title": "Kept as typed"}
    )
    assert answer.status_code == 422
    assert 'value="Kept as typed"' in answer.text


def test_group_unknown_member_is_reported_and_kept_in_the_form(world: World) -> None:
    answer = world.browser("alice").post(
        f"/-/admin/groups/{_group_id(world, 'friends')}", {"name": "nobdy"}
    )
    assert answer.status_code == 422
    assert "nobody of this name" in answer.text and 'value="nobdy"' in answer.text


def test_groups_of_projects_are_hidden(world: World) -> None:
    with world.app.app_context(), db.write() as session:
        hidden = people.add_group(session, "zyxqv7", of_project=True)
    alice, address = world.browser("alice"), f"/-/admin/groups/{hidden.id}"
    assert "zyxqv7" not in alice.get("/-/admin/groups").text
    assert alice.get(address).status_code == 404
    assert alice.post(address, {"name": "bob"}).status_code == 404
    assert alice.post(f"{address}/members/1/departure").status_code == 404
    with world.app.app_context():
        assert (
            db.session().scalars(select(Membership).where(Membership.group_id == hidden.id)).all()
            == []
        )
        assert db.session().get_one(Group, hidden.id).of_project


def test_dashboard_counts_waiting_and_failed_jobs(world: World) -> None:
    world.page("One", "words")
    with world.app.app_context(), db.write() as session:
        tomorrow = db.utcnow() + timedelta(days=1)
        session.add(Job(kind="mail", payload={}, run_at=tomorrow))
        session.add(
            Job(
                kind="mail",
                payload={"body": "zyxqv7"},
                run_at=tomorrow,
                failed="OSError: <b>no</b>",
            )
        )
    alice = world.browser("alice")
    text = alice.get("/-/admin").text
    assert "OSError: &lt;b&gt;no&lt;/b&gt;" in text and "zyxqv7" not in text
    assert "No backup" in text and "Gare 0" in text
    folder = world.app.config["GARE"].instance / "backups"
    folder.mkdir()
    (folder / "today.zip").write_bytes(b"x" * 2048)
    assert "Last backup" in alice.get("/-/admin").text


@pytest.mark.parametrize(("do", "left"), [("again", 1), ("drop", 0)])
def test_failed_job_is_retried_or_deleted(world: World, do: str, left: int) -> None:
    with world.app.app_context(), db.write() as session:
        job = Job(kind="mail", payload={}, run_at=db.utcnow(), attempts=8, failed="OSError: no")
        session.add(job)
    alice = world.browser("alice")
    assert alice.post(f"/-/admin/jobs/{job.id}", {"do": do}).status_code == 303
    with world.app.app_context():
        rows = db.session().scalars(select(Job)).all()
        assert [(row.failed, row.attempts) for row in rows] == [("", 0)] * left
    assert alice.post(f"/-/admin/jobs/{job.id}", {"do": do}).status_code == 404
