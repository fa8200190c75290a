"""The blueprint every screen of the builder adds its routes to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("builder", __name__)
