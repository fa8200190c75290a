"""A page read by a secret link: itself and its files, and around it what anyone may read, nothing more."""

from __future__ import annotations

import re

from flask import Response, abort, g, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import people
from wiki.core.access import current_actor
from wiki.core.http import audience, render
from wiki.pages.blueprint import blueprint
from wiki.pages.files.attachments import file_of, files_of, given
from wiki.pages.kinds import kind_of
from wiki.pages.models import Page
from wiki.pages.sharing import links

SECRET = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    # The address is the key: it goes to no other site, not even as where one came from.
    "Referrer-Policy": "no-referrer",
}


@blueprint.get("/-/lent/<token>")
@audience("anyone")
def lent(token: str) -> BaseResponse:
    """Show the page that a secret link opens, as it is now."""
    page = _page_or_404(token)
    kind = kind_of(page)
    body = _with_own_files(kind.body(page, page.head, actor=current_actor()), page, token)
    answer = render(
        "pages/shared_page.html", page=page, kind=kind, body=body, token=token, files=files_of(page)
    )
    return _secret(answer)


@blueprint.get("/-/lent/<token>/<path:file>")
@audience("anyone")
def lent_file(token: str, file: str) -> BaseResponse:
    """Give a file of the page that a secret link opens."""
    row = file_of(_page_or_404(token), file) or abort(404)
    return _secret(given(row))


def _page_or_404(token: str) -> Page:
    """Return the page of a link, and let whoever asks be nobody in particular for the rest of the request."""
    page = links.page_of(token)
    g.actor = people.anonymous_actor()
    if page is None:
        abort(404)
    page.allowed = frozenset({"read"})
    return page


def _with_own_files(body: Markup, page: Page, token: str) -> Markup:
    """Lead to the page's own files by the link itself: their usual address wants a right to read."""
    usual, here = (
        url_for("pages.attachment", name=page.name, file="-")[:-1],
        url_for("pages.lent_file", token=token, file="-")[:-1],
    )
    # In what we render, quotes only delimit attributes.
    led = str(body).replace(f'="{usual}', f'="{here}')
    led = re.sub(r' srcset="[^"]*"', lambda sizes: sizes[0].replace(f" {usual}", f" {here}"), led)
    return Markup(led)  # noqa: S704 - ours, one prefix for another


def _secret(answer: Response) -> Response:
    answer.headers.update(SECRET)
    return answer
