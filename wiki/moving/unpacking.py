"""An archive becomes a project here, in one transaction: all of it, or nothing.

It reads as the story of an arrival: files, forms, the project and its people, pages with their history
by the one save, then what ties them together. Files are kept before the lock is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import Group, User
from wiki.bazar import forms, moderation, nomenclatures, uploads
from wiki.bazar.fields.base import BadValue
from wiki.bazar.models import Form, FormCounter
from wiki.core import access, db
from wiki.core.access import SYSTEM, WIKI_RULES, Actor
from wiki.core.names import fold
from wiki.moving import arriving_data, layout
from wiki.moving import plan as plans
from wiki.moving.arriving_rules import CLOSED, Names, field_rules, form_rules, own_rules
from wiki.moving.plan import Plan
from wiki.moving.reading import Archive, Row, damaged, many, moment, number, part, text
from wiki.pages import attachments, find, rights, save
from wiki.pages.bringing_back import Version, bring_back
from wiki.pages.content import Content
from wiki.pages.kinds import kind_of
from wiki.pages.models import Alias, Link, Page, Revision
from wiki.pages.order import DEEPEST
from wiki.pages.renaming import Renaming
from wiki.projects import make
from wiki.projects.models import Project
from wiki.projects.roles import keep_membrane
from wiki.talk import writing
from wiki.talk.models import Comment

Progress = Callable[[int, int], None]
LONGEST_TEXT = 16 * layout.MB


@dataclass
class Arrival:
    """What came of an archive: the station's name, and what the report says."""

    key: str = ""
    pages: int = 0
    revisions: int = 0
    comments: int = 0
    files: int = 0
    names: dict[str, str] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)


@dataclass
class _Work:
    """What is at hand while a project is made."""

    archive: Archive
    plan: Plan
    by: Actor
    laid: dict[tuple[str, str], attachments.Incoming]
    session: Session
    project: Project
    arrivals: arriving_data.Arrivals
    forms: dict[str, arriving_data.FormMatch] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    pages: dict[int, Page] = field(default_factory=dict)
    others: dict[int, set[str]] = field(default_factory=dict)
    arrival: Arrival = field(default_factory=Arrival)

    def user(self, at: int | None) -> User | None:
        known = self.arrivals.people
        return known[at] if at is not None and at < len(known) else None


def unpack(archive: Archive, *, by: Actor, progress: Progress = lambda *_: None) -> Arrival:
    """Make the project of an archive; `by` becomes one of its referents. Raises Invalid: nothing was made."""
    archive.verify()
    laid = _keep_files(archive)
    with db.write() as session:
        # Judged again under the lock: names may have been taken since the preview.
        plan = plans.made_of(archive)
        work = _begin(session, archive, plan, by, laid)
        _make_forms(work)
        _make_pages(work, progress)
        _tie(work)
        _lay_files(work)
        _lay_comments(work)
        _follow_names(work)
        keep_membrane(session, work.project)
        return _told(work)


def _keep_files(archive: Archive) -> dict[tuple[str, str], attachments.Incoming]:
    """Put the files of pages in the store, each checked as if it were sent. Raises Invalid."""
    kept: dict[tuple[str, str], attachments.Incoming] = {}
    for row in archive.rows(layout.PAGES):
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


def _begin(
    session: Session,
    archive: Archive,
    plan: Plan,
    by: Actor,
    laid: dict[tuple[str, str], attachments.Incoming],
) -> _Work:
    """Make the project's row and its people."""
    said = archive.project
    project = make.found(
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
    return _Work(archive, plan, by, laid, session, project, arrivals)


def _described(sha256: str, name: str, is_image: bool) -> dict[str, Any] | None:
    try:
        value = uploads.described(sha256, name)
        return uploads.as_image(value) if is_image else value
    except BadValue:
        return None


def _make_forms(work: _Work) -> None:
    """Find or make the forms, and the lists their fields take options from."""
    for row in many(work.archive.project, "lists", dict):
        key = text(row, "key", 60)
        if nomenclatures.named(key) is None:
            values = many(row, "values", dict)
            nomenclatures.store(work.session, key, title=text(row, "title", 300), values=values)
    for key, planned in work.plan.forms.items():
        rows = {text(spec, "key", 60): spec for spec in many(planned.row, "fields", dict, 200)}
        form = planned.here or _form(work, planned.row)
        work.forms[key] = arriving_data.FormMatch(form, rows)
    moved = {key: match.form.key for key, match in work.forms.items() if match.form.key != key}
    for planned in work.plan.forms.values():
        if planned.here is None and moved:
            _point(work.forms[planned.key].form, moved)


def _form(work: _Work, row: Row) -> Form:
    names = work.arrivals.names
    form = forms.make_form(
        work.session,
        title=text(row, "title", 250),
        fields=field_rules(many(row, "fields", dict, 200), names),
        suggested_key=text(row, "key", 80),
        model=text(row, "model", 80),
        singular=text(row, "singular", 100),
        description=text(row, "description", 1000),
        default_view=text(row, "default_view", 40) or "list",
        rules={name: rule for name, rule in form_rules(row, names).items() if rule},
    )
    for counter in many(row, "counters", list, 500):
        _count(work.session, form, counter)
    return form


def _count(session: Session, form: Form, counter: list[Any]) -> None:
    """Go on counting where the form was, so that no number is given twice."""
    known = {spec.key for spec in form.specs()}
    if len(counter) != 3 or counter[0] not in known:
        return
    year, given = number({"n": counter[1]}, "n") or 0, number({"n": counter[2]}, "n") or 0
    session.add(FormCounter(form_id=form.id, field=counter[0], year=year, given=given))


def _point(form: Form, moved: Mapping[str, str]) -> None:
    """Lead the relations of a form that was made to forms that got another key here."""
    form.fields = [
        row | {"options": row["options"] | {"form": moved[row["options"]["form"]]}}
        if row["options"].get("form") in moved
        else row
        for row in form.fields
    ]


def _make_pages(work: _Work, progress: Progress) -> None:
    """Make the pages in two turns: entries point to each other by numbers that must be there first."""
    work.rows = {row["n"]: row for row in work.archive.rows(layout.PAGES)}
    histories = groupby(work.archive.rows(layout.REVISIONS), key=lambda row: number(row, "page"))
    pointing = []
    for done, (at, rows) in enumerate(histories, 1):
        if at not in work.rows or at in work.pages:
            raise damaged(_("Its versions are not in order."))
        versions = list(rows)
        work.pages[at] = _page(work, work.rows[at], versions)
        work.arrivals.ids[at] = work.pages[at].id
        work.arrival.revisions += len(versions)
        if work.rows[at]["kind"] == "entry" and _points_ahead(work, versions):
            pointing.append(at)
        progress(done, len(work.rows))
    if len(work.pages) != len(work.rows):
        raise damaged(_("It has pages without any version."))
    _point_again(work, pointing)


def _points_ahead(work: _Work, versions: list[Row]) -> bool:
    """Answer whether a history may link to pages that are not made yet."""
    lists = [v for row in versions for v in part(row, "data").values() if isinstance(v, list)]
    there = work.arrivals.ids
    return any(
        one in work.rows and one not in there
        for held in lists
        for one in held
        if isinstance(one, int)
    )


def _point_again(work: _Work, pointing: list[int]) -> None:
    """Fill in the links of entries to those that came after them, version by version."""
    wanted = set(pointing)
    counted = work.arrivals.lost.copy()
    for at, rows in groupby(work.archive.rows(layout.REVISIONS), key=lambda row: row["page"]):
        if at not in wanted:
            continue
        page = work.pages[at]
        match = work.forms[text(work.rows[at], "form", 80)]
        relations = {spec.key for spec in match.form.specs() if spec.type == "relation"}
        for row in rows:
            data = arriving_data.entry_data(match, part(row, "data"), work.arrivals)
            _fill_in(work.session, page, row["number"], data, relations)
        work.session.expire(page, ["head"])
        save.rederive(work.session, page)
    work.arrivals.lost = counted


def _fill_in(session: Session, page: Page, version: int, data: Row, relations: set[str]) -> None:
    found = select(Revision).where(Revision.page_id == page.id, Revision.number == version)
    revision = session.scalars(found).one()
    links = {key: value for key, value in data.items() if key in relations}
    if links and revision.purged_at is None:
        revision.data = dict(revision.data) | links
        session.flush()


def _page(work: _Work, row: Row, versions: list[Row]) -> Page:
    owner = work.user(number(row, "owner"))
    form = work.forms[text(row, "form", 80)].form if row["kind"] == "entry" else None
    waiting = (
        moderation.waiting_rules(form, access.ANONYMOUS) if form and row.get("waits") else None
    )
    default = form.rules_id if form else WIKI_RULES
    new = save.NewPage(
        name=work.plan.names[row["n"]],
        kind=row["kind"],
        form_id=form.id if form else None,
        project_id=work.project.id,
        membrane_id=work.project.membrane_id,
        rules_id=waiting or default,
        owner_id=owner.id if owner else None,
        lang="en" if text(row, "lang", 10) == "en" else "fr",
    )
    page = bring_back(new, [_version(work, row, one) for one in versions], author=SYSTEM)
    if row["kind"] == "station":
        work.project.page_id = page.id
    page.talk = row["talk"] if row.get("talk") in ("open", "closed", "none") else "open"
    if waiting:
        moderation.hold(work.session, page)
    else:
        _rule(work, page, row, default)
    work.session.flush()
    return page


def _rule(work: _Work, page: Page, row: Row, default: int) -> None:
    """Give a page its rules, never more open than where it comes from."""
    rules = own_rules(row, default, work.arrivals.names)
    if row.get("waits"):
        rules["read"] = CLOSED
    if any(rules.values()):
        rights.set_rules(page, actor=SYSTEM, **rules)
    if CLOSED in rules.values():
        work.arrival.closed.append(page.name)


def _version(work: _Work, page: Row, row: Row) -> Version:
    author = work.user(number(row, "person"))
    emptied = row.get("purged") and part(row, "purged")
    tags = tuple(many(row, "tags", str, 200))
    content = Content(text(row, "title"), text(row, "text", LONGEST_TEXT), {}, tags)
    if not emptied:
        content = Content(content.title, content.text, _data(work, page, row), tags)
    return Version(
        number=number(row, "number") or 0,
        content=content,
        at=moment(row, "at") or db.utcnow(),
        author_name=text(row, "author", 200)[:80],
        author_id=author.id if author else None,
        summary=text(row, "summary", 1000)[:250],
        minor=row.get("minor") is True,
        label=text(row, "label", 300)[:250],
        purged=(
            moment(emptied, "at") or db.utcnow(),
            text(emptied, "by", 200),
            text(emptied, "why", 1000)[:250],
        )
        if emptied
        else None,
        others=tuple(_other(work, one) for one in many(row, "others", dict, 200)),
    )


def _other(work: _Work, row: Row) -> Row:
    """Return one of those who wrote a version with who saved it, as a version keeps them."""
    person = work.user(number(row, "person"))
    return {"id": person.id if person else None, "name": text(row, "author", 200)[:80]}


def _data(work: _Work, page: Row, row: Row) -> Row:
    given = part(row, "data")
    if page["kind"] == "station":
        return arriving_data.station_data(given)
    if page["kind"] == "entry":
        return arriving_data.entry_data(work.forms[text(page, "form", 80)], given, work.arrivals)
    return {}


def _tie(work: _Work) -> None:
    """Stand pages under each other, and keep their former names where these are free."""
    for at, page in work.pages.items():
        row = work.rows[at]
        above = number(row, "parent")
        if above and above != at and above in work.pages and not _circles(work, at):
            page.parent_id = work.pages[above].id
        page.position = number(row, "position") or 0
        names = [*many(row, "aliases", str, 500), text(row, "name", 250)]
        for name in names:
            _lead_here(work, fold(name), page)
    work.session.flush()


def _lead_here(work: _Work, key: str, page: Page) -> None:
    """Keep a former name of a page, unless somebody else bears it here: then links will not say it."""
    if not key or len(key) > 250 or key == page.name_key:
        return
    if find.is_taken(key):
        work.others.setdefault(page.id, set()).add(key)
        return
    work.session.add(Alias(name_key=key, page_id=page.id))
    work.session.flush()


def _circles(work: _Work, at: int) -> bool:
    seen, here = {at}, number(work.rows[at], "parent")
    while here and here in work.rows:
        if here in seen or len(seen) > DEEPEST:
            return True
        seen.add(here)
        here = number(work.rows[here], "parent")
    return False


def _lay_files(work: _Work) -> None:
    for at, page in work.pages.items():
        wanted = [
            work.laid.get((text(file, "sha256", 64), text(file, "name", 300)))
            for file in many(work.rows[at], "files", dict)
        ]
        incoming = [one for one in wanted if one is not None]
        if incoming:
            attachments.lay(page, incoming, actor=SYSTEM)
            work.arrival.files += len(incoming)


def _lay_comments(work: _Work) -> None:
    """Write the comments again: their text alone is taken, their HTML is made here."""
    made: dict[int, Comment] = {}
    for row in work.archive.rows(layout.COMMENTS):
        page = work.pages.get(number(row, "page") or 0)
        if page is None:
            raise damaged(_("It has a comment of no page."))
        comment = _comment(work, row, page, made)
        work.session.add(comment)
        work.session.flush()
        writing.write(comment, comment.text, lang=page.lang)
        made[number(row, "n") or 0] = comment
    work.arrival.comments = len(made)


def _comment(work: _Work, row: Row, page: Page, made: Mapping[int, Comment]) -> Comment:
    author, above = work.user(number(row, "person")), made.get(number(row, "thread") or 0)
    removed = moment(row, "removed_at")
    return Comment(
        page_id=page.id,
        thread_id=above.id if above is not None and above.page_id == page.id else None,
        author_id=author.id if author else None,
        author_name=text(row, "author", 200)[:80],
        text="" if removed else text(row, "text", 20_000),
        quote=text(row, "quote", 5000),
        before=text(row, "before", 5000),
        after=text(row, "after", 5000),
        section=text(row, "section", 300),
        section_title=text(row, "section_title", 500),
        revision_no=min(number(row, "revision_no") or 0, page.revision_no),
        created_at=moment(row, "created_at") or db.utcnow(),
        edited_at=moment(row, "edited_at"),
        removed_at=removed,
        removed_by=text(row, "removed_by", 200)[:80],
        resolved_at=moment(row, "resolved_at"),
        resolved_by=text(row, "resolved_by", 200)[:80],
    )


def _follow_names(work: _Work) -> None:
    """Write the names of here where pages of the project say one that is somebody else's here."""
    for page in work.pages.values():
        keys = frozenset(work.others.get(page.id, ()))
        renaming = Renaming(keys, page.name, page.title)
        for other in _linking(work, keys) if keys else ():
            _relink(other, renaming)


def _linking(work: _Work, keys: Collection[str]) -> list[Page]:
    ids = {page.id for page in work.pages.values()}
    query = select(Page).join(Link, Link.page_id == Page.id).where(Link.target_key.in_(keys))
    found = work.session.scalars(query.order_by(Page.id)).unique()
    return [page for page in found if page.id in ids]


def _relink(page: Page, renaming: Renaming) -> None:
    current = find.page_by_id(page.id, actor=SYSTEM)
    if current is None:
        return
    head = current.head
    content = Content(head.title, head.text, dict(head.data), tuple(head.tags))
    made = kind_of(current).relinked(current, content, renaming)
    stamp = save.Stamp(summary=_("Links follow the names of here"), minor=True)
    save.save(current, made, base=None, author=SYSTEM, stamp=stamp)


def _told(work: _Work) -> Arrival:
    arrival = work.arrival
    arrival.key, arrival.pages = work.project.key, len(work.pages)
    arrival.lost = dict(work.arrivals.lost)
    arrival.names = dict(work.plan.renamed)
    return arrival
