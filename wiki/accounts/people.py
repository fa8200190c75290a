"""Find, make and change people and groups, and turn a person into the actor rights are asked for."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.accounts import passwords
from wiki.accounts.models import ADMINS, FACILITATORS, Group, Membership, SignIn, Token, User
from wiki.core import db, settings
from wiki.core.access import ALL, MEMBERS, Actor
from wiki.core.http import Invalid
from wiki.core.names import fold, is_plain

PART = r"[^@\s<>\"(),:;\\\[\]\x00-\x1f]"
EMAIL = re.compile(rf"{PART}{{1,64}}@{PART}+\.{PART}{{2,}}")

# One alphabet, so that nobody signs as someone else with a letter that only looks the same.
NAME = re.compile(r"[a-z0-9œæøłđ][a-z0-9œæøłđ.'’-]+")


def find_user(name_or_email: str) -> User | None:
    """Return the person with this sign-in name or e-mail, in any case."""
    key = fold(name_or_email)
    return db.session().scalar(
        select(User).where((User.name_key == key) | (User.email_key == email_key(name_or_email)))
    )


def email_key(email: str) -> str:
    """Return the key under which an address is unique: without case, and nothing else."""
    return email.strip().casefold()


def find_group(name: str) -> Group | None:
    """Return a group by its name, with or without `@`, in any case."""
    return db.session().scalar(select(Group).where(Group.name_key == fold(name.removeprefix("@"))))


def resolve(name: str) -> str | None:
    """Turn a word of a rule into a token: `@group` or a person's name."""
    if name.startswith("@"):
        group = find_group(name)
        return f"g:{group.id}" if group else None
    user = db.session().scalar(select(User).where(User.name_key == fold(name)))
    return f"u:{user.id}" if user else None


def actor_of(user: User) -> Actor:
    """Return the actor a person is: tokens of all, members, themselves and their groups."""
    rows = db.session().execute(
        select(Group.id, Group.name_key)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.user_id == user.id)
    )
    groups = {row.id: row.name_key for row in rows}
    tokens = {ALL, MEMBERS, f"u:{user.id}"} | {f"g:{group}" for group in groups}
    return Actor(
        id=user.id,
        name=user.name,
        display_name=user.shown_name,
        tokens=frozenset(tokens),
        is_admin=ADMINS in groups.values(),
        is_facilitator=FACILITATORS in groups.values(),
    )


def anonymous() -> Actor:
    """Return the actor without account, with what the wiki's switches leave them."""
    may = {"read"}
    may |= {"write"} if settings.get("anonymous_edit") else set()
    may |= {"comment"} if settings.get("anonymous_comment") else set()
    return Actor(anonymous_may=frozenset(may))


def add_user(
    session: Session,
    *,
    name: str,
    email: str,
    password: str,
    display_name: str = "",
    lang: str = "",
    groups: tuple[str, ...] = (),
) -> User:
    """Add a person and put them in groups. Raises Invalid with a message for each wrong field."""
    name, email = unicodedata.normalize("NFC", name).strip(), email.strip()
    errors = (
        _name_errors(session, name) | _email_errors(session, email) | passwords.errors(password)
    )
    if errors:
        raise Invalid(**errors)
    user = User(
        name=name,
        name_key=fold(name),
        display_name=" ".join(display_name.split())[:80],
        email=email,
        email_key=email_key(email),
        password_hash=passwords.hashed(password),
        lang=lang,
        created_at=db.utcnow(),
    )
    session.add(user)
    session.flush()
    for group in groups:
        join(session, group, user)
    return user


def join(session: Session, group_name: str, user: User, *, role: str = "") -> None:
    """Put a person in a group, made if it is not there; a second time changes the role."""
    group = find_group(group_name) or add_group(session, group_name)
    found = session.get(Membership, (group.id, user.id))
    if found:
        found.role = role
    else:
        session.add(Membership(group_id=group.id, user_id=user.id, role=role, since=db.utcnow()))
    session.flush()
    db.bump(session, "rights")


def leave(session: Session, group: Group, user: User) -> None:
    """Take a person out of a group. Raises Invalid when it would leave the wiki without admin."""
    members = session.scalars(select(Membership).where(Membership.group_id == group.id)).all()
    if group.name_key == ADMINS and {m.user_id for m in members} == {user.id}:
        raise Invalid(group=_("The wiki needs at least one admin."))
    for member in members:
        if member.user_id == user.id:
            session.delete(member)
    session.flush()
    db.bump(session, "rights")


def add_group(session: Session, name: str, *, title: str = "", of_project: bool = False) -> Group:
    """Add a group. Raises Invalid on a bad or taken name."""
    name = name.removeprefix("@").strip()
    if not re.fullmatch(r"[\w.-]{1,60}", name):
        raise Invalid(name=_("A group's name is made of letters, digits, hyphens and dots."))
    if find_group(name):
        raise Invalid(name=_("This name is taken."))
    group = Group(name=name, name_key=fold(name), title=title, of_project=of_project)
    session.add(group)
    session.flush()
    return group


def change_password(session: Session, user: User, password: str) -> None:
    """Set a password; every session and every pending reset of this person ends. Raises Invalid."""
    if errors := passwords.errors(password):
        raise Invalid(**errors)
    user.password_hash = passwords.hashed(password)
    for row in session.scalars(select(SignIn).where(SignIn.user_id == user.id)):
        session.delete(row)
    _end_resets(session, user)


def change_email(session: Session, user: User, email: str) -> None:
    """Set an e-mail address; pending resets, sent to the former one, end. Raises Invalid."""
    if email_key(email) != user.email_key and (errors := _email_errors(session, email)):
        raise Invalid(**errors)
    user.email, user.email_key = email, email_key(email)
    _end_resets(session, user)


def _end_resets(session: Session, user: User) -> None:
    for row in session.scalars(
        select(Token).where(Token.user_id == user.id, Token.kind == "reset")
    ):
        session.delete(row)
    session.flush()


def _name_errors(session: Session, name: str) -> dict[str, str]:
    plain = is_plain(name) and not re.search(r"\s", name)
    if not (2 <= len(name) <= 40 and plain and NAME.fullmatch(fold(name))):
        return {"name": _("A name has 2 to 40 letters, digits, dots or hyphens, without spaces.")}
    taken = session.scalar(select(User.id).where(User.name_key == fold(name)))
    return {"name": _("This name is taken.")} if taken else {}


def _email_errors(session: Session, email: str) -> dict[str, str]:
    if len(email) > 254 or not EMAIL.fullmatch(email):
        return {"email": _("This e-mail address does not look right.")}
    taken = session.scalar(select(User.id).where(User.email_key == email_key(email)))
    return {"email": _("This e-mail address already has an account.")} if taken else {}
