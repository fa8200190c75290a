"""The text of files: every format, what is refused and why, and the limits of the process that reads."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
import zlib
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from tests.documents import office
from tests.documents.pdf import pdf
from wiki.core.extraction import reader
from wiki.core.extraction.outcome import cleaned
from wiki.core.extraction.pdf import joined

LIMITS = reader.Limits(seconds=30, megabytes=512, characters=1_000_000)
WORDS = ["# Rapport d’activité", "Les bénévoles & l’œuvre : 12 < 13"]
LINES = "Rapport d’activité\nLes bénévoles & l’œuvre : 12 < 13"
BOMB = b"<x>" + b" " * 300 * 1024 * 1024


@pytest.fixture
def read(tmp_path: Path):
    """Read content in the process, within limits."""

    def run(content: bytes, **limits: int) -> reader.Reading:
        path = tmp_path / "file"
        path.write_bytes(content)
        return reader.read(path, replace(LIMITS, **limits))

    return run


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (pdf(["\n".join(WORDS)]), LINES),
        (office.odt(WORDS), LINES),
        (office.ods([["Poste", "Montant"], ["Café", "12"]]), "Feuille1\nPoste Montant\nCafé 12"),
        (office.odp(["Été", "Hiver"]), "Été\fHiver"),
        (office.docx([WORDS[0][2:], WORDS[1]]), LINES),
        (office.xlsx([["Poste", "prévu"], ["Café", 12]]), "Feuille1\nPoste prévu\nCafé 12"),
        (office.pptx(["Été", "Hiver", "Fin"]), "Été\fHiver\fFin"),
        (LINES.encode(), LINES),
        (LINES.encode("utf-8-sig"), LINES),
        (LINES.encode("utf-16"), LINES),
        (LINES.encode("cp1252"), LINES),
        (b"poste;montant\r\ncaf\xe9;12\r\n", "poste;montant\ncafé;12"),
    ],
    ids=["pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "utf8", "bom", "utf16", "1252", "csv"],
)
def test_format_is_read(read, content: bytes, text: str) -> None:
    assert read(content) == reader.Reading(text)


def test_pages_of_a_pdf_keep_their_numbers_even_empty_ones(read) -> None:
    found = read(pdf(["un", "", "trois"]))
    assert found.text.split("\f") == ["un", "", "trois"]


def test_what_authors_deleted_is_not_read(read) -> None:
    gone = "<w:p><w:del><w:r><w:delText>secret</w:delText></w:r></w:del></w:p>"
    moved = "<w:moveFrom><w:p><w:r><w:t>secret</w:t></w:r></w:p></w:moveFrom>"
    assert read(office.docx(["ouvert"], body=gone + moved)).text == "ouvert"
    tracked = "<text:tracked-changes><text:p>secret</text:p></text:tracked-changes>"
    assert read(office.odt(["ouvert"], body=tracked)).text == "ouvert"


def encrypted_pdf(password: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf(["caché"])))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_pdf_that_only_forbids_printing_is_read(read) -> None:
    assert read(encrypted_pdf("")) == reader.Reading("caché")


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<office:body><text:p>&b;</text:p></office:body>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<office:body><text:p>&a;</text:p></office:body>"""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encrypted_pdf("secret"), "encrypted"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (
            office.package({"mimetype": "x", "content.xml": b"\1\2", "META-INF/manifest.xml": b"encryption-data"}),
            "encrypted",
        ),
        (OLE, "unknown"),
        (b"%PDF-1.7 and nothing more", "malformed"),
        (pdf(["un"] * 3)[:400], "malformed"),
        (office.odt(["un"])[:-100], "malformed"),
        (office.package({"mimetype": "x", "content.xml": "<office:body><text:p>"}), "malformed"),
        (office.package({"mimetype": "x", "content.xml": ENTITIES}), "malformed"),
        (office.package({"mimetype": "x", "content.xml": OUTSIDE}), "malformed"),
        (office.package({"mimetype": "x", "content.xml": BOMB}), "bomb"),
        (office.package({"[Content_Types].xml": "x", "word/document.xml": BOMB}), "bomb"),
        (office.package({"a.txt": "x"}), "unknown"),
        (b"\x7fELF\x00\x01\x02" * 50, "unknown"),
    ],
    ids=[
        "pdf locked", "docx locked", "odt locked", "old doc", "no pdf", "pdf cut", "zip cut", "xml cut",
        "entities", "entity outside", "odt bomb", "docx bomb", "any zip", "program",
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_says_why(read, content: bytes, reason: str) -> None:
    assert read(content) == reader.Reading("", reason)


def test_text_past_the_cap_is_left_out(read) -> None:
    found = read(("é" * 99 + " ").encode() * 100, characters=1000)
    assert found.reason == "cut"
    assert 900 <= len(found.text) <= 1000
    found = read(pdf(["un deux trois"] * 500), characters=1000)
    assert found.reason == "cut"
    assert found.text.startswith("un deux trois\fun deux trois\f")
    assert len(found.text) <= 1000


def test_pages_read_before_the_time_was_up_are_kept(read) -> None:
    lines = "\n".join(f"ligne {n} d’un très long rapport" for n in range(150))
    found = read(pdf([lines] * 1000), seconds=2, characters=10_000_000)
    assert found.reason == "slow"
    assert found.text.startswith("ligne 0 d’un très long rapport\nligne 1")
    assert found.text.count("\f") < 999


def test_file_that_wants_too_much_memory_is_let_go(read) -> None:
    content = b"BT /F1 11 Tf " + b"(encore) Tj " * 5_000_000 + b"ET"
    whole = pdf(["x"])
    old = zlib.compress(b"BT\n16 TL\n64 778 Td\n/F1 11 Tf\n(x) Tj T*\nET")
    new = zlib.compress(content)
    assert old in whole
    packed = whole.replace(b"/Length %d" % len(old), b"/Length %d" % len(new)).replace(old, new)
    assert read(packed, megabytes=150) == reader.Reading("", "memory")


def test_killed_reading_says_so(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(pdf(["un long rapport\n" * 50] * 4000))
    found: list[reader.Reading] = []
    thread = threading.Thread(target=lambda: found.append(reader.read(path, LIMITS)))
    thread.start()
    while not reader.processes._running:
        time.sleep(0.01)
    (process,) = reader.processes._running
    os.kill(process.pid, signal.SIGKILL)
    thread.join()
    assert found[0].reason == "killed"
    assert not reader.processes._running


def test_reading_ends_with_who_started_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(reader, "processes", reader.Processes())
    path = tmp_path / "file"
    path.write_bytes(pdf(["un long rapport\n" * 50] * 4000))
    found: list[reader.Reading] = []
    thread = threading.Thread(target=lambda: found.append(reader.read(path, LIMITS)))
    thread.start()
    while not reader.processes._running:
        time.sleep(0.01)
    reader.processes.stop()
    thread.join()
    assert found[0].reason == "stopped"
    assert reader.read(path, LIMITS) == reader.Reading("", "stopped")


def test_process_is_told_nothing_of_the_wiki(monkeypatch) -> None:
    monkeypatch.setenv("GARE_SMTP_PASSWORD", "zyxq")
    assert "zyxq" not in reader._environment().values()


def test_words_cut_at_the_end_of_a_line_are_put_together() -> None:
    assert joined("l’asso-\nciation et sous-\ntraitance, 2024-\n2025, Saint-\nMalo") == (
        "l’association et sous-traitance, 2024-\n2025, Saint-\nMalo"
    )


def test_text_is_as_databases_take_it() -> None:
    assert cleaned("a\0b\x07c  d\n\n\n\ne\u0301 eﬃcace \ud800") == "a b c d\n\né efficace"
