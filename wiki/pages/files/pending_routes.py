"""Sending files for a page that is not made yet, seeing them in its preview, and laying them on it once it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from flask import Response, abort, current_app, jsonify, send_file
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from wiki.core import files
from wiki.core.access import current_actor
from wiki.core.http import audience
from wiki.pages import rights
from wiki.pages.blueprint import blueprint
from wiki.pages.files import attachments, pending
from wiki.pages.files.attachments import PICTURE_CSP, Incoming
from wiki.pages.images import image_check
from wiki.pages.models import Attachment
from wiki.pages.throttle import count_change


@blueprint.post("/-/new/files")
@audience("page")
def hold() -> Response:
    """Keep files for the page that is being written; answer with their words and the Markdown to write."""
    if not rights.may_create(current_actor()):
        abort(403)
    count_change()
    try:
        taken = attachments.taken()
    except attachments.BadFile as error:
        return _refused(str(error), 422)
    except files.NoRoom as error:
        return _refused(error.words, 507)
    except (files.TooLarge, RequestEntityTooLarge):
        limit = current_app.config["GARE"].max_upload_mb
        return _refused(_("Files hold at most %(count)s MB, all together.", count=limit), 413)
    return jsonify(
        markdown="\n".join(attachments.markdown_of(Attachment(**vars(one))) for one in taken),
        files=[one.name for one in taken],
        held=[pending.word_of(**vars(one)) for one in taken],
    )


@blueprint.get("/-/new/files/<word>")
@audience("page")
def held_file(word: str) -> Response:
    """Show an image that waits for its page to whoever holds its word: the preview of who writes."""
    found = waiting([word])
    if not found or found[0].media_type not in image_check.FORMATS.values():
        abort(404)
    answer = send_file(files.path(found[0].sha256), mimetype=found[0].media_type, max_age=0)
    answer.headers["Content-Security-Policy"] = PICTURE_CSP
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def waiting(words: Sequence[str]) -> list[Incoming]:
    """Return the files of a form's words, to be laid on its page."""
    found = (pending.read(word) for word in words[: pending.MOST])
    return [Incoming(**cast(Any, one)) for one in found if one is not None]


def _refused(message: str, status: int) -> Response:
    answer = jsonify(error=message)
    answer.status_code = status
    return answer
