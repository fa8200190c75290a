"""The blueprint every screen of pages adds its routes to. `screens.py` imports them all."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("pages", __name__)
