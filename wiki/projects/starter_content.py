"""What a new station begins with: its first meeting, its tools, its people, and the forms its platforms read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.bazar.entries import entries
from wiki.bazar.forms import catalogue, form_rights, forms
from wiki.bazar.forms.catalogue import UnknownModel
from wiki.core import db, i18n
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.pages.models import Page
from wiki.projects.models import Project
from wiki.projects.roles import set_role
from wiki.projects.station import block_macros, check_contact

FIELDS = {"meeting_title", "meeting_day", "meeting_url", "tools", "contact"}


@dataclass(frozen=True)
class FirstThings:
    """What the last step of the wizard asks: all of it may be left for later."""

    meeting: Mapping[str, str]
    tools: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()
    contact: str = ""
    make_forms: bool = False


def read(form: Any) -> FirstThings:
    """Read what was typed."""
    day, hour = form.get("meeting_day", "").strip(), form.get("meeting_hour", "").strip()
    meeting = {
        "title": form.get("meeting_title", "").strip(),
        "date": f"{day}T{hour}" if day and hour else day,
        "place": form.get("meeting_place", "").strip(),
    }
    tools = zip(form.getlist("tool_name"), form.getlist("tool_url"), strict=False)
    return FirstThings(
        meeting=meeting,
        tools=tuple(
            (name.strip(), url.strip()) for name, url in tools if name.strip() or url.strip()
        ),
        people=tuple(form.get("people", "").replace(",", " ").split()),
        contact=form.get("contact", "").strip(),
        make_forms=bool(form.get("make_forms")),
    )


def check(first: FirstThings) -> None:
    """Refuse what could not be kept, before anything is made. Raises Invalid."""
    errors = {}
    meeting = first.meeting
    if meeting["date"] and not meeting["title"]:
        errors["meeting_title"] = _("Give it a title.")
    if meeting["title"] and not meeting["date"]:
        errors["meeting_day"] = _("Which day?")
    for name, url in first.tools:
        try:
            check_contact(url)
        except Invalid as error:
            errors["tools"] = next(iter(error.errors.values()))
        if not (name and url):
            errors["tools"] = _("A tool has a name and an address.")
    try:
        check_contact(first.contact)
    except Invalid as error:
        errors |= error.errors
    if errors:
        raise Invalid(**errors)


def is_of_step(error: Invalid) -> bool:
    """Answer whether what is wrong was typed in the last step."""
    return bool(FIELDS & set(error.errors))


def missing_forms(blocks: Iterable[str]) -> list[str]:
    """Return the ready-made forms that these platforms read and the wiki has not, by model."""
    known = block_macros()
    wanted = {getattr(known[name], "model", "") for name in blocks if name in known} - {""}
    there = {model for model in wanted if forms.form_of_model(model) is not None}
    return sorted(wanted - there)


def bring(first: FirstThings, page: Page, *, author: Actor) -> list[str]:
    """Add all this to a station just made; return the names of people that nobody bears."""
    with db.write() as session:
        user = session.get(User, author.id) if author.id else None
        author = people.actor_of(user) if user else author
        if first.make_forms and form_rights.may_make(author):
            blocks = [block["macro"] for block in page.head.data.get("blocks", [])]
            for model in missing_forms(blocks):
                _form(session, model, author)
        if first.meeting["title"]:
            _entry(page, "meetings", first.meeting, author, wrong="meeting_day")
        for name, url in first.tools:
            tool = {"title": name, "url": url, "purpose": _("our work together")}
            _entry(page, "our_tools", tool, author, wrong="tools")
        return _invite(session.get_one(Project, page.project_id), first.people, author)


def _form(session: Any, model: str, author: Actor) -> None:
    try:
        catalogue.form_from_model(session, model, i18n.language(), owner=author)
    except UnknownModel:
        return


def _entry(
    page: Page, model: str, answers: Mapping[str, str], author: Actor, *, wrong: str
) -> None:
    """Add an entry to the project, where the wiki has the form and the person may add to it.

    Raises Invalid under the name `wrong`.
    """
    form = forms.form_of_model(model)
    if form is None or not forms.may_add(form, author):
        return
    known = {spec.key for spec in forms.writable_specs(form, author, author.id, creating=True)}
    given = {key: value for key, value in answers.items() if value and key in known}
    room = entries.Room(page.project_id, page.membrane_id, page.title)
    try:
        entries.create(form, entries.clean_data(form, given, author), author, room)
    except Invalid as error:
        raise Invalid(**{wrong: next(iter(error.errors.values()))}) from error


def _invite(project: Project, names: Iterable[str], author: Actor) -> list[str]:
    unknown = []
    for name in names:
        user = people.find_user(name)
        if user is None:
            unknown.append(name)
        elif user.id != author.id:
            set_role(project, user, "member", by=author)
    return unknown
