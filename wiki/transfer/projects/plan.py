"""What an archive would make here: names and how collisions are settled, forms, people, groups. Nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.bazar.forms import forms
from wiki.bazar.models import Form
from wiki.bazar.values import vocabularies
from wiki.core import db
from wiki.core.http import Invalid
from wiki.core.names import fold, is_page_name
from wiki.pages import find
from wiki.pages.models import Page
from wiki.projects.models import JOININGS, ROLES, VISIBILITIES, Project
from wiki.transfer.projects import archive_format
from wiki.transfer.projects.archive_reader import Archive, Row, damaged, many, number, part, text

KINDS = ("text", "entry", "station")


@dataclass
class FormPlan:
    """One form of the archive: the form here that takes its entries, or None when it is made."""

    row: Row
    here: Form | None = None
    lacks: Sequence[str] = ()
    entries: int = 0

    @property
    def key(self) -> str:
        return str(self.row["key"])


@dataclass
class PersonPlan:
    """One person of the archive, and the account here that bears their address."""

    shown: str
    role: str
    email: str = ""
    user: User | None = None


@dataclass
class Plan:
    """All that would be made. `names` are those of the pages by number; `renamed` the settled collisions."""

    key: str
    title: str
    visibility: str
    joining: str
    station: int
    names: dict[int, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    forms: dict[str, FormPlan] = field(default_factory=dict)
    people: list[PersonPlan] = field(default_factory=list)
    groups: dict[str, bool] = field(default_factory=dict)
    lists: dict[str, bool] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    site: str = ""
    site_name: str = ""


def made_of(archive: Archive) -> Plan:
    """Return what an archive would make. Raises Invalid, of an archive that is damaged or is here already."""
    project = archive.project
    already(archive)
    pages = _pages(archive)
    plan = Plan(
        key="",
        title=text(project, "title", 500) or damaged_title(),
        visibility=_one_of(project, "visibility", VISIBILITIES),
        joining=_one_of(project, "joining", JOININGS),
        station=_station(pages),
        site=text(archive.head, "site", 500),
        site_name=text(archive.head, "site_name", 200),
    )
    _settle_names(plan, pages)
    plan.key = plan.names[plan.station]
    _plan_forms(plan, archive, pages)
    plan.people = [_person(row) for row in many(project, "people", dict)]
    plan.lists = {
        text(row, "key", 60): vocabularies.named(text(row, "key", 60)) is not None
        for row in many(project, "lists", dict)
    }
    plan.groups = _groups(pages, plan)
    plan.counts = _counts(archive, pages)
    return plan


def already(archive: Archive) -> None:
    """Refuse a project that is here. Raises Invalid (`file`)."""
    origin = text(archive.head, "origin", 64)
    if not origin:
        raise damaged(_("It does not say where it comes from."))
    query = select(Project).where(Project.origin == origin, Project.moved_to == "")
    query = query.join(Page, Page.id == Project.page_id).where(Page.trashed_at.is_(None))
    there = db.session().scalars(query.limit(1)).first()
    if there is not None:
        raise Invalid(
            file=_(
                "This project is here already: %(title)s (%(key)s). Nothing was done.",
                title=there.title,
                key=there.key,
            )
        )


def damaged_title() -> str:
    """Refuse an archive whose project has no title. Raises Invalid."""
    raise damaged(_("Its project has no title."))


def _pages(archive: Archive) -> list[Row]:
    pages: list[Row] = []
    for row in archive.rows(archive_format.PAGES):
        if len(pages) >= archive_format.MOST_PAGES:
            raise damaged(_("It holds too many pages."))
        if number(row, "n") != len(pages) + 1 or row.get("kind") not in KINDS:
            raise damaged(_("Its pages are not in order."))
        if not is_page_name(text(row, "name", 250)):
            raise damaged(_("It has a page without a name."))
        pages.append(row)
    return pages


def _station(pages: Sequence[Row]) -> int:
    stations = [row["n"] for row in pages if row["kind"] == "station"]
    if len(stations) != 1:
        raise damaged(_("It has no station, or several."))
    return int(stations[0])


def _settle_names(plan: Plan, pages: Sequence[Row]) -> None:
    """Give each page its name, or the next free one where somebody bears it."""
    used: set[str] = set()
    for row in pages:
        wanted, at = text(row, "name", 250), 1
        name = wanted
        while fold(name) in used or _is_taken(name, station=row["n"] == plan.station):
            at += 1
            name = f"{wanted[:190]}-{at}"
        used.add(fold(name))
        plan.names[row["n"]] = name
        if name != wanted:
            plan.renamed[wanted] = name


def _is_taken(name: str, *, station: bool) -> bool:
    if find.is_taken(name):
        return True
    key = select(Project.id).where(Project.key_folded == fold(name))
    return station and db.session().scalar(key) is not None


def _plan_forms(plan: Plan, archive: Archive, pages: Sequence[Row]) -> None:
    for row in archive.rows(archive_format.FORMS):
        key, model = text(row, "key", 80), text(row, "model", 80)
        fields = many(row, "fields", dict, 200)
        here = forms.form_of_model(model) if model else forms.form_named(key)
        if here is not None and here.model != model:
            here = None
        known = {spec.key: spec.type for spec in here.specs()} if here else {}
        lacks = [
            text(spec, "label", 300)
            for spec in fields
            if here and known.get(text(spec, "key", 60)) != spec.get("type") and _holds(spec)
        ]
        plan.forms[key] = FormPlan(row, here, lacks)
    for row in pages:
        if row["kind"] != "entry":
            continue
        form = plan.forms.get(text(row, "form", 80))
        if form is None:
            raise damaged(_("It has entries without their form."))
        form.entries += 1


def _holds(spec: Row) -> bool:
    kind = forms.field_types().get(str(spec.get("type")))
    return kind is not None and kind.role == "answer"


def _person(row: Row) -> PersonPlan:
    email = text(row, "email", 254).strip()
    user = people.find_user(email) if email and people.EMAIL.fullmatch(email) else None
    sound = user is not None and user.email_key == people.email_key(email) and not user.disabled
    return PersonPlan(
        shown=" ".join(text(row, "shown", 200).split())[:80],
        role=_one_of(row, "role", ROLES),
        email=email if people.EMAIL.fullmatch(email) else "",
        user=user if sound else None,
    )


def _groups(pages: Sequence[Row], plan: Plan) -> dict[str, bool]:
    """Return the groups that rules name, and whether they are here."""
    ruled = [part(part(row, "rules"), side) for row in pages for side in ("own", "effective")]
    ruled += [part(form.row, "rules") for form in plan.forms.values()]
    ruled += [spec for form in plan.forms.values() for spec in many(form.row, "fields", dict, 200)]
    named = {
        word.removeprefix("!")[:60]
        for rules in ruled
        for name in ("read", "write", "comment")
        for word in text(rules, name, 2000).split()
        if word.removeprefix("!").startswith("@")
    }
    return {name: _is_here(name) for name in sorted(named - {archive_format.OWN_GROUP})}


def _is_here(name: str) -> bool:
    group = people.find_group(name)
    return group is not None and not group.of_project


def _counts(archive: Archive, pages: Sequence[Row]) -> dict[str, int]:
    said: dict[str, Any] = part(archive.head, "counts")
    kinds = [row["kind"] for row in pages]
    return {
        "pages": kinds.count("text"),
        "entries": kinds.count("entry"),
        "revisions": number(said, "revisions") or 0,
        "comments": number(said, "comments") or 0,
        "files": len(archive.files),
        "left_links": number(said, "left_links") or 0,
    }


def _one_of(row: Row, name: str, known: Sequence[str]) -> str:
    """Return a word of a row that is one of those known, else the most closed of them."""
    value = text(row, name, 40)
    return value if value in known else known[-1]
