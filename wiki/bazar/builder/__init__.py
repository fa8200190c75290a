"""The form builder: its screens, its actions, what is kept of removed fields.

Checking and storing forms is the work of `definition.py` and `forms.py`.
"""

from __future__ import annotations

from wiki.bazar.builder import (
    code_routes,  # noqa: F401
    field_routes,  # noqa: F401
    migration_routes,  # noqa: F401
    new_routes,  # noqa: F401
    semantic_routes,  # noqa: F401
    settings_routes,  # noqa: F401
    submission_terms_routes,  # noqa: F401
)
from wiki.bazar.builder.blueprint import blueprint

__all__ = ["blueprint"]
