"""A contact form: the page says who it writes to, and the server reads that from the page again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import TimestampSigner

from wiki.core.params import Param
from wiki.macros.base import Call, Macro
from wiki.macros.support.recipients import recipients
from wiki.pages.models import Page


class Contact(Macro):
    """A form whose message goes by e-mail; no address is ever shown."""

    name: ClassVar[str] = "contact"
    label = _l("Contact form")
    help = _l("A form whose message goes by e-mail, without showing any address.")
    group = "people"
    icon = "mail"
    params = (
        Param(
            "to",
            _l("Who receives it"),
            default="owner",
            help=_l("owner (of the page), site, the name of a person or a @group."),
        ),
        Param("subject", _l("Subject")),
        Param("title", _l("Title")),
    )

    def understood(self, name: str, params: Mapping[str, str]) -> Mapping[str, str]:
        return {"to": params["mail"]} | dict(params) if "mail" in params else params

    def context(self, call: Call) -> dict[str, Any] | None:
        if call.page is not None:
            recipients(call.get("to"), call.page)
        key = key_of(call.values)
        return {
            "key": key,
            "page": call.page,
            "stamp": stamp(call.page, key) if call.page else "",
            "title": call.get("title"),
            "typed": {},
            "errors": {},
        }


def key_of(values: Mapping[str, str]) -> str:
    """Return what names one form of a page: it tells nothing of who receives."""
    secret = current_app.config["SECRET_KEY"]
    said = "\0".join((secret, values.get("to", ""), values.get("subject", "")))
    return sha256(said.encode()).hexdigest()[:16]


def stamp(page: Page, key: str) -> str:
    """Return the signed moment a form was given: one sent at once, or a day later, is no person's."""
    return signer().sign(f"{page.id}.{key}").decode()


def signer() -> TimestampSigner:
    """Return what signs the moments of forms."""
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="gare.contact")
