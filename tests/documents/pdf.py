"""A PDF of lines of text, in the standard fonts, with accents."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FONTS = b"/F1 4 0 R /F2 5 0 R"
WIDTH, HEIGHT, MARGIN, LINE = 595, 842, 64, 16


def pdf(pages: Sequence[str], *, title: str = "") -> bytes:
    """Write pages of lines; one that begins with `# ` is a heading."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Title %s >>" % _string(title),
        4: _font("Helvetica"),
        5: _font("Helvetica-Bold"),
    }
    kids = []
    for number, page in enumerate(pages):
        sheet, content = 6 + 2 * number, 7 + 2 * number
        kids.append(b"%d 0 R" % sheet)
        objects[sheet] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R"
            b" /Resources << /Font << %s >> >> >>" % (WIDTH, HEIGHT, content, FONTS)
        )
        data = zlib.compress(_lines(page))
        objects[content] = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (
            len(data),
            data,
        )
    objects[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _file(objects)


def _lines(page: str) -> bytes:
    parts = [b"BT", b"%d TL" % LINE, b"%d %d Td" % (MARGIN, HEIGHT - MARGIN)]
    for line in page.split("\n"):
        heading = line.startswith("# ")
        parts.append(b"/F2 17 Tf" if heading else b"/F1 11 Tf")
        parts.append(_string(line.removeprefix("# ")) + b" Tj T*")
        if heading:
            parts.append(b"T*")
    return b"\n".join([*parts, b"ET"])


def _string(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    for char in (b"\\", b"(", b")"):
        raw = raw.replace(char, b"\\" + char)
    return b"(" + raw + b")"


def _font(name: str) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % (
        name.encode()
    )


def _file(objects: dict[int, bytes]) -> bytes:
    written = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number in sorted(objects):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\n" % (len(objects) + 1)
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % start)
