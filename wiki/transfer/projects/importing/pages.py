"""The pages of a project that arrives, with their whole history, by the one path that brings back."""

from __future__ import annotations

from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.bazar.entries import moderation
from wiki.bazar.forms import forms
from wiki.core import access, db
from wiki.core.access import SYSTEM, WIKI_RULES
from wiki.pages import rights, save
from wiki.pages.content import Content
from wiki.pages.history.import_history import Version, bring_back
from wiki.pages.models import Page, Revision
from wiki.transfer.projects import archive_format
from wiki.transfer.projects.archive_reader import Row, damaged, many, moment, number, part, text
from wiki.transfer.projects.importing import data as arriving_data
from wiki.transfer.projects.importing.rules import CLOSED, own_rules
from wiki.transfer.projects.importing.state import Work

LONGEST_TEXT = 16 * archive_format.MB


def make_pages(work: Work) -> None:
    """Make the pages in two turns: entries point to each other by numbers that must be there first."""
    work.rows = {row["n"]: row for row in work.archive.rows(archive_format.PAGES)}
    histories = groupby(
        work.archive.rows(archive_format.REVISIONS), key=lambda row: number(row, "page")
    )
    pointing = []
    for at, rows in histories:
        if at not in work.rows or at in work.pages:
            raise damaged(_("Its versions are not in order."))
        versions = list(rows)
        work.pages[at] = _page(work, work.rows[at], versions)
        work.arrivals.ids[at] = work.pages[at].id
        work.arrival.revisions += len(versions)
        if work.rows[at]["kind"] == "entry" and _points_ahead(work, versions):
            pointing.append(at)
    if len(work.pages) != len(work.rows):
        raise damaged(_("It has pages without any version."))
    _point_again(work, pointing)


def _points_ahead(work: Work, versions: list[Row]) -> bool:
    """Answer whether a history may link to pages that are not made yet."""
    lists = [v for row in versions for v in part(row, "data").values() if isinstance(v, list)]
    there = work.arrivals.ids
    return any(
        one in work.rows and one not in there
        for held in lists
        for one in held
        if isinstance(one, int)
    )


def _point_again(work: Work, pointing: list[int]) -> None:
    """Fill in the links of entries to those that came after them, version by version."""
    wanted = set(pointing)
    counted = work.arrivals.lost.copy()
    for at, rows in groupby(
        work.archive.rows(archive_format.REVISIONS), key=lambda row: row["page"]
    ):
        if at not in wanted:
            continue
        page = work.pages[at]
        match = work.forms[text(work.rows[at], "form", 80)]
        relations = {
            spec.key for spec in match.form.specs() if forms.traits_of(spec).points_to_pages
        }
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


def _page(work: Work, row: Row, versions: list[Row]) -> Page:
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


def _rule(work: Work, page: Page, row: Row, default: int) -> None:
    """Give a page its rules, never more open than where it comes from."""
    rules = own_rules(row, default, work.arrivals.names)
    if row.get("waits"):
        rules["read"] = CLOSED
    if any(rules.values()):
        rights.set_rules(page, actor=SYSTEM, **rules)
    if CLOSED in rules.values():
        work.arrival.closed.append(page.name)


def _version(work: Work, page: Row, row: Row) -> Version:
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


def _other(work: Work, row: Row) -> Row:
    """Return one of those who wrote a version with who saved it, as a version keeps them."""
    person = work.user(number(row, "person"))
    return {"id": person.id if person else None, "name": text(row, "author", 200)[:80]}


def _data(work: Work, page: Row, row: Row) -> Row:
    given = part(row, "data")
    if page["kind"] == "station":
        return arriving_data.station_data(given)
    if page["kind"] == "entry":
        return arriving_data.entry_data(work.forms[text(page, "form", 80)], given, work.arrivals)
    return {}
