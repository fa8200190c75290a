"""The site's generated style sheet and its logo, at versioned URLs that can be cached."""

from __future__ import annotations

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
    """Serve the generated style sheet, empty for the default appearance."""
    current = appearance.current()
    response = Response(appearance.css(current), content_type="text/css; charset=utf-8")
    return _cached(response, request.args.get("v") == appearance.version(current))  # type: ignore[return-value]


@blueprint.get("/logo.png")
@audience("anyone")
def logo() -> BaseResponse:
    """Serve the site's logo. Aborts 404 if there is none."""
    sha256 = str(settings.get("logo"))
    try:
        path = files.path(sha256)
    except FileNotFoundError:
        abort(404)
    return _cached(
        send_file(path, mimetype="image/png", etag=sha256), request.args.get("v") == sha256[:10]
    )


@blueprint.app_context_processor
def site_look() -> dict[str, object]:
    """Add the URLs of style sheet and logo to the template variable `site`, empty if there is none."""
    site = settings.everything()
    urls = {"theme_url": "", "logo_url": ""}
    if has_request_context():
        if version := appearance.version(appearance.current()):
            urls["theme_url"] = url_for("admin.theme", v=version)
        if site["logo"]:
            urls["logo_url"] = url_for("admin.logo", v=site["logo"][:10])
    return {"site": site | urls}


def _cached(response: BaseResponse, is_current: bool) -> BaseResponse:
    response.cache_control.no_cache = None if is_current else True
    response.cache_control.public = True
    response.cache_control.max_age = DAY if is_current else None
    return response
