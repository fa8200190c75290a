"""A project into an archive, with what one person may read of it: pages with their history, entries, files."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from wiki.bazar.models import Form
from wiki.core import db, files, settings
from wiki.core.access import Actor
from wiki.core.http import absolute_url
from wiki.pages.comments import Comment
from wiki.pages.find import visible_pages
from wiki.pages.models import Page, Revision
from wiki.projects import find
from wiki.projects.models import Project
from wiki.transfer.projects import archive_format, export_rows
from wiki.transfer.projects.export_rows import Bag, Row

Progress = Callable[[int, int], None]


def pack(
    project: Project,
    target: Path,
    *,
    actor: Actor,
    emails: Collection[str] = (),
    progress: Progress = lambda *_: None,
) -> Mapping[str, Any]:
    """Write a project as this actor may read it; return what the archive says of itself.

    `emails` are the sign-in names of the people whose address goes along. The file appears once it is whole.
    """
    mark_of(project)
    bag = _gathered(project, actor, emails)
    unfinished = target.with_name(target.name + ".part")
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".packing-") as work,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        unfinished.chmod(0o600)
        sums, counts = {}, {}
        for name, rows in _lists(bag, progress):
            laid = Path(work) / name
            sums[name], counts[name] = _lay(laid, rows)
            made.write(laid, name)
        whole = _json(export_rows.of_project(bag))
        sums[archive_format.PROJECT] = hashlib.sha256(whole).hexdigest()
        made.writestr(archive_format.PROJECT, whole)
        bag.shas = {one for one in bag.shas if _is_there(one)}
        for sha256 in sorted(bag.shas):
            made.write(files.path(sha256), f"files/{sha256}")
        head = _head(bag, sums, counts)
        made.writestr(archive_format.HEAD, _json(head))
    unfinished.replace(target)
    return head


def mark_of(project: Project) -> str:
    """Return what marks a project wherever it goes; it is given at the first leaving."""
    if not project.origin:
        said = f"{absolute_url('/')} {project.id} {project.created_at.isoformat()}"
        with db.write(quiet=True) as session:
            current = session.get_one(Project, project.id)
            current.origin = hashlib.sha256(said.encode()).hexdigest()[:32]
            project.origin = current.origin
    return project.origin


def agreeing(project: Project, names: Iterable[str], *, actor: Actor) -> frozenset[str]:
    """Return, of these sign-in names, those whose address this actor may take along: an admin all, others theirs."""
    members = {member.user.name for member in find.members(project)}
    return frozenset(
        name for name in names if name in members and (actor.is_admin or name == actor.name)
    )


def _gathered(project: Project, actor: Actor, emails: Collection[str]) -> Bag:
    query = visible_pages(actor).where(Page.project_id == project.id)
    pages = list(db.session().scalars(query.order_by(Page.kind != "station", Page.id)))
    ids = {page.form_id for page in pages if page.form_id}
    held = db.session().scalars(select(Form).where(Form.id.in_(ids)).order_by(Form.id))
    return Bag(
        project,
        actor,
        frozenset(emails),
        members=find.members(project),
        pages=pages,
        numbers={page.id: number for number, page in enumerate(pages, 1)},
        forms={form.id: form for form in held},
    )


def _lists(bag: Bag, progress: Progress) -> Iterator[tuple[str, Iterator[Row]]]:
    yield archive_format.FORMS, (export_rows.of_form(bag, form) for form in bag.forms.values())
    yield archive_format.PAGES, (export_rows.of_page(bag, page) for page in bag.pages)
    yield archive_format.REVISIONS, _revisions(bag, progress)
    yield archive_format.COMMENTS, _comments(bag)


def _lay(path: Path, rows: Iterable[Row]) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as lines:
        for row in rows:
            line = _json(row) + b"\n"
            if len(line) > archive_format.LONGEST_LINE:
                raise ValueError(f"{path.name}: a line of more than 16 MB")
            digest.update(line)
            lines.write(line)
            count += 1
    return digest.hexdigest(), count


def _head(bag: Bag, sums: Mapping[str, str], counts: Mapping[str, int]) -> Row:
    return {
        "format": archive_format.FORMAT,
        "version": archive_format.VERSION,
        "origin": bag.project.origin,
        "site": absolute_url("/"),
        "site_name": str(settings.get("name")),
        "made_at": export_rows.when(db.utcnow()),
        "counts": {
            **{name.partition(".")[0]: number for name, number in counts.items()},
            "files": len(bag.shas),
            "people": len(bag.members),
            "left_links": bag.left_links,
        },
        "sha256": dict(sums),
    }


def _revisions(bag: Bag, progress: Progress) -> Iterator[Row]:
    for done, page in enumerate(bag.pages, 1):
        query = select(Revision).where(Revision.page_id == page.id).order_by(Revision.number)
        for revision in db.session().scalars(query):
            yield export_rows.of_revision(bag, page, revision)
        progress(done, len(bag.pages))


def _comments(bag: Bag) -> Iterator[Row]:
    for page in bag.pages:
        if page.talk == "none":
            continue
        query = select(Comment).where(Comment.page_id == page.id).order_by(Comment.id)
        for one in db.session().scalars(query):
            yield export_rows.of_comment(bag, one)


def _is_there(sha256: str) -> bool:
    """Answer whether the store still has a file: what is lost already must not keep the rest here."""
    try:
        return bool(files.path(sha256))
    except FileNotFoundError:
        return False


def _json(row: Any) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
