"""Adding and changing an entry, and the files of its fields. Lists are `listing.py`'s."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import (
    antispam,
    drafts,
    duplicates,
    entries,
    entry_view,
    form_migration,
    moderation,
    notifications,
    submission,
)
from wiki.bazar.entries.entry_form import Sheet, collision, screen
from wiki.bazar.fields.image import Image
from wiki.bazar.forms import forms, submission_terms
from wiki.bazar.models import Form
from wiki.bazar.values import uploads
from wiki.core import db
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, audience, see_other
from wiki.pages import find, save
from wiki.pages.content import Content
from wiki.pages.images import thumbnails
from wiki.pages.images.thumbnails import WHOLE
from wiki.pages.models import Page
from wiki.pages.throttle import TooMany, count_save
from wiki.pages.toast import tell

blueprint = Blueprint("entries", __name__)
blueprint.add_app_template_global(uploads.sized, "sized")

PREVIEW = "_preview"
"""The button that shows what the wiki makes of the answers, and saves nothing."""
DRAFT = "draft"
"""In an address: take up what was typed and not saved."""


@blueprint.get("/-/forms/<form_key>/new")
@audience("page")
def new_entry(form_key: str) -> BaseResponse:
    """Open the form of a new entry; arguments named as fields fill it, `project` puts it in one."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    room = submission.room_asked(actor)
    if not forms.may_add(form, actor):
        return submission.door(actor)
    given = MultiDict(
        (key, value)
        for key, value in request.args.items(multi=True)
        if key not in {"project", DRAFT}
    )
    values = {
        spec.key: forms.type_of(spec).from_form(spec, given, MultiDict())
        for spec in entries.asked(form, actor, None)
        if spec.key in given
    }
    if DRAFT in request.args:
        values = drafts.taken_up(form, None, actor=actor)
    project = room.title if room else ""
    return screen(Sheet(form=form, values=values, action=submission.here(), project=project))


@blueprint.post("/-/forms/<form_key>/new")
@audience("page")
def add_entry(form_key: str) -> BaseResponse:
    """Make an entry of what was typed, or show it again with what stands in its way."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    room = submission.room_asked(actor)
    try:
        if not forms.may_add(form, actor):
            raise PermissionError
        submission.check_trap()
        count_save()
        if drafts.LATER in request.form and actor.id is not None:
            return _kept_for_later(form, None, actor)
        content = entries.clean(form, submission.sent(form), request.files, actor)
        if PREVIEW in request.form:
            return _previewed(form, content, None)
        email = _check_terms(form, actor)
        if likes := _alike(form, content, actor):
            return _told_alike(form, content, likes)
        antispam.spend(form, actor)
        with db.write() as session:
            page = entries.create(form, content, actor, room, stamp=submission.stamp_sent())
            waits = moderation.waits(page)
            notifications.tell(session, form, page, waiting=waits, email=email)
            drafts.forget(form, None, actor=actor)
    except (Invalid, TooMany, db.Busy, PermissionError) as error:
        return submission.failed(error, form, None, actor)
    return _added(form, page, waits, actor)


@blueprint.get("/-/forms/<form_key>/<name>/edit")
@audience("page")
def edit_entry(form_key: str, name: str) -> BaseResponse:
    """Open an entry in its form."""
    actor = current_actor()
    form, page = submission.entry_asked(form_key, name, actor)
    if "write" not in page.allowed:
        return submission.door(actor)
    values = form_migration.foreseen(form, page, entries.values_of(form, page.head.content))
    base = page.revision_no
    if DRAFT in request.args:
        values |= drafts.taken_up(form, page, actor=actor)
        base = drafts.base_of(form, page, actor=actor) or base
    return screen(Sheet(form=form, values=values, action=submission.here(), page=page, base=base))


@blueprint.post("/-/forms/<form_key>/<name>/edit")
@audience("page")
def save_entry(form_key: str, name: str) -> BaseResponse:
    """Save what was typed, merged with what came since; or show it again."""
    actor = current_actor()
    form, page = submission.entry_asked(form_key, name, actor)
    base = submission.base_sent()
    taken = [key.partition(".")[2] for key, side in request.form.items() if side == "theirs"]
    try:
        if "write" not in page.allowed:
            raise PermissionError
        submission.check_trap()
        count_save()
        if drafts.LATER in request.form and actor.id is not None:
            return _kept_for_later(form, page, actor)
        base = form_migration.catch_up(form, page, base)
        page = find.page_or_404(name, actor=actor)
        kept = [*taken, *submission.not_asked(form, page, actor)]
        content = entries.clean(form, submission.sent(form), request.files, actor, page, keep=kept)
        if PREVIEW in request.form:
            return _previewed(form, content, page)
        saved = save.save(page, content, base=base, author=actor, stamp=submission.stamp_sent())
    except save.Conflict as conflict:
        return collision(conflict, action=submission.here())
    except (Invalid, TooMany, db.Busy, save.Gone, PermissionError) as error:
        return submission.failed(error, form, page, actor)
    tell(_("Saved."), saved_draft=f"page:{saved.id}")
    return see_other(url_for("pages.show", name=saved.name))


@blueprint.put("/-/forms/<form_key>/draft")
@audience("signed-in")
def keep_draft(form_key: str) -> Response:
    """Keep what has been typed so far of a new entry; a script asks."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor, need="write")
    kept = drafts.keep(form, None, request.form, actor=actor)
    return jsonify(updated_at=kept.updated_at.isoformat())


@blueprint.delete("/-/forms/<form_key>/draft")
@audience("signed-in")
def drop_draft(form_key: str) -> Response:
    """Throw away one's draft of a new entry; a script asks."""
    actor = current_actor()
    drafts.forget(forms.form_or_404(form_key, actor), None, actor=actor)
    return Response(status=204)


@blueprint.post("/-/forms/<form_key>/draft/removal")
@audience("signed-in")
def remove_draft(form_key: str) -> BaseResponse:
    """Throw away one's draft of a new entry."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    drafts.forget(form, None, actor=actor)
    flash(_("The draft is thrown away."), "success")
    return see_other(url_for("bazar.lists.show", form_key=form.key))


@blueprint.get("/-/entry-files/<name>/<field>")
@audience("page")
def field_file(name: str, field: str) -> Response:
    """Give the file that answers a field, to who may read the entry and the field."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if page.form_id is None:
        abort(404)
    specs = forms.readable_specs(entries.form_of(page), actor, page.owner_id)
    for spec, value in entry_view.held(specs, page.head):
        if spec.key == field and uploads.is_stored(value):
            width = thumbnails.asked(request.args.get("w", ""))
            kind = forms.type_of(spec)
            cut = kind.cut(spec, value) if isinstance(kind, Image) else WHOLE
            return uploads.sent(value, width=width, cut=cut)
    return abort(404)


def _previewed(form: Form, content: Content, page: Page | None) -> Response:
    """Answer with the form as it was filled in, and what the wiki makes of it."""
    sheet = Sheet(
        form=form,
        values=entries.values_of(form, content),
        action=submission.here(),
        page=page,
        base=submission.base_sent() if page else None,
        previewed=content,
    )
    return screen(sheet)


def _kept_for_later(form: Form, page: Page | None, actor: Actor) -> BaseResponse:
    """Keep what is typed as it is, needed answers missing or not, and go back."""
    drafts.keep(form, page, request.form, actor=actor)
    flash(
        _(
            "Your draft is kept: you find it again here, and in “My station”. Files are asked again."
        ),
        "success",
    )
    return see_other(url_for("bazar.lists.show", form_key=form.key))


def _added(form: Form, page: Page, waits: bool, actor: Actor) -> BaseResponse:
    """Go to what was added, or to the list when its author may not see it before others do."""
    if not waits:
        tell(_("The entry is added."), saved_draft=f"entry:{form.id}")
        return see_other(url_for("pages.show", name=page.name))
    flash(_("Thank you! Your entry is kept, and waits for someone to look at it."), "success")
    if actor.is_anonymous:
        return see_other(url_for("bazar.lists.show", form_key=form.key))
    return see_other(url_for("pages.show", name=page.name))


def _check_terms(form: Form, actor: Actor) -> str:
    """Check what adding asks for beyond the answers; return the e-mail that was left. Raises Invalid."""
    errors: dict[str, str] = {}
    email = request.form.get("_email", "").strip() if actor.is_anonymous else ""
    if email and (len(email) > 254 or not submission_terms.MAIL.fullmatch(email)):
        errors["_email"] = _("“%(mail)s” is no e-mail address.", mail=email[:80])
    if submission_terms.terms_of(form).condition and "_agreed" not in request.form:
        errors["_agreed"] = _("Tick this box to go on.")
    if mine := submission_terms.added_already(form, actor):
        errors["title"] = _("You have an entry here already: %(title)s.", title=mine.title)
    if errors:
        raise Invalid(**errors)
    antispam.check(form, actor)
    return email


def _alike(form: Form, content: Content, actor: Actor) -> Sequence[Page]:
    if "_other" in request.form or not submission_terms.watches_alike(form):
        return ()
    return duplicates.alike(form, content.title, actor=actor)


def _told_alike(form: Form, content: Content, likes: Sequence[Page]) -> Response:
    """Answer with the form as it was filled in, and the entries that may be the same."""
    values = entries.values_of(form, content)
    sheet = Sheet(form=form, values=values, action=submission.here(), alike=likes)
    return screen(sheet, status=409)
