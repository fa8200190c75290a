"""Arrange a station: move, hide, add, set and remove its platforms; each action is one revision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from wiki.core import db
from wiki.core.access import current_actor
from wiki.core.http import Invalid, audience, render, see_other
from wiki.pages import save
from wiki.pages.content import Content
from wiki.pages.models import Page, Revision
from wiki.pages.throttle import count_change
from wiki.projects import find, templates
from wiki.projects.blueprint import blueprint
from wiki.projects.parameter_choices import choices_for
from wiki.projects.station import block_macros, block_of, check_contact, check_menu

Blocks = list[dict[str, Any]]
PHONE = ("", "first", "last", "none")
"""Where a platform goes on a phone: in its place, first, last, nowhere."""


@blueprint.get("/projects/<key>/arrange")
@audience("page")
def arrange(key: str) -> Response:
    """Show the station's platforms with their handles, buttons and settings."""
    return _screen(_station(key))


@blueprint.post("/projects/<key>/arrange")
@audience("page")
def change(key: str) -> Response:
    """Do one action on the platforms, or save the station's own words."""
    page = _station(key)
    action = ACTIONS.get(request.form.get("action", ""))
    if action is None:
        abort(400)
    count_change()
    try:
        changed = action(page.head.content)
        save.save(page, changed, base=page.revision_no, author=current_actor(), stamp=_stamp())
    except Invalid as error:
        return _screen(page, errors=error.errors)
    _tell(page, request.form["action"])
    return see_other(url_for(".arrange", key=key, _anchor=request.form.get("block") or "platforms"))


@blueprint.post("/projects/<key>/arrange/undo")
@audience("page")
def undo(key: str) -> Response:
    """Take back the last change of the station, if it is the asker's own."""
    page, actor = _station(key), current_actor()
    before = db.session().scalar(
        select(Revision).where(Revision.page_id == page.id, Revision.number == page.revision_no - 1)
    )
    own = actor.id is not None and page.head.author_id == actor.id
    if before is None or not own:
        flash(_("The last change is not yours: the history can undo it."), "error")
        return see_other(url_for(".arrange", key=key))
    count_change()
    stamp = save.Stamp(summary=_("Change undone"), minor=True)
    save.save(page, before.content, base=page.revision_no, author=actor, stamp=stamp)
    flash(_("Undone."), "success")
    return see_other(url_for(".arrange", key=key))


@blueprint.post("/projects/<key>/template")
@audience("page")
def keep_template(key: str) -> Response:
    """Keep the station as a template that the wizard offers."""
    page = _station(key)
    form = request.form
    words = {
        "title": form.get("template_title", ""),
        "description": form.get("template_words", ""),
    }
    if current_actor().is_anonymous:
        abort(403)
    count_change()
    try:
        templates.keep(page, actor=current_actor(), **words)
    except Invalid as error:
        return _screen(page, errors=error.errors)
    flash(_("The template is kept: the next station can begin with it."), "success")
    return see_other(url_for(".arrange", key=key))


def _tell(page: Page, action: str) -> None:
    """Say what was done, with the way to undo it."""
    done = {
        "up": _("Platform moved."),
        "down": _("Platform moved."),
        "hide": _("Platform hidden."),
        "show": _("Platform shown."),
        "remove": _("Platform removed."),
        "widen": _("Platform widened."),
        "narrow": _("Platform narrowed."),
    }
    if action in done:
        undo = None if current_actor().is_anonymous else url_for(".undo", key=page.name)
        flash({"text": done[action], "undo": undo}, "success")  # type: ignore[arg-type]


def _station(key: str) -> Page:
    _project, page = find.project_or_404(key, actor=current_actor())
    if "write" not in page.allowed:
        abort(403)
    return page


def _screen(page: Page, *, errors: dict[str, str] | None = None) -> Response:
    params = [param for macro in block_macros().values() for param in macro.params]
    return render(
        "projects/arrange.html",
        status=422 if errors else 200,
        page=page,
        data=page.head.data,
        macros=block_macros(),
        choices=choices_for(params, page, current_actor()),
        may_undo=page.revision_no > 1 and page.head.author_id == (current_actor().id or 0),
        phone_places=phone_places(),
        errors=errors or {},
        form=request.form if errors else None,
    )


def phone_places() -> list[tuple[str, str]]:
    """Return where a platform may go on a phone, in words."""
    words = (_("In its place"), _("First"), _("Last"), _("Not on phones"))
    return list(zip(PHONE, words, strict=True))


def _stamp() -> save.Stamp:
    return save.Stamp(summary=_("Station arranged"), minor=True)


def _with_blocks(content: Content, blocks: Blocks) -> Content:
    return replace(content, data={**content.data, "blocks": blocks})


def _blocks(content: Content) -> Blocks:
    return [dict(block) for block in content.data.get("blocks", [])]


def _index(blocks: Blocks) -> int:
    wanted = request.form.get("block", "")
    found = next((index for index, block in enumerate(blocks) if block["id"] == wanted), None)
    if found is None:
        raise Invalid(block=_("This platform is no longer there."))
    return found


def _move(step: int) -> Callable[[Content], Content]:
    def move(content: Content) -> Content:
        blocks = _blocks(content)
        index = _index(blocks)
        block = blocks.pop(index)
        blocks.insert(max(0, index + step), block)
        return _with_blocks(content, blocks)

    return move


def _order(content: Content) -> Content:
    """Take the order that a drag left: block identifiers, those not named keep their place at the end."""
    rank = {key: place for place, key in enumerate(request.form.getlist("order"))}
    blocks = sorted(_blocks(content), key=lambda block: rank.get(block["id"], len(rank)))
    return _with_blocks(content, blocks)


def _hide(hidden: bool) -> Callable[[Content], Content]:
    def hide(content: Content) -> Content:
        blocks = _blocks(content)
        blocks[_index(blocks)]["hidden"] = hidden
        return _with_blocks(content, blocks)

    return hide


def _size(wide: bool) -> Callable[[Content], Content]:
    def size(content: Content) -> Content:
        blocks = _blocks(content)
        blocks[_index(blocks)]["wide"] = wide
        return _with_blocks(content, blocks)

    return size


def _remove(content: Content) -> Content:
    blocks = _blocks(content)
    del blocks[_index(blocks)]
    return _with_blocks(content, blocks)


def _add(content: Content) -> Content:
    name = request.form.get("macro", "")
    if name not in block_macros():
        raise Invalid(macro=_("Choose a platform to add."))
    return _with_blocks(content, [*_blocks(content), block_of(name)])


def _set(content: Content) -> Content:
    blocks = _blocks(content)
    block = blocks[_index(blocks)]
    macro = block_macros().get(block["macro"])
    names = [param.name for param in macro.params] if macro else []
    block["title"] = " ".join(request.form.get("title", "").split())[:80]
    phone = request.form.get("phone", block.get("phone", ""))
    block["phone"] = phone if phone in PHONE else ""
    block["values"] = {name: request.form.get(f"value-{name}", "").strip()[:500] for name in names}
    return _with_blocks(content, blocks)


def _words(content: Content) -> Content:
    purpose = " ".join(request.form.get("purpose", "").split())
    if not purpose:
        raise Invalid(purpose=_("Say in one line what the project is for."))
    words = {name: request.form.get(name, "").strip() for name in ("contact", "greeting")}
    check_contact(words["contact"])
    data = {**content.data, "purpose": purpose, **words}
    data["stages"] = _stages(request.form.get("stages", ""))
    data["menu"] = _menu(request.form.get("menu", ""))
    tags = request.form.get("tags", ",".join(content.tags)).split(",")
    return Content(request.form.get("title", ""), request.form.get("text", ""), data, tuple(tags))


def _menu(text: str) -> list[dict[str, str]]:
    """Read the project's own menu, one item a line: `label | page or address`. Raises Invalid."""
    items = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        label, _bar, target = (part.strip() for part in line.partition("|"))
        items.append({"label": label[:40], "target": (target or label)[:250]})
    check_menu(items)
    return items[:12]


def _stages(text: str) -> list[dict[str, str]]:
    """Read the project's stages, one a line: `x label | note` done, `> label` here, `label` to do."""
    stages = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        state = {"x ": "done", "> ": "here"}.get(line[:2], "todo")
        label, _bar, note = (line if state == "todo" else line[2:]).partition("|")
        stages.append({"label": label.strip(), "note": note.strip(), "state": state})
    return stages[:20]


ACTIONS: dict[str, Callable[[Content], Content]] = {
    "up": _move(-1),
    "down": _move(1),
    "order": _order,
    "hide": _hide(True),
    "show": _hide(False),
    "widen": _size(True),
    "narrow": _size(False),
    "remove": _remove,
    "add": _add,
    "set": _set,
    "words": _words,
}
