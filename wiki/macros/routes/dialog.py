"""The components dialog: which ones there are, the form of one from its parameters, the line it writes.

It is filled with what the line at the caret says, and shows what the line will show for who writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, jsonify, request
from flask_babel import gettext as _
from markupsafe import Markup

from wiki.core.access import current_actor
from wiki.core.http import audience, render
from wiki.core.markup import normalise
from wiki.core.markup.macros import MAX_CALL, read_call
from wiki.core.params import Param, is_true
from wiki.core.registry import registries
from wiki.macros.base import Macro
from wiki.macros.routes.blueprint import blueprint
from wiki.macros.routes.reference import grouped
from wiki.pages import find, rights
from wiki.pages.editing.preview import preview_of
from wiki.pages.models import Page
from wiki.projects.parameter_choices import choices_for


@blueprint.get("/-/macros/dialog")
@audience("page")
def dialog() -> Response:
    """Show the components by group, to choose one."""
    rights.check_writer()
    return render("macros/dialog.html", groups=grouped())


@blueprint.get("/-/macros/form")
@audience("page")
def form() -> Response:
    """Show the settings of the component called `name`, or of a whole `call` as it stands in a text."""
    rights.check_writer()
    macro, values = _asked()
    page, actor = _page(), current_actor()
    choices = choices_for(macro.params, page, actor)
    return render("macros/form.html", macro=macro, values=values, choices=choices)


@blueprint.post("/-/macros/call")
@audience("page")
def write_call() -> Response:
    """Answer with the line that some settings make, and with what it shows."""
    rights.check_writer()
    macro = _macro(request.form.get("macro", ""))
    opened = call_text(macro, request.form)
    body = normalise(request.form.get("body", ""))[:20_000].strip("\n")
    inside = body or str(macro.sample)
    text = f"{opened}\n{inside}\n{{{{/{macro.name}}}}}" if macro.paired else opened
    missing = next((one for one in macro.params if _is_missing(one, request.form)), None)
    shown = (
        _asked_for(missing) if missing else preview_of(text, page=_page(), actor=current_actor())
    )
    return jsonify(open=opened, text=text, html=str(shown))


def call_text(macro: Macro, typed: Mapping[str, str]) -> str:
    """Return the line that calls a macro: only the values that are not what it takes by itself."""
    text = "{{" + macro.name
    for param in macro.params:
        value = " ".join(normalise(typed.get(param.name, "")).split())
        if param.kind == "flag":
            value = "true" if is_true(value) else ""
        if value and value != param.default:
            word = f" {param.name}={_quoted(value)}"
            text += word if len(text) + len(word) <= MAX_CALL - 2 else ""
    return text + "}}"


def _is_missing(param: Param, typed: Mapping[str, str]) -> bool:
    return param.required and not (typed.get(param.name, "").strip() or param.default)


def _asked_for(param: Param) -> Markup:
    """Say what is still to choose: nothing is wrong yet."""
    return Markup('<p class="meta">{}</p>').format(_("Fill in first: %(label)s", label=param.label))


def _quoted(value: str) -> str:
    """Quote a value: the marks of a call leave it, for they cannot be written in one."""
    value = re.sub(r"\{\{|\}\}", "", value)[:1000]
    if '"' not in value:
        return f'"{value}"'
    return f"'{value}'" if "'" not in value else '"' + value.replace('"', "”") + '"'


def _asked() -> tuple[Macro, Mapping[str, Any]]:
    call = read_call(request.args.get("call", "").strip()[:MAX_CALL])
    if call is None:
        return _macro(request.args.get("name", "")), {}
    macro = _macro(call.name)
    return macro, macro.understood(call.name, call.params)


def _macro(name: str) -> Macro:
    found: Macro | None = registries().macros.get(name.lower())
    if found is None:
        abort(404)
    return found


def _page() -> Page | None:
    name = request.args.get("page", "")
    return find.page_or_none(name, actor=current_actor()) if name else None
