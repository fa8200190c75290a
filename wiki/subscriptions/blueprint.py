"""The blueprint of subscriptions; the modules that `routes.py` imports add routes to it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("subscriptions", __name__)
