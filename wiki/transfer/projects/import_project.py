"""An archive becomes a project here, in one transaction: all of it, or nothing.

It reads as the story of an arrival: files, forms, the project and its people, pages with their history
by the one save, then what ties them together. Files are kept before the lock is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import Group, User
from wiki.bazar.field import BadValue
from wiki.bazar.values import uploads
from wiki.core import db, files
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages.files import attachments
from wiki.projects import create
from wiki.projects.roles import keep_membrane
from wiki.transfer.projects import archive_format
from wiki.transfer.projects import plan as plans
from wiki.transfer.projects.archive_reader import Archive, damaged, many, moment, text
from wiki.transfer.projects.importing import data as arriving_data
from wiki.transfer.projects.importing.attachments import lay_comments, lay_files
from wiki.transfer.projects.importing.forms import make_forms
from wiki.transfer.projects.importing.names import follow_names, tie
from wiki.transfer.projects.importing.pages import make_pages
from wiki.transfer.projects.importing.rules import Names
from wiki.transfer.projects.importing.state import Arrival, Work
from wiki.transfer.projects.plan import Plan


def unpack(archive: Archive, *, by: Actor, then: Callable[[Arrival], object]) -> None:
    """Make the project of an archive; `by` becomes one of its referents. Raises Invalid: nothing was made.

    `then` is told in the same transaction: what it writes down is true exactly if the project is there.
    """
    archive.verify()
    with files.together():
        _unpack(archive, _keep_files(archive), by, then)


def _unpack(
    archive: Archive,
    laid: dict[tuple[str, str], attachments.Incoming],
    by: Actor,
    then: Callable[[Arrival], object],
) -> None:
    with db.write() as session:
        # Judged again under the lock: names may have been taken since the preview.
        plan = plans.made_of(archive)
        work = _begin(session, archive, plan, by, laid)
        make_forms(work)
        make_pages(work)
        tie(work)
        lay_files(work)
        lay_comments(work)
        follow_names(work)
        keep_membrane(session, work.project)
        then(_told(work))


def _keep_files(archive: Archive) -> dict[tuple[str, str], attachments.Incoming]:
    """Put the files of pages in the store, each checked as if it were sent. Raises Invalid."""
    kept: dict[tuple[str, str], attachments.Incoming] = {}
    for row in archive.rows(archive_format.PAGES):
        for file in many(row, "files", dict):
            name, sha256 = text(file, "name", 300), text(file, "sha256", 64)
            if (sha256, name) not in kept and sha256 in archive.files:
                kept[sha256, name] = _taken(archive, sha256, name)
    for sha256 in archive.files - {sha for sha, _name in kept}:
        # Those of fields are described once their field is known.
        kept[sha256, ""] = _taken(archive, sha256, "file.bin")
    return kept


def _taken(archive: Archive, sha256: str, name: str) -> attachments.Incoming:
    try:
        with archive.file(sha256) as stream:
            return attachments.take(name, stream)
    except attachments.BadFile as error:
        raise damaged(str(error)) from error
    except files.NoRoom as error:
        raise Invalid(file=error.words) from error


def _begin(
    session: Session,
    archive: Archive,
    plan: Plan,
    by: Actor,
    laid: dict[tuple[str, str], attachments.Incoming],
) -> Work:
    """Make the project's row and its people."""
    said = archive.project
    project = create.found(
        session,
        plan.key,
        title=plan.title,
        visibility=plan.visibility,
        joining=plan.joining,
        at=moment(said, "created_at") or db.utcnow(),
    )
    project.origin = text(archive.head, "origin", 64)
    project.closed_at = moment(said, "closed_at")
    group = session.get_one(Group, project.group_id)
    for person in plan.people:
        if person.user is not None:
            people.join(session, group.name, person.user, role=person.role)
    owner = session.get(User, by.id) if by.id else None
    if owner is not None:
        people.join(session, group.name, owner, role="referent")
    users = [person.user for person in plan.people]
    names = Names(group.name, users)
    kept: dict[tuple[str, str, bool], dict[str, Any] | None] = {}
    there = {sha for sha, _name in laid}

    def file_of(sha256: str, name: str, is_image: bool) -> dict[str, Any] | None:
        key = (sha256, name, is_image)
        if key not in kept:
            kept[key] = _described(sha256, name, is_image) if sha256 in there else None
        return kept[key]

    arrivals = arriving_data.Arrivals(names, users, file_of)
    return Work(archive, plan, by, laid, session, project, arrivals)


def _described(sha256: str, name: str, is_image: bool) -> dict[str, Any] | None:
    try:
        value = uploads.described(sha256, name)
        return uploads.as_image(value) if is_image else value
    except BadValue as error:
        if error.status == 507:
            raise Invalid(file=str(error)) from error
        return None


def _told(work: Work) -> Arrival:
    arrival = work.arrival
    arrival.key, arrival.pages = work.project.key, len(work.pages)
    arrival.lost = dict(work.arrivals.lost)
    arrival.names = dict(work.plan.renamed)
    return arrival
