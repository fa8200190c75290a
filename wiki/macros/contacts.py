"""Contacts and roles: who takes care of what, and how to reach them."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from wiki.bazar.pick import Selection
from wiki.macros.base import Call, Platform
from wiki.macros.from_form import FromForm


class Contacts(FromForm):
    """The roles of the project and who holds them."""

    name: ClassVar[str] = "contacts"
    label = _l("Who does what")
    help = _l("The roles, who holds them, how to reach them.")
    icon = "users"
    model = "roles"
    model_label = _l("Roles")

    def told(self, call: Call, found: Selection) -> Platform:
        assert found.form is not None
        held = [
            _held(entry.page.title, str(entry.data.get("holder") or "")) for entry in found.entries
        ]
        rest = found.total - len(held[:3])
        meta = " · ".join(held[1:3] + ([_others(rest)] if rest > 0 else []))
        return Platform(
            live=held[0], meta=meta, way=_("Reach a person"), url=self.list_url(call, found.form)
        )


def _others(count: int) -> str:
    return ngettext("%(num)s other role", "%(num)s other roles", count)


def _held(role: str, holder: str) -> str:
    return _("%(role)s: %(holder)s", role=role, holder=holder or _("to be taken"))
