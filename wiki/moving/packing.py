"""A project into an archive, with what one person may read of it: pages with their history, entries, files."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from wiki.accounts.models import Group
from wiki.bazar import forms, moderation, nomenclatures, uploads
from wiki.bazar.models import Form, FormCounter
from wiki.core import access, db, files, settings
from wiki.core.access import PRIVILEGES, Actor, RuleSet
from wiki.core.http import absolute_url
from wiki.moving import layout
from wiki.pages import rights
from wiki.pages.attachments import files_of
from wiki.pages.find import visible_pages
from wiki.pages.models import Alias, Page, Revision
from wiki.projects import find
from wiki.projects.models import Project
from wiki.talk.models import Comment

Progress = Callable[[int, int], None]
Row = dict[str, Any]


@dataclass
class _Bag:
    """What is gathered while a project is packed."""

    project: Project
    actor: Actor
    emails: Collection[str]
    members: Sequence[find.Member] = ()
    pages: Sequence[Page] = ()
    numbers: dict[int, int] = field(default_factory=dict)
    forms: dict[int, Form] = field(default_factory=dict)
    shas: set[str] = field(default_factory=set)
    left_links: int = 0

    def person(self, user_id: int | None) -> int | None:
        ids = [member.user.id for member in self.members]
        return ids.index(user_id) if user_id in ids else None


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
        whole = _json(_project(bag))
        sums[layout.PROJECT] = hashlib.sha256(whole).hexdigest()
        made.writestr(layout.PROJECT, whole)
        bag.shas = {one for one in bag.shas if _is_there(one)}
        for sha256 in sorted(bag.shas):
            made.write(files.path(sha256), f"files/{sha256}")
        head = _head(bag, sums, counts)
        made.writestr(layout.HEAD, _json(head))
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


def _gathered(project: Project, actor: Actor, emails: Collection[str]) -> _Bag:
    query = visible_pages(actor).where(Page.project_id == project.id)
    pages = list(db.session().scalars(query.order_by(Page.kind != "station", Page.id)))
    ids = {page.form_id for page in pages if page.form_id}
    held = db.session().scalars(select(Form).where(Form.id.in_(ids)).order_by(Form.id))
    return _Bag(
        project,
        actor,
        frozenset(emails),
        members=find.members(project),
        pages=pages,
        numbers={page.id: number for number, page in enumerate(pages, 1)},
        forms={form.id: form for form in held},
    )


def _lists(bag: _Bag, progress: Progress) -> Iterator[tuple[str, Iterator[Row]]]:
    yield layout.FORMS, (_form(bag, form) for form in bag.forms.values())
    yield layout.PAGES, (_page(bag, page) for page in bag.pages)
    yield layout.REVISIONS, _revisions(bag, progress)
    yield layout.COMMENTS, _comments(bag)


def _lay(path: Path, rows: Iterable[Row]) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as lines:
        for row in rows:
            line = _json(row) + b"\n"
            if len(line) > layout.LONGEST_LINE:
                raise ValueError(f"{path.name}: a line of more than 16 MB")
            digest.update(line)
            lines.write(line)
            count += 1
    return digest.hexdigest(), count


def _head(bag: _Bag, sums: Mapping[str, str], counts: Mapping[str, int]) -> Row:
    return {
        "format": layout.FORMAT,
        "version": layout.VERSION,
        "origin": bag.project.origin,
        "site": absolute_url("/"),
        "site_name": str(settings.get("name")),
        "made_at": _when(db.utcnow()),
        "counts": {
            **{name.partition(".")[0]: number for name, number in counts.items()},
            "files": len(bag.shas),
            "people": len(bag.members),
            "left_links": bag.left_links,
        },
        "sha256": dict(sums),
    }


def _project(bag: _Bag) -> Row:
    project = bag.project
    closed = None if project.moved_to else project.closed_at
    return {
        "key": project.key,
        "title": project.title,
        "visibility": project.visibility,
        "joining": project.joining,
        "created_at": _when(project.created_at),
        "closed_at": _when(closed),
        "people": [_person(bag, member) for member in bag.members],
        "lists": _nomenclatures(bag),
    }


def _person(bag: _Bag, member: find.Member) -> Row:
    """Return a person as they travel: the name they show, their role, and their address if they agreed."""
    row: Row = {"shown": member.user.shown_name, "role": member.role}
    return row | ({"email": member.user.email} if member.user.name in bag.emails else {})


def _nomenclatures(bag: _Bag) -> list[Row]:
    specs = [spec for form in bag.forms.values() for spec in _specs(bag, form)]
    keys = {str(spec.options["list"]) for spec in specs if spec.options.get("list")}
    found = [nomenclatures.named(key) for key in sorted(keys)]
    return [{"key": one.key, "title": one.title, "values": one.values} for one in found if one]


def _specs(bag: _Bag, form: Form) -> Sequence[Any]:
    return forms.readable_specs(form, bag.actor)


def _form(bag: _Bag, form: Form) -> Row:
    session = db.session()
    rules = session.get_one(RuleSet, form.rules_id)
    words = ("key", "model", "title", "singular", "description", "default_view")
    counters = session.scalars(select(FormCounter).where(FormCounter.form_id == form.id))
    fields = []
    for spec in _specs(bag, form):
        ruled = {name: _words(bag, getattr(spec, name)) for name in ("read", "write")}
        fields.append(asdict(spec) | ruled)
    return {name: getattr(form, name) for name in words} | {
        "fields": fields,
        "rules": _effective(bag, rules),
        "counters": [[row.field, row.year, row.given] for row in counters],
    }


def _page(bag: _Bag, page: Page) -> Row:
    session = db.session()
    aliases = select(Alias.name_key).where(Alias.page_id == page.id).order_by(Alias.name_key)
    laid = files_of(page)
    bag.shas.update(file.sha256 for file in laid)
    return {
        "n": bag.numbers[page.id],
        "name": page.name,
        "kind": page.kind,
        "lang": page.lang,
        "form": bag.forms[page.form_id].key if page.form_id else None,
        "parent": bag.numbers.get(page.parent_id or 0),
        "position": page.position,
        "talk": page.talk,
        "owner": bag.person(page.owner_id),
        "waits": page.kind == "entry" and moderation.waits(page),
        "aliases": list(session.scalars(aliases)),
        "rules": {
            "own": {name: _words(bag, rule) for name, rule in rights.own_rules(page).items()},
            "effective": _effective(bag, session.get_one(RuleSet, page.rules_id)),
        },
        "files": [{"name": file.name, "sha256": file.sha256} for file in laid],
    }


def _effective(bag: _Bag, rules: RuleSet) -> Row:
    session = db.session()
    return {name: _words(bag, access.effective(session, rules, name)) for name in PRIVILEGES}


def _words(bag: _Bag, rule: str) -> str:
    """Return a rule as it travels: groups by name, people of the project by number, the others unknown."""
    return " ".join(_word(bag, word) for word in rule.replace(",", " ").split())


def _word(bag: _Bag, word: str) -> str:
    deny, name = ("!" if word.startswith("!") else ""), word.removeprefix("!")
    if name in {"*", "+", "%"}:
        return word
    if name.startswith("@"):
        return deny + _group(bag, name)
    number = next(
        (
            n
            for n, member in enumerate(bag.members)
            if member.user.name.casefold() == name.casefold()
        ),
        None,
    )
    return deny + (layout.UNKNOWN if number is None else layout.person_word(number))


def _group(bag: _Bag, name: str) -> str:
    group = db.session().scalar(select(Group).where(Group.name_key == name[1:].casefold()))
    if group is not None and group.id == bag.project.group_id:
        return layout.OWN_GROUP
    return name if group is not None and not group.of_project else layout.UNKNOWN


def _revisions(bag: _Bag, progress: Progress) -> Iterator[Row]:
    for done, page in enumerate(bag.pages, 1):
        query = select(Revision).where(Revision.page_id == page.id).order_by(Revision.number)
        for revision in db.session().scalars(query):
            yield _revision(bag, page, revision)
        progress(done, len(bag.pages))


def _revision(bag: _Bag, page: Page, revision: Revision) -> Row:
    purged = revision.purged_at and {
        "at": _when(revision.purged_at),
        "by": revision.purged_by,
        "why": revision.purged_why,
    }
    return {
        "page": bag.numbers[page.id],
        "number": revision.number,
        "title": revision.title,
        "text": revision.text,
        "data": _data(bag, page, revision.data),
        "tags": revision.tags,
        "author": revision.author_name,
        "person": bag.person(revision.author_id),
        "others": [
            {"author": one["name"], "person": bag.person(one["id"])} for one in revision.others
        ],
        "summary": revision.summary,
        "minor": revision.minor,
        "label": revision.label,
        "at": _when(revision.created_at),
        "purged": purged or None,
    }


def _data(bag: _Bag, page: Page, data: Mapping[str, Any]) -> Row:
    """Return what a version holds and this actor may read, its links by number in the archive."""
    if page.form_id is None:
        return dict(data) if page.kind == "station" else {}
    form = bag.forms[page.form_id]
    kept = {}
    for spec in forms.readable_specs(form, bag.actor, page.owner_id):
        kind, value = forms.field_types().get(spec.type), data.get(spec.key)
        if kind is None or value is None or not kind.holds(spec, value):
            continue
        if spec.type == "relation":
            value = [bag.numbers[one] for one in value if one in bag.numbers]
            bag.left_links += len(data[spec.key]) - len(value)
        elif spec.type == "person":
            value = [n for one in value if (n := bag.person(one)) is not None]
        elif spec.type in {"file", "image"} and uploads.is_stored(value):
            bag.shas.add(value["sha256"])
        if value not in ([], None):
            kept[spec.key] = value
    return kept


def _comments(bag: _Bag) -> Iterator[Row]:
    for page in bag.pages:
        if page.talk == "none":
            continue
        query = select(Comment).where(Comment.page_id == page.id).order_by(Comment.id)
        for one in db.session().scalars(query):
            yield _comment(bag, one)


def _comment(bag: _Bag, one: Comment) -> Row:
    plain = ("text", "quote", "before", "after", "section", "section_title", "revision_no")
    dates = ("created_at", "edited_at", "removed_at", "resolved_at")
    return {
        "n": one.id,
        "page": bag.numbers[one.page_id],
        "thread": one.thread_id,
        "author": one.author_name,
        "person": bag.person(one.author_id),
        **{name: getattr(one, name) for name in plain},
        **{name: _when(getattr(one, name)) for name in dates},
        "removed_by": one.removed_by,
        "resolved_by": one.resolved_by,
    }


def agreeing(project: Project, names: Iterable[str], *, actor: Actor) -> frozenset[str]:
    """Return, of these sign-in names, those whose address this actor may take along: an admin all, others theirs."""
    members = {member.user.name for member in find.members(project)}
    return frozenset(
        name for name in names if name in members and (actor.is_admin or name == actor.name)
    )


def _is_there(sha256: str) -> bool:
    """Answer whether the store still has a file: what is lost already must not keep the rest here."""
    try:
        return bool(files.path(sha256))
    except FileNotFoundError:
        return False


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _json(row: Any) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
