"""The measure: one Flask route that fills one cached Jinja template of a given size."""

from __future__ import annotations

import os

from flask import Flask, render_template
from jinja2 import DictLoader

SIZE = int(os.environ.get("BARE_SIZE", "16000"))
PAGE = "<!doctype html><title>{{ title }}</title><p>{{ title }}</p><p>" + "x" * SIZE + "</p>"

app = Flask(__name__)
app.jinja_env.loader = DictLoader({"bare.html": PAGE})


@app.get("/")
def bare() -> str:
    """Answer with the template."""
    return render_template("bare.html", title="bare")
