"""The blueprint every screen of talk and follow adds its routes to. `screens.py` imports them all."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("talk", __name__)
