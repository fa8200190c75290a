"""The search settings screen: synonyms, and pages pinned to search words."""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.routes import form_input
from wiki.admin.routes.blueprint import blueprint
from wiki.core.access import current_actor
from wiki.core.http import audience, render, see_other
from wiki.pages import find
from wiki.search import pins, synonyms
from wiki.search.synonyms import Fault, Wrong

LONGEST_TEXT = 50_000
SHOWN_FAULTS = 8


@blueprint.get("/admin/search")
@audience("admin")
def search() -> Response:
    """Show the synonyms and the pins."""
    return _form()


@blueprint.post("/admin/search/synonyms")
@audience("admin")
def save_synonyms() -> BaseResponse:
    """Save all groups of synonyms, or none if a line is wrong."""
    text = request.form.get("synonyms", "").replace("\r\n", "\n").replace("\0", "")
    if len(text) > LONGEST_TEXT:
        return _form(
            text, errors={"synonyms": _("At most %(count)s characters.", count=LONGEST_TEXT)}
        )
    faults = synonyms.save(text)
    if faults:
        message = " ".join(explain(fault) for fault in faults[:SHOWN_FAULTS])
        return _form(text, errors={"synonyms": message})
    flash(_("The synonyms are saved: searches follow them from now on."), "success")
    return see_other(url_for("admin.search"))


@blueprint.post("/admin/search/pins")
@audience("admin")
def add_pin() -> BaseResponse:
    """Pin a page to search words."""
    words, name = form_input.read_line("words"), form_input.read_line("page")
    page = find.page_or_none(name, actor=current_actor()) if name else None
    errors = {}
    if not pins.key_of(words) or len(words) > pins.LONGEST:
        errors["words"] = _("Type the words people search with.")
    if page is None:
        errors["page"] = _("There is no page of this name.")
    if errors or page is None:
        return _form(words=words, page=name, errors=errors)
    pins.add(words, page)
    flash(_("“%(title)s” now comes first for these words.", title=page.title), "success")
    return see_other(url_for("admin.search"))


@blueprint.post("/admin/search/pins/<int:pin_id>/removal")
@audience("admin")
def remove_pin(pin_id: int) -> BaseResponse:
    """Remove a pin."""
    if not pins.remove(pin_id):
        abort(404)
    flash(_("This answer is no longer chosen."), "success")
    return see_other(url_for("admin.search"))


def explain(fault: Fault) -> str:
    """Return the error message of a line of synonyms."""
    reason = {
        Wrong.ALONE: _("“%(word)s” needs another word after a comma.", word=fault.word),
        Wrong.EMPTY: _("“%(word)s” has no word to search for.", word=fault.word),
        Wrong.LONG: _("“%(word)s” is too long.", word=fault.word),
        Wrong.MANY: _("there are too many of them."),
        Wrong.TWICE: _("“%(word)s” is already in a group.", word=fault.word),
    }[fault.wrong]
    return _("Line %(number)s: %(fault)s", number=fault.number, fault=reason)


def _form(
    text: str | None = None,
    *,
    words: str = "",
    page: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    return render(
        "admin/search.html",
        status=422 if errors else 200,
        synonyms=synonyms.own() if text is None else text,
        pins=pins.listing(),
        words=words,
        page=page,
        errors=errors or {},
    )
