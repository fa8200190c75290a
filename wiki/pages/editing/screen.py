"""The editor's screen and what stands in it: whatever a save answers, the text comes back here."""

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
from wiki.pages.live import editor_context as live_offer
from wiki.pages.live import presence
from wiki.pages.models import Draft, Page
from wiki.pages.throttle import TooMany

TITLE_ONLY = 1000
"""Characters kept of one-line fields; titles are checked, and refused, when they are saved."""


@dataclass(frozen=True)
class Typed:
    """What stands in the editor; `draft_key` is under what name the browser keeps it.

    `section` is the id of the one section that `text` is, "" for the whole page. `held` are the files that
    wait for a new page, `by` who opened the editor: "" without account. `live` says which document written
    together the text comes from.
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
        """Return what a save takes."""
        return Content(self.title, self.text, data or {}, tuple(self.tags.split(",")))


@dataclass(frozen=True)
class Problem:
    """Why a text is not saved yet; with `sign_in` the form asks who writes, `unsigned` lets go on without account."""

    title: str
    text: str
    sign_in: bool = False
    unsigned: bool = False


def typed_of(page: Page) -> Typed:
    """Return what the editor holds when a page is opened in it."""
    head = page.head
    return Typed(
        title=head.title,
        text=head.text,
        tags=", ".join(head.tags),
        base=head.number,
        draft_key=f"page:{page.id}",
    )


def typed_now(page: Page | None = None) -> Typed:
    """Return what the form at hand sends; fields it does not send stay as the page has them."""
    known, form = typed_of(page) if page else Typed(), request.form
    return Typed(
        title=form.get("title", known.title)[:TITLE_ONLY],
        text=form.get("text", known.text),
        tags=form.get("tags", known.tags)[: 10 * TITLE_ONLY],
        summary=form.get("summary", "")[:TITLE_ONLY],
        minor="minor" in form,
        base=_number(form.get("base", "")),
        name=form.get("name", "")[:TITLE_ONLY],
        parent=form.get("parent", "")[:TITLE_ONLY],
        draft_key=form.get("draft_key", known.draft_key)[:TITLE_ONLY],
        section=form.get("section", "")[:TITLE_ONLY],
        held=tuple(form.getlist("held")[: pending.MOST]),
        by=form.get("by", "")[:TITLE_ONLY],
        live=form.get("live", "")[:TITLE_ONLY],
    )


def drafted(typed: Typed, draft: Draft) -> Typed:
    """Return what the editor holds when a draft is taken up again."""
    kept = {
        field: str(draft.content[field])
        for field in ("title", "text", "tags", "summary", "live")
        if field in draft.content
    }
    waiting = draft.content.get("held", ())
    words = (waiting,) if isinstance(waiting, str) else tuple(waiting)
    return replace(typed, base=draft.base or typed.base, held=words, **kept)  # type: ignore[arg-type]


def screen(
    typed: Typed,
    *,
    page: Page | None = None,
    errors: dict[str, str] | None = None,
    problem: Problem | None = None,
    preview: Markup | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """Answer with the editor, what was typed in it, and what is wrong if something is."""
    actor = current_actor()
    name = page.name if page else typed.name
    typed = replace(typed, text=markup.normalise(typed.text), by=typed.by or actor.name)
    key = presence.key_sent() or presence.new_key()
    live = not typed.section and live_offer.is_offered(page)
    opened = request.method == "GET"
    return render(
        "pages/edit.html",
        status=status,
        page=page,
        typed=typed,
        errors=errors or {},
        problem=problem,
        preview=preview,
        visual=is_chosen(actor),
        here=presence.seen(page, actor=actor),
        presence_key=key,
        live=live,
        unsaved=live_offer.unsaved_of(page, actor=actor, key=key)
        if live and page and opened
        else None,
        draft=drafts.draft_of(name, actor=actor, section=typed.section)
        if name and opened
        else None,
        draft_url=url_for("pages.keep_draft", name=name, section=typed.section or None)
        if name and not actor.is_anonymous
        else None,
        **context,
    )


def previewed(typed: Typed, *, page: Page | None = None, **context: Any) -> Response:
    """Answer a form sent for its preview: the same form, with what the text will look like."""
    if len(typed.text.encode()) > current_app.config["GARE"].max_page_kb * 1024:
        return screen(
            typed, page=page, errors={"text": _("This text is too long.")}, status=413, **context
        )
    drawn = preview_of(typed.text, page=page, actor=current_actor(), held=typed.held)
    return screen(typed, page=page, preview=drawn, **context)


def failed(error: Exception, typed: Typed, **context: Any) -> Response:
    """Answer a save that failed with the form, its text and why. Raises what it cannot say."""
    if isinstance(error, Invalid):
        status = 413 if "text" in error.errors else 422
        return screen(typed, errors=error.errors, status=status, **context)
    known = {
        TooMany: (429, _("Too many saves in a minute"), _("Wait a moment, then save again.")),
        db.Busy: (
            503,
            _("The wiki is very busy"),
            _("Nothing was saved yet. Save again in a moment."),
        ),
    }
    status, title, advice = known.get(type(error), (0, "", ""))
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
