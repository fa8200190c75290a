"""Open folders, and the registries that let a lower feature call what stands above it.

A folder is open when adding a class to it is all it takes. `create_app` fills the registries.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from flask import Flask, current_app

T = TypeVar("T")


@dataclass
class Registries:
    """What points upward: kinds of page, macros in their text, jobs (and how often some come again),
    where a page stands in its project, and where it went with it.

    `slow_jobs` are the kinds that may take a minute: the worker runs them beside the others.
    """

    kinds: dict[str, Any] = field(default_factory=dict)
    macros: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, Callable[..., None]] = field(default_factory=dict)
    slow_jobs: set[str] = field(default_factory=set)
    periodic: dict[str, timedelta] = field(default_factory=dict)
    place: Callable[..., Any] | None = None
    elsewhere: Callable[..., str] | None = None

    def add_job(self, kind: str, work: Callable[..., None], *, slow: bool = False) -> None:
        """Let the worker run jobs of this kind; `slow` ones beside the others."""
        self.jobs[kind] = work
        if slow:
            self.slow_jobs.add(kind)


def registries(app: Flask | None = None) -> Registries:
    """Return the registries of an application, by default the current one."""
    known: Registries = (app or current_app).extensions["gare.registries"]
    return known


def load(package: str, base: type[T]) -> dict[str, T]:
    """Import every module of an open folder and make one instance of each class, by its `name`."""
    folder = importlib.import_module(package)
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{package}.{module.name}")
    classes = [
        cls for cls in _subclasses(base) if cls.__module__.startswith(package) and _named(cls)
    ]
    return {cls.name: cls() for cls in sorted(classes, key=lambda cls: cls.__module__)}  # type: ignore[attr-defined]


def _subclasses(base: type[T]) -> Iterable[type[T]]:
    for cls in base.__subclasses__():
        yield cls
        yield from _subclasses(cls)


def _named(cls: type[Any]) -> bool:
    return "name" in vars(cls)
