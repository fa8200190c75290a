"""The sprite of the lucide icons the templates use; `.icon` in css/main.css says how they are drawn."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = "lucide-static@1.62.0"

ICONS = """
arrow-down arrow-left arrow-right arrow-up bell bold calendar check chevron-down chevron-right
circle-help clock code columns-2 copy download ellipsis external-link eye eye-off file file-text
filter git-compare globe grip-vertical hash heading history house image info italic kanban key-round
layout-grid link link-2 list list-checks list-ordered lock log-in log-out mail map map-pin menu
message-square minus monitor moon paperclip pencil phone plus printer puzzle quote rotate-ccw rss
save search settings share-2 sliders-horizontal sprout star sun table tag tags text train-front
trash-2 triangle-alert type undo-2 upload user user-plus users vote workflow x
"""


def sprite(package: Path) -> str:
    """Return the sprite, one line an icon."""
    symbols = "\n".join(_symbol(package, name) for name in ICONS.split())
    head = "<!-- Icons: lucide (ISC), vendor/licences/lucide-static.txt -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{head}\n{symbols}\n</svg>\n'


def _symbol(package: Path, name: str) -> str:
    source = (package / "icons" / f"{name}.svg").read_text()
    inside = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    assert inside, name
    shapes = re.sub(r"\s*\n\s*", "", inside[1]).replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'
