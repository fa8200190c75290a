"""A pytest plug-in: the open folders of the code go on in the folder that `ADDITIONS` names.

Nothing else is told of what stands there, as if its files were in the project's own folders.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

import wiki.app
import wiki.bazar.fields
import wiki.bazar.views
import wiki.core.site_settings
import wiki.macros
from wiki.core import templates
from wiki.projects import templates as stations

FOLDER = Path(os.environ["ADDITIONS"])
PACKAGES = {
    "fields": wiki.bazar.fields,
    "views": wiki.bazar.views,
    "macros": wiki.macros,
    "site_settings": wiki.core.site_settings,
}

for name, package in PACKAGES.items():
    package.__path__.append(str(FOLDER / name))
stations.FOLDERS.append(FOLDER / "stations")

init_app = templates.init_app


def init_app_with_additions(app: Flask) -> None:
    """Have templates looked for in the folder too."""
    app.jinja_loader.searchpath.append(str(FOLDER / "templates"))  # type: ignore[union-attr]
    init_app(app)


templates.init_app = init_app_with_additions
