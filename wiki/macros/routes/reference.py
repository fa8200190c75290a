"""How to write: the marks of the text and every component; a page, and a sheet beside the editor."""

from __future__ import annotations

from flask import Response, jsonify, request

from wiki.core.http import audience, render
from wiki.core.names import fold
from wiki.core.registry import registries
from wiki.macros.base import GROUPS, Macro
from wiki.macros.routes.blueprint import blueprint

MOST = 10


@blueprint.get("/-/macros")
@audience("anyone")
def reference() -> Response:
    """List the marks of the text and the components with their parameters."""
    return render("macros/reference.html", groups=grouped())


@blueprint.get("/-/macros/names")
@audience("anyone")
def names() -> Response:
    """List the components that fit `q`, for whoever types `{{`."""
    typed = fold(request.args.get("q", "")[:40])
    found = [one for one in own() if one.name.startswith(typed)]
    found += [one for one in own() if one not in found and typed in fold(str(one.label))]
    rows = [
        {"name": one.name, "title": f"{one.name} · {one.label}", "insert": one.name}
        for one in found[:MOST]
    ]
    return jsonify(rows)


def own() -> list[Macro]:
    """Return every macro once, by its own name."""
    known = registries().macros
    return [macro for name, macro in sorted(known.items()) if macro.name == name]


def grouped() -> list[tuple[str, list[Macro]]]:
    """Return the macros by group, in the order of the dialog, each group by label."""
    groups = []
    for key, label in GROUPS.items():
        inside = [macro for macro in own() if macro.group == key]
        inside.sort(key=lambda macro: fold(str(macro.label)))
        groups.append((str(label), inside))
    return groups
