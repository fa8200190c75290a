"""Serve our own static files: a script with the modules it imports, compressed as well as can be, once.

A script may be cut into modules (`import { a } from "./b.js"` at the head of a file); the browser gets one
file, so that reading well costs no request. Only what a script imports later, by `import(url)`, is a file
of its own to the browser. Addresses carry a version, so that browsers keep what they have for a year.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import posixpath
import re
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, request

IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (async function\*?|function\*?|class|const) (\w+)", re.MULTILINE)
COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)
SCRIPTS = "js/"
COMPRESSED = (".js", ".css", ".svg", ".json")
CODINGS = ("br", "gzip")
BEST, LARGE = 11, 128 * 1024
"""Brotli's level, and from how many bytes on a lower one is taken: the highest costs a second there."""


class Application(Flask):
    """A Flask application that serves its static files this way."""

    def send_static_file(self, filename: str) -> Response:
        """Answer with a static file, in the best coding the browser takes."""
        folder = Path(str(self.static_folder))
        if not filename.endswith(COMPRESSED) or not is_file(folder, filename):
            return super().send_static_file(filename)
        coding = next((one for one in CODINGS if request.accept_encodings.quality(one)), "")
        body = _encoded(str(folder), filename, coding)
        response = Response(body, mimetype=mimetypes.guess_type(filename)[0])
        response.set_etag(version_of(str(folder), filename) + coding)
        response.cache_control.public = True
        response.cache_control.max_age = self.get_send_file_max_age(filename)
        response.vary.add("Accept-Encoding")
        if coding:
            response.content_encoding = coding
        response.make_conditional(request, accept_ranges=not coding, complete_length=len(body))
        return response


def is_file(folder: Path, name: str) -> bool:
    """Answer whether a name is that of a file inside the folder."""
    path = posixpath.normpath(name)
    return path == name and not path.startswith(("/", "..")) and (folder / path).is_file()


@lru_cache(maxsize=256)
def version_of(folder: str, name: str) -> str:
    """Return a word that changes with what is served under a name, `0` for no file."""
    if not is_file(Path(folder), name):
        return "0"
    return hashlib.sha256(content(Path(folder), name)).hexdigest()[:10]


def content(folder: Path, name: str) -> bytes:
    """Return what is served under a name, before it is compressed."""
    if name.startswith(SCRIPTS):
        return bundle(folder, name).encode()
    return (folder / name).read_bytes()


def bundle(folder: Path, name: str) -> str:
    """Return a script after the modules it imports, each in a scope of its own, without comments.

    Raises ValueError when modules import each other in a circle.
    """
    modules: dict[str, str] = {}
    script = _linked(folder, name, modules, ())
    return "".join([*modules.values(), script])


def _linked(folder: Path, name: str, modules: dict[str, str], above: tuple[str, ...]) -> str:
    """Return the text of a module with its imports read from the scopes of `modules`, which are added first."""
    if name in above:
        raise ValueError(f"modules in a circle: {' → '.join((*above, name))}")

    def read(found: re.Match[str]) -> str:
        imported = posixpath.normpath(posixpath.join(posixpath.dirname(name), found[2]))
        if imported not in modules:
            modules[imported] = _scoped(
                imported, _linked(folder, imported, modules, (*above, name))
            )
        if found[1] is None:
            return ""
        return f"const {{{found[1].replace(' as ', ': ')}}} = {_scope(imported)};\n"

    return COMMENT.sub("", IMPORT.sub(read, (folder / name).read_text()))


def _scoped(name: str, text: str) -> str:
    exported = ", ".join(found[2] for found in EXPORT.finditer(text))
    body = EXPORT.sub(r"\1 \2", text)
    return f"const {_scope(name)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _scope(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removeprefix(SCRIPTS).removesuffix(".js"))


@lru_cache(maxsize=256)
def _encoded(folder: str, name: str, coding: str) -> bytes:
    data = content(Path(folder), name)
    if coding == "br":
        return brotli.compress(data, quality=BEST if len(data) < LARGE else 9)
    return gzip.compress(data, 9, mtime=0) if coding else data
