"""Files of the page that a macro names: whoever reads the page may see them."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from wiki.macros.base import BadParam, Call
from wiki.pages.files.attachments import file_of, files_of
from wiki.pages.models import Attachment


def page_file(call: Call, name: str) -> Attachment:
    """Return a file of the page by its name. Raises BadParam."""
    name = name.removeprefix("attachment:").strip()
    row = file_of(call.page, name) if call.page is not None else None
    if row is None:
        raise BadParam(_("There is no file called %(name)s on this page.", name=name))
    return row


def page_images(call: Call) -> list[Attachment]:
    """Return the images of the page, by name."""
    rows = files_of(call.page) if call.page is not None else []
    return [
        row for row in rows if row.media_type.startswith("image/") and "svg" not in row.media_type
    ]


def file_url(call: Call, row: Attachment) -> str:
    """Return the address of a file of the page."""
    assert call.page is not None
    return url_for("pages.attachment", name=call.page.name, file=row.name)


def words_of(row: Attachment) -> str:
    """Return what a file's name says, for who cannot see it."""
    return row.name.rpartition(".")[0].replace("-", " ").replace("_", " ").strip() or row.name
