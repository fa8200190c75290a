"""The doors of a project: coming in at once, asking, or by a link of invitation."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import Group, Membership, User
from wiki.core import db, mail, settings
from wiki.core.access import Actor
from wiki.core.http import Invalid, absolute_url
from wiki.pages.models import Page
from wiki.projects import find
from wiki.projects.models import ROLES, Invitation, JoinRequest, Project
from wiki.projects.roles import keep_membrane, set_role

LONGEST_WORDS = 1000
DAYS = (1, 7, 14, 30, 90)
MOST = 50
"""Links of invitation a project may have open."""


@dataclass(frozen=True)
class Asking:
    """Someone who asks to come in, and what they say."""

    user: User
    request: JoinRequest


def come_in(project: Project, actor: Actor, *, words: str = "") -> bool:
    """Bring a person in, or write down that they ask; answer whether they are in. Raises Invalid."""
    with db.write() as session:
        current = session.get_one(Project, project.id)
        if find.role_in(current, actor) and _membership(session, current, actor):
            return True
        if current.closed_at:
            raise Invalid(join=_("This project is closed."))
        if current.joining == "invitation" and not actor.is_admin:
            raise Invalid(join=_("One comes into this project by invitation."))
        if current.joining == "open" or actor.is_admin:
            _enter(session, current, actor, "member")
            return True
        _ask(session, current, actor, " ".join(words.split())[:LONGEST_WORDS])
        return False


def asking(project: Project) -> Sequence[Asking]:
    """Return who asks to come in, the first first."""
    query = (
        select(User, JoinRequest)
        .join(JoinRequest, JoinRequest.user_id == User.id)
        .where(JoinRequest.project_id == project.id)
        .order_by(JoinRequest.created_at)
    )
    return [Asking(user, row) for user, row in db.session().execute(query)]


def has_asked(project: Project, actor: Actor) -> bool:
    """Answer whether this person waits for an answer."""
    return (
        actor.id is not None and db.session().get(JoinRequest, (project.id, actor.id)) is not None
    )


def answer(project: Project, user: User, *, accepted: bool, by: Actor, words: str = "") -> None:
    """Let in who asked, or not; they are told by mail. Raises Invalid when nobody asked."""
    with db.write() as session:
        asked = session.get(JoinRequest, (project.id, user.id))
        if asked is None:
            raise Invalid(name=_("This request was answered already."))
        session.delete(asked)
        session.flush()
        if accepted:
            set_role(project, user, "member", by=by)
        _tell(session, user, project, accepted, " ".join(words.split())[:LONGEST_WORDS])


def invite(
    project: Project, *, by: Actor, role: str = "member", days: int = 14, label: str = ""
) -> str:
    """Make a link of invitation and return its token: it is kept nowhere. Raises Invalid."""
    if role not in ("member", "guest") or not 1 <= days <= max(DAYS):
        raise Invalid(
            invitation=_("An invitation brings in members or guests, for 90 days at most.")
        )
    token, now = secrets.token_urlsafe(24), db.utcnow()
    with db.write() as session:
        if len(invitations(project)) >= MOST:
            raise Invalid(invitation=_("There are many invitations already: end some first."))
        session.add(
            Invitation(
                token_hash=hashed(token),
                project_id=project.id,
                role=role,
                label=" ".join(label.split())[:60],
                made_by=by.display_name,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
        )
    return token


def invite_by_mail(project: Project, *, email: str, name: str, role: str, by: Actor) -> None:
    """Mail someone a link of their own, which lets in once, with the role they are known to hold."""
    token, now = secrets.token_urlsafe(24), db.utcnow()
    with db.write() as session:
        session.add(
            Invitation(
                token_hash=hashed(token),
                project_id=project.id,
                role=role if role in ROLES else "member",
                label=" ".join(name.split())[:60],
                made_by=by.display_name,
                created_at=now,
                expires_at=now + timedelta(days=max(DAYS)),
                once=True,
            )
        )
        url = absolute_url(url_for("projects.invitation", token=token))
        with force_locale(str(settings.get("lang"))):
            words = _(
                "Hello %(name)s. %(project)s goes on at %(site)s, and your place is kept.",
                name=name,
                project=project.title,
                site=settings.get("name"),
            )
            take = _("Come in here, with a new account if need be: %(url)s", url=url)
            subject = _(
                "%(project)s goes on at %(site)s", project=project.title, site=settings.get("name")
            )
            mail.send(session, to=email, subject=subject, body=f"{words}\n\n{take}\n")


def invitations(project: Project) -> Sequence[Invitation]:
    """Return the links that still let people in, the newest first."""
    query = select(Invitation).where(
        Invitation.project_id == project.id, Invitation.expires_at > db.utcnow()
    )
    return db.session().scalars(query.order_by(Invitation.created_at.desc())).all()


def invitation_of(token: str) -> tuple[Invitation, Project] | None:
    """Return what a token opens, None when it opens nothing any more."""
    found = db.session().get(Invitation, hashed(token))
    if found is None or found.expires_at <= db.utcnow():
        return None
    project = db.session().get_one(Project, found.project_id)
    return None if project.closed_at else (found, project)


def accept(token: str, actor: Actor) -> Project | None:
    """Bring in whoever holds a token; None when it opens nothing any more."""
    with db.write() as session:
        found = invitation_of(token)
        if found is None:
            return None
        invitation, project = found
        if _membership(session, project, actor) is None:
            _enter(session, project, actor, invitation.role)
            invitation.used += 1
            if invitation.once:
                session.delete(invitation)
        return project


def revoke(project: Project, token_hash: str) -> bool:
    """End a link; answer whether there was one."""
    with db.write() as session:
        found = session.get(Invitation, token_hash)
        if found is None or found.project_id != project.id:
            return False
        session.delete(found)
    return True


def hashed(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _membership(session: Session, project: Project, actor: Actor) -> Membership | None:
    return session.get(Membership, (project.group_id, actor.id)) if actor.id else None


def _enter(session: Session, project: Project, actor: Actor, role: str) -> None:
    group = session.get_one(Group, project.group_id)
    people.join(session, group.name, session.get_one(User, actor.id), role=role)
    waiting = session.get(JoinRequest, (project.id, actor.id))
    if waiting is not None:
        session.delete(waiting)
        session.flush()
    if role == "guest":
        keep_membrane(session, project)


def _ask(session: Session, project: Project, actor: Actor, words: str) -> None:
    known = session.get(JoinRequest, (project.id, actor.id))
    if known is not None:
        known.words = words
        return
    session.add(
        JoinRequest(
            project_id=project.id, user_id=actor.id or 0, words=words, created_at=db.utcnow()
        )
    )
    url = absolute_url(url_for("projects.members", key=project.key))
    for member in find.members(project):
        if member.role == "referent" and not member.user.disabled:
            with force_locale(member.user.lang or str(settings.get("lang"))):
                mail.send(
                    session,
                    to=member.user.email,
                    subject=_(
                        "%(name)s asks to join %(project)s",
                        name=actor.display_name,
                        project=project.title,
                    ),
                    body="\n\n".join(filter(None, (words, _("Answer here: %(url)s", url=url))))
                    + "\n",
                )


def _tell(session: Session, user: User, project: Project, accepted: bool, words: str) -> None:
    page = session.get(Page, project.page_id)
    url = absolute_url(url_for("pages.show", name=page.name if page else project.key))
    with force_locale(user.lang or str(settings.get("lang"))):
        said = (
            _("Welcome aboard %(project)s.", project=project.title)
            if accepted
            else _("%(project)s cannot take you in for now.", project=project.title)
        )
        body = "\n\n".join(part for part in (said, words, url if accepted else "") if part)
        mail.send(session, to=user.email, subject=said, body=body + "\n")
