"""An identifier that no other entry has, here or on another wiki."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.bazar.field import Assigned, IndexValue, Saving, clean_line
from wiki.bazar.models import FieldSpec
from wiki.core.params import Param

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without the letters that are read as figures."""
GROUPS, LENGTH = 4, 4


class Identifier(Assigned):
    """80 random bits as four groups of letters and figures, after a prefix; it never changes."""

    name: ClassVar[str] = "identifier"
    identifying = True
    generated_key = True
    summary = "letters and figures that no entry anywhere has"
    sample_options = {"prefix": "FR-"}
    label = _l("Identifier")
    icon = "key-round"
    can_sort = True
    options: ClassVar[tuple[Param, ...]] = (Param("prefix", _l("Begins with")),)

    def assigned(self, spec: FieldSpec, value: Any, saving: Saving) -> Any:
        if value is not None:
            return value
        groups = (
            "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))
            for _group in range(GROUPS)
        )
        return str(spec.options.get("prefix") or "") + "-".join(groups)

    def index(self, spec: FieldSpec, value: Any) -> Sequence[IndexValue]:
        return [IndexValue(text=value)]

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        prefix = clean_line(spec.options.get("prefix"), longest=20)
        return replace(spec, options={"prefix": prefix} if prefix else {})
