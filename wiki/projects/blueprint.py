"""The blueprint of projects; `routes.py` imports the modules that add routes to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("projects", __name__, url_prefix="/-")
