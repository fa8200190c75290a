"""A grid: what stands in it goes side by side, one under the other on a phone."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from wiki.macros.base import Call, Macro


class Grid(Macro):
    """Columns of a grid; their widths are twelfths, as in YesWiki."""

    name: ClassVar[str] = "grid"
    label = _l("Grid")
    help = _l("Columns side by side; one under the other on a phone.")
    icon = "columns-2"
    paired = True
    sample = _l(
        '{{col size="6"}}\nOn the left.\n{{/col}}\n{{col size="6"}}\nOn the right.\n{{/col}}'
    )

    def context(self, call: Call) -> dict[str, Any] | None:
        return {}
