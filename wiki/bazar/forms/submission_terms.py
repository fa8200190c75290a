"""On what terms entries come into a form: who adds, what they accept, how often, who looks first, who is told.

Kept in `Form.settings`; what is done about them is `moderation.py`'s and `arrivals.py`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.accounts import people
from wiki.bazar.forms import forms
from wiki.bazar.models import Form
from wiki.core import access, db
from wiki.core.access import Actor, RuleSet
from wiki.core.http import Invalid
from wiki.pages.models import Page

MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
MOST_MAILS, MOST_APPROVALS = 20, 50


@dataclass(frozen=True)
class Terms:
    """`add`: a rule, "" for who may write; `moderators`: a rule, "" for admins; `notify`: addresses.

    `suggest`: a rule, who may propose changes to what they may not write, "" for nobody. `approvals`: how many
    of the moderators let an entry out, each by a vote; 0: any of them, at once.
    `alike`: "yes", "no", or "" for what suits the fields.
    """

    add: str = ""
    condition: str = ""
    once: bool = False
    moderated: bool = False
    moderators: str = ""
    notify: str = ""
    notify_author: bool = False
    alike: str = ""
    suggest: str = "+"
    approvals: int = 0


def terms_of(form: Form) -> Terms:
    """Return the terms of a form."""
    known = {one.name for one in fields(Terms)}
    return Terms(**{name: value for name, value in form.settings.items() if name in known})


def change(session: Session, form: Form, wanted: Terms) -> None:
    """Keep terms, and the rules that entries wait under. Raises Invalid by name."""
    checked = _checked(wanted)
    kept: dict[str, Any] = asdict(checked)
    waiting = form.settings.get("waiting_rules")
    if checked.moderated or waiting:
        rule = checked.moderators or "@admins"
        # Who only votes on an entry does not change it.
        rules = {"read": rule, "write": "@admins" if checked.approvals else rule}
        if waiting:
            access.set_rules(
                session, session.get_one(RuleSet, waiting), people.resolve_rule_name, **rules
            )
        else:
            made = access.make_rules(
                session, people.resolve_rule_name, parent=form.rules_id, **rules
            )
            waiting = made.id
        kept["waiting_rules"] = waiting
    others = {name: value for name, value in form.settings.items() if name not in kept}
    form.settings = others | kept
    session.flush()


def added_already(form: Form, actor: Actor) -> Page | None:
    """Return the entry this person has in a form that takes one from each, if there is one."""
    if not terms_of(form).once or actor.id is None:
        return None
    mine = select(Page).where(
        Page.form_id == form.id, Page.owner_id == actor.id, Page.trashed_at.is_(None)
    )
    found: Page | None = db.session().scalar(mine.order_by(Page.id).limit(1))
    return found


def watches_alike(form: Form) -> bool:
    """Answer whether someone who adds an entry is told of those with a title like it."""
    chosen = terms_of(form).alike
    # Dated entries often share a title: they are no duplicates.
    return chosen != "no" and (
        chosen == "yes" or not any(forms.traits_of(spec).temporal for spec in form.specs())
    )


def _checked(wanted: Terms) -> Terms:
    errors: dict[str, str] = {}
    for name in ("add", "moderators", "suggest"):
        try:
            access.compile_rule(getattr(wanted, name), people.resolve_rule_name)
        except access.UnknownName as error:
            errors[name] = _("Nobody is called %(name)s.", name=str(error))
    if not 0 <= wanted.approvals <= MOST_APPROVALS:
        errors["approvals"] = _("A number from 0 to %(count)s.", count=MOST_APPROVALS)
    mails = [one for one in re.split(r"[\s,;]+", wanted.notify) if one]
    wrong = [one for one in mails if not MAIL.fullmatch(one)]
    if wrong:
        errors["notify"] = _("“%(mail)s” is no e-mail address.", mail=wrong[0][:80])
    if len(mails) > MOST_MAILS:
        errors["notify"] = _("At most %(count)s addresses.", count=MOST_MAILS)
    if errors:
        raise Invalid(**errors)
    said: Mapping[str, Any] = asdict(wanted)
    return Terms(**{**said, "notify": " ".join(mails)})
