"""Writing pages: a new one, an edit, its save. Every refusal gives the form and its text back."""

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
from wiki.pages.editing.screen import Problem, Typed
from wiki.pages.files import attachments, pending_routes
from wiki.pages.kinds import kind_of
from wiki.pages.live import editor_context, presence, revision_authors
from wiki.pages.models import Page
from wiki.pages.structure import templates
from wiki.pages.toast import tell

TWICE = timedelta(minutes=1)
"""Within what time the same new page, sent again, is one press too many."""
FAILURES = (Invalid, db.Busy, throttle.TooMany, OperationalError, OSError)


@blueprint.get("/<name>/edit")
@audience("page")
def edit(name: str) -> BaseResponse:
    """Open a page, or one `section`, in the editor; `?draft=1` takes up what was typed and not saved."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if url := kind_of(page).edit_url(page):
        return see_other(url)
    if "write" not in page.allowed:
        return _door(actor)
    typed, part = _opened(page, request.args.get("section", ""))
    draft = drafts.draft_of(name, actor=actor, section=typed.section)
    if draft is not None and request.args.get("draft"):
        typed = screen.drafted(typed, draft)
    if request.args.get("live") and not typed.section:
        typed = _together(typed, page, actor)
    return screen.previewed(typed, page=page, part=part)


@blueprint.post("/<name>", endpoint="save")
@blueprint.post("/<name>/edit", endpoint="save_edit")
@audience("page")
def save_page(name: str) -> BaseResponse:
    """Save what was typed, merged with what came since; or say what stands in its way."""
    wrong, actor = inline_sign_in.sign_in(), current_actor()
    page = find.page_or_none(name, actor=actor)
    typed = screen.typed_now(page)
    if wrong or _signed_out(typed, actor):
        return _who(name, page, typed, wrong)
    if page is None:
        return _gone(name, typed)
    if url := kind_of(page).edit_url(page):
        return see_other(url)
    if "write" not in page.allowed:
        return _refused(page, typed, actor)
    part = _part_named(typed, page)
    if "preview" in request.form:
        return screen.previewed(typed, page=page, part=part)
    try:
        throttle.count_save()
        saved = _saved_page(page, typed, actor)
    except save.Conflict as found:
        drafts.keep_conflict(found, typed.summary, actor=actor)
        return conflict.screen(found, replace(typed, section=""))
    except save.Gone:
        return _gone(name, typed)
    except FAILURES as error:
        return screen.failed(error, typed, page=page, part=part)
    return _saved(
        saved, typed, merged=typed.base is not None and saved.revision_no > typed.base + 1
    )


def _opened(page: Page, ident: str) -> tuple[Typed, section.Part | None]:
    """Return what the editor holds: one section, or the whole page when it has no such one (any more)."""
    typed = screen.typed_of(page)
    part = section.part_of(page.head.text, ident, lang=page.lang) if ident else None
    if part is not None:
        key = f"{typed.draft_key}#{ident}"
        return replace(typed, text=part.text, section=ident, draft_key=key), part
    if ident:
        tell(_("This section is not there any more under that heading: here is the whole page."))
    return typed, None


def _together(typed: Typed, page: Page, actor: Actor) -> Typed:
    """Return what others wrote together and left unsaved, where there is such a text."""
    left = editor_context.unsaved_of(page, actor=actor, key=presence.new_key())
    return replace(typed, text=left.text, base=left.base, live=left.live) if left else typed


def _part_named(typed: Typed, page: Page) -> section.Part | None:
    """Return the section that the form at hand is about, by what it was when it was opened."""
    return section.opened(page, typed.section, base=typed.base) if typed.section else None


def _saved_page(page: Page, typed: Typed, actor: Actor) -> Page:
    """Save what was typed, of the page or of one section. Raises as `save.save`."""
    content, base = typed.content(dict(page.head.data)), typed.base
    live = "" if typed.section else typed.live
    signed = bool(live) and revision_authors.is_shared_text(page, live, typed.text)
    stamp = save.Stamp(summary=typed.summary, minor=typed.minor, live=live, all_sign=signed)
    if not typed.section:
        return save.save(page, content, base=base, author=actor, stamp=stamp)
    text = section.whole(page, typed.section, typed.text, base=base)
    if text is None:
        raise Invalid(base=_("This section does not exist in the version you opened."))
    try:
        content = replace(content, text=text)
        return save.save(page, content, base=base, author=actor, stamp=stamp)
    except save.Conflict as found:
        brought = section.brought(found, typed.section, typed.text)
        if brought is None:
            raise
        return save.save(page, brought, base=found.head.number, author=actor, stamp=stamp)


@blueprint.get("/-/new")
@audience("page")
def new() -> BaseResponse:
    """Open the editor on a page to be; `name`, `title` and `parent` may be given."""
    actor = current_actor()
    if not rights.may_create(actor):
        return _door(actor)
    name = page_name(request.args.get("name", ""))
    if name and (page := find.page_or_none(name, actor=actor)):
        return see_other(url_for("pages.edit", name=page.name))
    parent = _parent(request.args.get("parent", ""), actor)
    typed = Typed(
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
        typed = screen.drafted(typed, draft)
    offered = templates.offered(parent, actor=actor)
    return screen.previewed(typed, parent=parent, source=source, offered=offered)


@blueprint.post("/-/new", endpoint="create")
@audience("page")
def create_page() -> BaseResponse:
    """Make a page; its name comes from its title unless it was given."""
    wrong, actor, typed = inline_sign_in.sign_in(), current_actor(), screen.typed_now()
    parent = _parent(typed.parent, actor)
    if wrong or _signed_out(typed, actor):
        problem = _sign_in(wrong, unsigned=rights.may_create(actor))
        return screen.screen(typed, parent=parent, problem=problem, status=403)
    if not rights.may_create(actor):
        return screen.screen(typed, parent=parent, problem=_not_allowed(actor), status=403)
    if "preview" in request.form:
        return screen.previewed(typed, parent=parent)
    try:
        throttle.count_save()
        made = _made(typed, parent, actor)
    except FAILURES as error:
        if again := _made_already(typed, actor):
            return _saved(again, typed)
        return screen.failed(error, typed, parent=parent)
    return _saved(made, typed)


def _made(typed: Typed, parent: Page | None, actor: Actor) -> Page:
    """Make the page and lay the files that waited for it, both or neither. Raises as `save.create`."""
    stamp = save.Stamp(summary=typed.summary, minor=typed.minor)
    new, waiting = _new_page(typed, parent), pending_routes.waiting(typed.held)
    with db.write() if waiting else nullcontext():
        made = save.create(new, typed.content(), author=actor, stamp=stamp)
        if waiting:
            attachments.lay(made, waiting, actor=actor)
    return made


def _made_already(typed: Typed, actor: Actor) -> Page | None:
    """Return the page that this very text has just become: its button was pressed twice."""
    page = find.page_or_none(page_name(typed.name) or page_name(typed.title), actor=actor)
    if page is None or page.revision_no != 1 or page.head.author_id != actor.id:
        return None
    young = page.created_at > db.utcnow() - TWICE
    same = page.head.text == markup.normalise(typed.text) and page.title == typed.title.strip()
    return page if young and same else None


def _new_page(typed: Typed, parent: Page | None) -> save.NewPage:
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
    """Return the page a new one goes under, if it is one the actor may change."""
    page = find.page_or_none(name, actor=actor) if name else None
    return page if page and "write" in page.allowed else None


def _saved(page: Page, typed: Typed, *, merged: bool = False) -> BaseResponse:
    text = _("Saved, together with what others wrote meanwhile.") if merged else _("Saved.")
    tell(text, saved_draft=typed.draft_key)
    actor, ident = current_actor(), None
    if kept := typed.draft_key.partition("#")[2]:
        drafts.forget(page.name, actor=actor, section=kept)
    if typed.section and (now := find.page_by_id(page.id, actor=actor)):
        part = section.part_like(now.head.text, typed.text, lang=now.lang)
        ident = part.section.ident if part else None
    if "stay" in request.form:
        return see_other(url_for("pages.edit", name=page.name, section=ident))
    return see_other(url_for("pages.show", name=page.name, _anchor=ident))


def _gone(name: str, typed: Typed) -> BaseResponse:
    """Answer a save of a page that is not there, or not for this person: both look the same."""
    if not page_name(name):
        abort(404)
    kept = replace(typed, title=typed.title or page_name(name))
    retry = None
    problem = Problem(
        _("This page is not here any more"),
        _("It was removed, or closed to you. Your text is below: save it as a new page."),
    )
    if current_actor().is_anonymous:
        problem, retry = _sign_in(), url_for("pages.save", name=name)
    return screen.screen(kept, problem=problem, status=404, parent=None, retry_url=retry)


def _refused(page: Page, typed: Typed, actor: Actor) -> BaseResponse:
    return screen.screen(typed, page=page, problem=_not_allowed(actor), status=403)


def _not_allowed(actor: Actor) -> Problem:
    if actor.is_anonymous:
        return _sign_in()
    return Problem(
        _("You may not change this page"),
        _("Your text is still here: copy it, or save it as a new page."),
    )


def _signed_out(typed: Typed, actor: Actor) -> bool:
    """Return whether who opened the editor signed in is not any more, and has not chosen to save without account."""
    return bool(typed.by) and actor.is_anonymous and inline_sign_in.UNSIGNED not in request.form


def _who(name: str, page: Page | None, typed: Typed, wrong: str) -> BaseResponse:
    """Ask who saves, in the form itself: a session ended, or a password is wrong."""
    unsigned = page is not None and "write" in page.allowed
    problem = _sign_in(wrong, unsigned=unsigned)
    retry = None if page else url_for("pages.save", name=name)
    return screen.screen(typed, page=page, problem=problem, status=403, retry_url=retry)


def _sign_in(wrong: str = "", *, unsigned: bool = False) -> Problem:
    title = wrong or _("Sign in, then save")
    text = _("Your text is still here. Say who you are, and it is saved with the same button.")
    return Problem(title, text, sign_in=True, unsigned=unsigned)


def _door(actor: Actor) -> BaseResponse:
    if not actor.is_anonymous:
        abort(403)
    return see_other(
        url_for("accounts.sign_in", next=request.script_root + request.full_path.rstrip("?"))
    )
