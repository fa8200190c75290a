"""What blocks that read a ready-made form share: the pick, and what a closed platform says."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _

from wiki.bazar.models import Form
from wiki.bazar.pick import Pick, Selection, pick
from wiki.macros.base import Block, Call, Platform


class FromForm(Block):
    """A block that shows entries of one ready-made form, of its project when it stands in one."""

    model: ClassVar[str]
    model_label: ClassVar[Any]

    def platform(self, call: Call) -> Platform:
        """Return what the entries say, or how to open a platform that has none."""
        found = self.found(call)
        if found.form is None:
            return self.without_form()
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
        return Platform(
            live=_("Closed platform"),
            meta=_("A first entry opens it."),
            way=_("Open this platform"),
            url=self.add_url(call, form),
            closed=True,
        )

    def without_form(self) -> Platform:
        """Return the platform when the wiki has no form of this model."""
        return Platform(
            live=_("Closed platform"),
            meta=_(
                "It needs the form “%(form)s”, which this wiki does not have yet.",
                form=self.model_label,
            ),
            way=_("Make this form"),
            url=url_for("bazar_lists.forms", model=self.model),
            closed=True,
        )

    def project_id(self, call: Call) -> int | None:
        """Return the project whose entries are shown; None for the whole network's."""
        return call.page.project_id if call.page is not None else None

    def list_url(self, call: Call, form: Form) -> str:
        """Return where all these entries are listed."""
        return url_for("bazar_lists.show", form=form.key, project=self.project_id(call))

    def add_url(self, call: Call, form: Form) -> str:
        """Return where an entry is added."""
        return url_for("bazar.new_entry", form=form.key, project=self.project_id(call))
