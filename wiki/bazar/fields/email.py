"""An e-mail address, hidden from people without account unless the form says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.accounts.people import EMAIL
from wiki.bazar.fields.base import BadValue, Field, IndexValue, clean_line
from wiki.bazar.models import FieldSpec


class Email(Field):
    """An address, stored as typed."""

    name: ClassVar[str] = "email"
    label = _l("E-mail address")
    group = _l("Text")
    icon = "mail"
    default_read = "+"
    can_sort = True

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        address = clean_line(raw, longest=254)
        if address and not EMAIL.fullmatch(address):
            raise BadValue(_("This e-mail address does not look right."))
        return address

    def address(self, value: str) -> str:
        """Return where a click writes to."""
        return f"mailto:{quote(value, safe='@+')}"

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=value.casefold())]
