"""Logs: one line an event whatever was sent, and no secret in them nor in what a fault shows."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from tests.world import PASSWORD, World
from wiki.core import db, logs

FORGED = "x\n2026 admin logged in\r\x1b[31m\u2028red"
SECRET, TOKEN = "Zyxq7secret", "Zyxq7token"


@contextmanager
def written(form: logging.Formatter) -> Iterator[Callable[[], list[str]]]:
    """Collect what the wiki logs, in one of its two forms."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form)
    logging.getLogger("wiki").addHandler(handler)
    try:
        yield lambda: stream.getvalue().splitlines()
    finally:
        logging.getLogger("wiki").removeHandler(handler)


@pytest.mark.parametrize("form", [logs.LineFormatter(), logs.JsonFormatter()], ids=["text", "json"])
def test_one_request_is_one_line_whatever_it_says(world: World, form: logging.Formatter) -> None:
    browser = world.browser()
    with written(form) as lines:
        browser.get(f"/{FORGED}")
        browser.get(f"/-/tags/{FORGED}")
        browser.post("/-/login", {"name": FORGED, "password": SECRET})
        browser.post("/-/login", {"name": "a" * 1_000_000, "password": SECRET})
        logging.getLogger("wiki.tests").info("%s", FORGED)
        found = lines()
    assert len(found) == 5
    assert max(map(len, found)) < 500
    for line in found:
        assert line.isprintable(), line
        assert SECRET not in line
        if isinstance(form, logs.JsonFormatter):
            assert json.loads(line)["level"] == "info"


def test_secret_of_an_address_stands_in_no_log(world: World) -> None:
    """Right or mistyped, by any method: what follows the way to a secret is left out."""
    browser = world.browser()
    rules = [rule.rule for rule in world.app.url_map.iter_rules() if "<token>" in rule.rule]
    assert len(rules) > 8
    with written(logs.LineFormatter()) as lines:
        for rule in rules:
            url = re.sub(r"<\w+:\w+>", "1", rule.replace("<token>", TOKEN))
            for end in ("", "/", "/x/y/z", ".", "%20"):
                for method in ("GET", "POST", "PUT", "DELETE"):
                    headers = {"Sec-Fetch-Site": "same-origin"}
                    browser.client.open(url + end, method=method, headers=headers, buffered=True)
        browser.get(f"//-//reset//{TOKEN}")
        browser.get("/-/me/calendar/revocation")
        found = lines()
    assert len(found) > 100
    assert not [line for line in found if TOKEN in line]
    assert any("GET /-/me/calendar/… 405" in line for line in found)


@pytest.mark.data
def test_fault_tells_no_secret_to_anyone(world: World) -> None:
    """A table is missing: the page says sorry, the log says where, and neither what was sent or kept."""
    browser = world.browser()
    with world.app.app_context(), db.write() as session:
        for table in ("token", "sign_in"):
            session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_gone"))
    with written(logs.LineFormatter()) as lines:
        cookie = {"Cookie": f"other={SECRET}"}
        answers = [
            browser.get(f"/-/reset/{TOKEN}", headers=cookie),
            browser.post(f"/-/reset/{TOKEN}", {"password": SECRET}),
            browser.post("/-/login", {"name": "alice", "password": PASSWORD}),
            browser.get("/-/api/v1/pages", headers={"Authorization": f"Bearer {TOKEN}"}),
        ]
        found = "\n".join(lines())
    for answer in answers:
        assert answer.status_code == 500
        assert "Something broke" in answer.text
        for word in ("Traceback", "SELECT", "wiki/", "site-packages", SECRET, PASSWORD):
            assert word not in answer.text, word
    assert found.count("unforeseen error") == 4
    assert found.count("\n") == 7
    for word in (TOKEN, SECRET, PASSWORD, "$argon2", "[parameters: ("):
        assert word not in found, word
