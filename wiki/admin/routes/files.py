"""Files: what room they take, and the text of those that search cannot read, or not whole."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, current_app, flash, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.admin import storage_cleanup
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, files, i18n
from wiki.core.http import audience, paging, render, see_other
from wiki.pages.files import text_extraction
from wiki.pages.files.text_extraction import FileText

PAGE = 50


@blueprint.get("/admin/files")
@audience("admin")
def list_files() -> Response:
    """Show what is read of files, and those that are not."""
    session, query, days = db.session(), text_extraction.troubles(), _days(request.args)
    to_go = storage_cleanup.free_to_go(days)
    total = session.scalar(select(func.count()).select_from(_sums().subquery())) or 0
    where = paging(total, PAGE)
    return render(
        "admin/files.html",
        rows=session.execute(query.limit(where.size).offset(where.offset)).all(),
        counts=text_extraction.states(),
        paging=where,
        why=_why,
        characters=format_decimal(current_app.config["GARE"].file_characters),
        limits=current_app.config["GARE"],
        used=files.used(),
        to_go=len(to_go),
        size_to_go=sum(one.size for one in to_go),
        days=days,
        all_days=storage_cleanup.CHOICES,
    )


@blueprint.post("/admin/files")
@audience("admin")
def read_again() -> BaseResponse:
    """Have one file read again by its `sha256`, or all those listed."""
    one = request.form.get("sha256", "")
    sums = [one] if one else list(db.session().scalars(_sums()))
    count = text_extraction.again(sums)
    told = ngettext("%(num)s file will be read again.", "%(num)s files will be read again.", count)
    flash(told, "success" if count else "error")
    return see_other(url_for("admin.list_files"))


@blueprint.post("/admin/files/room")
@audience("admin")
def free_room() -> BaseResponse:
    """Delete for good what nothing shows any more."""
    count, size = storage_cleanup.free(_days(request.form))
    told = ngettext(
        "%(num)s file is deleted for good: %(size)s are free again.",
        "%(num)s files are deleted for good: %(size)s are free again.",
        count,
        size=i18n.weight(size),
    )
    flash(told, "success")
    return see_other(url_for("admin.list_files"))


def _days(sent: Mapping[str, str]) -> int:
    """Return how long a file must have been on no page, among what is proposed."""
    said = sent.get("days", "")
    return next((one for one in storage_cleanup.CHOICES if str(one) == said), storage_cleanup.DAYS)


def _sums() -> Select[str]:
    return text_extraction.troubles().with_only_columns(FileText.sha256).order_by(None)


def _why(text: FileText) -> str:
    """Say why a file was not read, or not whole."""
    config = current_app.config["GARE"]
    told = {
        "encrypted": _("It is protected by a password."),
        "malformed": _("It is damaged, or is not what its name says."),
        "memory": _("It takes more than %(count)s MB to read.", count=config.file_memory_mb),
        "bomb": _("It unpacks to far more than it seems."),
        "unknown": _("It is not of a kind that is read."),
        "cut": _(
            "It is longer than %(count)s characters.", count=format_decimal(config.file_characters)
        ),
        "slow": _("It takes more than %(count)s seconds to read.", count=config.file_seconds),
        "killed": _("Reading it was stopped several times."),
        "missing": _("Its content is not in the store any more."),
    }
    if not text.reason:
        return str(_("It has no text: a scan, perhaps."))
    return str(told.get(text.reason, text.reason))
