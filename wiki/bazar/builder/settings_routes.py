"""The settings of a form: its words, address, view and rules; and its way to the trash and back.

Its owner, its rules and the trash are the admins': they reach every entry, or whoever designs it, at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.accounts.models import User
from wiki.bazar.builder.blueprint import blueprint
from wiki.bazar.builder.design import designed_or_403
from wiki.bazar.builder.screen import rule_choices
from wiki.bazar.forms import changes, form_rights, forms
from wiki.bazar.models import Form
from wiki.bazar.views import views
from wiki.core import access, db
from wiki.core.access import RuleSet, current_actor
from wiki.core.fingerprint import fingerprint
from wiki.core.http import Invalid, audience, render, see_other
from wiki.core.names import fold
from wiki.core.search.index.queue import enqueue
from wiki.pages import rights
from wiki.pages.models import Page

WORDS = ("title", "singular", "description", "default_view")
RULED = ("read", "write")
OWNED = (form_rights.DESIGN, "owner")
"""Who may change the form, beside facilitators and admins: a rule, and one person."""
LONGEST = {"title": 250, "singular": 100, "description": 1000, "default_view": 40, "key": 60}


@blueprint.get("/-/forms/<form_key>/settings")
@audience("signed-in")
def settings(form_key: str) -> Response:
    """Show the settings of a form."""
    form = designed_or_403(form_key)
    return _screen(form, _stored(form))


@blueprint.post("/-/forms/<form_key>/settings")
@audience("signed-in")
def change_settings(form_key: str) -> BaseResponse:
    """Change the settings of a form; its rules act on every entry at once."""
    form = designed_or_403(form_key)
    stored = _stored(form)
    typed = _typed(stored)
    if request.form.get("base") != fingerprint(stored):
        return _screen(form, typed, overtaken=True, status=409)
    try:
        with db.write() as session:
            current = session.get_one(Form, form.id)
            _change(session, current, typed)
    except Invalid as error:
        return _screen(form, typed, errors=error.errors, status=422)
    flash(_("The settings are saved."), "success")
    return see_other(url_for("bazar.builder.settings", form_key=current.key))


@blueprint.post("/-/forms/<form_key>/removal")
@audience("admin")
def trash_form(form_key: str) -> BaseResponse:
    """Put a form in the trash with its entries; one that has entries asks for a word first."""
    form = forms.form_or_404(form_key, current_actor())
    if _count(form) and "agreed" not in request.form:
        errors = {"agreed": _("Tick this box: the entries go with the form.")}
        return _screen(form, _stored(form), errors=errors, status=422)
    _move(form, trashed=True)
    undo = url_for("bazar.builder.restore_form", form_key=form.key)
    told = _("The form “%(title)s” is in the trash.", title=form.title)
    flash({"text": told, "undo": undo}, "success")  # type: ignore[arg-type]
    return see_other(url_for("bazar.lists.forms"))


@blueprint.post("/-/forms/<form_key>/restoration")
@audience("admin")
def restore_form(form_key: str) -> BaseResponse:
    """Take a form out of the trash, with the entries that went with it."""
    query = select(Form).where(Form.key_folded == fold(form_key), Form.trashed_at.is_not(None))
    found = db.session().scalar(query) or abort(404)
    _move(found, trashed=False)
    flash(_("The form “%(title)s” is back.", title=found.title), "success")
    return see_other(url_for("bazar.lists.show", form_key=found.key))


def elsewhere_refused(form: Form, typed: str, errors: Mapping[str, str]) -> Response:
    """Answer with the settings of a form and why an address of elsewhere is not taken."""
    return _screen(form, _stored(form), errors=errors, url=typed, status=422)


def _stored(form: Form) -> dict[str, str]:
    rules = db.session().get_one(RuleSet, form.rules_id)
    words = {name: getattr(form, name) for name in ("key", *WORDS)}
    owner = db.session().get(User, form.owner_id) if form.owner_id else None
    owned = {
        form_rights.DESIGN: form_rights.design_rule(form),
        "owner": owner.name if owner else "",
    }
    return words | {name: getattr(rules, name) for name in RULED} | owned


def _typed(stored: Mapping[str, str]) -> dict[str, str]:
    typed = {name: request.form.get(name, "").strip()[:most] for name, most in LONGEST.items()}
    typed |= {name: _rule_typed(name) for name in RULED}
    return typed | {
        name: _rule_typed(name) if {name, f"{name}-typed"} & request.form.keys() else stored[name]
        for name in OWNED
    }


def _rule_typed(name: str) -> str:
    return " ".join(
        (request.form.get(f"{name}-typed", "").strip() or request.form.get(name, "")).split()
    )


def _change(session: Session, form: Form, typed: Mapping[str, str]) -> None:
    """Store checked settings. Raises Invalid with a message by setting."""
    title = " ".join(typed["title"].split())
    errors = {} if title else {"title": _("Give it a title.")}
    if typed["default_view"] not in views():
        errors["default_view"] = _("Choose a view.")
    if errors:
        raise Invalid(**errors)
    form.title, form.default_view = title, typed["default_view"]
    form.singular, form.description = typed["singular"], typed["description"]
    if typed["key"] != form.key:
        changes.change_key(session, form, typed["key"])
    if current_actor().is_admin:
        _change_rules(session, form, typed)
        _change_owned(session, form, typed)


def _change_rules(session: Session, form: Form, typed: Mapping[str, str]) -> None:
    rules = session.get_one(RuleSet, form.rules_id)
    wanted = {name: typed[name] for name in RULED if typed[name] != getattr(rules, name)}
    for name, rule in wanted.items():
        try:
            access.set_rules(session, rules, people.resolve_rule_name, **{name: rule})
        except access.UnknownName as error:
            raise Invalid(**{name: _("Nobody is called %(name)s.", name=str(error))}) from error
    if wanted:
        enqueue(session, list(session.scalars(select(Page.id).where(Page.form_id == form.id))))


def _change_owned(session: Session, form: Form, typed: Mapping[str, str]) -> None:
    """Say whose a form is, and who else may change it. Raises Invalid."""
    owner = people.find_user(typed["owner"]) if typed["owner"] else None
    if typed["owner"] and owner is None:
        raise Invalid(owner=_("Nobody is called %(name)s.", name=typed["owner"][:80]))
    rule = typed[form_rights.DESIGN]
    try:
        access.compile_rule(rule, people.resolve_rule_name)
    except access.UnknownName as error:
        raise Invalid(design=_("Nobody is called %(name)s.", name=str(error))) from error
    form.owner_id = owner.id if owner else None
    form.settings = {**form.settings, form_rights.DESIGN: rule}
    session.flush()
    db.bump(session, "rights")


def _move(form: Form, *, trashed: bool) -> None:
    """Trash or restore a form and its entries; the moment they share says which went with it."""
    with db.write() as session:
        current = session.get_one(Form, form.id)
        before, after = current.trashed_at, db.utcnow() if trashed else None
        same = Page.trashed_at.is_(None) if trashed else Page.trashed_at == before
        pages = session.scalars(select(Page).where(Page.form_id == form.id, same)).all()
        current.trashed_at = after
        for page in pages:
            page.trashed_at = after
        session.flush()
        db.bump(session, "rights")
        enqueue(session, [page.id for page in pages])


def _count(form: Form) -> int:
    query = select(func.count()).where(Page.form_id == form.id, Page.trashed_at.is_(None))
    return db.session().scalar(query) or 0


def _screen(
    form: Form,
    shown: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    overtaken: bool = False,
    url: str = "",
    status: int = 200,
) -> Response:
    session = db.session()
    wiki_rules = session.get_one(RuleSet, access.WIKI_RULES)
    return render(
        "bazar/builder_settings.html",
        status=status,
        form=form,
        shown=shown,
        base=fingerprint(_stored(form)),
        errors=errors or {},
        overtaken=overtaken,
        typed_url=url,
        views=list(views().values()),
        count=_count(form),
        in_words=rights.in_words,
        rules=rule_choices("")[1:],
        defaults={
            name: rights.in_words(access.effective(session, wiki_rules, name)) for name in RULED
        },
    )
