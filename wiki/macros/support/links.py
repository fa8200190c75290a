"""Where a link of a macro leads: a page by its name, or an address people may follow."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request, url_for
from flask_babel import gettext as _

from wiki.core.markup.links import SCHEMES
from wiki.core.markup.slugs import anchor_id
from wiki.core.names import link_key, page_name
from wiki.core.origins import BadOrigin, parse_origin
from wiki.macros.base import BadParam, Call
from wiki.pages import find

RUN = frozenset({"javascript", "vbscript", "data", "file", "blob"})
"""Schemes that a browser would run or open on its own machine."""


@dataclass(frozen=True)
class Target:
    """An address and what it is called; `missing` when it is a page that is not there for this reader."""

    url: str
    title: str
    missing: bool = False
    outside: bool = False


def target_of(wanted: str, call: Call) -> Target:
    """Return where a link leads for this reader. Raises BadParam on an address that browsers would run."""
    wanted = wanted.strip()
    scheme = _scheme(wanted)
    if scheme:
        return Target(
            wanted, urlsplit(wanted).netloc or wanted, outside=scheme in {"http", "https"}
        )
    if wanted.startswith("#"):
        return Target(f"#{anchor_id(wanted[1:])}", wanted[1:])
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\")):
        root = request.script_root if request else ""
        return Target(root + wanted, wanted)
    name, _hash, part = wanted.partition("#")
    anchor = anchor_id(part) if part else None
    page = find.names_seen({link_key(name)}, actor=call.actor).get(link_key(name))
    if page is not None:
        return Target(url_for("pages.show", name=page.name, _anchor=anchor), page.title)
    clean = page_name(name)
    if not clean:
        raise BadParam(_("%(name)s is neither a page nor an address.", name=wanted))
    return Target(url_for("pages.show", name=clean), name, missing=True)


def _scheme(address: str) -> str:
    """Return the scheme of an address when links may have it, "" for a page. Raises BadParam."""
    head = "".join(address.partition(":")[0].split()).lower() if ":" in address else ""
    if head in RUN:
        raise BadParam(_("%(name)s is neither a page nor an address.", name=address))
    return head if head in SCHEMES else ""


def web_address(raw: str) -> str:
    """Return an http or https address with a host. Raises BadParam on anything else."""
    address = raw.strip()
    try:
        parse_origin(address)
        good = not any(char in "<>\"'`" for char in address)
    except BadOrigin:
        good = False
    if not good:
        raise BadParam(_("An address is written https://…"))
    return address
