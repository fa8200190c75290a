"""Contact forms: the page says who receives, machines are kept out, and no address is ever shown."""

from __future__ import annotations

import re

import pytest

from tests import post
from tests.world import World
from wiki.core import db, settings
from wiki.macros.routes import contact


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(contact, "SOONEST", 0)


GOOD = {"name": "Zoé", "email": "zoe@example.net", "subject": "Bread", "message": "Is there any?"}


def fields(html: str) -> tuple[str, dict[str, str]]:
    """Return where a form is sent, and its hidden values."""
    form = re.search(r'<form class="stack panel contact".*?</form>', html, re.S)[0]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return re.search(r'action="([^"]+)"', form)[1], hidden


def send(world: World, who: str = "", page: str = "Write", **changed: str):
    browser = world.browser(who)
    where, hidden = fields(browser.get(f"/{page}").text)
    return browser.post(where, hidden | GOOD | changed)


@pytest.mark.parametrize("who", ["", "bob"])
def test_message_goes_to_the_owner_of_the_page(world, who):
    world.page("Write", "{{contact}}", author="carol")
    assert send(world, who).status_code == 303
    (mail,) = post.letters(world.app)
    assert (mail["To"], mail["Reply-To"]) == ("carol@example.org", "zoe@example.net")
    assert "Bread" in mail["Subject"]
    assert "Is there any?" in mail.get_content() and "/Write" in mail.get_content()
    assert mail.get_content_type() == "text/plain"


def test_message_goes_to_each_of_a_group_or_to_the_site(world):
    with world.app.app_context(), db.write() as session:
        settings.put(session, contact_address="hello@example.org")
    world.page("Write", '{{contact to="@friends"}}')
    world.page("Site", '{{contact mail="hello@example.org"}}')
    send(world)
    send(world, page="Site")
    assert {mail["To"] for mail in post.letters(world.app)} == {
        "bob@example.org",
        "carol@example.org",
        "hello@example.org",
    }


def test_recipient_never_comes_from_the_request(world):
    world.page("Write", '{{contact to="bob"}}')
    forged = {"to": "evil@example.net", "recipient": "evil@example.net", "mail": "evil@example.net"}
    assert send(world, **forged).status_code == 303
    assert [mail["To"] for mail in post.letters(world.app)] == ["bob@example.org"]


def test_no_address_is_shown(world):
    world.page("Write", '{{contact to="bob"}}')
    for name in ("", "alice"):
        html = world.browser(name).get("/Write").text
        assert "bob@example.org" not in html and "<form" in html


@pytest.mark.parametrize("to", ["evil@example.net", "nobody", "@nobody", "bob@example.org", "site"])
def test_who_is_not_to_be_written_to_is_said(world, to):
    world.page("Write", f'{{{{contact to="{to}"}}}}')
    html = world.browser().get("/Write").text
    assert "box alert" in html and 'class="stack panel contact"' not in html


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "nothing"}, "does not look right"),
        ({"email": "a@b.example\nBcc: x@y.example"}, "does not look right"),
        ({"message": " "}, "Write your message"),
        ({"message": "x" * 5001}, "At most 5000"),
        ({"stamp": "1.x.y"}, "Wait a few seconds"),
        ({"stamp": ""}, "Wait a few seconds"),
    ],
)
def test_wrong_message_comes_back_with_what_was_typed(world, changed, words):
    world.page("Write", "{{contact}}")
    answer = send(world, **changed)
    assert answer.status_code == 422
    assert words in answer.text and "Zoé" in answer.text
    assert post.letters(world.app) == []


def test_form_sent_at_once_is_a_machines(world, monkeypatch):
    world.page("Write", "{{contact}}")
    monkeypatch.setattr(contact, "SOONEST", 1000)
    assert send(world).status_code == 422
    assert post.letters(world.app) == []


def test_stamp_of_another_form_is_refused(world):
    world.page("Write", "{{contact}}")
    world.page("Other", '{{contact subject="x"}}')
    _where, hidden = fields(world.browser().get("/Other").text)
    assert send(world, stamp=hidden["stamp"]).status_code == 422


def test_trap_swallows_the_message(world):
    world.page("Write", "{{contact}}")
    assert send(world, website="https://spam.example").status_code == 303
    assert post.letters(world.app) == []


def test_form_goes_with_its_call_and_its_page(world):
    world.page("Write", "{{contact}}")
    world.page("Hidden", "{{contact}}", read="@admins")
    browser = world.browser()
    where, hidden = fields(browser.get("/Write").text)
    assert browser.post(where.replace("Write", "Hidden"), hidden | GOOD).status_code == 404
    assert browser.post("/Write/contact/0123456789abcdef", hidden | GOOD).status_code == 404
    world.browser("alice").post("/Write", {"title": "Write", "text": "closed"})
    assert browser.post(where, hidden | GOOD).status_code == 404


def test_headers_of_the_mail_cannot_be_added(world):
    world.page("Write", "{{contact}}")
    send(world, subject="Hi\r\nBcc: x@y.example", name='Zoé" <x@y.example>\r\nBcc: z')
    (mail,) = post.letters(world.app)
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]


def test_messages_are_limited(world):
    world.page("Write", "{{contact}}")
    # The settings are frozen: this one is switched for the test alone.
    object.__setattr__(world.app.config["GARE"], "rate_limits", True)
    answers = [send(world).status_code for _turn in range(7)]
    assert answers[:5] == [303] * 5 and 429 in answers[5:]
