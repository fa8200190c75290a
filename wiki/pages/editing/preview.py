"""Preview of a text in the editor, rendered for its author and not stored."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, current_app, make_response, request
from markupsafe import Markup

from wiki.core import markup, settings
from wiki.core.access import Actor, current_actor
from wiki.core.http import audience
from wiki.pages import find, rendering, rights
from wiki.pages.blueprint import blueprint
from wiki.pages.files.pending import addresses
from wiki.pages.models import Page


@blueprint.post("/-/preview")
@audience("page")
def preview() -> Response:
    """Return the HTML of a text; `page` is the name of its page, whose attachments it shows."""
    actor = current_actor()
    rights.check_writer()
    text = request.form.get("text", "")
    if len(text.encode()) > current_app.config["GARE"].max_page_kb * 1024:
        abort(413)
    name = request.args.get("page") or request.form.get("page", "")
    page = find.page_or_none(name, actor=actor) if name else None
    uploads = request.form.getlist("held")
    return make_response(preview_of(text, page=page, actor=actor, held=uploads))


def preview_of(text: str, *, page: Page | None, actor: Actor, held: Sequence[str] = ()) -> Markup:
    """Return the HTML of a text on a page for this reader; `held` are the keys of pending uploads."""
    document = rendering.document_of(
        markup.normalise(text), page.lang if page else settings.get("lang")
    )
    files = addresses(held) if page is None else None
    return disable_forms(rendering.fill(document, page=page, actor=actor, files=files))


def disable_forms(html: Markup) -> Markup:
    """Turn the forms of a text into disabled fieldsets: nested in the editor's form, they would be submitted."""
    disabled = str(html).replace("<form", "<fieldset disabled").replace("</form>", "</fieldset>")
    return Markup(disabled)  # noqa: S704 (the markup that came in, two element names changed)
