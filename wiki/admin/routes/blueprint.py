"""The blueprint of the administration; the modules of this package add routes to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/-")
