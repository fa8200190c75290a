"""Find, create and change people and groups, and build the actor of a person for access control."""

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

# A single alphabet prevents impersonation with look-alike letters.
NAME = re.compile(r"[a-z0-9œæøłđ][a-z0-9œæøłđ.'’-]+")


def find_user(name_or_email: str) -> User | None:
    """Return the person with this sign-in name or e-mail, ignoring case."""
    key = fold(name_or_email)
    return db.session().scalar(
        select(User).where((User.name_key == key) | (User.email_key == email_key(name_or_email)))
    )


def email_key(email: str) -> str:
    """Return the key that makes an e-mail address unique: case is folded, nothing else."""
    return email.strip().casefold()


def find_group(name: str) -> Group | None:
    """Return a group by its name, with or without `@`, ignoring case."""
    return db.session().scalar(select(Group).where(Group.name_key == fold(name.removeprefix("@"))))


def resolve_rule_name(name: str) -> str | None:
    """Return the access token of a name in a rule (`@group` or a person), None if unknown."""
    if name.startswith("@"):
        group = find_group(name)
        return f"g:{group.id}" if group else None
    user = db.session().scalar(select(User).where(User.name_key == fold(name)))
    return f"u:{user.id}" if user else None


def actor_of(user: User) -> Actor:
    """Return the actor of a person, with the tokens of everyone, members, themselves and their groups."""
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


def anonymous_actor() -> Actor:
    """Return the anonymous actor, with the privileges that the site settings allow."""
    privileges = {"read"}
    privileges |= {"write"} if settings.get("anonymous_edit") else set()
    privileges |= {"comment"} if settings.get("anonymous_comment") else set()
    return Actor(anonymous_may=frozenset(privileges))


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
    """Create a person and add them to groups. Raises Invalid with a message for each wrong field."""
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
        password_hash=passwords.hash_password(password),
        lang=lang,
        created_at=db.utcnow(),
    )
    session.add(user)
    session.flush()
    for group in groups:
        join(session, group, user)
    return user


def join(session: Session, group_name: str, user: User, *, role: str = "") -> None:
    """Add a person to a group, or change their role in it; create the group if it does not exist."""
    group = find_group(group_name) or add_group(session, group_name)
    membership = session.get(Membership, (group.id, user.id))
    if membership:
        membership.role = role
    else:
        session.add(Membership(group_id=group.id, user_id=user.id, role=role, since=db.utcnow()))
    session.flush()
    db.bump(session, "rights")


def leave(session: Session, group: Group, user: User) -> None:
    """Remove a person from a group. Raises Invalid for the last admin of the wiki."""
    members = session.scalars(select(Membership).where(Membership.group_id == group.id)).all()
    if group.name_key == ADMINS and {m.user_id for m in members} == {user.id}:
        raise Invalid(group=_("The wiki needs at least one admin."))
    for member in members:
        if member.user_id == user.id:
            session.delete(member)
    session.flush()
    db.bump(session, "rights")


def add_group(session: Session, name: str, *, title: str = "", of_project: bool = False) -> Group:
    """Create a group. Raises Invalid if the name is malformed or already in use."""
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
    """Set a password; end all sessions and pending resets of this person. Raises Invalid."""
    if errors := passwords.errors(password):
        raise Invalid(**errors)
    user.password_hash = passwords.hash_password(password)
    for row in session.scalars(select(SignIn).where(SignIn.user_id == user.id)):
        session.delete(row)
    _end_resets(session, user)


def change_email(session: Session, user: User, email: str) -> None:
    """Set an e-mail address; end pending resets, sent to the old address. Raises Invalid."""
    if email_key(email) != user.email_key and (errors := _email_errors(session, email)):
        raise Invalid(**errors)
    user.email, user.email_key = email, email_key(email)
    _end_resets(session, user)


def _end_resets(session: Session, user: User) -> None:
    for token in session.scalars(
        select(Token).where(Token.user_id == user.id, Token.kind == "reset")
    ):
        session.delete(token)
    session.flush()


def _name_errors(session: Session, name: str) -> dict[str, str]:
    is_plain_word = is_plain(name) and not re.search(r"\s", name)
    if not (2 <= len(name) <= 40 and is_plain_word and NAME.fullmatch(fold(name))):
        return {"name": _("A name has 2 to 40 letters, digits, dots or hyphens, without spaces.")}
    other_id = session.scalar(select(User.id).where(User.name_key == fold(name)))
    return {"name": _("This name is taken.")} if other_id else {}


def _email_errors(session: Session, email: str) -> dict[str, str]:
    if len(email) > 254 or not EMAIL.fullmatch(email):
        return {"email": _("This e-mail address does not look right.")}
    other_id = session.scalar(select(User.id).where(User.email_key == email_key(email)))
    return {"email": _("This e-mail address already has an account.")} if other_id else {}
