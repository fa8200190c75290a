"""Who may read, change and comment a page: its own rules, else the default set of its kind.

The grammar of rules is `core.access`'s; this file ties a rule set to a page and shows it.
"""

from __future__ import annotations

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.accounts.models import FACILITATORS
from wiki.core import access, db, markup
from wiki.core.access import (
    PRIVILEGES,
    WIKI_RULES,
    Actor,
    Privilege,
    RuleSet,
    current_actor,
)
from wiki.core.http import Invalid
from wiki.core.search.index.queue import enqueue
from wiki.pages import events, find
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.pages.save import Gone

LONGEST_RULE = 1000


def set_rules(
    page: Page,
    *,
    actor: Actor,
    read: str | None = None,
    write: str | None = None,
    comment: str | None = None,
) -> None:
    """Change a page's own rules: None leaves one as it is, "" gives it back to the default.

    Raises Invalid on a word that means nobody, Gone when the page is not the actor's to rule.
    """
    given = {"read": read, "write": write, "comment": comment}
    wanted = {
        privilege: " ".join(markup.normalise(rule).split())
        for privilege, rule in given.items()
        if rule is not None
    }
    with db.write() as session:
        current = _reload(page, actor)
        _check(wanted)
        _check_said(current, wanted)
        current.rules_id = page.rules_id = _rules_for(session, current, own_rules(current) | wanted)
        db.bump(session, "rights")
        events.log(session, current, "rights", actor=actor)
        enqueue(session, [current.id])


def lay(session: Session, page: Page, **texts: str) -> None:
    """Give a page rules that its own content says, in the transaction of its save."""
    own = own_rules(page)
    wanted = own | texts
    if wanted != own:
        page.rules_id = _rules_for(session, page, wanted)
        session.flush()
        db.bump(session, "rights")


def set_owner(page: Page, owner: str, *, actor: Actor) -> None:
    """Give a page to someone by name, or to nobody with "". Raises Invalid, Gone."""
    with db.write() as session:
        current = _reload(page, actor)
        user = people.find_user(markup.normalise(owner)) if owner else None
        if owner and user is None:
            raise Invalid(owner=_("Nobody is called %(name)s here.", name=owner))
        current.owner_id = page.owner_id = user.id if user else None
        db.bump(session, "rights")
        events.log(session, current, "owner", actor=actor)
        enqueue(session, [current.id])


def own_rules(page: Page) -> dict[Privilege, str]:
    """Return the rules that are the page's own, by privilege; "" where it follows the default."""
    rules = own_set(db.session(), page)
    return {privilege: getattr(rules, privilege, "") for privilege in PRIVILEGES}


def own_set(session: Session, page: Page) -> RuleSet | None:
    """Return the rule set that belongs to this page alone, if it has one."""
    if page.rules_id in (WIKI_RULES, kind_of(page).default_rules(page)) or _is_shared(
        session, page
    ):
        return None
    return session.get_one(RuleSet, page.rules_id)


def check_writer() -> None:
    """Refuse the tools of writing to who may write nowhere. Aborts 403."""
    if current_actor().may_write_nowhere:
        abort(403)


def may_create(actor: Actor) -> bool:
    """Return whether this actor may make new pages: the wiki's rule for writing says so."""
    if actor.is_admin:
        return True
    if actor.may_write_nowhere:
        return False
    session = db.session()
    rule = access.effective(session, session.get_one(RuleSet, WIKI_RULES), "write")
    return bool(rule) and access.rule_allows(actor, rule, people.resolve_rule_name)


def in_words(rule: str) -> str:
    """Say a rule as people would: "signed-in people, the group @friends, except bob"."""
    plain: list[str] = []
    denied: list[str] = []
    for word in rule.split():
        name = word.removeprefix("!")
        said = {
            "*": _("everyone"),
            "+": _("signed-in people"),
            "%": _("the owner"),
            f"@{FACILITATORS}": _("facilitators"),
        }.get(name)
        if said is None:
            said = _("the group %(name)s", name=name[1:]) if name.startswith("@") else name
        (denied if word.startswith("!") else plain).append(said)
    if denied and not plain:
        plain.append(_("everyone"))
    allowed = ", ".join(plain) or str(_("admins only"))
    if not denied:
        return allowed
    return str(_("%(people)s, except %(others)s", people=allowed, others=", ".join(denied)))


def _check(wanted: dict[str, str]) -> None:
    errors = {}
    for privilege, rule in wanted.items():
        try:
            access.compile_rule(rule, people.resolve_rule_name)
        except access.UnknownName as error:
            errors[privilege] = _("Nobody is called %(name)s here.", name=error.args[0])
    if errors:
        raise Invalid(**errors)


def _check_said(page: Page, wanted: dict[str, str]) -> None:
    """Refuse to change by hand what the page's own content says. Raises Invalid."""
    said, own = kind_of(page).says_rules(page), own_rules(page)
    errors = {
        str(privilege): _("“%(label)s”, on the page itself, says it: change it there.", label=label)
        for privilege, label in said.items()
        if privilege in wanted and wanted[privilege] != own.get(privilege, "")  # type: ignore[call-overload]
    }
    if errors:
        raise Invalid(**errors)


def _rules_for(session: Session, page: Page, texts: dict[str, str]) -> int:
    """Return the rule set with these texts: the default one, the page's own, or a new one."""
    default, own = kind_of(page).default_rules(page), own_set(session, page)
    if own is not None:
        own.parent_id = default
        access.set_rules(session, own, people.resolve_rule_name, **texts)
        return own.id if any(texts.values()) else _without(session, page, own, default)
    if not any(texts.values()):
        return default
    return access.make_rules(session, people.resolve_rule_name, parent=default, **texts).id


def _is_shared(session: Session, page: Page) -> bool:
    others = select(func.count()).where(Page.rules_id == page.rules_id, Page.id != page.id)
    return bool(session.scalar(others))


def _without(session: Session, page: Page, own: RuleSet, default: int) -> int:
    page.rules_id = default
    session.flush()
    session.delete(own)
    session.flush()
    return default


def _reload(page: Page, actor: Actor) -> Page:
    current = find.reload(page, actor=actor)
    if current is None or "own" not in current.allowed or not kind_of(current).may_rule(current):
        raise Gone(page.name)
    return current
