"""Many wikis in one process: from the host name or the first part of the path to an instance folder.

`GARE_WIKIS` names the folder that holds them: `wiki.example.org/` answers for that host, `~net/` under
the path `/net`. An application is made at its first request and kept while it is used.
"""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask

from wiki.app import close_app, create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEPT = 100
"""Applications kept in memory; the one not used for longest goes first."""

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,100}")


class Hosting:
    """A WSGI application that hands each request to the wiki it is for."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self.folder, self.kept = folder, kept
        self._apps: OrderedDict[str, Flask] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name, prefix = self._named(environ)
        if name is None:
            start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
            return ["Pas de wiki à cette adresse.\nNo wiki at this address.\n".encode()]
        if prefix:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix) or "/"
        return self.app(name).wsgi_app(environ, start_response)

    def app(self, name: str) -> Flask:
        """Return the application of the wiki in this folder."""
        with self._lock:
            if name not in self._apps:
                self._apps[name] = create_app(self.folder / name)
            self._apps.move_to_end(name)
            while len(self._apps) > self.kept:
                _name, oldest = self._apps.popitem(last=False)
                close_app(oldest)
            return self._apps[name]

    def names(self) -> list[str]:
        """Return the names of all the wikis."""
        return sorted(path.name for path in self.folder.iterdir() if self._is_wiki(path.name))

    def _named(self, environ: WSGIEnvironment) -> tuple[str | None, str]:
        first = environ.get("PATH_INFO", "").partition("/")[2].partition("/")[0]
        if NAME.fullmatch(first) and self._is_wiki("~" + first):
            return "~" + first, "/" + first
        host = environ.get("HTTP_HOST", "").partition(":")[0].lower()
        return (host, "") if NAME.fullmatch(host) and self._is_wiki(host) else (None, "")

    def _is_wiki(self, name: str) -> bool:
        return (self.folder / name / "config.toml").is_file()


def application() -> Hosting:
    """Return the application of all the wikis of the environment, for WSGI servers."""
    return Hosting(Path(os.environ["GARE_WIKIS"]).resolve())
