"""Who does what: roles, who holds them and until when, and whose turn comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.fields.date import moment_of
from wiki.bazar.query.select import Pick, Picked, Selection
from wiki.core import i18n
from wiki.core.params import Param
from wiki.macros.base import Call, Platform
from wiki.macros.support.form_platform import FromForm, row

LOOKED_AT = 30
"""How many roles are looked through for those that end."""
SAID = 3


class Contacts(FromForm):
    """The roles of the project and who holds them; a mandate about to end is said."""

    name: ClassVar[str] = "contacts"
    label = _l("Who does what")
    help = _l("The roles, who holds them, how to reach them.")
    icon = "users"
    model = "roles"
    model_label = _l("Roles")
    params = (Param("days", _l("Remind of a rotation so many days ahead"), "number", "45"),)

    def wanted(self, call: Call) -> Pick:
        return Pick(self.model, self.project_id(call), limit=LOOKED_AT, counted=True)

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        vacant = sum(1 for entry in found.entries if not entry.data.get("holder"))
        roles = ngettext("%(num)s role", "%(num)s roles", found.total)
        return Platform(
            live=f"{roles}, {_vacant(vacant)}" if vacant else roles,
            meta=" · ".join(_held(entry) for entry in found.entries[:SAID]),
            way=_("Reach a person"),
            url=self.list_url(call, found.form),
            warns=_rotation(found.entries, call.number("days", most=400)),
            rows=[row(entry, _mandate(entry)) for entry in found.entries[:6]],
        )


def _vacant(count: int) -> str:
    return ngettext("%(num)s to be taken", "%(num)s to be taken", count)


def _held(entry: Picked) -> str:
    holder = str(entry.data.get("holder") or "") or _("to be taken")
    return _("%(role)s: %(holder)s", role=entry.page.title, holder=holder)


def _mandate(entry: Picked) -> str:
    holder = str(entry.data.get("holder") or "") or _("to be taken")
    until = entry.data.get("until")
    if not until:
        return holder
    return _("%(holder)s, until %(day)s", holder=holder, day=i18n.day(moment_of(str(until))))


def _rotation(entries: Any, ahead: int) -> str:
    """Return the reminder of the mandate that ends first, "" when none does soon."""
    soon = i18n.today() + timedelta(days=ahead)
    ends = [(_end(entry), entry) for entry in entries if entry.data.get("until")]
    ending = sorted((day, entry.page.id, entry) for day, entry in ends if day <= soon)
    if not ending:
        return ""
    day, _id, entry = ending[0]
    words = {"role": entry.page.title, "day": i18n.day(day)}
    if day < i18n.today():
        return _("%(role)s: the mandate ended on %(day)s", **words)
    if entry.data.get("next"):
        return _("%(role)s: until %(day)s, then %(next)s", next=entry.data["next"], **words)
    return _("%(role)s: until %(day)s, who is next?", **words)


def _end(entry: Picked) -> Any:
    return moment_of(str(entry.data["until"])).date()
