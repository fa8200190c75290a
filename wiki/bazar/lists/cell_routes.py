"""One answer of an entry changed where it is seen: a cell of a table, a card moved to another column.

Both save by `pages.save`, on the version that was seen, with the rights of the entry and of the field.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import entries, entry_form, entry_view
from wiki.bazar.forms import forms
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.views.table import cell, edits_in_cell
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, is_htmx, render, safe_redirect, see_other
from wiki.core.numbers import is_whole
from wiki.pages import find, save
from wiki.pages.models import Page
from wiki.pages.throttle import TooMany, count_save

blueprint = Blueprint("cells", __name__)


@blueprint.get("/-/forms/<form_key>/<name>/cells/<field>")
@audience("page")
def show_cell(form_key: str, name: str, field: str) -> BaseResponse:
    """Show a cell as it is read, or (`edit`) with its control; whole pages get the entry's form."""
    found, page, spec = _asked(form_key, name, field)
    if not is_htmx():
        return see_other(_form_url(found, page, spec))
    if "edit" not in request.args:
        return _read(page, spec)
    value = entries.values_of(found, page.head.content).get(spec.key)
    return _control(found, page, spec, value)


@blueprint.post("/-/forms/<form_key>/<name>/cells/<field>")
@audience("page")
def save_cell(form_key: str, name: str, field: str) -> BaseResponse:
    """Save one answer; what cannot be saved comes back with the reason and what was typed."""
    found, page, spec = _asked(form_key, name, field)
    typed = forms.type_of(spec).from_form(spec, request.form, MultiDict())
    try:
        _save(found, page, {spec.key: typed}, _number(request.form.get("_base", "")))
    except save.Conflict as conflict:
        return _control(
            found, conflict.page, spec, typed, theirs=conflict.head.author_name, status=409
        )
    except (Invalid, TooMany, db.Busy, save.Gone) as error:
        return _control(found, page, spec, typed, error=_reason(error, spec), status=422)
    return _read(find.page_or_404(page.name, actor=current_actor()), spec)


@blueprint.post("/-/forms/<form_key>/moves")
@audience("page")
def move(form_key: str) -> BaseResponse:
    """Give an entry another choice: `move` is its page, the version seen and the choice."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    number, _dot, rest = request.form.get("move", "").partition(".")
    base, _dot, text = rest.partition(".")
    page = find.page_by_id(_number(number), actor=actor)
    if page is None or page.form_id != form.id:
        abort(404)
    _check(page)
    spec = _writable(form, page, request.form.get("by", ""), actor)
    try:
        _save(
            form,
            page,
            {spec.key: forms.type_of(spec).from_csv(spec, text) if text else None},
            _number(base),
        )
    except save.Conflict as conflict:
        action = url_for("bazar.entries.edit_entry", form_key=form.key, name=page.name)
        return entry_form.collision(conflict, action=action)
    except (Invalid, TooMany, db.Busy, save.Gone) as error:
        flash(_reason(error, spec), "error")
    else:
        flash(_("“%(title)s” is moved.", title=page.title), "success")
    return safe_redirect(
        request.form.get("next"),
        default=url_for("bazar.lists.show", form_key=form.key, view="kanban"),
    )


def _asked(form: str, name: str, field: str) -> tuple[Form, Page, FieldSpec]:
    """Return what is changed. Aborts 404 on what one may not know of, 403 on what one may not change."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    found = entries.form_of(page) if page.form_id is not None else None
    if found is None or found.key != form:
        abort(404)
    if not any(spec.key == field for spec in forms.readable_specs(found, actor, page.owner_id)):
        abort(404)
    _check(page)
    spec = _writable(found, page, field, actor)
    return (found, page, spec) if edits_in_cell(spec) else abort(404)


def _check(page: Page) -> None:
    if "write" not in page.allowed:
        abort(403)


def _writable(form: Form, page: Page, key: str, actor: Actor) -> FieldSpec:
    asked = entries.asked(form, actor, page)
    return next((spec for spec in asked if spec.key == key), None) or abort(403)


def _save(form: Form, page: Page, answers: dict[str, Any], base: int) -> None:
    count_save()
    content = entries.clean_data(form, answers, current_actor(), page)
    save.save(page, content, base=base, author=current_actor())


def _read(page: Page, spec: FieldSpec) -> Response:
    entry = entry_view.entry_at(page, page.head, actor=current_actor())
    return render("bazar/cell.html", entry=entry, spec=spec, cell=cell, form=entries.form_of(page))


def _control(
    form: Form,
    page: Page,
    spec: FieldSpec,
    value: Any,
    *,
    theirs: str | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    """Answer with the control of one field; whole pages get it in a screen of its own."""
    whole = not is_htmx()
    return render(
        "bazar/cell_screen.html" if whole else "bazar/cell_edit.html",
        status=status,
        form=form,
        page=page,
        spec=spec,
        type=forms.type_of(spec),
        value=value,
        theirs=theirs,
        stands=entry_view.entry_at(page, page.head, actor=current_actor()).shown(spec.key),
        error=error,
        form_url=_form_url(form, page, spec),
    )


def _form_url(form: Form, page: Page, spec: FieldSpec) -> str:
    return url_for(
        "bazar.entries.edit_entry", form_key=form.key, name=page.name, _anchor=f"f-{spec.key}"
    )


def _reason(error: Exception, spec: FieldSpec) -> str:
    if isinstance(error, Invalid):
        return error.errors.get(spec.key) or " ".join(error.errors.values())
    if isinstance(error, TooMany):
        return _("Wait a moment, then save again.")
    if isinstance(error, save.Gone):
        return _("This entry is not there any more")
    return _("The wiki is very busy")


def _number(text: str) -> int:
    if not is_whole(text):
        abort(400)
    return int(text)
