"""The named people of the tests: Alice admin, Bob member, Carol partner, Xavier outside, an anonymous."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from wiki import instances
from wiki.accounts import people
from wiki.accounts.models import FACILITATORS
from wiki.app import close_app
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages import find, rights, save
from wiki.pages.content import Content
from wiki.pages.models import Page

PASSWORD = "correct horse battery"
PEOPLE = {"bob": "Bob Member", "carol": "Carol Partner", "xavier": "Xavier Outside"}


def prepare(folder: Path, **settings: object) -> None:
    """Make an instance with the named people; Bob and Carol are of the group `friends`."""
    app = instances.create(
        folder,
        admin="alice",
        email="alice@example.org",
        password=PASSWORD,
        lang="en",
        rate_limits=False,
        **settings,
    )
    with app.app_context(), db.write() as session:
        for name, display in PEOPLE.items():
            people.add_user(
                session,
                name=name,
                email=f"{name}@example.org",
                password=PASSWORD,
                display_name=display,
            )
        for name in ("bob", "carol"):
            user = people.find_user(name)
            assert user
            people.join(session, "friends", user)
    close_app(app)


class Browser:
    """One person's browser: a test client that says, as browsers do, where its requests come from."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **kwargs):
        return self.client.get(url, buffered=True, **kwargs)

    def post(self, url: str, data=None, *, htmx: str = "", **kwargs):
        headers = {"Sec-Fetch-Site": "same-origin", **kwargs.pop("headers", {})}
        if htmx:
            headers |= {"HX-Request": "true", "HX-Target": f"div#{htmx}"}
        return self.client.post(url, data=data, headers=headers, buffered=True, **kwargs)


class World:
    """Makes actors, browsers and pages for a test."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def actor(self, name: str = "") -> Actor:
        """Return an actor by name; the anonymous without one. Needs an application context."""
        user = people.find_user(name) if name else None
        return people.actor_of(user) if user else people.anonymous_actor()

    def browser(self, name: str = "") -> Browser:
        """Return a browser, signed in when a name is given."""
        browser = Browser(self.app.test_client())
        if name:
            answer = browser.post("/-/login", {"name": name, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return browser

    def facilitators(self, *names: str) -> None:
        """Put people in the group of facilitators, who change forms."""
        with self.app.app_context(), db.write() as session:
            for name in names:
                user = people.find_user(name)
                assert user
                people.join(session, FACILITATORS, user)

    def page(
        self, name: str, text: str = "", *, author: str = "alice", read: str = "", **content
    ) -> Page:
        """Make a page, with a read rule of its own if one is given."""
        with self.app.app_context():
            actor = self.actor(author)
            made = save.create(
                save.NewPage(name=name),
                Content(content.pop("title", name), text, **content),
                author=actor,
            )
            if read:
                rights.set_rules(made, actor=actor, read=read)
            return made

    def text(self, name: str) -> str:
        """Return the current text of a page, as an admin reads it."""
        with self.app.app_context():
            return find.page_or_404(name, actor=self.actor("alice")).head.text


def bare(html: str) -> str:
    """Return HTML without its tokens, which are of one request only."""
    return re.sub(r'(csrf[^>]*?(?:value|content)=)"[^"]*"', r"\1", html)
