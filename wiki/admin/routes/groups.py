"""The groups screen: groups, `@name` in access rules, and their members; not those of projects."""

from __future__ import annotations

from flask import Response, abort, flash, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.accounts.models import ADMINS, Group, Membership, User
from wiki.accounts.routes import form_input
from wiki.admin import admins, people_list
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, paging, render, see_other

PAGE = 30
LONGEST_TITLE = 100


@blueprint.get("/admin/groups")
@audience("admin")
def list_groups() -> Response:
    """List the groups with their sizes, and a form for a new one."""
    return _list()


@blueprint.post("/admin/groups")
@audience("admin")
def add_group() -> BaseResponse:
    """Add a group."""
    values = {
        "name": form_input.read_line("name"),
        "title": form_input.read_line("title")[:LONGEST_TITLE],
    }
    try:
        with db.write() as session:
            group = people.add_group(session, values["name"], title=values["title"])
    except Invalid as invalid:
        return _list(values, status=422, errors=invalid.errors)
    return see_other(url_for("admin.group", group_id=group.id))


@blueprint.get("/admin/groups/<int:group_id>")
@audience("admin")
def group(group_id: int) -> Response:
    """List the members of a group."""
    return _members(_group_or_404(group_id))


@blueprint.post("/admin/groups/<int:group_id>")
@audience("admin")
def add_member(group_id: int) -> BaseResponse:
    """Add a person to a group, by sign-in name or e-mail."""
    group, name = _group_or_404(group_id), form_input.read_line("name")
    with db.write() as session:
        user = people.find_user(name) if name else None
        if user is not None:
            people.join(session, group.name, user)
    if user is None:
        return _members(
            group, name, status=422, errors={"name": _("There is nobody of this name.")}
        )
    flash(_("%(name)s is in the group.", name=user.shown_name), "success")
    return see_other(url_for("admin.group", group_id=group_id))


@blueprint.post("/admin/groups/<int:group_id>/members/<int:user_id>/departure")
@audience("admin")
def remove_member(group_id: int, user_id: int) -> BaseResponse:
    """Remove a person from a group, except the last admin."""
    _group_or_404(group_id)
    with db.write() as session:
        group, user = session.get_one(Group, group_id), session.get(User, user_id)
        if user is None:
            abort(404)
        try:
            if group.name_key == ADMINS:
                admins.refuse_if_last(session, user)
            people.leave(session, group, user)
            flash(_("%(name)s is no longer in the group.", name=user.shown_name), "success")
        except Invalid as invalid:
            flash(invalid.errors["group"], "error")
    if group.name_key == ADMINS and not admins.admin_ids_among(
        db.session(), [current_actor().id or 0]
    ):
        return see_other(url_for("pages.home"))
    return see_other(url_for("admin.group", group_id=group_id))


def _group_or_404(group_id: int) -> Group:
    group = db.session().get(Group, group_id)
    if group is None or group.of_project:
        abort(404)
    return group


def _list(
    values: dict[str, str] | None = None, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    is_listed = Group.of_project.is_(False)
    page = paging(db.session().scalar(select(func.count(Group.id)).where(is_listed)) or 0, PAGE)
    statement = (
        select(Group, func.count(Membership.user_id))
        .outerjoin(Membership, Membership.group_id == Group.id)
        .where(is_listed)
        .group_by(Group.id)
        .order_by(Group.name_key)
        .offset(page.offset)
        .limit(PAGE)
    )
    rows = db.session().execute(statement).all()
    return render(
        "admin/groups.html",
        status=status,
        rows=rows,
        paging=page,
        typed=values or {},
        errors=errors or {},
    )


def _members(
    group: Group, typed: str = "", *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    is_member = Membership.group_id == group.id
    page = paging(
        db.session().scalar(select(func.count(Membership.user_id)).where(is_member)) or 0, PAGE
    )
    statement = (
        select(User, Membership.since)
        .join(Membership, Membership.user_id == User.id)
        .where(is_member)
        .order_by(User.name_key)
        .offset(page.offset)
        .limit(PAGE)
    )
    members = [
        (user, people_list.face(user), since) for user, since in db.session().execute(statement)
    ]
    return render(
        "admin/group.html",
        status=status,
        group=group,
        members=members,
        paging=page,
        typed=typed,
        errors=errors or {},
    )
