"""Routes to share a page: its address, QR code, e-mail and share links."""

from __future__ import annotations

from datetime import date

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core.access import current_actor
from wiki.core.http import Invalid, absolute_url, audience, render, see_other
from wiki.core.qr import drawing
from wiki.pages import find
from wiki.pages.blueprint import blueprint
from wiki.pages.models import Page
from wiki.pages.sharing import links
from wiki.pages.throttle import count_change


@blueprint.get("/<name>/share")
@audience("page")
def share(name: str) -> Response:
    """Show the ways to share a page."""
    return _screen(find.page_or_404(name, actor=current_actor()))


@blueprint.post("/<name>/share/links")
@audience("page")
def make_read_link(name: str) -> Response:
    """Create a share link and show its URL, only this once."""
    page = _shareable_page(name)
    values = {field: request.form.get(field, "").strip() for field in ("label", "until")}
    try:
        until = _day(values["until"])
        token = links.make(page, label=values["label"], until=until, actor=current_actor())
    except Invalid as error:
        return _screen(page, typed=values, errors=error.errors, status=422)
    except PermissionError:
        abort(403)
    return _screen(page, new_url=absolute_url(url_for("pages.lent", token=token)), status=201)


@blueprint.post("/<name>/share/links/<int:link_id>/revocation")
@audience("page")
def revoke_read_link(name: str, link_id: int) -> BaseResponse:
    """Revoke a share link."""
    page = _shareable_page(name)
    try:
        if not links.revoke(page, link_id, actor=current_actor()):
            abort(404)
    except PermissionError:
        abort(403)
    flash(_("This link opens nothing any more."), "success")
    return see_other(url_for("pages.share", name=page.name, _anchor="secret"))


def _shareable_page(name: str) -> Page:
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    if not links.may_give(page, actor):
        abort(403)
    count_change()
    return page


def _day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError as error:
        raise Invalid(until=_("This is no date.")) from error


def _screen(
    page: Page,
    *,
    new_url: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    address = absolute_url(url_for("pages.show", name=page.name))
    may_give = links.may_give(page, current_actor())
    response = render(
        "pages/share.html",
        status=status,
        page=page,
        address=address,
        code=drawing(address),
        may_give=may_give,
        links=links.links_of(page) if may_give else (),
        most=links.MOST,
        new_url=new_url,
        typed=typed or {},
        errors=errors or {},
    )
    if new_url:
        response.headers["Cache-Control"] = "no-store"
    return response
