"""An image laid on an entry, with the words that stand for it."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar import uploads
from wiki.bazar.fields.base import clean_line
from wiki.bazar.fields.file import File
from wiki.bazar.models import FieldSpec


class Image(File):
    """As a file, with "width" and "height" in pixels, and "alt": words for who cannot see it."""

    name: ClassVar[str] = "image"
    label = _l("Image")
    icon = "image"
    part = "sections"

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        answer = super().from_form(spec, form, files)
        if answer is None or answer == {"kept": ""}:
            return answer
        return answer | {"alt": form.get(f"{spec.key}.alt", "")}

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        value = super().clean(spec, raw)
        if value is None:
            return None
        alt = clean_line(raw.get("alt"), longest=300) if isinstance(raw, dict) else None
        value = {part: held for part, held in uploads.as_image(value).items() if part != "alt"}
        return value | {"alt": alt} if alt else value

    def text(self, spec: FieldSpec, value: Any) -> str:
        return str(value.get("alt") or value["name"])

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        cell = super().to_csv(spec, value)
        return f"{cell} | {value['alt'].replace('|', '/')}" if value.get("alt") else cell

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        name, sha256, alt = (*(piece.strip() for piece in cell.split("|", 2)), "", "")[:3]
        return {"name": name, "sha256": sha256, "alt": alt} if cell.strip() else None
