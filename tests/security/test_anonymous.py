"""Someone without account: what they may flood, what is closed to them, what is kept for them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import running
from tests.world import World
from wiki import worker
from wiki.bazar.entries import entries
from wiki.bazar.forms import changes
from wiki.bazar.models import FieldSpec
from wiki.core import db, settings
from wiki.projects import create

SENT = {
    "title": "Taken",
    "text": "taken over",
    "name": "Taken",
    "action": "add",
    "macro": "recent",
    "base": "1",
    "_base": "1",
    "visibility": "members",
    "to": "up",
}
PARTS = {
    "form": "things",
    "file": "a.txt",
    "key": "Station",
    "field": "title",
    "group_id": "1",
    "job_id": "1",
    "number": "1",
}
UNSEEN = {"generation", "sign_in", "job"}


def test_closed_switch_closes_every_way_to_write(world: World) -> None:
    trashed = _fill(world)
    anonymous, before = world.browser(), _rows(world)
    named = [
        PARTS | {"name": name, "page_id": str(trashed)}
        for name in ("Doc", "Thing", "Station", "Brand-New")
    ]
    asked = {
        (method, _address(str(rule), parts))
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}
        for parts in named
    }
    for method, url in sorted(asked):
        for sent in _ways():
            answer = anonymous.client.open(
                url, method=method, headers={"Sec-Fetch-Site": "same-origin"}, **sent
            )
            assert answer.status_code < 500, (method, url)
    assert _rows(world) == before


@pytest.mark.parametrize(
    "url",
    ["/Doc/trash", "/Doc/attachments", "/Doc/revisions/1/restore", "/-/projects/Station/arrange"],
)
def test_changes_without_account_are_counted(
    instance: Path, settings: dict[str, object], url: str
) -> None:
    with running(instance, settings | {"rate_limits": True}) as app:
        world = World(app)
        world.page("Doc", "text")
        with app.app_context():
            create.make(create.Plan(title="Station", purpose="why"), author=world.actor("alice"))
        anonymous = world.browser()
        last = [
            anonymous.post("/Doc", {"title": "Doc", "text": f"text {number}"})
            for number in range(30)
        ][-1]
        assert last.status_code == 303
        answer = anonymous.post(url, {"action": "words"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_kept_search_is_forgotten_once_the_index_knows_more(world: World) -> None:
    while worker.tick(world.app):
        pass
    world.page("Fresh", "a rareword")
    assert "/Fresh" not in world.browser().get("/-/search?q=rareword").text
    while worker.tick(world.app):
        pass
    assert "/Fresh" in world.browser().get("/-/search?q=rareword").text


def test_answer_made_for_a_person_is_for_no_shared_cache(world: World) -> None:
    for url in ("/", "/-/changes", "/-/search?q=a", "/Nowhere"):
        answer = world.browser("bob").get(url)
        assert "private" in answer.headers["Cache-Control"], url
        assert "Cookie" in answer.headers["Vary"], url


def _fill(world: World) -> int:
    """Make one thing of each kind, one of them in the trash, and close the switch."""
    trashed = world.page("Gone", "text").id
    world.page("Doc", "text")
    alice = world.browser("alice")
    alice.post("/Gone/trash")
    alice.post("/Doc/attachments", _file(), content_type="multipart/form-data")
    with world.app.app_context():
        actor = world.actor("alice")
        create.make(create.Plan(title="Station", purpose="why"), author=actor)
        with db.write() as session:
            title = FieldSpec("title", "text", "Title", required=True)
            form = changes.make_form(session, title="Things", key="things", fields=[title])
            settings.put(session, anonymous_edit=False)
        content = entries.clean_data(form, {"title": "Thing"}, actor)
        entries.create(form, content, actor, name="Thing")
    return trashed


def _file() -> dict[str, Any]:
    return {"file": (io.BytesIO(b"content"), "a.txt")}


def _ways() -> list[dict[str, Any]]:
    return [
        {"data": SENT | _file(), "content_type": "multipart/form-data"},
        {"json": {"title": "Taken", "text": "taken over"}},
        {"json": {"title": "Taken"}},
    ]


def _address(rule: str, parts: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts.get(found[1], "t"), rule)


def _rows(world: World) -> dict[str, list[str]]:
    with world.app.app_context():
        return {
            table.name: sorted(map(repr, db.session().execute(table.select()).all()))
            for table in db.Base.metadata.sorted_tables
            if table.name not in UNSEEN
        }
