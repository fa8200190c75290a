"""The measure: one Flask route that fills one cached Jinja template of a given size."""

from __future__ import annotations

import os

from flask import Flask, render_template_string

SIZE = int(os.environ.get("BARE_SIZE", "16000"))
TEMPLATE = (
    "<!doctype html><title>{{ title }}</title><p>{{ title }}</p>" + "<p>" + "x" * SIZE + "</p>"
)

app = Flask(__name__)


@app.get("/")
def bare() -> str:
    """Answer with the template."""
    return render_template_string(TEMPLATE, title="bare")
