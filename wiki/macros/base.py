"""What a macro must say of itself, and how one call of it becomes HTML. One class a file, found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from wiki.core.access import Actor
from wiki.core.http import template_markup
from wiki.core.markup import Heading, MacroSlot
from wiki.core.markup.links import SCHEMES
from wiki.core.params import Param, is_true
from wiki.pages.models import Page
from wiki.pages.rendering import Reading

HERE = "this"
"""What people write for the page, or the project, at hand."""
GROUPS = {
    "text": _l("Text and layout"),
    "lists": _l("Lists of pages and entries"),
    "media": _l("Images, videos, files"),
    "people": _l("People and exchanges"),
    "station": _l("From the central station"),
}
"""The groups of the components dialog, in its order."""


class BadParam(ValueError):
    """A parameter that a macro cannot use; the message says why, in the reader's language."""


@dataclass(frozen=True)
class Call:
    """One use of a macro: its values by name (as typed), the page it stands on, who reads.

    `turn` is a number of its own in the answer, for ids; `fill` shows a document inside this call.
    """

    values: Mapping[str, str]
    page: Page | None
    actor: Actor
    body: Markup = Markup()
    turn: int = 0
    inline: bool = False
    headings: Sequence[Heading] = ()
    fill: Callable[..., Markup] | None = None

    def get(self, name: str) -> str:
        """Return a value, "" when it was not given and has no default."""
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        """Return whether a flag is up."""
        return is_true(self.get(name))

    def words(self, name: str) -> list[str]:
        """Return a value as the list it is, commas between."""
        return [part for part in (part.strip() for part in self.get(name).split(",")) if part]

    def number(self, name: str, *, least: int = 0, most: int = 1000) -> int:
        """Return a value as a whole number within bounds. Raises BadParam."""
        raw = self.get(name)
        if not raw.isascii() or not raw.isdigit():
            raise BadParam(_("%(name)s: a whole number is expected.", name=name))
        return max(least, min(int(raw[:9]), most))


class Macro:
    """The contract: a name, declared parameters, and the context of its template.

    `aliases` are other names it is understood by (YesWiki's actions): each says which of its parameters
    are which of ours.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    help: ClassVar[Any] = ""
    group: ClassVar[str] = "text"
    icon: ClassVar[str] = "puzzle"
    params: ClassVar[tuple[Param, ...]] = ()
    paired: ClassVar[bool] = False
    template: ClassVar[str] = ""
    """What shows it; `macros/<name>.html` when it is not said."""
    aliases: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    sample: ClassVar[str] = ""
    """What the dialog writes in a paired one where nothing was picked; a page's help shows it."""

    def context(self, call: Call) -> dict[str, Any] | None:
        """Return what the template shows for this reader; None shows nothing. Raises BadParam."""
        raise NotImplementedError

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        """Return the parameters of a call under our names; `name` is the one it was called by."""
        if name == self.name:
            return params
        ours = self.aliases.get(name, {})
        own = {param.name for param in self.params}
        kept = {key: value for key, value in params.items() if key in own}
        return kept | {ours[key]: value for key, value in params.items() if key in ours}

    def pages_shown(self, params: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of the pages that a call shows inside the text."""
        return ()

    def pages_named(self, params: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of the pages that a call's parameters lead to or ask for."""
        values = (params.get(param.name, "") for param in self.params if param.kind == "page")
        return tuple(name for value in values if (name := page_in(value)))

    def derive(self, page: Page, calls: Sequence[Mapping[str, str]]) -> None:
        """Write the rows derived from its calls in a page, in the transaction of the save; most have none."""

    def prepared(self, slot: MacroSlot, params: Mapping[str, str]) -> MacroSlot:
        """Return the call with what the calls in its body have from it."""
        return slot

    def show(
        self, slot: MacroSlot, *, reading: Reading, turn: int, fill: Callable[..., Markup]
    ) -> Markup:
        """Return the HTML of one call: the filled template, or a notice that says what is wrong."""
        try:
            params = self.understood(slot.name, slot.params)
            values = self.values(params)
            inside = self.prepared(slot, params).body
            body = fill(inside) if inside is not None else Markup()
            where, actor = reading.page, reading.actor
            call = Call(values, where, actor, body, turn, slot.inline, reading.headings, fill)
            return self.html(call)
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


def page_in(value: str) -> str:
    """Return the page that a value names, "" when it is an address, a part of the page, or the page at hand."""
    name = value.partition("#")[0].strip()
    head = name.partition(":")[0].lower() if ":" in name else ""
    return "" if head in SCHEMES or name.startswith("/") or name == HERE else name


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
    group = "station"

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


def by_name(macros: Iterable[Macro]) -> dict[str, Macro]:
    """Return the macros under every name they are understood by; an alias never hides a macro."""
    found = {macro.name: macro for macro in macros}
    for macro in tuple(found.values()):
        for alias in macro.aliases:
            found.setdefault(alias, macro)
    return found
