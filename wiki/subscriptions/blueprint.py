"""The blueprint of subscriptions; `routes.py` imports the modules that add routes to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("subscriptions", __name__)
