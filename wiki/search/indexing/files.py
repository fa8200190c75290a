"""Which files search knows, for whom, and how they are called: those whose page may be read, and whose
field, if they answer one, is open to all who read the entry."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from wiki.bazar.forms.forms import is_open, traits_of
from wiki.bazar.models import FieldSpec, Form
from wiki.core import db
from wiki.core.access import Actor
from wiki.pages import rendering
from wiki.pages.files.text_extraction import FileText
from wiki.pages.find import visible_pages
from wiki.pages.models import Attachment, Page


def findable() -> ColumnElement[bool]:
    """Return the condition, on a file and its page, of a file that some may find; it may have no text."""
    open_fields = [
        and_(Page.form_id == form.id, Attachment.field == spec.key)
        for form in db.session().scalars(select(Form))
        for spec in _open(form)
    ]
    return and_(
        Attachment.removed_at.is_(None),
        Page.trashed_at.is_(None),
        or_(Attachment.field == "", or_(false(), *open_fields)),
    )


def with_text() -> Select[Attachment, Page, FileText]:
    """Return the query of what is indexed of files: each with its page and its text, which is not loaded."""
    return (
        select(Attachment, Page, FileText)
        .join(Page, Page.id == Attachment.page_id)
        .join(FileText, FileText.sha256 == Attachment.sha256)
        .where(findable(), FileText.characters > 0)
    )


def visible(actor: Actor) -> Select[Attachment, Page, FileText]:
    """Return the query of the files that this actor may find."""
    return with_text().where(Page.id.in_(visible_pages(actor).with_only_columns(Page.id)))


def hidden_ids(actor: Actor) -> Select[int]:
    """Return the query of the files that this actor may not find, those without text yet too."""
    seen = (
        select(Attachment.id)
        .join(Page, Page.id == Attachment.page_id)
        .where(findable(), Page.id.in_(visible_pages(actor).with_only_columns(Page.id)))
    )
    return select(Attachment.id).where(Attachment.id.not_in(seen))


def title_of(row: Attachment) -> str:
    """Return the name of a file as people read it: without its ending, words apart."""
    words = PurePosixPath(row.name).stem.replace("_", " ").replace("-", " ").split()
    return " ".join(words) or row.name


def labels_of(row: Attachment, page: Page) -> list[str]:
    """Return what a file is called where it is shown: in the text of its page, or as a field."""
    if row.field:
        form = db.session().get_one(Form, page.form_id)
        return [spec.label for spec in form.specs() if spec.key == row.field]
    slots = [slot for slot in rendering.stored(page).files if slot.name == row.name]
    said = (text.strip() for slot in slots for text in (slot.alt, slot.title))
    return [text for text in dict.fromkeys(said) if text and text != row.name]


def url_of(row: Attachment, page: Page, *, number: int = 0) -> str:
    """Return the address of a file, at one of its pages where browsers can open it there."""
    if row.field:
        return url_for("bazar.entries.field_file", name=page.name, field=row.field)
    at_page = number and row.media_type == "application/pdf"
    address = url_for("pages.attachment", name=page.name, file=row.name)
    return f"{address}#page={number}" if at_page else address


def _open(form: Form) -> list[FieldSpec]:
    return [
        spec
        for spec in form.specs()
        if traits_of(spec).stores_file and spec.searchable and is_open(spec)
    ]
