"""The rule that every screen enforces: at least one admin must be able to sign in."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wiki.accounts.models import ADMINS, Group, Membership, User
from wiki.core.http import Invalid


def refuse_if_last(session: Session, user: User) -> None:
    """Raise Invalid if this person is the only admin who can sign in."""
    others = (
        select(func.count())
        .select_from(Membership)
        .join(Group, Group.id == Membership.group_id)
        .join(User, User.id == Membership.user_id)
        .where(Group.name_key == ADMINS, User.disabled.is_(False), User.id != user.id)
    )
    if not session.scalar(others):
        raise Invalid(group=_("The wiki needs at least one admin."))


def admin_ids_among(session: Session, user_ids: list[int]) -> set[int]:
    """Return the ids of those people who are admins."""
    rows = (
        select(Membership.user_id)
        .join(Group, Group.id == Membership.group_id)
        .where(Group.name_key == ADMINS, Membership.user_id.in_(user_ids))
    )
    return set(session.scalars(rows))
