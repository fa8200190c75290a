"""Forms are made and changed here, and their entries follow.

The checks of a definition are `definition.py`'s, the work on entries `rework.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.bazar.forms import form_rights, removed_fields
from wiki.bazar.forms.definition import check_fields
from wiki.bazar.forms.forms import field_types, is_open, role, traits, traits_of
from wiki.bazar.models import FieldSpec, Form, FormAlias, FormWork
from wiki.core import access, db, jobs
from wiki.core.access import SYSTEM, Actor
from wiki.core.http import Invalid
from wiki.core.names import fold, page_name
from wiki.core.registry import registries
from wiki.pages.models import Page

RESERVED = {"new"}
"""Words that stand for something else under `/-/forms/`."""
REWORK = "bazar.rework"
AT_ONCE = 50
"""Entries brought up to date in the change itself."""


def make_form(
    session: Session,
    *,
    title: str,
    fields: Sequence[FieldSpec | Mapping[str, Any]],
    key: str = "",
    suggested_key: str = "",
    model: str = "",
    singular: str = "",
    description: str = "",
    default_view: str = "list",
    rules: Mapping[str, str] | None = None,
    owner: Actor = SYSTEM,
) -> Form:
    """Make a form; `key` must be free, `suggested_key` gets a number when it is not.

    Raises Invalid: `title`, `key`, `rules`, or `field-<position>` counted from 0.
    """
    title = " ".join(title.split())
    if not title:
        raise Invalid(title=_("Give it a title."))
    specs = checked(fields)
    form = Form(
        key=_asked_key(session, key) if key else _free_key(session, suggested_key or fold(title)),
        model=model,
        title=title[:250],
        singular=singular,
        description=description,
        default_view=default_view,
        fields=specs,
        rules_id=_made_rules(session, rules or {}),
        owner_id=owner.id,
        created_at=db.utcnow(),
    )
    form.key_folded = fold(form.key)
    session.add(form)
    session.flush()
    session.execute(delete(FormAlias).where(FormAlias.key_folded == form.key_folded))
    return form


def change_key(session: Session, form: Form, key: str) -> None:
    """Give a form another address; the old one leads to it. Raises Invalid (`key`)."""
    key = cleaned_key(key)
    taken = select(Form.id).where(Form.key_folded == fold(key), Form.id != form.id)
    if session.scalar(taken) is not None:
        raise Invalid(key=_("This address is taken."))
    for other in session.scalars(select(Form)).all():
        other.fields = [pointing(row, form.key, key) for row in other.fields]
    session.execute(delete(FormAlias).where(FormAlias.key_folded == fold(key)))
    if fold(key) != form.key_folded:
        session.merge(FormAlias(key_folded=form.key_folded, form_id=form.id))
    form.key, form.key_folded = key, fold(key)
    session.flush()


def change_fields(
    session: Session,
    form: Form,
    fields: Sequence[FieldSpec | Mapping[str, Any]],
    *,
    actor: Actor,
) -> Form:
    """Change a form's fields and derive its entries again; what entries hold is never touched.

    Values of a removed field stay in the entries, unseen, and come back with it. Raises Invalid
    with `field-<position>`, also for what would show hidden values; aborts 403.
    """
    current = session.get_one(Form, form.id)
    before, rows = current.specs(), checked(fields)
    form_rights.check_change(current, before, [FieldSpec(**row) for row in rows], actor)
    removed_fields.forget(session, current, {row["key"] for row in rows})
    if rows == current.fields:
        return current
    current.fields = rows
    current.version += 1
    session.flush()
    _follow(session, current, before)
    # Who sees which field may have changed.
    db.bump(session, "rights")
    return current


def checked(fields: Sequence[FieldSpec | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return fields as a form keeps them. Raises Invalid with `field-<position>`."""
    return [asdict(spec) for spec in check_fields(fields, field_types())]


def derive_entries(session: Session, form: Form) -> None:
    """Derive again what lists and the search know of every entry of a form."""
    bring_up(session, form, "derive")


def bring_up(
    session: Session,
    form: Form,
    kind: str,
    detail: Mapping[str, Any] | None = None,
    *,
    by: str = "",
) -> FormWork:
    """Have every entry of a form brought up to date, by the worker: `rework.py` does it."""
    count = select(func.count()).select_from(Page).where(Page.form_id == form.id)
    made = FormWork(
        form_id=form.id,
        kind=kind,
        detail=dict(detail or {}),
        actor_name=by,
        total=session.scalar(count) or 0,
        created_at=db.utcnow(),
    )
    session.add(made)
    session.flush()
    # A few entries are done at once, in the change itself; many are a job with progress.
    work = registries().jobs[REWORK]
    if made.total <= AT_ONCE:
        work(work_id=made.id)
    else:
        jobs.enqueue(session, REWORK, work_id=made.id)
    return made


def using_list(key: str) -> list[Form]:
    """Return the forms with a field that takes its options from a list of the wiki."""
    found = db.session().scalars(select(Form).order_by(Form.title, Form.id))
    return [form for form in found if any(s.options.get("list") == key for s in form.specs())]


def list_changed(session: Session, key: str) -> None:
    """Derive again the entries that show a list of the wiki, once it is stored."""
    for form in using_list(key):
        derive_entries(session, form)


def cleaned_key(key: str) -> str:
    """Return a key fit for an address. Raises Invalid when it means nothing, or something else."""
    wanted = page_name(key.replace(".", "-"))[:60].rstrip("-.")
    if not fold(wanted).strip("-.") or fold(wanted) in RESERVED:
        raise Invalid(key=_("An address has letters or digits."))
    return wanted


def pointing(row: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a field as a form keeps it, pointing to another form than this one."""
    if not traits(row["type"]).option_names("form") or row["options"].get("form") != old:
        return row
    return row | {"options": row["options"] | {"form": new}}


def _follow(session: Session, form: Form, before: Sequence[FieldSpec]) -> None:
    """Bring entries up to what changed in their fields; an order, a label, a help change nothing."""
    old, new = _derived(before), _derived(form.specs())
    made = {
        spec.key for spec in form.specs() if role(spec) == "assigned" and traits_of(spec).backfilled
    }
    if any(old.get(key) != new[key] for key in made):
        bring_up(session, form, "assign")
    elif old != new:
        bring_up(session, form, "derive")


def _derived(specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """Return, by key, what of the fields shows in the rows made from entries."""
    return {
        spec.key: (spec.type, spec.options, spec.searchable, is_open(spec))
        for spec in specs
        if role(spec) != "block"
    }


def _asked_key(session: Session, key: str) -> str:
    """Return the key asked for. Raises Invalid when it is taken or means nothing."""
    wanted = cleaned_key(key)
    if session.scalar(select(Form.id).where(Form.key_folded == fold(wanted))) is not None:
        raise Invalid(key=_("This address is taken."))
    return wanted


def _free_key(session: Session, key: str) -> str:
    """Return a key, with a number when it is taken."""
    wanted = cleaned_key(key)
    like = Form.key_folded.startswith(fold(wanted), autoescape=True)
    taken = set(session.scalars(select(Form.key_folded).where(like)))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if fold(name) not in taken)


def _made_rules(session: Session, rules: Mapping[str, str]) -> int:
    try:
        made = access.make_rules(session, people.resolve_rule_name)
        access.set_rules(session, made, people.resolve_rule_name, **rules)
        return made.id
    except access.UnknownName as error:
        raise Invalid(rules=_("Nobody is called %(name)s.", name=str(error))) from error
