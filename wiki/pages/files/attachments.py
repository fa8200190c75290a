"""Files laid on a page: sent, listed, given back, removed. Who may read a page sees its files.

Nothing sent by people is ever run by a browser: types come from what the file is, not from what it
says, and all but images and PDF is offered as a download.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import quote

from flask import Response, abort, current_app, flash, jsonify, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import db, errors, files, markup
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience, render, see_other
from wiki.core.names import FORBIDDEN
from wiki.core.search.index.queue import enqueue
from wiki.pages import events, find
from wiki.pages.blueprint import blueprint
from wiki.pages.files import text_extraction
from wiki.pages.images import image_check, metadata, thumbnails
from wiki.pages.models import Attachment, Page
from wiki.pages.save import Gone
from wiki.pages.throttle import count_change

INLINE = {*image_check.FORMATS.values(), "application/pdf"}
DOWNLOADS = {"text/plain", "text/csv", "application/zip", "image/svg+xml"}
"""Types told as they are besides office documents, sound and video; anything else is just bytes."""
PICTURE_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
PDF_CSP = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
"""Browsers refuse to show a PDF in a sandbox; their viewers are one already."""
LONGEST_NAME = 120
MOST_AT_ONCE = 20


class BadFile(ValueError):
    """A file that is not taken; the message names it and says why."""


@dataclass(frozen=True)
class Incoming:
    """A file checked and stored, not yet laid on its page."""

    name: str
    sha256: str
    size: int
    media_type: str


@blueprint.get("/<name>/attachments")
@audience("page")
def attachments(name: str) -> Response:
    """List the files of a page, with the way to send more."""
    return _screen(find.page_or_404(name, actor=current_actor()))


@blueprint.get("/<name>/attachments/<path:file>")
@audience("page")
def attachment(name: str, file: str) -> BaseResponse:
    """Give a file to who may read its page; an image at a smaller width `w` where that is asked."""
    page = find.page_or_404(name, actor=current_actor())
    return given(file_of(page, file) or abort(404))


def given(row: Attachment) -> Response:
    """Answer with a file whose page was loaded for whoever asks."""
    inline = row.media_type in INLINE
    width = thumbnails.asked(request.args.get("w", ""))
    is_image = row.media_type in image_check.FORMATS.values()
    copy = thumbnails.copy_of(row.sha256, width) if width and is_image else None
    answer = send_file(
        copy or files.path(row.sha256),
        mimetype=thumbnails.MEDIA_TYPE if copy else row.media_type,
        as_attachment=not inline,
        download_name=row.name,
        etag=copy.name if copy else row.sha256,
        conditional=True,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = (
        PDF_CSP if row.media_type == "application/pdf" else PICTURE_CSP
    )
    return answer


@blueprint.post("/<name>/attachments")
@audience("page")
def upload(name: str) -> BaseResponse:
    """Take files for a page; where JSON is asked for, answer with the Markdown to write."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    count_change()
    try:
        added = lay(page, taken(), actor=actor)
    except (BadFile, Gone) as error:
        return _refused(page, str(error), 422)
    except files.NoRoom as error:
        return _refused(page, error.words, 507)
    except (files.TooLarge, RequestEntityTooLarge):
        limit = current_app.config["GARE"].max_upload_mb
        return _refused(page, _("Files hold at most %(count)s MB, all together.", count=limit), 413)
    if _wants_json():
        return jsonify(
            markdown="\n".join(markdown_of(one) for one in added), files=[one.name for one in added]
        )
    flash(_("Added: %(names)s", names=", ".join(one.name for one in added)), "success")
    return see_other(url_for("pages.attachments", name=page.name))


@blueprint.post("/<name>/attachments/<path:file>/remove")
@audience("page")
def remove_attachment(name: str, file: str) -> BaseResponse:
    """Take a file off its page; its content stays in the store for backups."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor, need="write")
    row = file_of(page, file)
    if row is None:
        abort(404)
    count_change()
    with db.write() as session:
        _hide(session, page, row.name)
        _log(session, page, actor, "detached", [row.name])
    flash(_("%(name)s is removed.", name=row.name), "success")
    return see_other(url_for("pages.attachments", name=page.name))


def files_of(page: Page) -> list[Attachment]:
    """Return the files of a page, by name."""
    query = select(Attachment).where(*_on(page), Attachment.removed_at.is_(None))
    return list(db.session().scalars(query.order_by(Attachment.name)))


def file_of(page: Page, name: str) -> Attachment | None:
    """Return a file of a page by its name."""
    name = markup.normalise(name)
    here = (*_on(page), Attachment.name == name, Attachment.removed_at.is_(None))
    newest = select(Attachment).where(*here).order_by(Attachment.id.desc())
    return db.session().scalar(newest.limit(1))


def taken() -> list[Incoming]:
    """Take the files that a form sends, all or none. Raises BadFile, files.TooLarge, files.NoRoom."""
    sent = [one for one in request.files.getlist("file") if one.filename]
    if not sent or len(sent) > MOST_AT_ONCE:
        raise BadFile(_("Choose one to %(count)s files.", count=MOST_AT_ONCE))
    with files.together():
        return [take(one.filename or "", one.stream) for one in sent]


def take(filename: str, stream: IO[bytes]) -> Incoming:
    """Check a file and put it in the store. Raises BadFile, files.TooLarge, files.NoRoom."""
    name = clean_name(filename)
    try:
        media_type = _media_type(name, stream)
        bare = metadata.without(stream, media_type)
    except image_check.BadImage as error:
        raise BadFile(_("%(name)s is not taken: %(reason)s.", name=name, reason=error)) from error
    stored = files.put(bare)
    return Incoming(name, stored.sha256, stored.size, media_type)


def lay(page: Page, incoming: list[Incoming], *, actor: Actor) -> list[Attachment]:
    """Lay stored files on a page; one of the same name replaces the one before. Raises Gone."""
    now = db.utcnow()
    with db.write() as session:
        current = find.reload(page, actor=actor)
        if current is None or "write" not in current.allowed:
            raise Gone(page.name)
        added = []
        for one in incoming:
            _hide(session, current, one.name)
            row = Attachment(page_id=current.id, created_at=now, **vars(one))
            row.author_id, row.author_name = actor.id, actor.display_name
            session.add(row)
            session.flush()
            added.append(row)
        text_extraction.want(session, added)
        _log(session, current, actor, "attached", [one.name for one in incoming])
    return added


def withdraw(page: Page, row: Attachment, *, instead: Attachment | None, actor: Actor) -> None:
    """Take a file off, and put back the one whose place it took; no feed tells of it. Raises Gone."""
    with db.write() as session:
        current, standing = find.reload(page, actor=actor), session.get(Attachment, row.id)
        if current is None or "write" not in current.allowed:
            raise Gone(page.name)
        if standing is None or standing.removed_at is not None:
            raise Gone(page.name)
        _hide(session, current, row.name)
        if instead is not None:
            back = session.get_one(Attachment, instead.id)
            back.removed_at = None
            text_extraction.want(session, [back])
        _log(session, current, actor, "withdrawn", [row.name])


def markdown_of(row: Attachment) -> str:
    """Return what shows a file in its page's text."""
    label, target = re.sub(r"[\[\]\\]", " ", PurePosixPath(row.name).stem), quote(row.name)
    return (
        f"![{label}]({target})"
        if row.media_type.startswith("image/")
        else f"[{row.name}](attachment:{target})"
    )


def clean_name(raw: str) -> str:
    """Return the name a file gets: its last part, composed, fit for addresses and screens."""
    last = markup.normalise(raw).replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable())
    plain = re.sub(r"\s+", "-", FORBIDDEN.sub(" ", shown).strip()).strip("-. ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 12:
        return plain[:LONGEST_NAME] or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'file'}.{ending}"


def _on(page: Page) -> tuple[ColumnElement[bool], ...]:
    """Return the condition of a page's own files; those of fields follow the field's rule."""
    return Attachment.page_id == page.id, Attachment.field == ""


def _media_type(name: str, stream: IO[bytes]) -> str:
    """Say what a file is by what it holds, then by its ending. Raises images.BadImage."""
    ending = name.rpartition(".")[2].lower()
    if ending in image_check.EXTENSIONS:
        return image_check.media_type_of(stream)
    start = stream.read(5)
    stream.seek(0)
    if ending == "pdf" and start == b"%PDF-":
        return "application/pdf"
    guessed = mimetypes.guess_type(name)[0] or ""
    office = guessed.startswith(("application/vnd.o", "audio/", "video/"))
    return guessed if office or guessed in DOWNLOADS else "application/octet-stream"


def _hide(session: Session, page: Page, name: str) -> None:
    here = (*_on(page), Attachment.name == name, Attachment.removed_at.is_(None))
    session.execute(update(Attachment).where(*here).values(removed_at=db.utcnow()))


def _log(session: Session, page: Page, actor: Actor, kind: str, names: list[str]) -> None:
    # Who may find which file is known by caches of rights.
    db.bump(session, "rights")
    events.log(session, page, kind, actor=actor, summary=", ".join(names))
    enqueue(session, [page.id])


def _refused(page: Page, message: str, status: int) -> BaseResponse:
    if _wants_json():
        answer = jsonify(error=message)
        answer.status_code = status
        return answer
    if status == 413:
        return errors.answer(status, message)
    return _screen(page, error=message, status=status)


def _wants_json() -> bool:
    return (
        request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def _screen(page: Page, *, error: str = "", status: int = 200) -> Response:
    rows = files_of(page)
    return render(
        "pages/attachments.html",
        status=status,
        page=page,
        files=rows,
        error=error,
        markdown_of=markdown_of,
    )
