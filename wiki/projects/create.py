"""Make a project: its group, its membrane and its station page, in one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import Group, User
from wiki.core import access, db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.names import fold, page_name
from wiki.pages import save
from wiki.pages.content import Content
from wiki.pages.models import Page
from wiki.projects.models import JOININGS, VISIBILITIES, Project
from wiki.projects.roles import keep_membrane, membrane_rule
from wiki.projects.station import check_contact


@dataclass(frozen=True)
class Plan:
    """What a station is made with: `blocks` as a station page keeps them (see station.py)."""

    title: str
    purpose: str
    visibility: str = "public"
    joining: str = "open"
    contact: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, str]] = field(default_factory=list)
    text: str = ""
    greeting: str = ""


def make(plan: Plan, *, author: Actor, stamp: save.Stamp = save.Stamp()) -> Page:
    """Make a project and return its station page; its author becomes its referent. Raises Invalid."""
    if plan.visibility not in VISIBILITIES:
        raise Invalid(visibility=_("Choose who may see this project."))
    if not plan.purpose.strip():
        raise Invalid(purpose=_("Say in one line what the project is for."))
    if plan.joining not in JOININGS:
        raise Invalid(joining=_("Choose how people come in."))
    check_contact(plan.contact.strip())
    name = page_name(plan.title)
    if not fold(name):
        raise Invalid(title=_("Give it a title."))
    try:
        return _made(plan, name, author, stamp)
    except IntegrityError as error:
        raise Invalid(title=_("This name is taken.")) from error


def station_data(plan: Plan) -> dict[str, Any]:
    """Return the data of a station page as a plan wants it."""
    return {
        "purpose": " ".join(plan.purpose.split()),
        "contact": plan.contact.strip(),
        "greeting": plan.greeting.strip(),
        "stages": plan.stages,
        "blocks": plan.blocks,
    }


def change_visibility(project: Project, visibility: str) -> None:
    """Open or close a project's membrane: one rule set, so all its pages follow at once. Raises Invalid."""
    if visibility not in VISIBILITIES:
        raise Invalid(visibility=_("Choose who may see this project."))
    with db.write() as session:
        current = session.get_one(Project, project.id)
        current.visibility = visibility
        if visibility == "discreet":
            current.joining = "invitation"
        session.flush()
        keep_membrane(session, current)


def change_joining(project: Project, joining: str) -> None:
    """Say how people come in. Raises Invalid."""
    discreet = project.visibility == "discreet" and joining != "invitation"
    if joining not in JOININGS or discreet:
        raise Invalid(joining=_("Choose how people come in."))
    with db.write() as session:
        session.get_one(Project, project.id).joining = joining


def found(
    session: Session, key: str, *, title: str, visibility: str, joining: str, at: datetime
) -> Project:
    """Make a project's row, its group and its membrane; its station page comes next. Raises Invalid."""
    if session.scalar(select(Project.id).where(Project.key_folded == fold(key))) is not None:
        raise Invalid(title=_("This name is taken."))
    group = people.add_group(
        session, f"projet-{secrets.token_hex(4)}", title=title, of_project=True
    )
    membrane = access.make_rules(
        session, people.resolve_rule_name, parent=None, read=membrane_rule(visibility, group.name)
    )
    project = Project(
        key=key,
        key_folded=fold(key),
        title=title,
        visibility=visibility,
        joining="invitation" if visibility == "discreet" else joining,
        group_id=group.id,
        membrane_id=membrane.id,
        created_at=at,
    )
    session.add(project)
    session.flush()
    return project


def _made(plan: Plan, name: str, author: Actor, stamp: save.Stamp) -> Page:
    with db.write() as session:
        project = found(
            session,
            name,
            title=plan.title,
            visibility=plan.visibility,
            joining=plan.joining,
            at=stamp.at or db.utcnow(),
        )
        user = session.get(User, author.id) if author.id else None
        if user is not None:
            group = session.get_one(Group, project.group_id)
            people.join(session, group.name, user, role="referent")
            # They were not in the group when this request began.
            author = replace(author, tokens=author.tokens | {f"g:{group.id}"})
        page = save.create(
            save.NewPage(
                name=name,
                kind="station",
                project_id=project.id,
                membrane_id=project.membrane_id,
            ),
            Content(plan.title, plan.text, station_data(plan)),
            author=author,
            stamp=stamp,
        )
        project.page_id = page.id
        session.flush()
    return page
