"""A project that went to another wiki: it is closed here, and its addresses lead to those it has there.

A page is loaded for its reader first: who may not read it learns neither that it was here nor where it went.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from flask_babel import gettext as _

from wiki.core import db
from wiki.core.access import Actor
from wiki.core.http import Invalid, absolute_url
from wiki.core.names import fold, is_page_name
from wiki.core.origins import BadOrigin, parse_origin
from wiki.pages.models import Page
from wiki.projects import closure, find
from wiki.projects.models import Project

RECEIPT = "gare-receipt"
LARGEST_RECEIPT = 2 * 1024 * 1024
LONGEST = 500


def move_away(project: Project, address: str, receipt: bytes = b"", *, by: Actor) -> None:
    """Close a project and lead its addresses to a wiki; "" takes that back. Raises Invalid.

    `receipt` is what the wiki it went to gave: the pages that are called otherwise there.
    """
    address = address.strip()
    names = _names_of(project, receipt) if receipt and address else {}
    site = _site(address) if address else ""
    with db.write() as session:
        current = session.get_one(Project, project.id)
        current.moved_to, current.moved_names = site, names
        session.flush()
    if site and not project.closed_at:
        closure.close(project, by=by)


def elsewhere(page: Page) -> str:
    """Return the address a page has since its project went, "" for one that is here."""
    project = find.of_page(page)
    if project is None or not project.moved_to:
        return ""
    name = str(project.moved_names.get(page.name_key, page.name))
    return project.moved_to + quote(name)


def receipt_of(project: Project, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a project that arrived here gives to the wiki it comes from."""
    return {
        "format": RECEIPT,
        "version": 1,
        "origin": project.origin,
        "site": absolute_url("/"),
        "station": absolute_url("/" + quote(project.key)),
        "names": dict(names),
    }


def _site(address: str) -> str:
    """Return the address of a wiki, with its slash. Raises Invalid."""
    wrong = Invalid(moved_to=_("The address of a wiki is expected: https://…"))
    odd = any(ord(char) <= 32 or char in '\\"<>' for char in address)
    try:
        parse_origin(address)
    except BadOrigin as error:
        raise wrong from error
    parts = urlsplit(address)
    if odd or len(address) > LONGEST or parts.query or parts.fragment:
        raise wrong
    site = address.rstrip("/") + "/"
    if urlsplit(absolute_url("/"))[:3] == urlsplit(site)[:3]:
        raise Invalid(moved_to=_("This is the address of this very wiki."))
    return site


def _names_of(project: Project, receipt: bytes) -> dict[str, str]:
    wrong = Invalid(receipt=_("This is not the receipt of this project."))
    try:
        said = json.loads(receipt[: LARGEST_RECEIPT + 1])
        named = dict(said["names"])
        sound = said["format"] == RECEIPT and said["origin"] == project.origin != ""
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise wrong from error
    pairs = [(old, new) for old, new in named.items() if isinstance(new, str) and is_page_name(new)]
    if not sound or len(pairs) != len(named):
        raise wrong
    return {fold(old): new for old, new in pairs}
