"""A page as slides: its text, cut at its rules and titles, one screen each; it scrolls without JavaScript."""

from __future__ import annotations

from flask import Response, abort, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.core.access import current_actor
from wiki.core.http import audience, render, see_other
from wiki.core.markup import sections
from wiki.macros.routes.blueprint import blueprint
from wiki.pages import find, rendering


@blueprint.get("/<name>/slides")
@audience("page")
def slides(name: str) -> Response | BaseResponse:
    """Show a page of text as slides."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if page.kind != "text":
        abort(404)
    if page.name != name:
        return see_other(url_for(".slides", name=page.name))
    whole = rendering.stored(page)
    turns = iter(range(rendering.MOST_MACROS))
    shown = [
        rendering.fill(one, page=page, actor=actor, turns=turns, headings=whole.headings)
        for one in sections.slides(whole)
    ]
    return render("macros/slideshow.html", page=page, slides=shown)
