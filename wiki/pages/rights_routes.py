"""The screen where the rights of a page are changed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.models import Group, User
from wiki.core import access, db
from wiki.core.access import PRIVILEGES, Privilege, RuleSet, current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.pages.rights import LONGEST_RULE, in_words, own_rules, set_owner, set_rules
from wiki.pages.sharing import links


@blueprint.get("/<name>/rights")
@audience("page")
def show_rights(name: str) -> Response:
    """Show the rules of a page to its owner and to admins."""
    page = find.page_or_404(name, actor=current_actor(), need="own")
    return _screen(page, own_rules(page), _owner_name(page))


@blueprint.post("/<name>/rights")
@audience("page")
def change_rights(name: str) -> BaseResponse:
    """Change the rules of a page, and its owner when an admin asks."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="own")
    typed = {privilege: request.form.get(privilege, "")[:LONGEST_RULE] for privilege in PRIVILEGES}
    owner = request.form.get("owner", _owner_name(page)).strip()
    try:
        with db.write():
            if actor.is_admin and owner != _owner_name(page):
                set_owner(page, owner, actor=actor)
            set_rules(page, actor=actor, **typed)
    except Invalid as error:
        return _screen(page, typed, owner, errors=error.errors, status=422)
    flash(_("The rights are changed."), "success")
    return see_other(url_for("pages.show_rights", name=page.name))


def _owner_name(page: Page) -> str:
    owner = db.session().get(User, page.owner_id) if page.owner_id else None
    return owner.name if owner else ""


def _screen(
    page: Page,
    rules: Mapping[Privilege, str],
    owner: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    session = db.session()
    default = session.get_one(RuleSet, kind_of(page).default_rules(page))
    defaults = {
        privilege: access.effective(session, default, privilege) for privilege in PRIVILEGES
    }
    groups = select(Group.name).where(Group.of_project.is_(False)).order_by(Group.name_key)
    return render(
        "pages/rights.html",
        status=status,
        page=page,
        rules=rules,
        owner=owner,
        defaults=defaults,
        in_words=in_words,
        groups=session.scalars(groups).all(),
        lent=len(links.links_of(page)),
        errors=errors or {},
    )
