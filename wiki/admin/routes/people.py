"""The people screen: search, add, close accounts, appoint admins, send links."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import mails, people, sessions
from wiki.accounts.models import ADMINS, User
from wiki.accounts.routes import form_input
from wiki.admin import admins, people_list
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, i18n, settings
from wiki.core.access import current_actor
from wiki.core.http import Invalid, absolute_url, audience, paging, render, safe_redirect, see_other

PAGE = 30


@blueprint.get("/admin/people")
@audience("admin")
def list_people() -> Response:
    """List the people, or those whose name or address contains the search query."""
    query = form_input.clean_line(request.args.get("q", ""))[:100]
    page = paging(people_list.count(query), PAGE)
    rows = people_list.rows(query, offset=page.offset, limit=PAGE)
    return render("admin/people.html", rows=rows, paging=page, q=query)


@blueprint.get("/admin/people/new")
@audience("admin")
def new_person() -> Response:
    """Show the form for a new account."""
    return _form({"lang": settings.get("lang")})


@blueprint.post("/admin/people")
@audience("admin")
def add_person() -> BaseResponse:
    """Create an account; without a password, mail a link to choose one."""
    values = {field: form_input.read_line(field) for field in ("name", "email", "display_name")}
    lang, password = request.form.get("lang", ""), request.form.get("password", "")
    values["lang"] = lang if lang in i18n.LANGUAGES else ""
    try:
        with db.write() as session:
            user = people.add_user(
                session,
                name=values["name"],
                email=values["email"],
                display_name=values["display_name"],
                lang=values["lang"],
                password=password or secrets.token_urlsafe(32),
            )
            if not password:
                _send_link(session, user, "welcome")
    except Invalid as invalid:
        return _form(values, status=422, errors=invalid.errors)
    flash(_("%(name)s has an account.", name=user.shown_name), "success")
    if not password:
        flash(_("A letter with a link is on its way to %(name)s.", name=user.shown_name), "success")
    return see_other(url_for("admin.list_people"))


@blueprint.post("/admin/people/<int:user_id>/closure")
@audience("admin")
def close_account(user_id: int) -> BaseResponse:
    """Close an account (`on`) or open it again; the person's contributions stay."""
    is_closing = request.form.get("on") == "1"

    def change(session: Session, user: User) -> str:
        if is_closing:
            admins.refuse_if_last(session, user)
            sessions.end_all(session, user)
        user.disabled = is_closing
        db.bump(session, "rights")
        if is_closing:
            return _("The account of %(name)s is closed.", name=user.shown_name)
        return _("The account of %(name)s is open again.", name=user.shown_name)

    return _change_and_return(user_id, change)


@blueprint.post("/admin/people/<int:user_id>/admin")
@audience("admin")
def make_admin(user_id: int) -> BaseResponse:
    """Make a person an admin (`on`), or revoke it."""
    is_appointing = request.form.get("on") == "1"

    def change(session: Session, user: User) -> str:
        if is_appointing:
            people.join(session, ADMINS, user)
            return _("%(name)s is an admin now.", name=user.shown_name)
        admins.refuse_if_last(session, user)
        if group := people.find_group(ADMINS):
            people.leave(session, group, user)
        return _("%(name)s is no longer an admin.", name=user.shown_name)

    return _change_and_return(user_id, change)


@blueprint.post("/admin/people/<int:user_id>/link")
@audience("admin")
def send_link(user_id: int) -> BaseResponse:
    """Mail a person a link to choose a password."""

    def change(session: Session, user: User) -> str:
        _send_link(session, user, "reset")
        return _("A letter with a link is on its way to %(name)s.", name=user.shown_name)

    return _change_and_return(user_id, change)


def _change_and_return(user_id: int, change: Callable[[Session, User], str]) -> BaseResponse:
    with db.write() as session:
        user = session.get(User, user_id)
        if user is None:
            abort(404)
        try:
            flash(change(session, user), "success")
        except Invalid as invalid:
            flash(invalid.errors["group"], "error")
    return _redirect_back(user_id)


def _redirect_back(user_id: int) -> BaseResponse:
    # An admin who has just resigned may no longer see this list.
    if user_id == current_actor().id and not _is_still_admin():
        return see_other(url_for("pages.home"))
    return safe_redirect(request.form.get("next"), default=url_for("admin.list_people"))


def _is_still_admin() -> bool:
    return current_actor().id in admins.admin_ids_among(db.session(), [current_actor().id or 0])


def _send_link(session: Session, user: User, letter: str) -> None:
    mails.queue_link_mail(
        session, user.name, door=absolute_url(url_for("accounts.ask_reset")), letter=letter
    )


def _form(
    values: dict[str, str], *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    return render("admin/new_person.html", status=status, typed=values, errors=errors or {})
