"""An image laid on an entry, with the words that stand for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import Around, choices_of, clean_line
from wiki.bazar.fields.file import File
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import uploads
from wiki.core.params import Param
from wiki.pages.images.thumbnails import PLACES, RATIOS, Cut


class Image(File):
    """As a file, with "width" and "height" in pixels, and "alt": words for who cannot see it.

    Where the field cuts its images to a shape, "place" is the part that stays, the middle when it is not
    said; seen, there is "ratio" then.
    """

    name: ClassVar[str] = "image"
    order: ClassVar[int] = 150
    stores_image = True
    summary_role = "none"
    summary = "an image, with the words that stand for it"
    label = _l("Image")
    icon = "image"
    part = "sections"
    options: ClassVar[tuple[Param, ...]] = (
        Param(
            "ratio",
            _l("Shape"),
            kind="choice",
            choices=tuple(RATIOS),
            labels=(_l("As each image is"), _l("Square"), "4:3", "16:9"),
        ),
    )
    places: ClassVar[dict[str, Any]] = {
        "": _l("The middle"),
        "top": _l("The top"),
        "bottom": _l("The bottom"),
        "left": _l("The left"),
        "right": _l("The right"),
    }

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        answer = super().from_form(spec, form, files)
        if answer is None or answer == {"kept": ""}:
            return answer
        said = {"alt": form.get(f"{spec.key}.alt", "")}
        if f"{spec.key}.place" in form:
            said["place"] = form.get(f"{spec.key}.place", "")
        return answer | said

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        value = super().clean(spec, raw)
        if value is None:
            return None
        alt = clean_line(raw.get("alt"), longest=300) if isinstance(raw, dict) else None
        place = raw.get("place", value.get("place")) if isinstance(raw, dict) else ""
        said = {"alt": alt, "place": place if place in PLACES else ""}
        value = {part: held for part, held in uploads.as_image(value).items() if part not in said}
        return value | {part: words for part, words in said.items() if words}

    def see(self, spec: FieldSpec, value: Any, around: Around) -> Any:
        ratio = choices_of(spec, "ratio", RATIOS, "")
        return super().see(spec, value, around) | ({"ratio": ratio} if ratio else {})

    def cut(self, spec: FieldSpec, value: Any) -> Cut:
        """Return how this field shows an image."""
        return Cut(choices_of(spec, "ratio", RATIOS, ""), str(value.get("place") or ""))

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        ratio = choices_of(spec, "ratio", RATIOS, "")
        rest = {name: said for name, said in spec.options.items() if name != "ratio"}
        return replace(spec, options=rest | {"ratio": ratio} if ratio else rest)

    def text(self, spec: FieldSpec, value: Any) -> str:
        return str(value.get("alt") or value["name"])

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        cell = super().to_csv(spec, value)
        alt, place = str(value.get("alt") or "").replace("|", "/"), value.get("place") or ""
        said = [alt, place] if place else [alt] if alt else []
        return " | ".join([cell, *said])

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        pieces = [piece.strip() for piece in cell.split("|", 3)]
        return (
            dict(zip(("name", "sha256", "alt", "place"), (*pieces, "", ""), strict=False))
            if cell.strip()
            else None
        )
