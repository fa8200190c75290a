"""The screens of the lists of the wiki: make one, edit its values, bring in a file, give one out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.bazar.forms import changes
from wiki.bazar.setup import vocabulary_files
from wiki.bazar.values import vocabularies
from wiki.bazar.values.vocabularies import Nomenclature
from wiki.core import db
from wiki.core.fingerprint import fingerprint
from wiki.core.http import Invalid, audience, download, render, see_other
from wiki.core.names import fold

blueprint = Blueprint("vocabularies", __name__)

PARTS = ("key", "fr", "en", "parent", "color", "icon", "order")
MOST_ROWS = 200
"""Values edited on screen; longer lists come as files."""
BLANK = 4


@blueprint.get("/-/lists")
@audience("admin")
def index() -> Response:
    """Show the lists, with the forms that use them."""
    return _index()


@blueprint.post("/-/lists")
@audience("admin")
def add() -> BaseResponse:
    """Make an empty list."""
    title = request.form.get("title", "").strip()
    key = request.form.get("key", "").strip() or fold(title).replace(" ", "-")[:60]
    try:
        if vocabularies.named(key):
            raise Invalid(key=_("This name is taken."))
        with db.write() as session:
            vocabularies.store(session, key, title=title, values=())
    except Invalid as error:
        return _index({"title": title, "key": key}, errors=error.errors, status=422)
    return see_other(url_for("bazar.vocabularies.edit", key=key))


@blueprint.get("/-/lists/<key>")
@audience("admin")
def edit(key: str) -> Response:
    """Show the values of a list."""
    found = _found(key)
    return _screen(found, _shown(found))


@blueprint.post("/-/lists/<key>")
@audience("admin")
def save(key: str) -> BaseResponse:
    """Save the values of a list; every entry that has one shows its new label."""
    found, typed = _found(key), _typed()
    title = request.form.get("title", "")
    if request.form.get("base") != _stamp(found):
        return _screen(found, typed, title=title, overtaken=True, status=409)
    try:
        _store(found.key, title, _kept(typed))
    except Invalid as error:
        return _screen(found, typed, title=title, errors=error.errors, status=422)
    flash(_("The list is saved."), "success")
    return see_other(url_for("bazar.vocabularies.edit", key=key))


@blueprint.post("/-/lists/<key>/import")
@audience("admin")
def bring_in(key: str) -> BaseResponse:
    """Add the values of a file, and change those of the same key; none is removed."""
    found, upload = _found(key), request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise Invalid(file=_("Choose a file."))
        rows = vocabulary_files.read(upload.stream.read(vocabulary_files.LARGEST + 1))
        _store(found.key, found.title, vocabulary_files.merged(found.values, rows))
    except Invalid as error:
        return _screen(found, _shown(found), errors=error.errors, status=422)
    flash(_("The values of the file are in the list."), "success")
    return see_other(url_for("bazar.vocabularies.edit", key=key))


@blueprint.post("/-/lists/<key>/removal")
@audience("admin")
def remove(key: str) -> BaseResponse:
    """Take away a list that no field uses."""
    found = _found(key)
    if changes.using_list(key):
        errors = {"title": _("A form uses this list: change its field first.")}
        return _screen(found, _shown(found), errors=errors, status=409)
    with db.write() as session:
        vocabularies.remove(session, session.get_one(Nomenclature, found.id))
    flash(_("“%(title)s” is removed.", title=found.title), "success")
    return see_other(url_for("bazar.vocabularies.index"))


@blueprint.get("/-/lists/<key>.csv")
@audience("admin")
def as_csv(key: str) -> Response:
    """Give a list as CSV."""
    return download(vocabulary_files.as_csv(_found(key)), f"{key}.csv", "text/csv")


@blueprint.get("/-/lists/<key>.json")
@audience("admin")
def as_json(key: str) -> Response:
    """Give a list as JSON."""
    return download(vocabulary_files.as_json(_found(key)), f"{key}.json", "application/json")


def _store(key: str, title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    with db.write() as session:
        vocabularies.store(session, key, title=title, values=rows)
        changes.list_changed(session, key)


def _found(key: str) -> Nomenclature:
    return vocabularies.named(key) or abort(404)


def _shown(found: Nomenclature) -> list[dict[str, str]]:
    return [row | {"order": str(at + 1)} for at, row in enumerate(found.values)]


def _typed() -> list[dict[str, str]]:
    """Return the rows of the form, those with nothing in them left out."""
    count = request.form.get("rows", "")
    most = min(int(count), MOST_ROWS + BLANK) if count.isascii() and count.isdigit() else 0
    rows = [
        {part: request.form.get(f"{at}-{part}", "").strip() for part in (*PARTS, "remove")}
        for at in range(most)
    ]
    return [row for row in rows if any(row[part] for part in ("key", "fr", "en"))]


def _kept(typed: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return the rows to keep in the order asked for; children of one removed go up."""
    gone = {row["key"] for row in typed if row.get("remove")}
    kept = [
        {**row, "parent": "" if row["parent"] in gone else row["parent"]}
        for row in typed
        if not row.get("remove")
    ]
    return sorted(
        kept,
        key=lambda row: (
            int(row["order"]) if row["order"].isdecimal() and len(row["order"]) < 6 else 99999
        ),
    )


def _stamp(found: Nomenclature) -> str:
    return fingerprint([found.title, found.values])


def _index(
    typed: Mapping[str, str] | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    rows = [(one, changes.using_list(one.key)) for one in vocabularies.every()]
    return render(
        "bazar/vocabularies.html", status=status, rows=rows, typed=typed or {}, errors=errors or {}
    )


def _screen(
    found: Nomenclature,
    rows: Sequence[Mapping[str, str]],
    *,
    title: str = "",
    errors: Mapping[str, str] | None = None,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    return render(
        "bazar/vocabulary_edit.html",
        status=status,
        found=found,
        title_typed=title or found.title,
        rows=[*rows, *({} for _row in range(BLANK))],
        too_long=len(found.values) > MOST_ROWS,
        base=_stamp(found),
        used=changes.using_list(found.key),
        overtaken=overtaken,
        errors=errors or {},
    )
