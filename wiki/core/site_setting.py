"""The declaration of a site setting: default, documentation, and its control on the screen of the site."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from wiki.core import site_settings


@dataclass(frozen=True)
class SiteSetting:
    """One setting, kept as JSON. `doc` is its row of docs/settings.md, in English.

    With a `kind`, the screen of the site has a control for it in `section` (`participation`, `network`,
    `shortcuts`, or `other`): `label` and `help` are what it says, `longest` the characters of a text.
    Without, a screen of its own sets it.
    """

    name: str
    default: Any
    doc: str
    kind: Literal["", "flag", "text"] = ""
    section: str = "other"
    label: Any = ""
    help: Any = ""
    longest: int = 200


@cache
def declared() -> dict[str, SiteSetting]:
    """Return every setting by name, by module of the open folder. Raises ValueError on a name used twice."""
    found: dict[str, SiteSetting] = {}
    for module in sorted(pkgutil.iter_modules(site_settings.__path__), key=lambda one: one.name):
        for setting in importlib.import_module(f"{site_settings.__name__}.{module.name}").SETTINGS:
            if setting.name in found:
                raise ValueError(f"two settings are called {setting.name}")
            found[setting.name] = setting
    return found


def with_control() -> list[SiteSetting]:
    """Return the settings whose control the screen of the site makes from their declaration."""
    return [setting for setting in declared().values() if setting.kind]
