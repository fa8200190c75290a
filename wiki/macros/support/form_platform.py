"""What blocks that read a ready-made form share: the pick, and what a closed platform says."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from wiki.bazar.forms import form_rights, forms
from wiki.bazar.models import Form
from wiki.bazar.query.select import Pick, Picked, Selection, pick
from wiki.core import db
from wiki.macros.base import Block, Call, Platform, Row
from wiki.macros.support.closed_platform import asking


class FromForm(Block):
    """A block that shows entries of one ready-made form, of its project when it stands in one."""

    model: ClassVar[str]
    model_label: ClassVar[Any]

    def platform(self, call: Call) -> Platform:
        """Return what the entries say, or how to open a platform that has none."""
        found = self.found(call)
        if found.form is None:
            return self.without_form(call)
        return self.told(call, found) if found.total else self.empty(call, found.form)

    def found(self, call: Call) -> Selection:
        """Return the entries this block is about."""
        return pick(self.wanted(call), actor=call.actor)

    def wanted(self, call: Call) -> Pick:
        """Return which entries to pick."""
        return Pick(self.model, self.project_id(call), counted=True)

    def told(self, call: Call, found: Selection) -> Platform:
        """Return the platform when there are entries."""
        raise NotImplementedError

    def empty(self, call: Call, form: Form) -> Platform:
        """Return the platform when the form has no entry here yet."""
        return self.closed(call, form, _("Closed platform"), _("A first entry opens it."))

    def closed(self, call: Call, form: Form, live: str, meta: str, way: str = "") -> Platform:
        """Return a platform without entries; its way on is for who may add one."""
        may = db.once(("may_add", form.id, call.actor), lambda: forms.may_add(form, call.actor))
        if not may:
            return asking(call, live)
        return Platform(
            live, meta, way or _("Open this platform"), self.add_url(call, form), closed=True
        )

    def without_form(self, call: Call) -> Platform:
        """Return the platform when the wiki has no form of this model."""
        may = db.once(("may_make", call.actor), lambda: form_rights.may_make(call.actor))
        if not may and call.actor.is_anonymous:
            return asking(call, _("Closed platform"))
        return Platform(
            live=_("Closed platform"),
            meta=_(
                "It needs the form “%(form)s”, which this wiki does not have yet.",
                form=self.model_label,
            ),
            way=_("Make this form") if may else "",
            url=url_for("bazar.lists.forms", model=self.model) if may else "",
            closed=True,
        )

    def project_id(self, call: Call) -> int | None:
        """Return the project whose entries are shown; None for the whole network's."""
        return call.page.project_id if call.page is not None else None

    def list_url(self, call: Call, form: Form, **asked: Any) -> str:
        """Return where all these entries are listed, with the filters asked for."""
        return url_for(
            "bazar.lists.show", **{"form_key": form.key, "project": self.project_id(call)} | asked
        )

    def add_url(self, call: Call, form: Form) -> str:
        """Return where an entry is added."""
        return url_for("bazar.entries.new_entry", form_key=form.key, project=self.project_id(call))


def page_url(entry: Picked) -> str:
    """Return where an entry is read."""
    return url_for("pages.show", name=entry.page.name)


def row(entry: Picked, note: object = "") -> Row:
    """Return the line of an entry, with a few words about it."""
    return Row(entry.page.title, page_url(entry), str(note or ""))
