"""Routes to create, edit and save pages. Every failure shows the editor again with its text."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

from flask import abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import inline_sign_in
from wiki.core import db, markup
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, see_other
from wiki.core.names import page_name
from wiki.pages import find, rights, save, throttle
from wiki.pages.blueprint import blueprint
from wiki.pages.editing import conflict, drafts, screen, section
from wiki.pages.editing.screen import EditorFields, Problem
from wiki.pages.files import attachments, pending_routes
from wiki.pages.kinds import kind_of
from wiki.pages.live import editor_context, presence, revision_authors
from wiki.pages.models import Page
from wiki.pages.structure import templates
from wiki.pages.toast import tell

DOUBLE_SUBMIT = timedelta(minutes=1)
"""The time within which the same new page, sent again, is a double submission."""
FAILURES = (Invalid, db.Busy, throttle.TooMany, OperationalError, OSError)


@blueprint.get("/<name>/edit")
@audience("page")
def edit(name: str) -> BaseResponse:
    """Open a page, or one `section`, in the editor; `?draft=1` restores the draft."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if url := kind_of(page).edit_url(page):
        return see_other(url)
    if "write" not in page.allowed:
        return _require_sign_in(actor)
    typed, part = _fields_and_part(page, request.args.get("section", ""))
    draft = drafts.draft_of(name, actor=actor, section=typed.section)
    if draft is not None and request.args.get("draft"):
        typed = screen.with_draft(typed, draft)
    if request.args.get("live") and not typed.section:
        typed = _with_live_text(typed, page, actor)
    return screen.preview_response(typed, page=page, part=part)


@blueprint.post("/<name>", endpoint="save")
@blueprint.post("/<name>/edit", endpoint="save_edit")
@audience("page")
def save_page(name: str) -> BaseResponse:
    """Save the page, merged with the revisions since; else show the reason in the editor."""
    error_text, actor = inline_sign_in.sign_in(), current_actor()
    page = find.page_or_none(name, actor=actor)
    typed = screen.fields_from_request(page)
    if error_text or _is_signed_out(typed, actor):
        return _ask_sign_in(name, page, typed, error_text)
    if page is None:
        return _gone_response(name, typed)
    if url := kind_of(page).edit_url(page):
        return see_other(url)
    if "write" not in page.allowed:
        return _forbidden_response(page, typed, actor)
    part = _edited_part(typed, page)
    if "preview" in request.form:
        return screen.preview_response(typed, page=page, part=part)
    try:
        throttle.count_save()
        saved_page = _save(page, typed, actor)
    except save.Conflict as error:
        drafts.keep_conflict(error, typed.summary, actor=actor)
        return conflict.screen(error, replace(typed, section=""))
    except save.Gone:
        return _gone_response(name, typed)
    except FAILURES as error:
        return screen.failure_response(error, typed, page=page, part=part)
    return _saved_response(
        saved_page, typed, merged=typed.base is not None and saved_page.revision_no > typed.base + 1
    )


def _fields_and_part(page: Page, ident: str) -> tuple[EditorFields, section.Part | None]:
    """Return the field values of the editor and the section; the whole page and None if there is none."""
    typed = screen.fields_of_page(page)
    part = section.part_of(page.head.text, ident, lang=page.lang) if ident else None
    if part is not None:
        key = f"{typed.draft_key}#{ident}"
        return replace(typed, text=part.text, section=ident, draft_key=key), part
    if ident:
        tell(_("This section is not there any more under that heading: here is the whole page."))
    return typed, None


def _with_live_text(typed: EditorFields, page: Page, actor: Actor) -> EditorFields:
    """Return the field values with the unsaved text of the live session, if there is one."""
    unsaved = editor_context.unsaved_of(page, actor=actor, key=presence.new_key())
    return (
        replace(typed, text=unsaved.text, base=unsaved.base, live=unsaved.live)
        if unsaved
        else typed
    )


def _edited_part(typed: EditorFields, page: Page) -> section.Part | None:
    """Return the section that the form edits, from its base revision."""
    return section.part_at_revision(page, typed.section, base=typed.base) if typed.section else None


def _save(page: Page, typed: EditorFields, actor: Actor) -> Page:
    """Save the whole page or one section. Raises as `save.save`."""
    content, base = typed.content(dict(page.head.data)), typed.base
    live = "" if typed.section else typed.live
    all_sign = bool(live) and revision_authors.is_shared_text(page, live, typed.text)
    stamp = save.Stamp(summary=typed.summary, minor=typed.minor, live=live, all_sign=all_sign)
    if not typed.section:
        return save.save(page, content, base=base, author=actor, stamp=stamp)
    text = section.text_with_section(page, typed.section, typed.text, base=base)
    if text is None:
        raise Invalid(base=_("This section does not exist in the version you opened."))
    try:
        content = replace(content, text=text)
        return save.save(page, content, base=base, author=actor, stamp=stamp)
    except save.Conflict as error:
        resolved = section.resolve_moved_section(error, typed.section, typed.text)
        if resolved is None:
            raise
        return save.save(page, resolved, base=error.head.number, author=actor, stamp=stamp)


@blueprint.get("/-/new")
@audience("page")
def new() -> BaseResponse:
    """Open the editor for a new page; `name`, `title`, `parent` and `template` are optional."""
    actor = current_actor()
    if not rights.may_create(actor):
        return _require_sign_in(actor)
    name = page_name(request.args.get("name", ""))
    if name and (page := find.page_or_none(name, actor=actor)):
        return see_other(url_for("pages.edit", name=page.name))
    parent = _parent(request.args.get("parent", ""), actor)
    typed = EditorFields(
        title=request.args.get("title", "")[: save.LONGEST_TITLE] or name.replace("-", " "),
        name=name,
        parent=parent.name if parent else "",
        draft_key=f"new:{name}",
    )
    source = templates.source_of(request.args.get("template", ""), actor=actor)
    if source is not None:
        typed = replace(typed, text=source.head.text, tags=", ".join(source.head.tags))
    draft = drafts.draft_of(name, actor=actor) if name else None
    if draft is not None and request.args.get("draft"):
        typed = screen.with_draft(typed, draft)
    offered = templates.offered(parent, actor=actor)
    return screen.preview_response(typed, parent=parent, source=source, offered=offered)


@blueprint.post("/-/new", endpoint="create")
@audience("page")
def create_page() -> BaseResponse:
    """Create a page; its name defaults to one made from its title."""
    error_text, actor, typed = (
        inline_sign_in.sign_in(),
        current_actor(),
        screen.fields_from_request(),
    )
    parent = _parent(typed.parent, actor)
    if error_text or _is_signed_out(typed, actor):
        problem = _sign_in_problem(error_text, unsigned=rights.may_create(actor))
        return screen.screen(typed, parent=parent, problem=problem, status=403)
    if not rights.may_create(actor):
        return screen.screen(typed, parent=parent, problem=_not_allowed(actor), status=403)
    if "preview" in request.form:
        return screen.preview_response(typed, parent=parent)
    try:
        throttle.count_save()
        page = _create(typed, parent, actor)
    except FAILURES as error:
        if existing := _double_submitted(typed, actor):
            return _saved_response(existing, typed)
        return screen.failure_response(error, typed, parent=parent)
    return _saved_response(page, typed)


def _create(typed: EditorFields, parent: Page | None, actor: Actor) -> Page:
    """Create the page and attach its pending uploads, both or neither. Raises as `save.create`."""
    stamp = save.Stamp(summary=typed.summary, minor=typed.minor)
    new, uploads = _new_page(typed, parent), pending_routes.waiting(typed.held)
    with db.write() if uploads else nullcontext():
        page = save.create(new, typed.content(), author=actor, stamp=stamp)
        if uploads:
            attachments.lay(page, uploads, actor=actor)
    return page


def _double_submitted(typed: EditorFields, actor: Actor) -> Page | None:
    """Return the page just created from the same text by the same actor, None when there is none."""
    page = find.page_or_none(page_name(typed.name) or page_name(typed.title), actor=actor)
    if page is None or page.revision_no != 1 or page.head.author_id != actor.id:
        return None
    is_recent = page.created_at > db.utcnow() - DOUBLE_SUBMIT
    same = page.head.text == markup.normalise(typed.text) and page.title == typed.title.strip()
    return page if is_recent and same else None


def _new_page(typed: EditorFields, parent: Page | None) -> save.NewPage:
    name = page_name(typed.name) or page_name(typed.title)
    if not name:
        raise Invalid(title=_("Give it a title."))
    if find.is_taken(name):
        raise Invalid(name=_("This name is taken: choose another one."))
    if parent is None:
        return save.NewPage(name=name)
    return save.NewPage(
        name=name,
        parent_id=parent.id,
        project_id=parent.project_id,
        membrane_id=parent.membrane_id,
        lang=parent.lang,
    )


def _parent(name: str, actor: Actor) -> Page | None:
    """Return the parent of a new page, if the actor may edit it."""
    page = find.page_or_none(name, actor=actor) if name else None
    return page if page and "write" in page.allowed else None


def _saved_response(page: Page, typed: EditorFields, *, merged: bool = False) -> BaseResponse:
    text = _("Saved, together with what others wrote meanwhile.") if merged else _("Saved.")
    tell(text, saved_draft=typed.draft_key)
    actor, ident = current_actor(), None
    if saved_section := typed.draft_key.partition("#")[2]:
        drafts.forget(page.name, actor=actor, section=saved_section)
    if typed.section and (current := find.page_by_id(page.id, actor=actor)):
        part = section.part_with_text(current.head.text, typed.text, lang=current.lang)
        ident = part.section.ident if part else None
    if "stay" in request.form:
        return see_other(url_for("pages.edit", name=page.name, section=ident))
    return see_other(url_for("pages.show", name=page.name, _anchor=ident))


def _gone_response(name: str, typed: EditorFields) -> BaseResponse:
    """Return the response to a save of a missing or unreadable page: the same for both."""
    if not page_name(name):
        abort(404)
    fields = replace(typed, title=typed.title or page_name(name))
    retry = None
    problem = Problem(
        _("This page is not here any more"),
        _("It was removed, or closed to you. Your text is below: save it as a new page."),
    )
    if current_actor().is_anonymous:
        problem, retry = _sign_in_problem(), url_for("pages.save", name=name)
    return screen.screen(fields, problem=problem, status=404, parent=None, retry_url=retry)


def _forbidden_response(page: Page, typed: EditorFields, actor: Actor) -> BaseResponse:
    return screen.screen(typed, page=page, problem=_not_allowed(actor), status=403)


def _not_allowed(actor: Actor) -> Problem:
    if actor.is_anonymous:
        return _sign_in_problem()
    return Problem(
        _("You may not change this page"),
        _("Your text is still here: copy it, or save it as a new page."),
    )


def _is_signed_out(typed: EditorFields, actor: Actor) -> bool:
    """Return whether the session ended since the editor was opened, unless saving without account was chosen."""
    return bool(typed.by) and actor.is_anonymous and inline_sign_in.UNSIGNED not in request.form


def _ask_sign_in(
    name: str, page: Page | None, typed: EditorFields, error_text: str
) -> BaseResponse:
    """Show the sign-in form in the editor: the session ended, or the password is wrong."""
    unsigned = page is not None and "write" in page.allowed
    problem = _sign_in_problem(error_text, unsigned=unsigned)
    retry = None if page else url_for("pages.save", name=name)
    return screen.screen(typed, page=page, problem=problem, status=403, retry_url=retry)


def _sign_in_problem(error_text: str = "", *, unsigned: bool = False) -> Problem:
    title = error_text or _("Sign in, then save")
    text = _("Your text is still here. Say who you are, and it is saved with the same button.")
    return Problem(title, text, sign_in=True, unsigned=unsigned)


def _require_sign_in(actor: Actor) -> BaseResponse:
    if not actor.is_anonymous:
        abort(403)
    return see_other(
        url_for("accounts.sign_in", next=request.script_root + request.full_path.rstrip("?"))
    )
