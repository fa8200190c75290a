"""A bookmark to keep in the browser: it opens this form filled in with the page one is reading."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from wiki.bazar.field import BadValue, clean_line
from wiki.bazar.fields.heading import Heading
from wiki.bazar.models import FieldSpec
from wiki.core.http import absolute_url
from wiki.core.params import Param

KEY = re.compile(r"[a-z][a-z0-9_]*")
GIVEN = {
    "address": "location.href",
    "title": "document.title",
    "selection": "getSelection().toString().slice(0,2000)",
}


class Bookmarklet(Heading):
    """No value: the form takes answers from its address already."""

    name: ClassVar[str] = "bookmarklet"
    publication = "complete"
    summary = "a bookmark that opens the form filled in with the page one reads"
    sample_options = {"address": "n", "title": "title"}
    label = _l("Bookmark to add from elsewhere")
    icon = "external-link"
    options = (
        Param("address", _l("Field for the address of the page"), "field"),
        Param("title", _l("Field for its title"), "field", default="title"),
        Param("selection", _l("Field for the selected text"), "field"),
    )

    def code(self, spec: FieldSpec) -> str:
        """Return what a bookmark holds as its address; in the builder, where no form is, nothing."""
        path = request.path
        if not path.endswith("/new"):
            return ""
        pairs = [
            (spec.options[name], code) for name, code in GIVEN.items() if spec.options.get(name)
        ]
        query = "+'&'+".join(f"'{key}='+encodeURIComponent({code})" for key, code in pairs)
        address = json.dumps(absolute_url(request.script_root + path) + "?")
        return f"javascript:(()=>{{open({address}+{query or repr('')})}})()"

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        kept: dict[str, Any] = {
            name: clean_line(spec.options.get(name), longest=40) for name in GIVEN
        }
        if any(key and not KEY.fullmatch(key) for key in kept.values()):
            raise BadValue(_("There is no such field."))
        return replace(spec, options={name: one for name, one in kept.items() if one})
