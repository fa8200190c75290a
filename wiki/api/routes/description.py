"""The OpenAPI description of the API."""

from __future__ import annotations

from flask import Response, jsonify

from wiki.api import openapi
from wiki.api.contract import operation
from wiki.api.routes.blueprint import blueprint
from wiki.core.http import audience


@blueprint.get("/openapi.json")
@operation("Read this description", {200: "Description"})
@audience("anyone")
def describe() -> Response:
    """Return the OpenAPI description."""
    return jsonify(openapi.document())
