"""The blueprint of search, to which each screen adds its routes."""

from flask import Blueprint

blueprint = Blueprint("search", __name__)
