"""The files screen: storage used, and files whose text could not be extracted for search."""

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
    """Show text extraction results and storage."""
    session, query, days = db.session(), text_extraction.troubles(), _days(request.args)
    unused = storage_cleanup.unused_contents(days)
    total = session.scalar(select(func.count()).select_from(_unread_sums().subquery())) or 0
    where = paging(total, PAGE)
    return render(
        "admin/files.html",
        rows=session.execute(query.limit(where.size).offset(where.offset)).all(),
        counts=text_extraction.states(),
        paging=where,
        why=_reason,
        characters=format_decimal(current_app.config["GARE"].file_characters),
        limits=current_app.config["GARE"],
        used=files.used(),
        to_go=len(unused),
        size_to_go=sum(one.size for one in unused),
        days=days,
        all_days=storage_cleanup.CHOICES,
    )


@blueprint.post("/admin/files")
@audience("admin")
def read_again() -> BaseResponse:
    """Queue text extraction again for one `sha256`, or for all files in the list."""
    sha256 = request.form.get("sha256", "")
    sums = [sha256] if sha256 else list(db.session().scalars(_unread_sums()))
    count = text_extraction.again(sums)
    message = ngettext(
        "%(num)s file will be read again.", "%(num)s files will be read again.", count
    )
    flash(message, "success" if count else "error")
    return see_other(url_for("admin.list_files"))


@blueprint.post("/admin/files/room")
@audience("admin")
def free_room() -> BaseResponse:
    """Delete unused files for good."""
    count, size = storage_cleanup.delete_unused(_days(request.form))
    message = ngettext(
        "%(num)s file is deleted for good: %(size)s are free again.",
        "%(num)s files are deleted for good: %(size)s are free again.",
        count,
        size=i18n.weight(size),
    )
    flash(message, "success")
    return see_other(url_for("admin.list_files"))


def _days(values: Mapping[str, str]) -> int:
    """Return the submitted number of days since a file's last use, the default if not a choice."""
    raw = values.get("days", "")
    return next(
        (days for days in storage_cleanup.CHOICES if str(days) == raw), storage_cleanup.DAYS
    )


def _unread_sums() -> Select[str]:
    return text_extraction.troubles().with_only_columns(FileText.sha256).order_by(None)


def _reason(text: FileText) -> str:
    """Return the reason why the text of a file is missing or incomplete."""
    config = current_app.config["GARE"]
    reasons = {
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
    return str(reasons.get(text.reason, text.reason))
