"""The editor screen and its field values; every failed save shows it again with the text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, current_app, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from wiki.core import db, markup
from wiki.core.access import current_actor
from wiki.core.errors import is_full
from wiki.core.http import Invalid, render
from wiki.core.numbers import is_whole
from wiki.pages.content import Content
from wiki.pages.editing import drafts
from wiki.pages.editing.preview import preview_of
from wiki.pages.editing.visual_mode import is_chosen
from wiki.pages.files import pending
from wiki.pages.live import editor_context, presence
from wiki.pages.models import Draft, Page
from wiki.pages.throttle import TooMany

TITLE_ONLY = 1000
"""Characters read from one-line fields; saving checks titles against its own limit."""


@dataclass(frozen=True)
class EditorFields:
    """The field values of the editor; `draft_key` is the key of the draft in the browser's storage.

    `section` is the id of the section in `text`, "" for the whole page. `held` are the keys of the pending
    uploads of a new page. `by` is the name of the person who opened the editor, "" without account.
    `live` is the form token of the live document that the text comes from.
    """

    title: str = ""
    text: str = ""
    tags: str = ""
    summary: str = ""
    minor: bool = False
    base: int | None = None
    name: str = ""
    parent: str = ""
    draft_key: str = ""
    section: str = ""
    held: tuple[str, ...] = ()
    by: str = ""
    live: str = ""

    def content(self, data: dict[str, Any] | None = None) -> Content:
        """Return the content to save."""
        return Content(self.title, self.text, data or {}, tuple(self.tags.split(",")))


@dataclass(frozen=True)
class Problem:
    """The reason a save failed. `sign_in` adds a sign-in form, `unsigned` a way to save without account."""

    title: str
    text: str
    sign_in: bool = False
    unsigned: bool = False


def fields_of_page(page: Page) -> EditorFields:
    """Return the field values for editing a page."""
    head = page.head
    return EditorFields(
        title=head.title,
        text=head.text,
        tags=", ".join(head.tags),
        base=head.number,
        draft_key=f"page:{page.id}",
    )


def fields_from_request(page: Page | None = None) -> EditorFields:
    """Return the field values of the request; missing ones default to those of the page."""
    defaults, form = fields_of_page(page) if page else EditorFields(), request.form
    return EditorFields(
        title=form.get("title", defaults.title)[:TITLE_ONLY],
        text=form.get("text", defaults.text),
        tags=form.get("tags", defaults.tags)[: 10 * TITLE_ONLY],
        summary=form.get("summary", "")[:TITLE_ONLY],
        minor="minor" in form,
        base=_number(form.get("base", "")),
        name=form.get("name", "")[:TITLE_ONLY],
        parent=form.get("parent", "")[:TITLE_ONLY],
        draft_key=form.get("draft_key", defaults.draft_key)[:TITLE_ONLY],
        section=form.get("section", "")[:TITLE_ONLY],
        held=tuple(form.getlist("held")[: pending.MOST]),
        by=form.get("by", "")[:TITLE_ONLY],
        live=form.get("live", "")[:TITLE_ONLY],
    )


def with_draft(typed: EditorFields, draft: Draft) -> EditorFields:
    """Return the field values with those of a draft in their place."""
    values = {
        field: str(draft.content[field])
        for field in ("title", "text", "tags", "summary", "live")
        if field in draft.content
    }
    uploads = draft.content.get("held", ())
    held = (uploads,) if isinstance(uploads, str) else tuple(uploads)
    return replace(typed, base=draft.base or typed.base, held=held, **values)  # type: ignore[arg-type]


def screen(
    typed: EditorFields,
    *,
    page: Page | None = None,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
    preview: Markup | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """Return the response that shows the editor with its field values and any errors."""
    actor = current_actor()
    name = page.name if page else typed.name
    typed = replace(typed, text=markup.normalise(typed.text), by=typed.by or actor.name)
    key = presence.key_sent() or presence.new_key()
    live = not typed.section and editor_context.is_offered(page)
    is_opening = request.method == "GET"
    return render(
        "pages/edit.html",
        status=status,
        page=page,
        typed=typed,
        errors=errors or {},
        problem=problem,
        preview=preview,
        visual=is_chosen(actor),
        here=presence.others_sentence(page, actor=actor),
        presence_key=key,
        live=live,
        unsaved=editor_context.unsaved_of(page, actor=actor, key=key)
        if live and page and is_opening
        else None,
        draft=drafts.draft_of(name, actor=actor, section=typed.section)
        if name and is_opening
        else None,
        draft_url=url_for("pages.keep_draft", name=name, section=typed.section or None)
        if name and not actor.is_anonymous
        else None,
        **context,
    )


def preview_response(typed: EditorFields, *, page: Page | None = None, **context: Any) -> Response:
    """Return the editor response with a preview of the text."""
    if len(typed.text.encode()) > current_app.config["GARE"].max_page_kb * 1024:
        return screen(
            typed, page=page, errors={"text": _("This text is too long.")}, status=413, **context
        )
    html = preview_of(typed.text, page=page, actor=current_actor(), held=typed.held)
    return screen(typed, page=page, preview=html, **context)


def failure_response(error: Exception, typed: EditorFields, **context: Any) -> Response:
    """Return the editor response that explains a failed save. Reraises unknown errors."""
    if isinstance(error, Invalid):
        status = 413 if "text" in error.errors else 422
        return screen(typed, errors=error.errors, status=status, **context)
    messages = {
        TooMany: (429, _("Too many saves in a minute"), _("Wait a moment, then save again.")),
        db.Busy: (
            503,
            _("The wiki is very busy"),
            _("Nothing was saved yet. Save again in a moment."),
        ),
    }
    status, title, advice = messages.get(type(error), (0, "", ""))
    if is_full(error):
        status, title = 507, _("No room left on the disk")
        advice = _("Nothing was saved. Copy your text, and tell the people who run this wiki.")
    if not status:
        raise error
    return screen(typed, problem=Problem(title, advice), status=status, **context)


def _number(raw: str) -> int | None:
    if not raw:
        return None
    if not is_whole(raw):
        abort(400)
    return int(raw)
