"""The screens of booklets: choose pages and their order, read them at a stretch, take them away as a file."""

from __future__ import annotations

import io

from flask import Response, abort, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.core import errors, limits
from wiki.core.access import current_actor
from wiki.core.http import audience, render
from wiki.core.names import page_name
from wiki.pages.blueprint import blueprint
from wiki.pages.booklet import booklet as booklet_booklet
from wiki.pages.booklet import chapters, pdf, selection
from wiki.pages.booklet.epub import epub

RATE = "20/minute"
"""Files made for one address: each costs some seconds."""


@blueprint.get("/-/booklet")
@audience("page")
def booklet() -> Response:
    """Show the pages chosen so far, to put in order, and how to add others."""
    actor = current_actor()
    picked = selection.picked(request.args, actor=actor)
    beside = selection.beside(picked.pages, actor=actor)
    return render(
        "pages/booklet/choose.html",
        picked=picked,
        beside=beside,
        most=chapters.MOST,
        pdf=pdf.is_possible(),
    )


@blueprint.get("/-/booklet/read")
@audience("page")
def read_booklet() -> Response:
    """Show the chosen pages one after the other, to read or to print."""
    book = _bound()
    args = request.args.to_dict(flat=False)
    return render("pages/booklet/read.html", book=book, args=args, pdf=pdf.is_possible())


@blueprint.get("/-/booklet/file.epub")
@audience("page")
@limits.limit(RATE, by=limits.remote_address)
def booklet_epub() -> BaseResponse:
    """Give the chosen pages as an EPUB."""
    book = booklet_booklet.with_pictures(_bound())
    return _file(epub(book), "application/epub+zip", f"{_stem(book)}.epub")


@blueprint.get("/-/booklet/file.pdf")
@audience("page")
@limits.limit(RATE, by=limits.remote_address)
def booklet_pdf() -> BaseResponse:
    """Give the chosen pages as a PDF, where this installation makes any."""
    if not pdf.is_possible():
        return errors.answer(
            404, _("This wiki makes no PDF: your browser prints the booklet to one.")
        )
    book = _bound()
    if len(book.chapters) > pdf.MOST:
        return errors.answer(
            413,
            _("A PDF holds at most %(count)s pages: print the booklet instead.", count=pdf.MOST),
        )
    try:
        content = pdf.pdf(booklet_booklet.with_pictures(book))
    except pdf.NotPrinted:
        return errors.answer(
            503,
            _("This PDF is too much work here: print the booklet instead, or take fewer pages."),
        )
    return _file(content, "application/pdf", f"{_stem(book)}.pdf")


def _bound() -> booklet_booklet.Booklet:
    actor = current_actor()
    picked = selection.picked(request.args, actor=actor)
    if not picked.pages:
        abort(404)
    return booklet_booklet.bound(picked.pages, title=picked.title, actor=actor)


def _stem(book: booklet_booklet.Booklet) -> str:
    return page_name(book.title)[:80] or "booklet"


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = send_file(
        io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
