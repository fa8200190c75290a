"""A changed form brings its entries up to date, batch by batch: derived rows, new keys, new types.

What is asked is `form_changes.bring_up`'s. A batch and its mark are one transaction: a job killed goes on where
it was. People at work are not in the way: each entry is read and saved under the lock, as it then is,
and one that is opened before its turn is seen as it will be (`foreseen`, `catch_up`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from wiki.bazar.entries import entry_view
from wiki.bazar.field import Around, BadValue, Field
from wiki.bazar.forms import changes, form_rights, forms, references
from wiki.bazar.models import FieldSpec, Form, FormWork
from wiki.core import db, jobs, settings
from wiki.core.access import SYSTEM, Actor
from wiki.pages import find, save
from wiki.pages.models import Page, Revision

JOB = changes.REWORK
BATCH = 25
SLICE = 1000
MOST_LOST = 50


@dataclass
class Foresight:
    """What becomes of the values of a field of another type: how many stay, which are lost."""

    kept: int = 0
    lost: int = 0
    examples: list[tuple[Page, str]] = field(default_factory=list)


def work(*, work_id: int) -> None:
    """Do a slice of a work, and ask for the next: the job."""
    for _at in range(0, SLICE, BATCH):
        if not _batch(work_id):
            return
    with db.write(quiet=True) as session:
        jobs.enqueue(session, JOB, work_id=work_id)


def at_work(form: Form) -> Sequence[FormWork]:
    """Return what is still to be done to the entries of a form, the first asked first."""
    query = select(FormWork).where(FormWork.form_id == form.id, FormWork.finished_at.is_(None))
    return db.session().scalars(query.order_by(FormWork.id)).all()


def is_fixed(kind: Field) -> bool:
    """Answer whether values live outside the entry's data, so that no other type can take them."""
    return kind.stores_file or kind.stores_tags


def rename(session: Session, form: Form, key: str, to: str, *, actor: Actor) -> Form:
    """Give a field another key, in the form, its formulas and all versions of its entries.

    Raises Invalid; aborts 403.
    """
    current = session.get_one(Form, form.id)
    rows = [row | {"key": to} if row["key"] == key else row for row in current.fields]
    rows = [references.own(row, key, to) for row in rows]
    fields = changes.checked(rows)
    renamed = [FieldSpec(**row) for row in rows]
    form_rights.check_change(current, renamed, [FieldSpec(**row) for row in fields], actor)
    form_rights.check_new_key(current, to, actor)
    current.fields = fields
    for other in session.scalars(select(Form)).all():
        other.fields = [references.pointing(row, form, key, to) for row in other.fields]
    current.version += 1
    session.flush()
    detail = {"from": key, "to": to}
    changes.bring_up(session, current, "rename", detail, by=actor.display_name)
    db.bump(session, "rights")
    return current


def retype(session: Session, form: Form, old: FieldSpec, new: FieldSpec, *, actor: Actor) -> Form:
    """Give a field another type; values that it cannot take stay in the history.

    Raises Invalid; aborts 403.
    """
    current = session.get_one(Form, form.id)
    rows = [asdict(new) if row["key"] == old.key else row for row in current.fields]
    fields = changes.checked(rows)
    form_rights.check_change(current, current.specs(), [FieldSpec(**row) for row in fields], actor)
    current.fields = fields
    current.version += 1
    session.flush()
    kept = next(row for row in current.fields if row["key"] == new.key)
    detail = {"old": asdict(old), "new": kept}
    changes.bring_up(session, current, "retype", detail, by=actor.display_name)
    db.bump(session, "rights")
    return current


def foresee(form: Form, old: FieldSpec, new: FieldSpec, *, actor: Actor) -> Foresight:
    """Return what would become of the values, of the entries this actor may see."""
    query = find.visible_pages(actor).where(Page.form_id == form.id).options(joinedload(Page.head))
    found = Foresight()
    for page in db.session().scalars(query.order_by(Page.title, Page.id)):
        value = page.head.data.get(old.key)
        if value is None:
            continue
        if converted(old, new, value, page) is not None:
            found.kept += 1
            continue
        found.lost += 1
        if len(found.examples) < MOST_LOST:
            found.examples.append((page, _words(old, value, page)))
    return found


def converted(old: FieldSpec, new: FieldSpec, value: Any, page: Page) -> Any:
    """Return a value as another type has it, None when it cannot take it."""
    before, after = forms.type_of(old), forms.type_of(new)
    if not before.holds(old, value):
        return value if after.holds(new, value) else None
    for candidate in (_words(old, value, page), value):
        try:
            raw = after.from_csv(new, candidate) if isinstance(candidate, str) else candidate
            found = after.clean(new, raw)
            if found is not None:
                found = after.settle(new, found, actor=SYSTEM)
        except BadValue:
            continue
        if found is not None:
            return found
    return None


def renamed(form: Form, keys: Sequence[str]) -> dict[str, str]:
    """Return what these keys of an older form are called now, where that changed."""
    query = select(FormWork).where(FormWork.form_id == form.id, FormWork.kind == "rename")
    moves = [row.detail for row in db.session().scalars(query.order_by(FormWork.id))]
    known = {spec.key for spec in form.specs()}
    found = {}
    for key in keys:
        name = key
        for move in moves:
            name = move["to"] if name == move["from"] else name
        if key not in known and name in known:
            found[key] = name
    return found


def foreseen(form: Form, page: Page, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an entry as they will be once the worker comes to it."""
    made = dict(values)
    for one in _waiting(form, page):
        if one.kind == "rename":
            _move(made, one.detail["from"], one.detail["to"])
        elif one.kind == "retype":
            old, new = FieldSpec(**one.detail["old"]), FieldSpec(**one.detail["new"])
            value = made.get(old.key)
            made[old.key] = None if value is None else converted(old, new, value, page)
    return made


def catch_up(form: Form, page: Page, base: int) -> int:
    """Do to an entry what waits, before someone saves it; return the version they then wrote on."""
    waiting = _waiting(form, page)
    if not waiting:
        return base
    with db.write() as session:
        current = find.reload(page, actor=SYSTEM)
        if current is None:
            return base
        before = current.revision_no
        for one in waiting:
            _apply(session, session.get_one(FormWork, one.id), current)
        return current.revision_no if base == before else base


def _waiting(form: Form, page: Page) -> Sequence[FormWork]:
    if form.version == 1:
        return ()
    return [one for one in at_work(form) if one.after_id < page.id]


def _batch(work_id: int) -> bool:
    """Do the next entries of a work; answer whether there are more."""
    lang = str(settings.get("lang"))
    with db.write() as session, force_locale(lang):
        one = session.get(FormWork, work_id)
        if one is None or one.finished_at is not None or _is_behind(session, one):
            return False
        # Held, so that the session loads it once a batch.
        form = session.get_one(Form, one.form_id)
        query = select(Page).where(Page.form_id == form.id, Page.id > one.after_id)
        pages = session.scalars(query.order_by(Page.id).limit(BATCH)).all()
        for page in pages:
            _apply(session, one, page)
            one.after_id = page.id
        one.done += len(pages)
        if len(pages) < BATCH:
            one.finished_at, one.done = db.utcnow(), one.total
            _next(session, one)
        return one.finished_at is None


def _is_behind(session: Session, one: FormWork) -> bool:
    """Answer whether an earlier work of the form is not finished: they are done in order."""
    earlier = select(FormWork.id).where(
        FormWork.form_id == one.form_id, FormWork.id < one.id, FormWork.finished_at.is_(None)
    )
    return session.scalar(earlier.limit(1)) is not None


def _next(session: Session, one: FormWork) -> None:
    """Take up what waited behind a work that is finished."""
    session.flush()
    waiting = select(FormWork).where(
        FormWork.form_id == one.form_id, FormWork.id > one.id, FormWork.finished_at.is_(None)
    )
    following = session.scalar(waiting.order_by(FormWork.id).limit(1))
    if following is not None:
        jobs.enqueue(session, JOB, work_id=following.id)


def _apply(session: Session, one: FormWork, page: Page) -> None:
    if one.kind == "retype":
        _retype(session, one, page)
    elif one.kind == "assign":
        stamp = save.Stamp(summary=_("The form changed"), minor=True)
        save.save(page, page.head.content, base=None, author=SYSTEM, stamp=stamp)
        save.rederive(session, page)
    else:
        if one.kind == "rename":
            _rename(session, page, one.detail["from"], one.detail["to"])
        save.rederive(session, page)


def _rename(session: Session, page: Page, key: str, to: str) -> None:
    """Name a value anew in every version: what it says does not change, and histories stay comparable."""
    for revision in session.scalars(select(Revision).where(Revision.page_id == page.id)):
        data = dict(revision.data)
        if key in data:
            _move(data, key, to)
            revision.data = data
    session.flush()


def _retype(session: Session, one: FormWork, page: Page) -> None:
    old, new = FieldSpec(**one.detail["old"]), FieldSpec(**one.detail["new"])
    before = page.head.content
    value = before.data.get(old.key)
    made = None if value is None else converted(old, new, value, page)
    one.lost += value is not None and made is None
    if made == value:
        save.rederive(session, page)
        return
    content = replace(before, data=before.data | {old.key: made})
    label = str(forms.type_of(new).label)
    summary = _("“%(label)s” is now of the type: %(type)s", label=new.label, type=label)
    stamp = save.Stamp(summary=summary, minor=True, author_name=one.actor_name)
    save.save(page, content, base=None, author=SYSTEM, stamp=stamp)


def _move(data: dict[str, Any], key: str, to: str) -> None:
    value = data.pop(key, None)
    if value is not None and data.get(to) is None:
        data[to] = value


def _words(spec: FieldSpec, value: Any, page: Page) -> str:
    """Return a stored value as a cell of a table has it."""
    kind = forms.type_of(spec)
    if not kind.holds(spec, value):
        return str(value)
    seen = value
    if kind.points_to_pages:
        seen = kind.see(spec, value, Around(page, entry_view.targets_of(value, actor=SYSTEM)))
    return kind.to_csv(spec, seen) if seen is not None else ""
