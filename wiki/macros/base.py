"""What a macro must say of itself, and how one call of it becomes HTML. One class a file, found by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from markupsafe import Markup

from wiki.core.access import Actor
from wiki.core.http import template_markup
from wiki.core.markup import MacroSlot
from wiki.core.params import Param
from wiki.pages.models import Page


class BadParam(ValueError):
    """A parameter that a macro cannot use; the message says why, in the reader's language."""


@dataclass(frozen=True)
class Call:
    """One use of a macro: its values by name (as typed), the page it stands on, who reads."""

    values: Mapping[str, str]
    page: Page | None
    actor: Actor
    body: Markup = Markup()

    def get(self, name: str) -> str:
        """Return a value, "" when it was not given and has no default."""
        return self.values.get(name, "")

    def number(self, name: str, *, least: int = 0, most: int = 1000) -> int:
        """Return a value as a whole number within bounds. Raises BadParam."""
        raw = self.get(name)
        if not raw.isascii() or not raw.isdigit():
            raise BadParam(_("%(name)s: a whole number is expected.", name=name))
        return max(least, min(int(raw[:9]), most))


class Macro:
    """The contract: a name, declared parameters, and the context of its template."""

    name: ClassVar[str]
    label: ClassVar[Any]
    help: ClassVar[Any] = ""
    params: ClassVar[tuple[Param, ...]] = ()
    paired: ClassVar[bool] = False
    template: ClassVar[str] = ""
    """What shows it; `macros/<name>.html` when it is not said."""

    def context(self, call: Call) -> dict[str, Any] | None:
        """Return what the template shows for this reader; None shows nothing. Raises BadParam."""
        raise NotImplementedError

    def show(
        self, slot: MacroSlot, *, page: Page | None, actor: Actor, fill: Callable[..., Markup]
    ) -> Markup:
        """Return the HTML of one call: the filled template, or a notice that says what is wrong."""
        try:
            values = self.values(slot.params)
            body = fill(slot.body) if slot.body is not None else Markup()
            return self.html(Call(values, page, actor, body))
        except BadParam as error:
            return template_markup("macros/notice.html", source=slot.source, message=str(error))

    def html(self, call: Call) -> Markup:
        """Fill the macro's template."""
        context = self.context(call)
        if context is None:
            return Markup()
        return template_markup(self.template or f"macros/{self.name}.html", call=call, **context)

    def values(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the values of the declared parameters. Raises BadParam on a wrong or missing one."""
        values = {param.name: given.get(param.name, param.default) for param in self.params}
        for param in self.params:
            if param.required and not values[param.name]:
                raise BadParam(_("%(name)s is needed here.", name=param.name))
            if param.choices and values[param.name] and values[param.name] not in param.choices:
                choices = ", ".join(param.choices)
                raise BadParam(
                    _("%(name)s is one of: %(choices)s.", name=param.name, choices=choices)
                )
        return values


@dataclass(frozen=True)
class Row:
    """A line of a wide platform: where it leads, and a few words about it."""

    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture of a platform, and the page it stands on."""

    src: str
    alt: str
    url: str


@dataclass(frozen=True)
class Platform:
    """What a platform of a station says: one live fact, a line, one clear way on.

    A closed one has nothing to show yet; its way on opens it, for who may. Two columns wide, it shows its
    `rows` too. `warns` is a line with a sign: what somebody should see to.
    """

    live: str | Markup = ""
    meta: str | Markup = ""
    way: str = ""
    url: str = ""
    closed: bool = False
    warns: str = ""
    rows: Sequence[Row] = ()
    pictures: Sequence[Picture] = ()
    body: Markup = Markup()


class Block(Macro):
    """A macro that can be a platform of a station; in a page it shows the same, without number."""

    template = "macros/platform.html"

    def platform(self, call: Call) -> Platform:
        """Return what the platform says to this reader. Raises BadParam."""
        raise NotImplementedError

    def context(self, call: Call) -> dict[str, Any] | None:
        return {"title": self.label, "platform": self.platform(call)}

    def platform_for(self, values: Mapping[str, str], *, page: Page, actor: Actor) -> Platform:
        """Return the platform of a station's block; a wrong setting is said on it."""
        try:
            return self.platform(Call(self.values(values), page, actor))
        except BadParam as error:
            return Platform(live=str(error), closed=True)
