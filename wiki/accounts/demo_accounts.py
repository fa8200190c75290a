"""The demo's people on the sign-in page: shown, and let in, on the machine that runs the wiki only,
since their password is known to all."""

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
class Person:
    """Someone of the demo, with a line on their role."""

    actor: Actor
    note: str


@dataclass(frozen=True)
class Demo:
    """The people of the demo and the password they share."""

    people: tuple[Person, ...]
    password: str


def shown() -> Demo | None:
    """Return the demo accounts that are there, when this request may see them."""
    if not settings.get("demo") or not is_here():
        return None
    demo = _read(str(settings.get("lang")))
    keys = {fold(person.actor.name) for person in demo.people}
    there = set(db.session().scalars(select(User.name_key).where(User.name_key.in_(keys))))
    people = tuple(person for person in demo.people if fold(person.actor.name) in there)
    return Demo(people, demo.password) if people else None


def is_refused(user: User | None, password: str) -> bool:
    """Answer whether someone of the demo asks from another machine, with the password known to all."""
    if user is None or not settings.get("demo") or is_here():
        return False
    demo = _read(str(settings.get("lang")))
    names = {fold(person.actor.name) for person in demo.people}
    return password == demo.password and user.name_key in names


def is_here() -> bool:
    """Answer whether the request comes from the machine itself, through no proxy unknown to us."""
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
def _read(lang: str) -> Demo:
    path = FOLDER / lang / "network.toml"
    if not path.is_file():
        path = FOLDER / "fr" / "network.toml"
    if not path.is_file():
        return Demo((), "")
    network = tomllib.loads(path.read_text())
    people = (
        Person(Actor(name=one["name"], display_name=one["display"]), one.get("note", ""))
        for one in network["people"]
    )
    return Demo(tuple(people), network["password"])
