"""Demo accounts on the sign-in page.

Their password is public, so they are listed and accepted only from the machine that runs the wiki.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from flask import current_app, request
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.core import db, settings
from wiki.core.access import Actor
from wiki.core.names import fold

FOLDER = Path(__file__).parent.parent / "models" / "demo"
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@dataclass(frozen=True)
class DemoPerson:
    """A person of the demo, with a line on their role."""

    actor: Actor
    note: str


@dataclass(frozen=True)
class DemoAccounts:
    """The people of the demo and their common password."""

    people: tuple[DemoPerson, ...]
    password: str


def visible_accounts() -> DemoAccounts | None:
    """Return the demo accounts that exist, None unless this request may see them."""
    if not settings.get("demo") or not is_local_request():
        return None
    demo = _read(str(settings.get("lang")))
    keys = {fold(person.actor.name) for person in demo.people}
    existing_keys = set(db.session().scalars(select(User.name_key).where(User.name_key.in_(keys))))
    people = tuple(person for person in demo.people if fold(person.actor.name) in existing_keys)
    return DemoAccounts(people, demo.password) if people else None


def refuses_password(user: User | None, password: str) -> bool:
    """Return whether this is a demo account used with its public password from another machine."""
    if user is None or not settings.get("demo") or is_local_request():
        return False
    demo = _read(str(settings.get("lang")))
    names = {fold(person.actor.name) for person in demo.people}
    return password == demo.password and user.name_key in names


def is_local_request() -> bool:
    """Return whether the request comes from this machine and through no unknown proxy."""
    proxied = any(name in request.headers for name in FORWARDED)
    if proxied and not current_app.config["GARE"].trusted_proxies:
        return False
    try:
        address = ip_address((request.remote_addr or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


@cache
def _read(lang: str) -> DemoAccounts:
    path = FOLDER / lang / "network.toml"
    if not path.is_file():
        path = FOLDER / "fr" / "network.toml"
    if not path.is_file():
        return DemoAccounts((), "")
    network = tomllib.loads(path.read_text())
    people = (
        DemoPerson(
            Actor(name=person["name"], display_name=person["display"]), person.get("note", "")
        )
        for person in network["people"]
    )
    return DemoAccounts(tuple(people), network["password"])
