"""The blueprint every screen of macros adds its routes to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("macros", __name__)
