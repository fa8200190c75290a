"""The station page: a kind of page whose data is a purpose, stages and ordered blocks.

A block is `{"id", "macro", "title", "values", "hidden", "wide", "phone"}`; its macro is of the same registry
as the macros of pages. What a block shows is the macro's business. `wide` takes two columns; `phone` says
where it goes on a phone: "" in its place, first, last, none.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from flask import request, url_for
from flask_babel import gettext as _

from wiki.bazar.forms import forms
from wiki.bazar.query import upcoming
from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid
from wiki.core.markup.links import SCHEMES
from wiki.core.names import page_name
from wiki.core.registry import registries
from wiki.pages import three_way_merge
from wiki.pages.content import Content
from wiki.pages.kinds import Kind
from wiki.pages.models import Page, Revision
from wiki.pages.renaming import Renaming
from wiki.projects import departures_board, find, membership
from wiki.projects.freshness import freshness
from wiki.projects.labels import ROLE_WORDS
from wiki.projects.models import Project
from wiki.projects.onboarding import greet


@dataclass(frozen=True)
class Stop:
    """A platform as the station shows it: its number, its block, and what its macro says for this reader."""

    number: int
    block: dict[str, Any]
    title: str
    platform: Any


class Station(Kind):
    """Pages that are a project's central station."""

    name: ClassVar[str] = "station"
    template: ClassVar[str] = "projects/station.html"

    def label(self, page: Page) -> str:
        return _("Central station")

    def edit_url(self, page: Page) -> str | None:
        return url_for("projects.arrange", key=project_of(page).key)

    def context(self, page: Page, revision: Revision, *, actor: Actor) -> dict[str, Any]:
        project, data = project_of(page), revision.data
        _look_for_forms(data, actor)
        stops = platforms(page, revision, actor=actor)
        numbers = {stop.block["macro"]: stop.number for stop in stops}
        departures = departures_board.departures(actor, project_id=project.id, numbers=numbers)
        members, role = find.members(project), find.role_in(project, actor)
        greeting = (
            None
            if project.closed_at
            else greet(
                project, data, actor=actor, role=role, members=members, departures=departures
            )
        )
        return {
            "project": project,
            "data": data,
            "stops": stops,
            "departures": departures,
            "members": members,
            "role": role,
            "role_words": ROLE_WORDS,
            "greeting": greeting,
            "plate": _plate(page.title),
            "menu": menu_of(data),
            "others": [one for one in find.mine(actor) if one[0].id != project.id] if role else [],
            "freshness": freshness(project, data, actor=actor, departures=departures),
            "has_asked": not role and membership.has_asked(project, actor),
            "gardeners": [one.user for one in members if one.role in ("gardener", "referent")],
        }

    def source(self, revision: Revision, *, actor: Actor) -> str:
        lines = [revision.data.get("purpose", ""), ""]
        for block in revision.data.get("blocks", []):
            marks = [_("hidden")] if block.get("hidden") else []
            marks += [_("wide")] if block.get("wide") else []
            marks += [_("on phones: %(place)s", place=block["phone"])] if block.get("phone") else []
            hidden = f" ({', '.join(marks)})" if marks else ""
            lines.append(f"- {block.get('title') or block['macro']}{hidden}")
            lines += [
                f"  {name}: {value}" for name, value in block.get("values", {}).items() if value
            ]
        return "\n".join([*lines, "", revision.text]).strip() + "\n"

    def merge(
        self, base: Revision, mine: Content, theirs: Revision
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        ours, other, before = dict(mine.data), dict(theirs.data), dict(base.data)
        blocks = merge_blocks(
            before.pop("blocks", []), ours.pop("blocks", []), other.pop("blocks", [])
        )
        data, conflicts = three_way_merge.merge_data(before, ours, other)
        return data | {"blocks": blocks}, conflicts

    def derive(self, page: Page, content: Content) -> None:
        # Lists and boards name the project without loading its station.
        db.session().get_one(Project, page.project_id).title = content.title

    def links(self, page: Page, content: Content) -> tuple[str, ...]:
        known = block_macros()
        calls = ((known.get(one["macro"]), one.get("values", {})) for one in _blocks(content))
        return tuple(name for macro, given in calls if macro for name in macro.pages_named(given))

    def relinked(self, page: Page, content: Content, renaming: Renaming) -> Content:
        known, blocks = block_macros(), []
        for block in _blocks(content):
            macro, given = known.get(block["macro"]), block.get("values", {})
            named = macro.pages_named(given) if macro else ()
            values = {
                key: renaming.word(value) if value in named else value
                for key, value in given.items()
            }
            blocks.append({**block, "values": values})
        data = {**content.data, "blocks": blocks} if blocks else content.data
        return replace(super().relinked(page, content, renaming), data=data)

    def search_text(self, page: Page, revision: Revision) -> str:
        return str(revision.data.get("purpose", ""))


def _blocks(content: Content) -> list[dict[str, Any]]:
    return list(content.data.get("blocks", []))


def project_of(page: Page) -> Project:
    """Return the project whose station a page is."""
    project = find.of_page(page)
    assert project is not None, "a station is of a project"
    return project


def menu_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a project's own menu as (label, URL): pages of the wiki, or addresses."""
    items = []
    for item in data.get("menu", ()):
        target = str(item["target"])
        outside = target.startswith("/") or target.partition(":")[0].lower() in SCHEMES
        root = request.script_root if target.startswith("/") else ""
        url = root + target if outside else url_for("pages.show", name=page_name(target) or "-")
        items.append((str(item["label"]), url))
    return items


def platforms(page: Page, revision: Revision, *, actor: Actor) -> list[Stop]:
    """Return the numbered platforms of a station for this reader, hidden blocks left out."""
    shown = [block for block in revision.data.get("blocks", []) if not block.get("hidden")]
    known, stops = block_macros(), list[Stop]()
    for block in shown:
        macro = known.get(block["macro"])
        if macro is None:
            continue
        platform = macro.platform_for(block.get("values", {}), page=page, actor=actor)
        stops.append(Stop(len(stops) + 1, block, block.get("title") or str(macro.label), platform))
    return stops


def block_macros() -> dict[str, Any]:
    """Return the macros that can be platforms, by name."""
    return {
        name: macro
        for name, macro in registries().macros.items()
        if hasattr(macro, "platform") and macro.name == name
    }


def check_contact(contact: str) -> None:
    """Refuse an address that a browser could run, or cannot follow. Raises Invalid."""
    if contact and contact.partition(":")[0].lower() not in SCHEMES:
        raise Invalid(
            contact=_("This address does not look right: https://… or mailto:… is expected.")
        )


def check_menu(menu: Iterable[Mapping[str, str]]) -> None:
    """Refuse an item that leads where a browser could run something. Raises Invalid."""
    for item in menu:
        scheme = item["target"].partition(":")[0].lower() if ":" in item["target"] else ""
        if scheme and scheme not in SCHEMES:
            raise Invalid(menu=_("This address does not look right: https://… is expected."))


def block_of(
    macro: str,
    *,
    title: str = "",
    values: Mapping[str, str] | None = None,
    wide: bool = False,
    phone: str = "",
) -> dict[str, Any]:
    """Return a new block with an identifier of its own."""
    return {
        "id": secrets.token_hex(4),
        "macro": macro,
        "title": title,
        "values": dict(values or {}),
        "hidden": False,
        "wide": wide,
        "phone": phone,
    }


def merge_blocks(
    base: list[dict[str, Any]], mine: list[dict[str, Any]], theirs: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Merge two arrangements of blocks by identifier: a change wins over none, my order wins over theirs."""
    before, ours, other = (
        {block["id"]: block for block in blocks} for blocks in (base, mine, theirs)
    )
    moved = [block["id"] for block in mine] != [block["id"] for block in base]
    first, second = (mine, theirs) if moved else (theirs, mine)
    order = [block["id"] for block in first]
    order += [block["id"] for block in second if block["id"] not in order]
    kept = [key for key in order if _kept(key, before, ours, other)]
    return [_block(key, before, ours, other) for key in kept]


def _look_for_forms(data: Mapping[str, Any], actor: Actor) -> None:
    """Look for all the forms that the platforms and the board read, in one statement."""
    known = block_macros()
    read = [getattr(known.get(block["macro"]), "model", "") for block in data.get("blocks", [])]
    forms.look_for({*filter(None, read), *(one.model for one in upcoming.sources())}, actor=actor)


def _kept(key: str, before: dict[str, Any], ours: dict[str, Any], other: dict[str, Any]) -> bool:
    return key not in before or (key in ours and key in other)


def _block(
    key: str, before: dict[str, Any], ours: dict[str, Any], other: dict[str, Any]
) -> dict[str, Any]:
    mine = ours.get(key)
    changed = mine is not None and mine != before.get(key)
    found: dict[str, Any] = mine if changed and mine is not None else other.get(key) or mine or {}
    return found


def _plate(title: str) -> str:
    """The class that sets a plate's size by the length of its name."""
    sizes = ((34, "longer"), (22, "long"), (15, "mid"))
    return next((size for least, size in sizes if len(title) > least), "")
