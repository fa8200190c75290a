"""What leaves with a project, row by row: of what one person may read, people by number and groups by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from wiki.accounts.models import Group
from wiki.bazar.entries import moderation
from wiki.bazar.forms import forms
from wiki.bazar.models import Form, FormCounter
from wiki.bazar.values import uploads, vocabularies
from wiki.core import access, db
from wiki.core.access import PRIVILEGES, Actor, RuleSet
from wiki.pages import rights
from wiki.pages.comments import Comment
from wiki.pages.files.attachments import files_of
from wiki.pages.models import Alias, Page, Revision
from wiki.projects import find
from wiki.projects.models import Project
from wiki.transfer.projects import archive_format

Row = dict[str, Any]


@dataclass
class Bag:
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
        """Return the number of a person in the archive, None for who is not of the project."""
        ids = [member.user.id for member in self.members]
        return ids.index(user_id) if user_id in ids else None


def of_project(bag: Bag) -> Row:
    """Return the project itself, with its people and the lists of its forms."""
    project = bag.project
    closed = None if project.moved_to else project.closed_at
    return {
        "key": project.key,
        "title": project.title,
        "visibility": project.visibility,
        "joining": project.joining,
        "created_at": when(project.created_at),
        "closed_at": when(closed),
        "people": [_person(bag, member) for member in bag.members],
        "lists": _nomenclatures(bag),
    }


def of_form(bag: Bag, form: Form) -> Row:
    """Return a form with the fields this actor may read."""
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


def of_page(bag: Bag, page: Page) -> Row:
    """Return a page without its text: place, owner, rules, files."""
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


def of_revision(bag: Bag, page: Page, revision: Revision) -> Row:
    """Return one version of a page."""
    purged = revision.purged_at and {
        "at": when(revision.purged_at),
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
        "at": when(revision.created_at),
        "purged": purged or None,
    }


def of_comment(bag: Bag, one: Comment) -> Row:
    """Return a comment."""
    plain = ("text", "quote", "before", "after", "section", "section_title", "revision_no")
    dates = ("created_at", "edited_at", "removed_at", "resolved_at")
    return {
        "n": one.id,
        "page": bag.numbers[one.page_id],
        "thread": one.thread_id,
        "author": one.author_name,
        "person": bag.person(one.author_id),
        **{name: getattr(one, name) for name in plain},
        **{name: when(getattr(one, name)) for name in dates},
        "removed_by": one.removed_by,
        "resolved_by": one.resolved_by,
    }


def when(moment: datetime | None) -> str | None:
    """Return a moment as it travels."""
    return moment.isoformat() if moment else None


def _person(bag: Bag, member: find.Member) -> Row:
    """Return a person as they travel: the name they show, their role, and their address if they agreed."""
    row: Row = {"shown": member.user.shown_name, "role": member.role}
    return row | ({"email": member.user.email} if member.user.name in bag.emails else {})


def _nomenclatures(bag: Bag) -> list[Row]:
    specs = [spec for form in bag.forms.values() for spec in _specs(bag, form)]
    keys = {str(spec.options["list"]) for spec in specs if spec.options.get("list")}
    found = [vocabularies.named(key) for key in sorted(keys)]
    return [{"key": one.key, "title": one.title, "values": one.values} for one in found if one]


def _specs(bag: Bag, form: Form) -> Sequence[Any]:
    return forms.readable_specs(form, bag.actor)


def _effective(bag: Bag, rules: RuleSet) -> Row:
    session = db.session()
    return {name: _words(bag, access.effective(session, rules, name)) for name in PRIVILEGES}


def _words(bag: Bag, rule: str) -> str:
    """Return a rule as it travels: groups by name, people of the project by number, the others unknown."""
    return " ".join(_word(bag, word) for word in rule.replace(",", " ").split())


def _word(bag: Bag, word: str) -> str:
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
    return deny + (archive_format.UNKNOWN if number is None else archive_format.person_word(number))


def _group(bag: Bag, name: str) -> str:
    group = db.session().scalar(select(Group).where(Group.name_key == name[1:].casefold()))
    if group is not None and group.id == bag.project.group_id:
        return archive_format.OWN_GROUP
    return name if group is not None and not group.of_project else archive_format.UNKNOWN


def _data(bag: Bag, page: Page, data: Mapping[str, Any]) -> Row:
    """Return what a version holds and this actor may read, its links by number in the archive."""
    if page.form_id is None:
        return dict(data) if page.kind == "station" else {}
    form = bag.forms[page.form_id]
    kept = {}
    for spec in forms.readable_specs(form, bag.actor, page.owner_id):
        kind, value = forms.field_types().get(spec.type), data.get(spec.key)
        if kind is None or value is None or not kind.holds(spec, value):
            continue
        if kind.points_to_pages:
            value = [bag.numbers[one] for one in value if one in bag.numbers]
            bag.left_links += len(data[spec.key]) - len(value)
        elif kind.names_people:
            value = [n for one in value if (n := bag.person(one)) is not None]
        elif kind.stores_file and uploads.is_stored(value):
            bag.shas.add(value["sha256"])
        if value not in ([], None):
            kept[spec.key] = value
    return kept
