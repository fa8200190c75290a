"""The address of a form elsewhere, as people copy it, and what its wiki gives programs beside it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask_babel import gettext as _

from wiki.core import outbound, settings
from wiki.core.http import Invalid
from wiki.core.origins import BadOrigin, parse_origin

LONGEST = 500
LARGEST = 2 * 1024 * 1024
"""Bytes of an answer."""
_GARE = re.compile(r"(?P<base>.*?)/-/(?:embed/)?forms/(?P<key>[^/]+)(?:/definition\.json)?/?")
_SUFFIX = re.compile(r"\.(csv|xlsx|ods|json|jsonld|geojson|atom|rss|ics)$")
_YESWIKI = re.compile(r"api/forms/(?P<id>\d{1,9})(?:/|$)")


@dataclass(frozen=True)
class Address:
    """A form of another wiki: `key` is its address in a Gare, its number in a YesWiki."""

    kind: str
    base: str
    key: str

    @property
    def definition(self) -> str:
        """Where its fields are told."""
        if self.kind == "gare":
            return f"{self.base}/-/forms/{self.key}/definition.json"
        return f"{self.base}?api/forms/{self.key}"

    @property
    def entries(self) -> str:
        """Where its entries are told."""
        if self.kind == "gare":
            return f"{self.base}/-/forms/{self.key}.json"
        return f"{self.base}?api/forms/{self.key}/entries"

    @property
    def page(self) -> str:
        """Where people see its entries."""
        if self.kind == "gare":
            return f"{self.base}/-/forms/{self.key}"
        return f"{self.base}?BazaR&vue=consulter&id={self.key}"

    @property
    def host(self) -> str:
        """The name of the site."""
        return urlsplit(self.base).hostname or ""


def read(typed: str) -> Address:
    """Return the form that an address leads to. Raises Invalid."""
    text = typed.strip()
    try:
        root, parts = str(parse_origin(text[: LONGEST + 1])), urlsplit(text)
    except BadOrigin:
        root = ""
    if not root or len(text) > LONGEST:
        raise Invalid(
            url=_("A web address is expected, such as https://example.org/-/forms/partners.")
        )
    gare = _GARE.fullmatch(parts.path)
    if gare:
        return Address("gare", root + gare["base"], _SUFFIX.sub("", gare["key"]))
    number = _number(parts.query)
    if number:
        return Address("yeswiki", root + (parts.path or "/"), number)
    raise Invalid(
        url=_(
            "This is the address of no form: take that of a list in a Gare, or of BazaR in a YesWiki with its number."
        )
    )


def ask(url: str) -> Any:
    """Return the JSON at an address. Raises Invalid with why there is none, in the reader's language."""
    if not settings.get("outside"):
        raise Invalid(url=_("This wiki asks nothing of other sites: an admin may allow it."))
    try:
        answer = outbound.fetch(url, accept="application/json", largest=LARGEST)
    except OSError as error:
        raise Invalid(url=why(error)) from error
    try:
        return json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid(
            url=_("This site answers, but with nothing that describes a form.")
        ) from error


def why(error: OSError) -> str:
    """Say in the reader's language why an address was not fetched."""
    if isinstance(error, outbound.Refused) and error.status:
        if error.status in {401, 403, 404}:
            return str(
                _(
                    "The site shows this form to nobody, or has none here (%(status)s).",
                    status=error.status,
                )
            )
        return str(_("The site answered %(status)s.", status=error.status))
    if isinstance(error, outbound.Refused):
        known = {
            "not a public host": _("It is not on the public network."),
            "no such host": _("There is no such site."),
            "too large": _("It holds more than %(count)s MB.", count=LARGEST >> 20),
            "too slow": _("The site is too slow."),
        }
        return str(known.get(str(error), _("This address is not taken.")))
    return str(_("The site cannot be reached."))


def _number(query: str) -> str:
    """Return the number of a form that the address of a YesWiki bears, "" without one."""
    api = _YESWIKI.match(query)
    if api:
        return api["id"]
    said = parse_qs(query, max_num_fields=20)
    for name in ("id", "id_typeannonce", "idtypeannonce", "idformulaire"):
        number = (said.get(name) or [""])[0]
        if number.isdecimal() and number.isascii() and len(number) < 10:
            return number
    return ""
