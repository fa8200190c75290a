"""What every template may use: the site, the reader, icons, static addresses, French typography."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from wiki.core import i18n, licences, settings
from wiki.core.access import current_actor
from wiki.core.http import is_htmx
from wiki.core.markup.typography import french
from wiki.core.static_files import version_of


def init_app(app: Flask) -> None:
    """Give an application's templates their common words."""
    app.jinja_env.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        icon=icon,
        static_url=static_url,
        stylesheet=stylesheet,
        script=script,
        is_htmx=is_htmx,
    )
    app.jinja_env.filters["french"] = typeset
    app.context_processor(_context)


def icon(name: str, label: str = "") -> Markup:
    """Return an icon of the sheet; with a label it stands for words, without it is decoration."""
    return _icon(static_url("icons.svg"), name, label)


def static_url(name: str) -> str:
    """Return the address of a file of ours, with its version so that it may be kept for a year."""
    root = request.script_root if request else ""
    version = version_of(str(current_app.static_folder), name)
    return f"{root}{current_app.static_url_path}/{name}?v={version}"


def stylesheet(name: str) -> Markup:
    """Link a stylesheet where it is first needed in an answer: a feature's own never weighs on other pages."""
    return _once(Markup('<link rel="stylesheet" href="{}">').format(static_url(name)))


def script(name: str) -> Markup:
    """Load a script of ours where it is first needed in an answer; it must also serve what htmx brings later."""
    return _once(Markup('<script type="module" src="{}"></script>').format(static_url(name)))


def _once(tag: Markup) -> Markup:
    given: set[Markup] = g.setdefault("tags_given", set())
    if tag in given:
        return Markup()
    given.add(tag)
    return tag


def typeset(text: str) -> str:
    """Put thin spaces where French wants them, when the reader reads French."""
    return french(text if isinstance(text, str) else str(text)) if i18n.language() == "fr" else text


def _context() -> dict[str, Any]:
    site = settings.everything()
    return {
        "site": site,
        "licence": licences.of(site["licence"]),
        "actor": current_actor(),
        "locale": i18n.language(),
        "menu_items": [_menu_item(label, target) for label, target in site["menu"]],
    }


def _menu_item(label: str, target: str) -> tuple[str, str, bool]:
    """A menu's target is a page name or, with a leading slash, an address of the wiki."""
    root = request.script_root if request else ""
    url = root + target if target.startswith("/") else url_for("pages.show", name=target)
    here = request.script_root + request.path if request else ""
    return label, url, here == url.partition("?")[0]


@lru_cache(maxsize=1024)
def _icon(sheet: str, name: str, label: str) -> Markup:
    role = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(role, sheet, name)
