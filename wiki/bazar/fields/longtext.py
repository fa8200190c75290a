"""A long text in Markdown, shown as a page's text is; macros in it are not run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from wiki.bazar.field import BadValue, Field, clean_text, flag
from wiki.bazar.models import FieldSpec
from wiki.core import settings
from wiki.core.access import current_actor
from wiki.core.markup import Document, TooComplex
from wiki.core.params import Param
from wiki.pages import rendering

LONGEST = 100_000


class LongText(Field):
    """Markdown, stored as typed."""

    name: ClassVar[str] = "longtext"
    order: ClassVar[int] = 20
    summary_role = "text"
    summary = "Markdown, or plain lines"
    sample = "# Title\n\nTwo *lines*\n"
    part = "sections"
    label = _l("Long text")
    group = _l("Text")
    icon = "text"
    is_long = True
    options = (Param("plain", _l("Plain text, without Markdown"), "flag"),)

    def clean(self, spec: FieldSpec, raw: Any) -> Any:
        text = clean_text(raw, longest=LONGEST)
        if text and not is_plain(spec):
            try:
                document(text)
            except TooComplex as error:
                raise BadValue(_("This text is too complex to be shown.")) from error
        return text

    def links(self, spec: FieldSpec, value: Any) -> Sequence[str]:
        return () if is_plain(spec) else document(value).links

    def relinked(self, spec: FieldSpec, value: Any, renamed: Callable[[str], str]) -> Any:
        return renamed(value)

    def text(self, spec: FieldSpec, value: Any) -> str:
        if is_plain(spec):
            return " ".join(value.split())
        try:
            return " ".join(document(value).plain.split())
        except TooComplex:
            return " ".join(value.split())

    def words(self, spec: FieldSpec, value: Any) -> str:
        return str(value)

    def source(self, spec: FieldSpec, value: Any) -> str:
        return str(value)

    def to_csv(self, spec: FieldSpec, value: Any) -> str:
        return str(value)

    def shown_html(self, spec: FieldSpec, value: str) -> Markup:
        """Return the text as HTML: its own lines when it is plain."""
        if is_plain(spec):
            return Markup("<br>").join(value.splitlines())
        return self.html(value)

    def check_options(self, spec: FieldSpec) -> FieldSpec:
        return replace(spec, options={"plain": True} if flag(spec.options.get("plain")) else {})

    def html(self, value: str) -> Markup:
        """Return the text as HTML for the reader at hand.

        Macros stay as typed: one that lists entries would show this text, so itself, without end.
        """
        try:
            found = document(value)
        except TooComplex:
            return Markup("<pre>{}</pre>").format(value)
        return rendering.fill(found, page=None, actor=current_actor(), depth=rendering.DEEPEST + 1)


def is_plain(spec: FieldSpec) -> bool:
    """Answer whether a field's text has no Markdown."""
    return flag(spec.options.get("plain"))


def document(text: str) -> Document:
    """Return a text rendered; kept a while, since a save asks before the lock and again inside."""
    return _document(text, str(settings.get("lang")))


@lru_cache(maxsize=64)
def _document(text: str, lang: str) -> Document:
    return rendering.document_of(text, lang)
