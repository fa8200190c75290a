"""Who a contact form writes to: told by the page, never by what is sent, and never by an address in a page."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts import people
from wiki.accounts.models import Membership, User
from wiki.accounts.people import email_key
from wiki.core import db, settings
from wiki.macros.base import BadParam
from wiki.pages.models import Page

OWNER, SITE = "owner", "site"
MOST = 30


def recipients(wanted: str, page: Page) -> list[str]:
    """Return the e-mail addresses that a form on this page writes to. Raises BadParam."""
    wanted = wanted.strip()
    site = str(settings.get("contact_address"))
    if wanted == SITE or (wanted and email_key(wanted) == email_key(site)):
        found = [site] if site else []
    elif wanted in ("", "%", OWNER):
        owner = db.session().get(User, page.owner_id) if page.owner_id else None
        found = [owner.email] if owner is not None and not owner.disabled else []
    elif wanted.startswith("@"):
        found = _of_group(wanted)
    elif "@" in wanted:
        raise BadParam(_("A form writes to a person, a @group, owner or site: not to an address."))
    else:
        user = people.find_user(wanted)
        found = [user.email] if user is not None and not user.disabled else []
    if not found:
        raise BadParam(_("There is nobody to write to: %(name)s.", name=wanted or OWNER))
    return found[:MOST]


def _of_group(name: str) -> list[str]:
    group = people.find_group(name)
    if group is None or group.of_project:
        return []
    members = select(User.email).join(Membership, Membership.user_id == User.id)
    members = members.where(Membership.group_id == group.id, User.disabled.is_(False))
    return list(db.session().scalars(members.order_by(User.id)))
