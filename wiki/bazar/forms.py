"""Forms: found with their rights, made, changed; and which of their fields who may see.

What entries hold is `entries.py`'s; the checks of a definition are `definition.py`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from functools import cache, partial
from typing import Any, Literal

from flask import abort, has_request_context, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Integer, case, cast, delete, func, null, or_, select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.bazar.definition import check_fields
from wiki.bazar.fields.base import Field
from wiki.bazar.models import FieldSpec, Form, FormAlias, FormWork
from wiki.core import access, db, jobs
from wiki.core.access import Actor, Privilege
from wiki.core.http import Invalid
from wiki.core.names import fold, page_name
from wiki.core.registry import load, registries
from wiki.pages.models import Page

RESERVED = {"new"}
"""Words that stand for something else under `/-/forms/`."""
REWORK = "bazar.rework"
AT_ONCE = 50
"""Entries brought up to date in the change itself."""


@cache
def field_types() -> dict[str, Field]:
    """Return every type of field by its name."""
    return load("wiki.bazar.fields", Field)


def type_of(spec: FieldSpec) -> Field:
    """Return the type of a field. Raises KeyError when its class is gone."""
    return field_types()[spec.type]


def role(spec: FieldSpec) -> str:
    """Return where a field's values come from; "" when its class is gone."""
    kind = field_types().get(spec.type)
    return kind.role if kind else ""


def form_or_404(key: str, actor: Actor, *, need: Literal["read", "write"] = "read") -> Form:
    """Return the form at this address. Aborts 404 when it is not there or may not be read.

    `write` asks for what adding an entry needs; aborts 403 without it.
    """
    form: Form | None = db.session().scalar(_visible(actor).where(Form.key_folded == fold(key)))
    if form is None:
        form = _moved(key, actor)
    if need == "write" and not may_add(form, actor):
        abort(403)
    return form


def forms_visible(actor: Actor) -> Sequence[Form]:
    """Return the forms whose entries this actor may read by the form's own rules, by title."""
    return db.session().scalars(_visible(actor).order_by(Form.title, Form.id)).all()


def form_of_model(model: str, *, actor: Actor | None = None) -> Form | None:
    """Return the form made from a ready-made one, the oldest; for an actor, if visible."""
    query = _visible(actor) if actor else select(Form).where(Form.trashed_at.is_(None))
    return db.session().scalar(
        query.where(Form.model == model, Form.model != "").order_by(Form.id).limit(1)
    )


def known_form(model: str, *, actor: Actor) -> Form | None:
    """Return the visible form of a model, looked for once a reading."""
    return db.once(("form_of_model", model, actor), lambda: form_of_model(model, actor=actor))


def look_for(models: Collection[str], *, actor: Actor) -> dict[str, Form]:
    """Return the visible forms of these models, in one statement; `known_form` then knows them all."""
    kept = db.session().info
    if all(("form_of_model", model, actor) in kept for model in models):
        known = {model: known_form(model, actor=actor) for model in models}
        return {model: form for model, form in known.items() if form is not None}
    query = _visible(actor).where(Form.model.in_(sorted(models))).order_by(Form.id.desc())
    found: dict[str, Form] = {form.model: form for form in db.session().scalars(query)}
    for model in models:
        db.once(("form_of_model", model, actor), partial(found.get, model))
    return found


def form_named(reference: str) -> Form | None:
    """Return the form a relation points to: by its model first, else by its key."""
    return db.once(("form_named", reference), lambda: _form_named(reference)) if reference else None


def may_add(form: Form, actor: Actor) -> bool:
    """Answer whether this actor may add an entry."""
    rule = str(form.settings.get("add") or "")
    if rule and not actor.is_admin:
        # Said for this very form: it holds even where the wiki takes no change without account.
        reads = select(Form.id).where(Form.id == form.id, _allowed(actor, "read"))
        return _passes(rule, actor, None) and db.session().scalar(reads) is not None
    query = select(Form.id).where(Form.id == form.id, access.allows(actor, "write", _Rules))
    return db.session().scalar(query) is not None


def forms_addable(actor: Actor) -> Sequence[Form]:
    """Return the forms this actor may add an entry to, by title, in one query."""
    query = _visible(actor).where(_allowed(actor, "write"))
    return db.session().scalars(query.order_by(Form.title, Form.id)).all()


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
    session: Session, form: Form, fields: Sequence[FieldSpec | Mapping[str, Any]]
) -> Form:
    """Change a form's fields and derive its entries again; what entries hold is never touched.

    Values of a removed field stay in the entries, unseen, and come back with it. Raises Invalid
    with `field-<position>`.
    """
    current = session.get_one(Form, form.id)
    before, rows = current.specs(), checked(fields)
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


def readable_specs(form: Form, actor: Actor, owner_id: int | None = None) -> list[FieldSpec]:
    """Return the fields this actor may read, of an entry owned by `owner_id` (None: any)."""
    return [spec for spec in form.specs() if _passes(spec.read, actor, owner_id)]


def writable_specs(
    form: Form, actor: Actor, owner_id: int | None = None, *, creating: bool = False
) -> list[FieldSpec]:
    """Return the fields this actor may fill in.

    Nobody changes what they cannot see; but who makes an entry fills in even what is then hidden
    from them (an address left by someone without account).
    """
    specs = [spec for spec in form.specs() if _passes(spec.write, actor, owner_id)]
    return [spec for spec in specs if creating or _passes(spec.read, actor, owner_id)]


def is_open(spec: FieldSpec) -> bool:
    """Answer whether all who read an entry may read this field: what may be indexed and linked."""
    return spec.read.strip() in {"", "*"}


def cleaned_key(key: str) -> str:
    """Return a key fit for an address. Raises Invalid when it means nothing, or something else."""
    wanted = page_name(key.replace(".", "-"))[:60].rstrip("-.")
    if not fold(wanted).strip("-.") or fold(wanted) in RESERVED:
        raise Invalid(key=_("An address has letters or digits."))
    return wanted


def pointing(row: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Return a field as a form keeps it, pointing to another form than this one."""
    if row["type"] not in {"relation", "linked"} or row["options"].get("form") != old:
        return row
    return row | {"options": row["options"] | {"form": new}}


def _follow(session: Session, form: Form, before: Sequence[FieldSpec]) -> None:
    """Bring entries up to what changed in their fields; an order, a label, a help change nothing."""
    old, new = _derived(before), _derived(form.specs())
    made = {spec.key for spec in form.specs() if role(spec) == "assigned" and spec.type != "hidden"}
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


def _moved(key: str, actor: Actor) -> Form:
    """Return the form that had this address; who reads is sent to its address of now. Aborts 404."""
    former = _visible(actor).join(FormAlias, FormAlias.form_id == Form.id)
    form: Form | None = db.session().scalar(former.where(FormAlias.key_folded == fold(key)))
    if form is None:
        abort(404)
    if has_request_context() and request.method in {"GET", "HEAD"} and request.endpoint:
        view: dict[str, Any] = {**request.args.to_dict(flat=False), **(request.view_args or {})}
        abort(redirect(url_for(request.endpoint, **(view | {"form": form.key})), 301))
    return form


def _form_named(reference: str) -> Form | None:
    key = fold(reference)
    former = select(FormAlias.form_id).where(FormAlias.key_folded == key)
    first = case((Form.model == reference, 0), (Form.key_folded == key, 1), else_=2)
    query = select(Form).where(
        Form.trashed_at.is_(None),
        or_(Form.model == reference, Form.key_folded == key, Form.id.in_(former)),
    )
    return db.session().scalar(query.order_by(first, Form.id).limit(1))


class _Rules:
    """A form seen as what rights are asked of: rules, no owner, no membrane of its own."""

    owner_id = cast(null(), Integer)
    rules_id = Form.rules_id
    membrane_id = cast(null(), Integer)


def _visible(actor: Actor) -> Any:
    return select(Form).where(Form.trashed_at.is_(None), _allowed(actor, "read"))


def _allowed(actor: Actor, privilege: Privilege) -> ColumnElement[bool]:
    return access.allows(actor, privilege, _Rules)


def _passes(rule: str, actor: Actor, owner_id: int | None) -> bool:
    return access.rule_allows(actor, rule, people.resolve, owner_id=owner_id)


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
        made = access.make_rules(session, people.resolve)
        access.set_rules(session, made, people.resolve, **rules)
        return made.id
    except access.UnknownName as error:
        raise Invalid(rules=_("Nobody is called %(name)s.", name=str(error))) from error
