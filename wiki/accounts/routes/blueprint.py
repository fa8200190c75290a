"""The blueprint of accounts; the modules of this package add routes to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__, url_prefix="/-")
