"""A file laid on an entry."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.bazar.field import Around, BadValue, Field
from wiki.bazar.models import FieldSpec
from wiki.bazar.values import uploads
from wiki.core.access import Actor
from wiki.core.http import absolute_url


class File(Field):
    """{"name", "sha256", "size", "media_type"}, size in bytes; seen, with its "url"."""

    name: ClassVar[str] = "file"
    order: ClassVar[int] = 160
    stores_file = True
    summary = "a file"
    part = "contacts"
    label = _l("File")
    group = _l("File")
    icon = "paperclip"
    is_group = True

    def from_form(
        self, spec: FieldSpec, form: MultiDict[str, str], files: MultiDict[str, FileStorage]
    ) -> Any:
        upload = files.get(spec.key)
        if upload is not None and upload.filename:
            return {"upload": upload}
        if form.get(f"{spec.key}.remove"):
            return None
        return {"kept": form.get(f"{spec.key}.kept", "")}

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        """Return the kept file; one that is only referred to is marked "claimed" until `settle`."""
        if raw is None or raw == "" or raw == {"kept": ""}:
            return None
        if isinstance(raw, FileStorage):
            raw = {"upload": raw}
        if not isinstance(raw, dict):
            raise BadValue(_("A file is expected."))
        return self._kept(raw)

    def settle(self, spec: FieldSpec, value: Any, *, actor: Actor) -> Any:
        if value is None or "claimed" not in value:
            return value
        if not uploads.may_refer(actor, value["sha256"]):
            raise BadValue(_("There is no such file."))
        return {part: held for part, held in value.items() if part != "claimed"}

    def holds(self, spec: FieldSpec, value: Any) -> bool:
        return uploads.is_stored(value)

    def see(self, spec: FieldSpec, value: Any, around: Around) -> Any:
        return value | {
            "url": url_for("bazar.entries.field_file", name=around.page.name, field=spec.key)
        }

    def json_ld(self, spec: FieldSpec, value: Any) -> Any:
        return absolute_url(value["url"])

    def text(self, spec: FieldSpec, value: Any) -> str:
        return str(value["name"])

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return f"{value['name']} | {value['sha256']}"

    def from_csv(self, spec: FieldSpec, cell: str) -> Any:
        name, _bar, sha256 = cell.rpartition("|")
        return {"name": name.strip(), "sha256": sha256.strip()} if cell.strip() else None

    def token(self, value: Any) -> str:
        """Return the signed word by which the form keeps the file, "" without one."""
        return uploads.token(value) if uploads.is_stored(value) else ""

    def _kept(self, raw: dict[str, Any]) -> dict[str, Any]:
        upload = raw.get("upload")
        if isinstance(upload, FileStorage):
            return uploads.kept(upload.filename or "", upload.stream)
        if isinstance(raw.get("kept"), str):
            found = uploads.from_token(raw["kept"])
            if found is None:
                raise BadValue(_("Choose this file again."))
            return found
        sha256, name = raw.get("sha256"), raw.get("name", "")
        if not isinstance(sha256, str) or not isinstance(name, str):
            raise BadValue(_("A file is expected."))
        return uploads.described(sha256, name) | {"claimed": True}
