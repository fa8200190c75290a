"""Changes that someone proposes to an entry they may read and not write, until those who may write it decide.

Only what they changed is kept, by field. It is accepted whole, by the one save, and signed by who proposed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.bazar.entries import entries, entry_view
from wiki.bazar.field import Around
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import TITLE
from wiki.bazar.forms.submission_terms import terms_of
from wiki.bazar.models import FieldSpec, Form
from wiki.core import access, db, mail, settings
from wiki.core.access import Actor
from wiki.core.http import Invalid, absolute_url
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.pages.models import Page, Revision
from wiki.pages.save import Gone

MOST_OF_ENTRY, MOST_OF_PERSON, MOST = 20, 3, 200
LONGEST_NOTE = 500


class Suggestion(db.Base):
    """A change that waits: `changes` holds the new values by field, None for those taken away."""

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    base: Mapped[int]
    changes: Mapped[dict[str, Any]]
    note: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
    author_name: Mapped[str]
    created_at: Mapped[datetime]


@dataclass(frozen=True)
class Waiting:
    """A suggestion for one who decides, its entry and the fields it changes."""

    row: Suggestion
    page: Page
    specs: Sequence[FieldSpec]


def may_suggest(page: Page, form: Form, actor: Actor) -> bool:
    """Answer whether this actor may propose a change to an entry they read: not where they may write."""
    rule = terms_of(form).suggest
    if "write" in page.allowed or not rule:
        return False
    # A project that is closed takes no word any more: nobody could accept it.
    is_heard = access.may_enter(actor, "comment", page.membrane_id)
    return is_heard and access.rule_allows(actor, rule, people.resolve_rule_name)


def suggest(
    page: Page, form: Form, content: Content, *, base: int, note: str, author: Actor
) -> Suggestion:
    """Keep what a content changes, and tell who decides. Raises Invalid."""
    changes = _changes(page, form, content, base, author)
    if not changes:
        raise Invalid(title=_("Nothing is changed."))
    with db.write() as session:
        _check_room(session, page, author)
        row = Suggestion(
            page_id=page.id,
            base=base,
            changes=changes,
            note=" ".join(note.split())[:LONGEST_NOTE],
            author_id=author.id,
            author_name=author.display_name,
            created_at=db.utcnow(),
        )
        session.add(row)
        session.flush()
        _tell(session, page, form)
    return row


def queue(form: Form, *, actor: Actor) -> list[Waiting]:
    """Return the suggestions this actor may decide on, the oldest first: all they change is theirs to change."""
    query = find.visible_pages(actor).join(Suggestion, Suggestion.page_id == Page.id)
    query = query.where(Page.form_id == form.id, access.allows(actor, "write", Page))
    rows = db.session().execute(
        query.add_columns(Suggestion)
        .options(joinedload(Page.head))
        .order_by(Suggestion.created_at, Suggestion.id)
        .limit(MOST)
    )
    found = (_waiting(row, page, form, actor) for page, row in rows)
    return [one for one in found if one is not None]


def of_entry(page: Page, form: Form, *, actor: Actor) -> int:
    """Return how many suggestions to an entry this actor may decide on."""
    if "write" not in page.allowed:
        return 0
    rows = db.session().scalars(select(Suggestion).where(Suggestion.page_id == page.id))
    return sum(_waiting(row, page, form, actor) is not None for row in rows)


def one(form: Form, number: int, *, actor: Actor) -> Waiting | None:
    """Return a suggestion this actor may decide on."""
    return next((each for each in queue(form, actor=actor) if each.row.id == number), None)


def sides(waiting: Waiting) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """Return what stands now and what is proposed, by field, as stored."""
    form = entries.form_of(waiting.page)
    return entries.values_of(form, waiting.page.head.content), waiting.row.changes


def seen(waiting: Waiting, *, actor: Actor) -> list[tuple[FieldSpec, Any, Any]]:
    """Return what stands and what is proposed of each field it changes, as this actor sees them."""
    sides_by_key = sides(waiting)
    held = [
        (spec, side.get(spec.key))
        for spec in waiting.specs
        for side in sides_by_key
        if side.get(spec.key) is not None and forms.type_of(spec).holds(spec, side[spec.key])
    ]
    around = Around(waiting.page, entry_view.targets_of(entry_view.refs(held), actor=actor))
    return [
        (spec, *(_seen(spec, side.get(spec.key), around) for side in sides_by_key))
        for spec in waiting.specs
    ]


def accept(waiting: Waiting, *, actor: Actor) -> Page:
    """Save a suggestion, merged with what came since. Raises Conflict, Gone, Invalid."""
    with db.write() as session:
        row = _taken(session, waiting)
        content = _content(row, waiting.page)
        stamp = save.Stamp(
            summary=row.note or _("Suggested; accepted by %(name)s", name=actor.display_name),
            author_name=row.author_name,
            signed_by=row.author_id,
            is_signed=True,
        )
        page = save.save(waiting.page, content, base=row.base, author=actor, stamp=stamp)
        _tell_author(session, row, page, accepted=True, reason="")
        session.delete(row)
    return page


def refuse(waiting: Waiting, *, reason: str) -> None:
    """Throw a suggestion away and say why to its author. Raises Gone."""
    with db.write() as session:
        row = _taken(session, waiting)
        _tell_author(session, row, waiting.page, accepted=False, reason=reason)
        session.delete(row)


def _seen(spec: FieldSpec, value: Any, around: Around) -> Any:
    kind = forms.type_of(spec)
    if value is None or not kind.holds(spec, value):
        return None
    return value if spec.key == TITLE else kind.see(spec, value, around)


def _changes(page: Page, form: Form, content: Content, base: int, author: Actor) -> dict[str, Any]:
    """Return by field what differs from the version it was written on, of the fields the author is asked."""
    before = entries.values_of(form, _at(page, base))
    after = entries.values_of(form, content)
    changed: dict[str, Any] = {}
    for spec in entries.asked(form, author, page):
        value = after.get(spec.key)
        if forms.traits_of(spec).points_to_pages:
            value = entries.with_hidden_links(spec, value, before.get(spec.key), actor=author)
        if value != before.get(spec.key):
            changed[spec.key] = value
    return changed


def _at(page: Page, number: int) -> Content:
    query = select(Revision).where(Revision.page_id == page.id, Revision.number == number)
    found = db.session().scalar(query)
    if found is None:
        raise Invalid(title=_("This version does not exist."))
    return found.content


def _check_room(session: Session, page: Page, author: Actor) -> None:
    count = select(func.count()).select_from(Suggestion).where(Suggestion.page_id == page.id)
    mine = count.where(Suggestion.author_id == author.id)
    full = (session.scalar(count) or 0) >= MOST_OF_ENTRY
    if full or (author.id is not None and (session.scalar(mine) or 0) >= MOST_OF_PERSON):
        raise Invalid(
            title=_(
                "%(mine)s suggestions of yours, or %(all)s in all, wait for this entry: they must be looked at first.",
                mine=MOST_OF_PERSON,
                all=MOST_OF_ENTRY,
            )
        )


def _waiting(row: Suggestion, page: Page, form: Form, actor: Actor) -> Waiting | None:
    mine = {spec.key: spec for spec in forms.writable_specs(form, actor, page.owner_id)}
    there = {spec.key for spec in form.specs()}
    changed = [key for key in row.changes if key in there]
    if not changed or not mine.keys() >= set(changed):
        return None
    return Waiting(row, page, [spec for key, spec in mine.items() if key in changed])


def _content(row: Suggestion, page: Page) -> Content:
    base, form = _at(page, row.base), entries.form_of(page)
    keys = {spec.key: spec for spec in form.specs()}
    data, title, tags = dict(base.data), base.title, base.tags
    for key, value in row.changes.items():
        if key not in keys:
            continue
        if key == TITLE:
            title = str(value or title)
        elif forms.traits_of(keys[key]).stores_tags:
            tags = tuple(value or ())
        elif value is None:
            data.pop(key, None)
        else:
            data[key] = value
    return Content(title, base.text, data, tags)


def _taken(session: Session, waiting: Waiting) -> Suggestion:
    row = session.get(Suggestion, waiting.row.id)
    if row is None:
        raise Gone(waiting.page.name)
    return row


def _tell(session: Session, page: Page, form: Form) -> None:
    """Queue the mails to the owner and to those the form tells: a title and an address, no answer."""
    owner = session.get(User, page.owner_id) if page.owner_id else None
    told = [(owner.email, owner.lang)] if owner is not None and owner.email else []
    told += [(address, "") for address in terms_of(form).notify.split()]
    where = absolute_url(url_for("bazar.suggestions.show_queue", form_key=form.key))
    for address, lang in told:
        with force_locale(lang or str(settings.get("lang"))):
            subject = _("A change is suggested to “%(title)s”", title=page.title)
            mail.send(session, to=address, subject=subject, body=f"{subject}\n\n{where}\n")


def _tell_author(
    session: Session, row: Suggestion, page: Page, *, accepted: bool, reason: str
) -> None:
    user = session.get(User, row.author_id) if row.author_id else None
    if user is None or not user.email:
        return
    if find.reload(page, actor=people.actor_of(user)) is None:
        return
    with force_locale(user.lang or str(settings.get("lang"))):
        subject = (
            _("Your change to “%(title)s” is in", title=page.title)
            if accepted
            else _("Your change to “%(title)s” is not kept", title=page.title)
        )
        lines = [absolute_url(url_for("pages.show", name=page.name))] if accepted else [reason]
        mail.send(
            session, to=user.email, subject=subject, body="\n\n".join([subject, *lines]) + "\n"
        )
