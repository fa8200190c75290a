"""Projects on their way, as the worker takes them: an archive made for one person, an archive brought in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from flask import Flask, current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.core import db, i18n, jobs, periodic
from wiki.core.access import SYSTEM, Actor
from wiki.core.http import Invalid, absolute_url
from wiki.projects import find, membership, relocation
from wiki.projects.models import Project
from wiki.transfer.projects import export, import_project
from wiki.transfer.projects import plan as plans
from wiki.transfer.projects.archive_reader import Archive
from wiki.transfer.projects.importing.state import Arrival
from wiki.transfer.projects.models import DONE, DRAFT, FAILED, GONE, IN, OUT, WAITING, Crossing

JOB, TIDY = "moving", "moving.tidy"
KEPT_DAYS = 7
"""How long an archive waits to be taken."""
EACH = 25
"""Pages between two notes of how far it is."""
COPIED = 1024 * 1024


def init_app(app: Flask) -> None:
    """Have archives that nobody took forgotten."""
    with app.app_context():
        periodic.repeat(TIDY, tidy, every=timedelta(hours=6))


def leave(project: Project, *, actor: Actor, emails: Iterable[str]) -> Crossing:
    """Have an archive made of what this person may read of a project."""
    agreed = sorted(export.agreeing(project, emails, actor=actor))
    made = Crossing(
        way=OUT,
        project_id=project.id,
        actor_id=actor.id,
        lang=i18n.language(),
        state=WAITING,
        file_name=f"{project.key}.gare.zip",
        asked={"emails": agreed, "site": absolute_url("/")},
        created_at=db.utcnow(),
    )
    with db.write(quiet=True) as session:
        session.add(made)
        session.flush()
        jobs.enqueue(session, JOB, crossing=made.id)
    return made


def receive(stream: IO[bytes], *, file_name: str, actor: Actor) -> Crossing:
    """Keep an archive that was sent, if it is sound. Raises Invalid (`file`)."""
    made = Crossing(
        way=IN,
        actor_id=actor.id,
        lang=i18n.language(),
        state=DRAFT,
        file_name=file_name[:200],
        created_at=db.utcnow(),
    )
    with db.write(quiet=True) as session:
        session.add(made)
        session.flush()
    try:
        with made.path.open("wb") as target:
            made.path.chmod(0o600)
            while chunk := stream.read(COPIED):
                target.write(chunk)
        with Archive(made.path) as archive:
            archive.verify()
            plans.made_of(archive)
    except BaseException:
        drop(made)
        raise
    return made


def preview(crossing: Crossing) -> plans.Plan:
    """Return what an archive would make now. Raises Invalid."""
    with Archive(crossing.path) as archive:
        return plans.made_of(archive)


def in_words(plan: plans.Plan) -> dict[str, Any]:
    """Return what an archive would make as plain data, for the command line."""
    return {
        "key": plan.key,
        "title": plan.title,
        "from": plan.site,
        "visibility": plan.visibility,
        "counts": plan.counts,
        "renamed": plan.renamed,
        "forms": {
            key: {"into": one.here.key if one.here else None, "lacks": list(one.lacks)}
            for key, one in plan.forms.items()
        },
        "groups": plan.groups,
        "people": [[one.shown, one.role, one.user is not None] for one in plan.people],
    }


def bring_in(crossing: Crossing, *, invite: bool) -> None:
    """Let the worker make the project of an archive."""
    with db.write(quiet=True) as session:
        current = session.get_one(Crossing, crossing.id)
        if current.state != DRAFT:
            return
        current.state = WAITING
        current.asked = {"invite": invite, "site": absolute_url("/")}
        jobs.enqueue(session, JOB, crossing=current.id)


def drop(crossing: Crossing) -> None:
    """Forget a crossing and its archive."""
    with db.write(quiet=True) as session:
        session.delete(session.get_one(Crossing, crossing.id))
    crossing.path.unlink(missing_ok=True)


def work(*, crossing: int) -> None:
    """Do what a crossing waits for: the job. What cannot be done is told, not tried again."""
    found = db.session().get(Crossing, crossing)
    if found is None or not found.is_at_work:
        return
    actor = _actor(found)
    with force_locale(found.lang or i18n.language()):
        try:
            (_go_out if found.way == OUT else _come_in)(found, actor)
        except Invalid as error:
            _end(crossing, FAILED, {"problem": " ".join(error.errors.values())})
        except ValueError as error:
            _end(crossing, FAILED, {"problem": str(error)})


def tidy() -> None:
    """Throw away the archives that waited long enough."""
    over = db.utcnow() - timedelta(days=KEPT_DAYS)
    query = select(Crossing).where(Crossing.created_at < over, Crossing.state != GONE)
    for crossing in db.session().scalars(query).all():
        if crossing.is_at_work:
            continue
        crossing.path.unlink(missing_ok=True)
        with db.write(quiet=True) as session:
            session.get_one(Crossing, crossing.id).state = GONE


def arrive(
    path: Path,
    *,
    actor: Actor,
    invite: bool = False,
    site: str = "",
    ended: Callable[[Mapping[str, Any]], object] = lambda _report: None,
) -> Mapping[str, Any]:
    """Make the project of an archive here and now; return what came of it. Raises Invalid.

    `ended` is told so in the transaction that makes it.
    """
    report: dict[str, Any] = {}

    def close(arrival: Arrival) -> None:
        found = find.project_or_none(arrival.key, actor=SYSTEM)
        assert found is not None, "it was just made"
        invited = _invite(found[0], said.people, actor) if invite else 0
        report.update(asdict(arrival), invited=invited)
        report["receipt"] = relocation.receipt_of(found[0], arrival.names)
        ended(report)

    with _at(site), Archive(path) as archive:
        said = plans.made_of(archive)
        import_project.unpack(archive, by=actor, then=close)
    return report


def _invite(project: Project, known: Iterable[plans.PersonPlan], actor: Actor) -> int:
    """Write to those who agreed to it and have no account here; return to how many."""
    wanted = {person.email: person for person in known if person.email and person.user is None}
    for email, person in wanted.items():
        membership.invite_by_mail(
            project, email=email, name=person.shown, role=person.role, by=actor
        )
    return len(wanted)


def _go_out(crossing: Crossing, actor: Actor) -> None:
    project = db.session().get_one(Project, crossing.project_id)
    if find.project_or_none(project.key, actor=actor) is None or not find.may_rule(project, actor):
        raise Invalid(project=_("Only a referent can do this."))
    with _at(str(crossing.asked.get("site") or "")):
        head = export.pack(
            project,
            crossing.path,
            actor=actor,
            emails=crossing.asked.get("emails", ()),
            progress=_note(crossing.id),
        )
    size = crossing.path.stat().st_size
    _end(crossing.id, DONE, {"counts": head["counts"], "size": size})


def _come_in(crossing: Crossing, actor: Actor) -> None:
    if not actor.is_admin:
        raise Invalid(file=_("Only an admin can do this."))
    site, invite = str(crossing.asked.get("site") or ""), bool(crossing.asked.get("invite"))
    # Done as it is made: begun again after a kill, it never comes in twice.
    number, path = crossing.id, crossing.path
    arrive(
        path,
        actor=actor,
        invite=invite,
        site=site,
        ended=lambda report: _end(number, DONE, report),
    )
    path.unlink(missing_ok=True)


def _at(site: str) -> AbstractContextManager[object]:
    """Stand where the asker stood, so that addresses are those they know."""
    return current_app.test_request_context(base_url=site or absolute_url("/"))


def _note(number: int) -> export.Progress:
    def note(done: int, total: int) -> None:
        if done % EACH and done != total:
            return
        with db.write(quiet=True) as session:
            current = session.get_one(Crossing, number)
            current.done, current.total = done, total

    return note


def _actor(crossing: Crossing) -> Actor:
    user = db.session().get(User, crossing.actor_id) if crossing.actor_id else None
    return people.actor_of(user) if user and not user.disabled else people.anonymous_actor()


def _end(number: int, state: str, report: Mapping[str, Any]) -> None:
    with db.write(quiet=True) as session:
        current = session.get_one(Crossing, number)
        current.state, current.report, current.ended_at = state, dict(report), db.utcnow()
