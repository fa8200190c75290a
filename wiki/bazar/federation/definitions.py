"""The fields of a form of another wiki, as a file that this one makes a form of; and what of ours others may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from wiki.bazar.builder import form_files
from wiki.bazar.federation import yeswiki_forms
from wiki.bazar.fields.choice import Choice
from wiki.bazar.forms import forms
from wiki.bazar.forms.definition import MOST
from wiki.bazar.models import FieldSpec, Form
from wiki.bazar.remote import address
from wiki.bazar.remote.address import Address
from wiki.core.access import Actor
from wiki.core.http import Invalid


@dataclass(frozen=True)
class Found:
    """A form read elsewhere: `text` makes it here; `left` are the labels of fields that do not come."""

    address: Address
    text: str
    definition: form_files.Definition
    left: Sequence[str]

    @property
    def specs(self) -> list[FieldSpec]:
        """The fields that come."""
        return [FieldSpec(**row) for row in self.definition.fields]


def fetch(typed: str) -> Found:
    """Return the form at an address of another wiki. Raises Invalid with a message for `url`."""
    where = address.read(typed)
    document = address.ask(where.definition)
    read = yeswiki_forms.read if where.kind == "yeswiki" else _gare
    try:
        made, left = read(document)
        text = form_files.written(made)
        return Found(where, text, form_files.read(text), left)
    except Invalid as error:
        said = "; ".join(f"{path}: {words}" for path, words in error.errors.items())
        raise Invalid(url=_("This form cannot be taken: %(why)s", why=said[:500])) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Invalid(
            url=_("This site answers, but with nothing that describes a form.")
        ) from error


def open_definition(form: Form, actor: Actor) -> dict[str, Any]:
    """Return what this actor may know of a form's fields: no rule, no person, nothing of other forms."""
    readable = forms.readable_specs(form, actor)
    whole = len(readable) == len(form.fields)
    told = [
        _bare(spec)
        for spec in readable
        if spec.type in forms.field_types() and _is_told(spec, actor, whole=whole)
    ]
    words = {name: getattr(form, name) for name in form_files.WORDS}
    return {"key": form.key, **words, "fields": [form_files.short(spec) for spec in told]}


def _is_told(spec: FieldSpec, actor: Actor, *, whole: bool) -> bool:
    kind = forms.type_of(spec)
    # Options that name other fields, people or groups leak what is hidden.
    if kind.publication != "always":
        return whole and kind.publication == "complete"
    if kind.option_names("form"):
        named = forms.form_named(str(spec.options.get("form") or ""))
        return named is not None and named.id in {one.id for one in forms.forms_visible(actor)}
    return True


def _bare(spec: FieldSpec) -> FieldSpec:
    """Return a field without its rules, its choices written out."""
    kind, options = forms.type_of(spec), dict(spec.options)
    if isinstance(kind, Choice) and options.pop("list", None):
        options["choices"] = [
            {part: row[part] for part in ("key", "label", "parent") if row.get(part)}
            for row in kind.rows(spec)
        ]
    options.pop("filter", None)
    return replace(spec, read="", write="", options=options)


def _gare(document: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the form that a Gare tells, and the labels of what does not come."""
    words = {name: document[name] for name in form_files.WORDS if name in document}
    rows = [dict(row) for row in document["fields"][:MOST]]
    left = [str(row.get("label")) for row in rows if not _comes(row)]
    kept = [
        {name: said for name, said in row.items() if name not in {"read", "write"}}
        for row in rows
        if _comes(row)
    ]
    return {"key": str(document.get("key") or ""), **words, "fields": kept}, left


def _comes(row: Mapping[str, Any]) -> bool:
    kind = forms.field_types().get(str(row.get("type")))
    # A field that names another form of its wiki means nothing here.
    return kind is not None and not kind.option_names("form")
