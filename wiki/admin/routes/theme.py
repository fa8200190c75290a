"""The site's own style sheet and logo, for every reader, at addresses that change when they do."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, has_request_context, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.admin import appearance
from wiki.admin.routes.blueprint import blueprint
from wiki.core import files, settings
from wiki.core.http import audience

DAY = 24 * 3600


@blueprint.get("/theme.css")
@audience("anyone")
def theme() -> Response:
    """Answer with the style sheet of the site's look; an empty one when nothing is set."""
    chosen = appearance.current()
    answer = Response(appearance.css(chosen), content_type="text/css; charset=utf-8")
    return _cached(answer, request.args.get("v") == appearance.version(chosen))  # type: ignore[return-value]


@blueprint.get("/logo.png")
@audience("anyone")
def logo() -> BaseResponse:
    """Answer with the site's logo. Aborts 404 when there is none."""
    kept = str(settings.get("logo"))
    try:
        path = files.path(kept)
    except FileNotFoundError:
        abort(404)
    return _cached(
        send_file(path, mimetype="image/png", etag=kept), request.args.get("v") == kept[:10]
    )


@blueprint.app_context_processor
def site_look() -> dict[str, Any]:
    """Add to `site` where its style sheet and its logo are; empty when it has none."""
    site = settings.everything()
    urls = {"theme_url": "", "logo_url": ""}
    if has_request_context():
        if version := appearance.version(appearance.current()):
            urls["theme_url"] = url_for("admin.theme", v=version)
        if site["logo"]:
            urls["logo_url"] = url_for("admin.logo", v=site["logo"][:10])
    return {"site": site | urls}


def _cached(answer: BaseResponse, is_current: bool) -> BaseResponse:
    answer.cache_control.no_cache = None if is_current else True
    answer.cache_control.public = True
    answer.cache_control.max_age = DAY if is_current else None
    return answer
