"""An e-mail address, hidden from people without account unless the form says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.accounts.people import EMAIL
from wiki.bazar.field import Around, BadValue, Field, IndexValue, clean_line, flag
from wiki.bazar.models import FieldSpec
from wiki.core.params import Param


class Email(Field):
    """An address, stored as typed."""

    name: ClassVar[str] = "email"
    order: ClassVar[int] = 40
    editable_in_cell = True
    identifying = True
    summary = "an address, shown, or behind a button that opens a message"
    sample = "someone@example.org"
    part = "contacts"
    label = _l("E-mail address")
    group = _l("Text")
    icon = "mail"
    default_read = "+"
    can_sort = True
    options = (
        Param(
            "contact",
            _l("A button that opens a message, instead of the address"),
            "flag",
            help=_l(
                "Nobody is shown the address then; open the field to all, so that all see the button."
            ),
        ),
    )

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        address = clean_line(raw, longest=254)
        if address and not EMAIL.fullmatch(address):
            raise BadValue(_("This e-mail address does not look right."))
        return address

    def address(self, value: str) -> str:
        """Return where a click writes to."""
        return f"mailto:{quote(value, safe='@+')}"

    def see(self, spec: FieldSpec, value: Any, around: Around) -> Any:
        if not is_contact(spec):
            return value
        return {"contact": url_for("bazar.contact.ask", name=around.page.name, field=spec.key)}

    def text(self, spec: FieldSpec, value: Any) -> str:
        return "" if is_contact(spec) else str(value)

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        # Nobody gets the address in a table: an empty cell takes nothing away.
        return {"contact": ""} if is_contact(spec) and not cell.strip() else cell

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        typed = form.get(spec.key, "")
        kept = form.get(f"{spec.key}.kept") and not form.get(f"{spec.key}.remove")
        return {"contact": ""} if is_contact(spec) and kept and not typed.strip() else typed

    def in_form(self, spec: FieldSpec, value: Any, stored: Any) -> Any:
        # Whoever may change an entry is not for that shown its address.
        return {"contact": ""} if is_contact(spec) and stored and value == stored else value

    def echoes(self, spec: FieldSpec, raw: Any) -> bool:
        return is_contact(spec) and isinstance(raw, dict) and set(raw) == {"contact"}

    def masks(self, spec: FieldSpec) -> bool:
        return is_contact(spec)

    def open_value(self, spec: FieldSpec, value: Any) -> Any:
        return None if is_contact(spec) else value

    def contact_address(self, spec: FieldSpec, value: Any) -> str:
        return str(value) if is_contact(spec) else ""

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        contact = is_contact(spec)
        return replace(spec, options={"contact": True} if contact else {})

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        # What is filtered and sorted by could be found out letter by letter.
        if is_contact(spec):
            return []
        return [IndexValue(text=value.casefold())]


def is_contact(spec: FieldSpec) -> bool:
    """Answer whether readers get a button to write, and never the address."""
    return flag(spec.options.get("contact"))
