"""The site settings screen: name, home page, switches, default access rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.accounts.routes import form_input
from wiki.admin.routes.blueprint import blueprint
from wiki.core import access, db, i18n, licences, settings
from wiki.core.access import PRIVILEGES, WIKI_RULES, RuleSet, current_actor
from wiki.core.http import audience, render, see_other
from wiki.core.origins import BadOrigin, parse_host
from wiki.core.site_setting import SiteSetting, with_control
from wiki.macros.support import feeds
from wiki.pages import external_links, find

CHOSEN = ("lang", "licence")
SECTIONS = ("participation", "network", "shortcuts", "other")
LONGEST_RULE = 1000
LONGEST = {"name": 60, "description": 200, "home": 200, "contact_address": 254}
MOST_HOSTS = 50
HOSTS = ("embed_hosts", "framed_by")


@blueprint.get("/admin/site")
@audience("admin")
def site() -> Response:
    """Show the site settings."""
    rules = db.session().get_one(RuleSet, WIKI_RULES)
    stored = settings.everything()
    values = {name: stored[name] for name in (*LONGEST, *CHOSEN, *_declared())}
    values |= {name: " ".join(stored[name]) for name in HOSTS}
    values["form_makers"] = stored["form_makers"]
    return _form(values | {privilege: getattr(rules, privilege) for privilege in PRIVILEGES})


@blueprint.post("/admin/site")
@audience("admin")
def save_site() -> BaseResponse:
    """Save all settings, or none if a value is wrong."""
    values = _values()
    rules: dict[str, str] = {privilege: values[privilege] for privilege in PRIVILEGES}
    with db.write() as session:
        errors = _errors(values) | _rule_errors(rules | {"form_makers": values["form_makers"]})
        if not errors:
            wanted = (*LONGEST, *CHOSEN, *_declared())
            settings.put(session, **{name: values[name] for name in wanted})
            settings.put(session, **{name: values[name].split() for name in HOSTS})
            settings.put(session, form_makers=values["form_makers"])
            if values["outside"]:
                feeds.start(session)
                external_links.start(session)
            access.set_rules(
                session, session.get_one(RuleSet, WIKI_RULES), people.resolve_rule_name, **rules
            )
    if errors:
        return _form(values, status=422, errors=errors)
    flash(_("The site is saved."), "success")
    return see_other(url_for("admin.site"))


def _declared() -> dict[str, SiteSetting]:
    """Return the settings whose controls are made from their declarations, by name."""
    return {setting.name: setting for setting in with_control()}


def _values() -> dict[str, Any]:
    form = request.form
    values: dict[str, Any] = {name: form_input.read_line(name) for name in LONGEST}
    # One more than the maximum: a truncated rule would pass validation and mean something else.
    max_length = LONGEST_RULE + 1
    for name in HOSTS:
        values[name] = " ".join(form.get(name, "").lower().replace(",", " ").split())
    values |= {
        name: form_input.clean_line(form.get(name, ""), max_length=max_length)
        for name in PRIVILEGES
    }
    form_makers = form.get("form_makers", settings.get("form_makers"))
    values["form_makers"] = form_input.clean_line(form_makers, max_length=max_length)
    values |= {name: form.get(name, "") for name in CHOSEN}
    return values | {
        name: name in form if setting.kind == "flag" else form_input.read_line(name)
        for name, setting in _declared().items()
    }


def _errors(values: dict[str, Any]) -> dict[str, str]:
    errors = {}
    texts = {name: one.longest for name, one in _declared().items() if one.kind == "text"}
    for name, most in {**LONGEST, **texts}.items():
        if len(values[name]) > most:
            errors[name] = _("At most %(count)s characters.", count=most)
    if not values["name"]:
        errors["name"] = _("A site has a name.")
    if find.page_or_none(values["home"][:200], actor=current_actor()) is None:
        errors["home"] = _("There is no page of this name.")
    if values["contact_address"] and not people.EMAIL.fullmatch(values["contact_address"]):
        errors["contact_address"] = _("This e-mail address does not look right.")
    for name in HOSTS:
        hosts = values[name].split()
        anyone = name == "framed_by" and hosts == ["*"]
        if len(hosts) > MOST_HOSTS or not (anyone or all(map(_is_site, hosts))):
            errors[name] = _("Names of sites, such as tube.example.org, spaces between.")
    for name, choices in (("lang", i18n.LANGUAGES), ("licence", ("", *licences.LICENCES))):
        if values[name] not in choices:
            errors[name] = _("Choose among what is proposed.")
    return errors


def _is_site(host: str) -> bool:
    try:
        return "." in host and parse_host(host) == host
    except BadOrigin:
        return False


def groups_of(declared: Iterable[SiteSetting]) -> dict[str, list[SiteSetting]]:
    """Return settings by section of the screen; one of a section it lacks is among the others."""
    groups: dict[str, list[SiteSetting]] = {name: [] for name in SECTIONS}
    for setting in declared:
        groups[setting.section if setting.section in SECTIONS else "other"].append(setting)
    return groups


def _rule_errors(rules: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    for privilege, rule in rules.items():
        try:
            if not access.compile_rule(rule, people.resolve_rule_name):
                errors[privilege] = _("Say who: * for everyone, + for those signed in.")
            if len(rule) > LONGEST_RULE:
                errors[privilege] = _("At most %(count)s characters.", count=LONGEST_RULE)
        except access.UnknownName as unknown:
            errors[privilege] = _(
                "“%(word)s” is nobody here: neither a person nor a @group.", word=unknown
            )
    return errors


def _form(
    values: dict[str, Any], *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    return render(
        "admin/site.html",
        status=status,
        values=values,
        errors=errors or {},
        declared=groups_of(with_control()),
        licences=[(key, one.name) for key, one in licences.LICENCES.items()],
    )
