"""OpenDocument and Office files with the parts that their programs write, no more."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = "http://schemas.openxmlformats.org/"
TYPE = "application/vnd.oasis.opendocument."
_SPACES = " ".join(
    f'xmlns:{prefix}="{ODF}{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
    )
)
_WORD = f'xmlns:w="{OFFICE}wordprocessingml/2006/main"'
_SHEET = (
    f'xmlns="{OFFICE}spreadsheetml/2006/main" xmlns:r="{OFFICE}officeDocument/2006/relationships"'
)
_SLIDE = (
    f'xmlns:p="{OFFICE}presentationml/2006/main" xmlns:a="{OFFICE}drawingml/2006/main" '
    f'xmlns:r="{OFFICE}officeDocument/2006/relationships"'
)


def odt(paragraphs: Sequence[str], *, body: str = "") -> bytes:
    """Write a text; a paragraph that begins with `# ` is a heading, `body` is XML to add."""
    lines = (
        f'<text:h text:outline-level="1">{escape(line[2:])}</text:h>'
        if line.startswith("# ")
        else f"<text:p>{escape(line)}</text:p>"
        for line in paragraphs
    )
    return _opendocument("text", f"<office:text>{''.join(lines)}{body}</office:text>")


def ods(
    rows: Sequence[Sequence[str]], *, sheet: str = "Feuille1", empty: Sequence[str] = ()
) -> bytes:
    """Write a spreadsheet of one sheet, and others after it that hold nothing."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    nothing = "<table:table-row><table:table-cell/></table:table-row>"
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{held}</table:table>'
        for name, held in [(sheet, cells), *((name, nothing) for name in empty)]
    )
    return _opendocument("spreadsheet", f"<office:spreadsheet>{tables}</office:spreadsheet>")


def odp(slides: Sequence[str]) -> bytes:
    pages = "".join(
        f'<draw:page draw:name="p"><draw:frame><draw:text-box><text:p>{escape(slide)}</text:p>'
        "</draw:text-box></draw:frame></draw:page>"
        for slide in slides
    )
    return _opendocument("presentation", f"<office:presentation>{pages}</office:presentation>")


def docx(paragraphs: Sequence[str], *, body: str = "") -> bytes:
    lines = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in paragraphs)
    document = f"<w:document {_WORD}><w:body>{lines}{body}</w:body></w:document>"
    return _openxml({"word/document.xml": document})


def xlsx(rows: Sequence[Sequence[str | int]], *, sheet: str = "Feuille1") -> bytes:
    """Write a workbook; its first column holds shared strings, texts elsewhere stand in their cells."""
    shared = [str(row[0]) for row in rows]
    lines = (
        f'<row><c t="s"><v>{place}</v></c>{"".join(_cell(cell) for cell in row[1:])}</row>'
        for place, row in enumerate(rows)
    )
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    return _openxml(
        {
            "xl/workbook.xml": f'<workbook {_SHEET}><sheets><sheet name="{escape(sheet)}" sheetId="1" '
            'r:id="rId7"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations({"rId7": "worksheets/sheet1.xml"}),
            "xl/sharedStrings.xml": f"<sst {_SHEET}>{strings}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet {_SHEET}><sheetData>{''.join(lines)}</sheetData>"
            "</worksheet>",
        }
    )


def pptx(slides: Sequence[str]) -> bytes:
    """Write slides whose files are numbered backwards: their order is that of the presentation."""
    names = {
        f"rId{place}": f"slides/slide{len(slides) - place}.xml" for place in range(len(slides))
    }
    parts = {
        f"ppt/{name}": f"<p:sld {_SLIDE}><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:sld>"
        for name, text in zip(names.values(), slides, strict=True)
    }
    listed = "".join(f'<p:sldId r:id="{key}"/>' for key in names)
    order = f"<p:presentation {_SLIDE}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
    relations = {"ppt/_rels/presentation.xml.rels": _relations(names)}
    return _openxml({"ppt/presentation.xml": order} | relations | parts)


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """Write a zip of parts, the first one uncompressed as OpenDocument asks."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, content) in enumerate(parts.items()):
            info = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED if place else zipfile.ZIP_STORED
            archive.writestr(info, content)
    return stream.getvalue()


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _opendocument(kind: str, body: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    manifest = (
        f'{head}<manifest:manifest xmlns:manifest="{ODF}manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPE}{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    content = (
        f'{head}<office:document-content {_SPACES} office:version="1.3"><office:body>{body}'
        "</office:body></office:document-content>"
    )
    return package(
        {"mimetype": TYPE + kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    )


def _openxml(parts: Mapping[str, str]) -> bytes:
    types = f'<Types xmlns="{OFFICE}package/2006/content-types"/>'
    return package({"[Content_Types].xml": types, **parts})


def _relations(targets: Mapping[str, str]) -> str:
    rows = "".join(f'<Relationship Id="{key}" Target="{path}"/>' for key, path in targets.items())
    return f'<Relationships xmlns="{OFFICE}package/2006/relationships">{rows}</Relationships>'
