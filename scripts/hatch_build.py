"""Build hook of the wheel: compile the translations, which git does not keep."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface):
    """Compiles each `.po` before the files of the wheel are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place; the `artifacts` of the wheel's settings take the result along."""
        sys.path.insert(0, str(Path(self.root)))
        try:
            from wiki.core.translations import compile_stale

            compile_stale(Path(self.root) / "wiki" / "locale")
        finally:
            sys.path.pop(0)
