"""The form builder: its screens, its actions, what is kept of removed fields.

Checking and storing forms is the work of `definition.py` and `forms.py`.
"""

from __future__ import annotations

from wiki.bazar.builder import (  # noqa: F401 - each adds its routes
    code_routes,
    field_routes,
    new_routes,
    rework_routes,
    semantic_routes,
    settings_routes,
)
from wiki.bazar.builder.blueprint import blueprint

__all__ = ["blueprint"]
