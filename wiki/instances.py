"""Make an instance: its folder, its schema, the first admin and the first page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from wiki.accounts import people
from wiki.accounts.models import ADMINS, RESERVED_GROUPS
from wiki.app import close_app, create_app
from wiki.core import access, db, schema, settings
from wiki.pages import save
from wiki.pages.content import Content

HOME = {"fr": "Accueil", "en": "Home"}


def create(
    folder: Path, *, admin: str, email: str, password: str, lang: str = "fr", **overrides: Any
) -> Flask:
    """Make a wiki in this folder and return its application. Raises Invalid, BadSetting, FileExistsError."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.toml"
    if not config.exists():
        config.write_text(f'# See docs/settings.md\nlang = "{lang}"\n')
    app = create_app(folder, **overrides)
    try:
        with app.app_context():
            if schema.is_made():
                raise FileExistsError(str(folder))
            schema.upgrade()
            _seed(admin=admin, email=email, password=password, lang=lang)
    except BaseException:
        close_app(app)
        raise
    return app


def _seed(*, admin: str, email: str, password: str, lang: str) -> None:
    with db.write() as session:
        settings.put(session, lang=lang, home=HOME[lang])
        session.add(access.RuleSet(id=access.WIKI_RULES))
        session.flush()
        if not db.database().is_sqlite:
            session.execute(text("SELECT setval(pg_get_serial_sequence('rule_set', 'id'), 1)"))
        wiki_rules = session.get_one(access.RuleSet, access.WIKI_RULES)
        access.set_rules(
            session, wiki_rules, people.resolve_rule_name, read="*", write="*", comment="+"
        )
        for group, titles in RESERVED_GROUPS.items():
            people.add_group(session, group, title=titles[lang])
        user = people.add_user(
            session, name=admin, email=email, password=password, lang=lang, groups=(ADMINS,)
        )
        actor = people.actor_of(user)
    _first_page(HOME[lang], lang, actor)


def _first_page(name: str, lang: str, author: access.Actor) -> None:
    path = Path(__file__).parent / "models" / "start" / f"{lang}.md"
    title, _line, body = path.read_text().partition("\n")
    save.create(
        save.NewPage(name=name, lang=lang),
        Content(title.removeprefix("# "), body.strip()),
        author=author,
    )


def instance_of_environment() -> Path:
    """Return the folder that GARE_INSTANCE names, or `instance` here."""
    return Path(os.environ.get("GARE_INSTANCE", "instance"))


def application() -> Flask:
    """Return the application of the environment's instance, for WSGI servers."""
    return create_app(instance_of_environment())
