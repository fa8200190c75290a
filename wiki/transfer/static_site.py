"""A project as a zip of plain HTML files that open anywhere: its station, pages, entries and files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app, g, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from wiki.core import db, files
from wiki.core.access import Actor
from wiki.core.http import absolute_url, template_markup
from wiki.core.names import fold
from wiki.pages.files.attachments import files_of
from wiki.pages.find import visible_pages
from wiki.pages.kinds import kind_of
from wiki.pages.models import Attachment, Page
from wiki.projects.models import Project
from wiki.projects.station import Station

Progress = Callable[[int, int], None]
ADDRESS = re.compile(r'\b(href|src)="([^"]*)"')


def archive(
    project: Project, target: Path, *, actor: Actor, progress: Progress = lambda *_: None
) -> int:
    """Write what this actor may read of a project; return how many pages. The file appears once it is whole."""
    query = visible_pages(actor).where(Page.project_id == project.id).options(joinedload(Page.head))
    pages = list(db.session().scalars(query.order_by(Page.kind.desc(), Page.title, Page.id)))
    places = {fold(page.name): _file_name(page, project) for page in pages}
    unfinished = target.with_name(target.name + ".part")
    with (
        current_app.test_request_context(base_url=absolute_url("/")),
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        g.actor = actor
        made.writestr("style.css", _style())
        for done, page in enumerate(pages, 1):
            body = _local(_body(page, actor), places)
            made.writestr(places[fold(page.name)], _page(page, body, pages, places, project))
            for file in files_of(page):
                made.write(files.path(file.sha256), _laid(page, file))
            progress(done, len(pages))
    unfinished.replace(target)
    return len(pages)


def _body(page: Page, actor: Actor) -> str:
    kind = kind_of(page)
    body = kind.body(page, page.head, actor=actor)
    if not isinstance(kind, Station):
        return str(body)
    return str(
        template_markup(
            "projects/archived_station.html",
            page=page,
            data=page.head.data,
            body=body,
            stops=kind.context(page, page.head, actor=actor)["stops"],
        )
    )


def _page(
    page: Page, body: str, pages: list[Page], places: Mapping[str, str], project: Project
) -> str:
    return str(
        template_markup(
            "projects/archived.html",
            page=page,
            project=project,
            body=body,
            listed=[(one.title, places[fold(one.name)], one.kind) for one in pages],
            laid=[(file.name, _laid(page, file)) for file in files_of(page)],
        )
    )


def _file_name(page: Page, project: Project) -> str:
    return "index.html" if page.id == project.page_id else f"{page.id}.html"


def _laid(page: Page, file: Attachment) -> str:
    """Return where a file lies: its page's own folder, so that two of a name are two."""
    return f"files/{page.id}/{file.name}"


def _local(html: str, places: Mapping[str, str]) -> str:
    """Bring links to what is in the archive inside it; the others lead to the wiki."""
    root = request.script_root

    def place(found: re.Match[str]) -> str:
        attribute, url = found[1], unescape(found[2])
        if not url.startswith("/") or url.startswith("//"):
            return found[0]
        parts = urlsplit(url.removeprefix(root))
        name, _slash, rest = unquote(parts.path).lstrip("/").partition("/")
        local = places.get(fold(name))
        if local and not rest:
            url = local + (f"#{parts.fragment}" if parts.fragment else "")
        elif local and rest.startswith("attachments/"):
            url = f"files/{_number(name)}/{rest.removeprefix('attachments/')}"
        else:
            url = absolute_url(url)
        return f'{attribute}="{escape(url)}"'

    return ADDRESS.sub(place, html)


def _number(name: str) -> int:
    return db.session().scalar(select(Page.id).where(Page.name_key == fold(name))) or 0


def _style() -> str:
    folder = Path(str(current_app.static_folder))
    font = re.compile(r"@font-face\s*\{[^}]*\}")
    return "\n".join(
        font.sub("", (folder / name).read_text()) for name in ("css/main.css", "css/station.css")
    )
