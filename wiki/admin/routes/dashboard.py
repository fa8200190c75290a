"""The dashboard of the administration: health of the wiki and failed jobs."""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.admin import health
from wiki.admin.routes.blueprint import blueprint
from wiki.core import db, jobs
from wiki.core.http import audience, paging, render, see_other

PAGE = 20


@blueprint.get("/admin")
@audience("admin")
def index() -> Response:
    """Show content counts, queues, disk usage and failed jobs."""
    queues = health.queues()
    where = paging(queues["failed"], PAGE)
    return render(
        "admin/index.html",
        counts=health.counts(),
        queues=queues,
        disk=health.disk(),
        backup=health.last_backup(),
        version=health.version(),
        failed=health.failed_jobs(offset=where.offset, limit=PAGE),
        paging=where,
    )


@blueprint.post("/admin/jobs/<int:job_id>")
@audience("admin")
def settle_job(job_id: int) -> BaseResponse:
    """Retry a failed job, or delete it (`do=drop`)."""
    is_dropped = request.form.get("do") == "drop"
    with db.write(quiet=True) as session:
        job = session.get(jobs.Job, job_id)
        if job is None or not job.failed:
            abort(404)
        if is_dropped:
            session.delete(job)
        else:
            job.failed, job.attempts, job.run_at = "", 0, db.utcnow()
            db.after_commit(jobs.wake)
    flash(_("The job is given up.") if is_dropped else _("The job will be tried again."), "success")
    return see_other(url_for("admin.index"))
