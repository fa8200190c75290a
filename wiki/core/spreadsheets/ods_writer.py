"""A table as a spreadsheet of OpenDocument, written row by row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO

from wiki.core.spreadsheets.cells import Cell, is_exact, words

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = re.compile(r"^ | (?= )| $|(?<= ) ")
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"),
        ("number", "datastyle"), ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip
_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_DAY = (
    '<number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>'
    '<number:text>-</number:text><number:day number:style="long"/>'
)
_HOUR = (
    '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/>'
)
_BEGIN = (
    f'{_XML}<office:document-content {_NAMES} office:version="1.3"><office:automatic-styles>'
    '<style:style style:name="col" style:family="table-column">'
    '<style:table-column-properties style:column-width="4.5cm"/></style:style>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    f'<number:date-style style:name="day-format">{_DAY}</number:date-style>'
    f'<number:date-style style:name="moment-format">{_DAY}{_HOUR}</number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="day-format"/>'
    '<style:style style:name="moment" style:family="table-cell" style:data-style-name="moment-format"/>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def write(out: IO[bytes], title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table of one sheet."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", MEDIA_TYPE, zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        with package.open("content.xml", "w") as part:
            part.write(_begin(title, len(heads)).encode())
            written = (_cell(cell, "head") for cell in heads)
            row = f"<table:table-row>{''.join(written)}</table:table-row>"
            part.write(f"<table:table-header-rows>{row}</table:table-header-rows>".encode())
            for cells in rows:
                written = (_cell(cell, "") for cell in cells)
                part.write(f"<table:table-row>{''.join(written)}</table:table-row>".encode())
            part.write(_END.encode())


def _begin(title: str, columns: int) -> str:
    return (
        f'{_BEGIN}<table:table table:name="{words(title)[:200] or "1"}">'
        f'<table:table-column table:style-name="col" table:number-columns-repeated="{columns}"/>'
    )


def _cell(cell: Cell, style: str) -> str:
    if cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        shown = "moment" if isinstance(cell, datetime) else "day"
        return (
            f'<table:table-cell table:style-name="{shown}" office:value-type="date" '
            f'office:date-value="{cell.isoformat()}"><text:p>{cell.isoformat()}</text:p></table:table-cell>'
        )
    if is_exact(cell):
        return (
            f'<table:table-cell office:value-type="float" office:value="{cell!r}">'
            f"<text:p>{cell!r}</text:p></table:table-cell>"
        )
    lines = "".join(f"<text:p>{_line(line)}</text:p>" for line in str(cell).split("\n"))
    named = f' table:style-name="{style}"' if style else ""
    return f'<table:table-cell{named} office:value-type="string">{lines}</table:table-cell>'


def _line(text: str) -> str:
    """Return a line with the spaces that XML would run together told apart."""
    return _SPACES.sub("<text:s/>", words(text)).replace("\t", "<text:tab/>")
