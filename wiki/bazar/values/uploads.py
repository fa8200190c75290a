"""Files that answer a field: kept in the store, tied to their entry, served by the field's rule.

Their Attachment rows bear the field's key, so that pages neither list nor serve them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.bazar.field import BadValue
from wiki.core import db, files
from wiki.core.access import Actor
from wiki.pages.files import attachments, text_extraction
from wiki.pages.find import visible_pages
from wiki.pages.images import image_check, metadata, thumbnails
from wiki.pages.images.thumbnails import WHOLE, Cut
from wiki.pages.models import Attachment, Page

UNKNOWN = "application/octet-stream"
CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def kept(filename: str, stream: IO[bytes]) -> dict[str, Any]:
    """Keep a file and return what a field stores of it. Raises BadValue."""
    try:
        taken = attachments.take(filename, stream)
    except attachments.BadFile as error:
        raise BadValue(str(error)) from error
    except files.TooLarge as error:
        raise BadValue(_("A file has at most %(count)s MB.", count=str(error))) from error
    except files.NoRoom as error:
        raise BadValue(error.words, status=507) from error
    if not taken.size:
        raise BadValue(_("This file is empty."))
    return {
        "name": taken.name,
        "sha256": taken.sha256,
        "size": taken.size,
        "media_type": taken.media_type,
    }


def as_image(value: dict[str, Any]) -> dict[str, Any]:
    """Return a kept file with its true type and size in pixels. Raises BadValue if no image."""
    try:
        with files.path(value["sha256"]).open("rb") as stream:
            media_type = image_check.media_type_of(stream)
            with Image.open(stream, formats=list(image_check.FORMATS)) as image:
                width, height = image.size
                if metadata.turned(image):
                    width, height = height, width
    except image_check.BadImage as error:
        raise BadValue(_("This image is not taken: %(reason)s.", reason=str(error))) from error
    except OSError as error:
        raise BadValue(_("Choose this file again.")) from error
    return value | {"media_type": media_type, "width": width, "height": height}


def token(value: Mapping[str, Any]) -> str:
    """Return a kept file as a signed word that a form carries from one screen to the next."""
    return _serializer().dumps(dict(value))


def from_token(word: str) -> dict[str, Any] | None:
    """Return the kept file of a signed word, None if it is not ours."""
    try:
        found = _serializer().loads(word) if word.isascii() else None
    except BadSignature:
        return None
    return found if is_stored(found) else None


def is_stored(value: Any) -> bool:
    """Answer whether a value has the shape of a kept file."""
    if not isinstance(value, dict) or not isinstance(value.get("size"), int):
        return False
    return all(isinstance(value.get(part), str) for part in ("name", "sha256", "media_type"))


def described(sha256: str, name: str) -> dict[str, Any]:
    """Return what a field stores of a file of the store. Raises BadValue if it is not there."""
    try:
        with files.path(sha256).open("rb") as stream:
            return kept(name, stream)
    except FileNotFoundError as error:
        raise BadValue(_("There is no such file.")) from error


def contents_named(value: Any) -> Iterator[str]:
    """Give the contents that answers name."""
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str):
            yield value["sha256"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from contents_named(one)


def may_refer(actor: Actor, sha256: str) -> bool:
    """Answer whether this actor may see a file of the store already: on a page, not in a field."""
    if actor.is_admin:
        return True
    query = visible_pages(actor).join(Attachment, Attachment.page_id == Page.id)
    query = query.where(
        Attachment.sha256 == sha256, Attachment.field == "", Attachment.removed_at.is_(None)
    )
    return db.session().execute(query.with_only_columns(Page.id).limit(1)).first() is not None


def register(session: Session, page: Page, stored: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Write down which files an entry's fields hold now, as (field, value); others are removed."""
    rows = session.scalars(
        select(Attachment).where(Attachment.page_id == page.id, Attachment.field != "")
    )
    known = {(row.field, row.sha256, row.name): row for row in rows}
    held = {(field, value["sha256"], value["name"]): value for field, value in stored}
    changed = {key for key, row in known.items() if (key in held) == (row.removed_at is not None)}
    for key in changed:
        known[key].removed_at = None if key in held else db.utcnow()
    added = [_row(page, key, held[key]) for key in held if key not in known]
    session.add_all(added)
    text_extraction.want(session, [*added, *(known[key] for key in changed if key in held)])
    if added or changed:
        # Who may find which file is known by caches of rights.
        db.bump(session, "rights")


def sized(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes by which a browser takes the copy of a seen image that suits its screen."""
    width, height = value.get("width"), value.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return {"src": value["url"]}
    cut = Cut(str(value.get("ratio") or ""), str(value.get("place") or ""))
    return thumbnails.attributes(value["url"], (width, height), cut)


def sent(value: Mapping[str, Any], *, width: int | None = None, cut: Cut = WHOLE) -> Response:
    """Answer with a kept file: images in place, all else as a download, nothing ever active.

    An image can be asked for smaller, as its field cuts it.
    """
    inline = value["media_type"] in image_check.FORMATS.values()
    copy = thumbnails.copy_of(value["sha256"], width, cut) if inline and width else None
    media_type = value["media_type"] if inline else UNKNOWN
    response = send_file(
        copy or files.path(value["sha256"]),
        mimetype=thumbnails.MEDIA_TYPE if copy else media_type,
        as_attachment=not inline,
        download_name=value["name"],
        etag=copy.name if copy else value["sha256"],
        conditional=True,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = CSP
    # Rights may change: a copy is asked for again each time.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _row(page: Page, key: tuple[str, str, str], value: Mapping[str, Any]) -> Attachment:
    field, sha256, name = key
    return Attachment(
        page_id=page.id,
        field=field,
        name=name,
        sha256=sha256,
        size=value["size"],
        media_type=value["media_type"],
        author_id=page.owner_id,
        created_at=db.utcnow(),
    )


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="gare.bazar.file")
