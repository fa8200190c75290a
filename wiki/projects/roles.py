"""Roles: who may give which, and what the membrane says of them.

A membrane lets people in by `read`; `write` and `comment` only take away: from guests, and from everyone
once the project is closed.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import Group, Membership, User
from wiki.core import access, db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.projects import find
from wiki.projects.models import ROLES, JoinRequest, Project


def set_role(project: Project, user: User, role: str, *, by: Actor) -> None:
    """Give a person a role, or take them out (an empty one).

    Raises Invalid on what `by` may not do, and when no referent would be left.
    """
    with db.write() as session:
        current = session.get(Membership, (project.group_id, user.id))
        before = (current.role or "member") if current else ""
        if not may_set(find.role_in(project, by), before, role, themselves=by.id == user.id):
            raise Invalid(role=_("Only a referent can do this."))
        group = session.get_one(Group, project.group_id)
        if role:
            people.join(session, group.name, user, role=role)
            asked = session.get(JoinRequest, (project.id, user.id))
            if asked is not None:
                session.delete(asked)
                session.flush()
        else:
            people.leave(session, group, user)
        if not any(member.role == "referent" for member in find.members(project)):
            raise Invalid(role=_("A project keeps at least one referent."))
        if "guest" in (before, role):
            keep_membrane(session, project)


def may_set(own: str, before: str, after: str, *, themselves: bool = False) -> bool:
    """Answer whether someone of this role may bring another from a role to the next ("" is outside).

    A referent may do all; a gardener brings in and moves who is not above; everyone may step down.
    """
    if own == "referent" or (themselves and _rank(after) <= _rank(before)):
        return True
    below = {"", "guest", "member"}
    return own == "gardener" and before in below and after in {*below, "gardener"}


def keep_membrane(session: Session, project: Project) -> None:
    """Write the membrane's rules anew from who sees the project, who is a guest, and whether it is closed."""
    current = session.get_one(Project, project.id)
    group = session.get_one(Group, current.group_id)
    rules = session.get_one(access.RuleSet, current.membrane_id)
    kept_out = (
        "!*" if current.closed_at else " ".join(f"!{name}" for name in _guests(session, group))
    )
    access.set_rules(
        session,
        rules,
        people.resolve_rule_name,
        read=membrane_rule(current.visibility, group.name),
        write=kept_out,
        comment="!*" if current.closed_at else "",
    )


def membrane_rule(visibility: str, group: str) -> str:
    """Return who a membrane lets in."""
    return {"public": "*", "network": "+"}.get(visibility, f"@{group}")


def _guests(session: Session, group: Group) -> list[str]:
    query = select(User.name).join(Membership, Membership.user_id == User.id)
    return list(
        session.scalars(
            query.where(Membership.group_id == group.id, Membership.role == "guest").order_by(
                User.id
            )
        )
    )


def _rank(role: str) -> int:
    return len(ROLES) - ROLES.index(role) if role else 0
