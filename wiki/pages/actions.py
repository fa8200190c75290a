"""What the bar under a page offers its reader, and the menu at its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from flask import request, url_for
from flask_babel import gettext as _

from wiki.core import i18n
from wiki.core.access import Actor, current_actor
from wiki.core.navigation import Action, MenuItem
from wiki.pages.history.authors import signed
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page


class Comments(Protocol):
    """What the bar says of the comments of a page."""

    is_hidden: bool
    count: int
    address: str


def page_actions(page: Page, comments: Comments) -> list[Action]:
    """Return the actions in sight: the main one first."""
    actor = current_actor()
    actions = [_main_action(page, actor), _versions(page)]
    if "own" in page.allowed:
        actions.append(Action("lock", _("Rights"), url_for("pages.show_rights", name=page.name)))
    if not comments.is_hidden:
        label = _("Comment") + (f" ({comments.count})" if comments.count else "")
        actions.append(Action("message-square", label, comments.address))
    return actions


def page_menu(page: Page, *, is_favourite: bool) -> list[MenuItem]:
    """Return the actions behind “More”."""
    items = [] if current_actor().is_anonymous else [_favourite(page, is_favourite)]
    items += _reading(page)
    return [*items, *_changing(page)] if "write" in page.allowed else items


def _main_action(page: Page, actor: Actor) -> Action:
    if "write" in page.allowed:
        url = kind_of(page).edit_url(page) or url_for("pages.edit", name=page.name)
        return Action("pencil", _("Edit"), url, key="e")
    if actor.is_anonymous:
        here = request.script_root + request.full_path.rstrip("?")
        url = url_for("accounts.sign_in", next=here)
        return Action("log-in", _("Sign in to edit"), url, _("Sign in"))
    return Action("file-text", _("Source"), url_for("pages.raw", name=page.name))


def _versions(page: Page) -> Action:
    when, who = i18n.moment(page.updated_at), signed(page.head)
    label = _("Changed on %(when)s by %(who)s", when=when, who=who)
    return Action("history", label, url_for("pages.history", name=page.name), _("Versions"))


def _favourite(page: Page, is_favourite: bool) -> MenuItem:
    label = _("No longer a favourite") if is_favourite else _("Favourite")
    url = url_for("pages.set_favourite", name=page.name)
    return MenuItem("star", label, url, fields={"off": "1"} if is_favourite else {})


def _reading(page: Page) -> Iterator[MenuItem]:
    name = page.name
    if "write" in page.allowed and not kind_of(page).edit_url(page):
        yield MenuItem("plus", _("New page under this one"), url_for("pages.new", parent=name))
    yield MenuItem("bell", _("Follow"), url_for("subscriptions.follow", page=name), css="narrow")
    yield MenuItem("printer", _("Booklet, PDF, EPUB"), url_for("pages.booklet", of=name))
    if page.kind == "text":
        yield MenuItem("copy", _("New page from this one"), url_for("pages.new", template=name))
    yield MenuItem("paperclip", _("Files"), url_for("pages.attachments", name=name))
    yield MenuItem("search", _("Search from this page down"), url_for("search.index", within=name))
    yield MenuItem("link", _("Pages linked here"), url_for("pages.backlinks", name=name))
    yield MenuItem("file-text", _("Source"), url_for("pages.raw", name=name))


def _changing(page: Page) -> Iterator[MenuItem]:
    name = page.name
    yield MenuItem(
        "calendar",
        _("Read again, good until…"),
        url_for("pages.ask_review", name=name),
        starts_group=True,
    )
    yield MenuItem("list", _("Place in the tree"), url_for("pages.tree", of=name))
    if page.kind == "text":
        yield MenuItem(
            "file-text", _("Use as a template"), url_for("pages.ask_template", name=name)
        )
    yield MenuItem("workflow", _("Rename or move"), url_for("pages.ask_move", name=name))
    yield MenuItem("trash-2", _("Put in the trash"), url_for("pages.ask_trash", name=name))
