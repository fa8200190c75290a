"""The screen of the site itself: its name, its home, its switches, who may do what by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.admin.routes.blueprint import blueprint
from wiki.core import access, db, i18n, settings
from wiki.core.access import PRIVILEGES, WIKI_RULES, RuleSet, current_actor
from wiki.core.http import audience, render, see_other
from wiki.pages import find

SWITCHES = ("sign_up", "anonymous_edit", "anonymous_comment", "double_click", "keys")
LONGEST = {"name": 60, "description": 200, "home": 200}


@blueprint.get("/admin/site")
@audience("admin")
def site() -> Response:
    """Show what the site is called, where it begins, and its switches."""
    rules = db.session().get_one(RuleSet, WIKI_RULES)
    kept = settings.everything()
    values = {name: kept[name] for name in (*LONGEST, "lang", *SWITCHES)}
    return _form(values | {privilege: getattr(rules, privilege) for privilege in PRIVILEGES})


@blueprint.post("/admin/site")
@audience("admin")
def save_site() -> BaseResponse:
    """Keep all of it, or nothing when some of it is wrong."""
    typed = _typed()
    rules: dict[str, str] = {privilege: typed[privilege] for privilege in PRIVILEGES}
    with db.write() as session:
        errors = _errors(typed) | _rule_errors(rules)
        if not errors:
            settings.put(session, **{name: typed[name] for name in (*LONGEST, "lang", *SWITCHES)})
            access.set_rules(session, session.get_one(RuleSet, WIKI_RULES), people.resolve, **rules)
    if errors:
        return _form(typed, status=422, errors=errors)
    flash(_("The site is saved."), "success")
    return see_other(url_for("admin.site"))


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {
        name: " ".join(request.form.get(name, "").split()) for name in (*LONGEST, *PRIVILEGES)
    }
    return (
        typed
        | {"lang": request.form.get("lang", "")}
        | {name: name in request.form for name in SWITCHES}
    )


def _errors(typed: dict[str, Any]) -> dict[str, str]:
    errors = {}
    for name, most in LONGEST.items():
        if len(typed[name]) > most:
            errors[name] = _("At most %(count)s characters.", count=most)
    if not typed["name"]:
        errors["name"] = _("A site has a name.")
    if find.page_or_none(typed["home"][:200], actor=current_actor()) is None:
        errors["home"] = _("There is no page of this name.")
    if typed["lang"] not in i18n.LANGUAGES:
        errors["lang"] = _("Choose among what is proposed.")
    return errors


def _rule_errors(rules: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    for privilege, rule in rules.items():
        try:
            if not access.compile_rule(rule, people.resolve):
                errors[privilege] = _("Say who: * for everyone, + for those signed in.")
        except access.UnknownName as unknown:
            errors[privilege] = _(
                "“%(word)s” is nobody here: neither a person nor a @group.", word=unknown
            )
    return errors


def _form(
    values: dict[str, Any], *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    return render("admin/site.html", status=status, values=values, errors=errors or {})
