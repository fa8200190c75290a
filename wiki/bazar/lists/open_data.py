"""A list, or an entry, for other programs: GeoJSON, JSON-LD and RSS, for the reader at hand."""

from __future__ import annotations

import json
from email.utils import format_datetime
from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.entries import entries, entry_view
from wiki.bazar.entries.summary import brief
from wiki.bazar.lists import feeds, semantic
from wiki.bazar.lists.routes import all_found
from wiki.bazar.views.support.urls import export_url, list_url
from wiki.core.access import current_actor
from wiki.core.http import absolute_url, audience, render
from wiki.pages import find

blueprint = Blueprint("open_data", __name__)

GEOJSON, JSONLD, RSS = "application/geo+json", "application/ld+json", "application/rss+xml"


@blueprint.get("/-/forms/<form_key>.geojson", endpoint="as_geojson")
@audience("page")
def geojson(form_key: str) -> BaseResponse:
    """Give the entries of a list that stand somewhere. Aborts 404 where no field is a place."""
    found = all_found(form_key)
    if not semantic.has_places(found.specs):
        abort(404)
    return _sent(semantic.feature_collection(found), GEOJSON)


@blueprint.get("/-/forms/<form_key>.jsonld", endpoint="as_jsonld")
@audience("page")
def jsonld(form_key: str) -> BaseResponse:
    """Give a list as linked data, its entries of the type the form says."""
    return _sent(semantic.list_document(all_found(form_key)), JSONLD)


@blueprint.get("/-/forms/<form_key>/<name>/entry.jsonld")
@audience("page")
def one_jsonld(form_key: str, name: str) -> BaseResponse:
    """Give one entry as linked data."""
    actor = current_actor()
    page = find.page_or_404(name, actor=actor)
    held = entries.form_of(page) if page.form_id is not None else None
    if held is None or held.key != form_key:
        abort(404)
    entry = entry_view.entry_at(page, page.head, actor=actor)
    return _sent(semantic.entry_document(entry, held), JSONLD)


@blueprint.get("/-/forms/<form_key>.rss", endpoint="as_rss")
@audience("page")
def rss(form_key: str) -> BaseResponse:
    """Give the entries of a list as RSS 2.0, those changed last first; Atom says more."""
    found = feeds.found_for(form_key, sort="-updated", most=feeds.IN_FEED)
    answer = render(
        "bazar/list_feed.rss.xml",
        found=found,
        rows=[(entry, brief(entry.data, found.specs, excerpt=True)) for entry in found.entries],
        xml=feeds.plain,
        when=format_datetime,
        absolute=absolute_url,
        self_url=absolute_url(export_url(found.form, found.query, "rss")),
        list_url=absolute_url(list_url(found.form, found.query)),
    )
    answer.content_type = f"{RSS}; charset=utf-8"
    answer.add_etag()
    return answer.make_conditional(request)


def _sent(document: dict[str, Any], media_type: str) -> BaseResponse:
    answer = Response(json.dumps(document, ensure_ascii=False, indent=1), content_type=media_type)
    answer.add_etag()
    return answer.make_conditional(request)
