"""Lists shown inside other sites: a light page for frames, the code that brings it there, and oEmbed.

It is read as someone without account who may only read, whoever looks: there is nothing in it to click by mistake,
no cookie counts, and other sites see what everyone sees. So any site may show it, unless an admin says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, g, jsonify, render_template, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.forms import forms
from wiki.bazar.lists import list_view, saved_views
from wiki.bazar.lists.routes import asked_view
from wiki.bazar.models import Form
from wiki.bazar.query.results import Query
from wiki.bazar.views import parse_query, request_query
from wiki.bazar.views.support.urls import list_url
from wiki.core import settings
from wiki.core.access import Actor, current_actor
from wiki.core.http import Invalid, absolute_url, allow_frame, allow_framing, audience, render
from wiki.pages import find

blueprint = Blueprint("embed", __name__)

READER = Actor(anonymous_may=frozenset({"read"}))
WIDTH, HEIGHT = 800, 600
LEAST = 200
LIST = "/-/forms/"
LASTS = 3600


@blueprint.get("/-/embed/forms/<form_key>")
@audience("anyone")
def embedded_list(form_key: str) -> BaseResponse:
    """Show a list in one of its views, alone, for the frames of other sites."""
    # Whoever has a session here is not known in a frame of another site.
    g.actor = READER
    form = forms.form_or_404(form_key, READER)
    wanted, held = request_query(form, actor=READER), None
    if not request.args:
        held = saved_views.default_of(form, actor=READER)
    view = list_view.suiting(form, held.view if held else asked_view(), actor=READER)
    asked = held.query if held else wanted
    found = list_view.find(form, asked, view, actor=READER, facets=False)
    hosts = settings.get("framed_by")
    allow_framing(["*"] if "*" in hosts else [f"https://{host}" for host in hosts])
    html = render_template(
        "bazar/embedded_list.html",
        form=form,
        found=found,
        view=view,
        settings=[],
        list_address=list_url(form, asked, view=view.name),
        **view.context(found),
    )
    return Response(html)


@blueprint.get("/-/forms/<form_key>/embedding")
@audience("page")
def embedding(form_key: str) -> Response:
    """Show the code that brings a list into another site, and how it looks there."""
    actor = current_actor()
    form = forms.form_or_404(form_key, actor)
    wanted, view = request_query(form, actor=actor), asked_view()
    url = _embed_url(form, wanted, view)
    allow_frame("'self'")
    return render(
        "bazar/embed.html",
        form=form,
        list_url=list_url(form, wanted, view=view),
        address=absolute_url(list_url(form, wanted, view=view)),
        preview=url,
        code=str(_code(form.title, absolute_url(url), WIDTH, HEIGHT)),
        is_open=_is_open(form, url),
        hosts=settings.get("framed_by"),
    )


@blueprint.get("/-/oembed")
@audience("anyone")
def oembed() -> BaseResponse:
    """Say how an address of this wiki is shown elsewhere: a list in a frame, a page as a link (oembed.com)."""
    g.actor = READER
    kind = request.args.get("format", "json")
    if kind not in {"json", "xml"}:
        abort(501)
    document = _described(request.args.get("url", "")) or abort(404)
    if kind == "json":
        return jsonify(document)
    rows = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in document.items())
    text = f'<?xml version="1.0" encoding="utf-8"?><oembed>{rows}</oembed>'
    return Response(text, content_type="text/xml; charset=utf-8")


def _described(url: str) -> dict[str, Any] | None:
    """Return what oEmbed says of an address, None unless everyone may read what stands there."""
    here = urlsplit(absolute_url(request.script_root + "/"))
    try:
        there = urlsplit(url[:2000])
    except ValueError:
        return None
    if there.netloc != here.netloc or not there.path.startswith(here.path):
        return None
    path = "/" + unquote(there.path.removeprefix(here.path))
    site = {"provider_name": settings.get("name"), "provider_url": here.geturl()}
    base: dict[str, Any] = {"version": "1.0", **site, "cache_age": LASTS}
    if path.startswith(LIST) and "/" not in path.removeprefix(LIST):
        return _list_described(path.removeprefix(LIST), there.query, base)
    name = path.removeprefix("/")
    page = find.page_or_none(name, actor=READER) if "/" not in name and name != "-" else None
    return base | {"type": "link", "title": page.title} if page else None


def _list_described(key: str, args: str, base: dict[str, Any]) -> dict[str, Any] | None:
    form = next((one for one in forms.forms_visible(READER) if one.key == key), None)
    if form is None:
        return None
    given = MultiDict(parse_qsl(args)[:50])
    try:
        wanted = parse_query(form, given, actor=READER, besides=("view",))
    except Invalid:
        return None
    width, height = _size("maxwidth", WIDTH), _size("maxheight", HEIGHT)
    url = absolute_url(_embed_url(form, wanted, given.get("view", "")))
    html = _code(form.title, url, width, height)
    return base | {
        "type": "rich", "title": form.title, "html": str(html), "width": width, "height": height,
    }  # fmt: skip


def _size(name: str, usual: int) -> int:
    """Return a size that fits what is asked."""
    text = request.args.get(name, "")
    return max(LEAST, min(int(text), usual)) if text.isdecimal() and len(text) < 6 else usual


def _embed_url(form: Form, wanted: Query, view: str) -> str:
    args: Mapping[str, Any] = wanted.args() | ({"view": [view]} if view else {})
    return url_for("bazar.embed.embedded_list", form_key=form.key, **args)


def _code(title: str, url: str, width: int, height: int) -> Markup:
    return Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
        'style="border:0;max-width:100%"></iframe>'
    ).format(url, title, width, height)


def _is_open(form: Form, url: str) -> bool:
    """Answer whether everyone may read this list with its filters."""
    if all(one.id != form.id for one in forms.forms_visible(READER)):
        return False
    try:
        parse_query(
            form, MultiDict(parse_qsl(urlsplit(url).query)), actor=READER, besides=("view",)
        )
    except Invalid:
        return False
    return True
