"""Pages opened by a share link: the page and its files; everything else is as for an anonymous reader."""

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
    # The address is the secret: do not leak it to other sites as a referrer.
    "Referrer-Policy": "no-referrer",
}


@blueprint.get("/-/lent/<token>")
@audience("anyone")
def lent(token: str) -> BaseResponse:
    """Show the current revision of the page of a share link."""
    page = _page_or_404(token)
    kind = kind_of(page)
    body = _with_own_files(kind.body(page, page.head, actor=current_actor()), page, token)
    response = render(
        "pages/shared_page.html", page=page, kind=kind, body=body, token=token, files=files_of(page)
    )
    return _secret(response)


@blueprint.get("/-/lent/<token>/<path:file>")
@audience("anyone")
def lent_file(token: str, file: str) -> BaseResponse:
    """Serve a file of the page of a share link."""
    row = file_of(_page_or_404(token), file) or abort(404)
    return _secret(given(row))


def _page_or_404(token: str) -> Page:
    """Load the page of a share link and make the request anonymous. Aborts 404."""
    page = links.page_of(token)
    g.actor = people.anonymous_actor()
    if page is None:
        abort(404)
    page.allowed = frozenset({"read"})
    return page


def _with_own_files(body: Markup, page: Page, token: str) -> Markup:
    """Rewrite the URLs of the page's files to go through the link: the usual ones require access."""
    usual_prefix, link_prefix = (
        url_for("pages.attachment", name=page.name, file="-")[:-1],
        url_for("pages.lent_file", token=token, file="-")[:-1],
    )
    # In our rendered HTML, double quotes only delimit attributes.
    html = str(body).replace(f'="{usual_prefix}', f'="{link_prefix}')
    html = re.sub(
        r' srcset="[^"]*"',
        lambda match: match[0].replace(f" {usual_prefix}", f" {link_prefix}"),
        html,
    )
    return Markup(html)  # noqa: S704 - ours, one prefix for another


def _secret(response: Response) -> Response:
    response.headers.update(SECRET)
    return response
