"""The blueprint that the modules beside it hang their routes on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/-")
