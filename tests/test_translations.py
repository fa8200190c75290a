"""French is complete: every text of the code and templates is translated, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from wiki.core.i18n import FOLDER

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
ODD_SPACE = re.compile(r"\w [;:!?](?!\w)|« | »")


def french() -> Catalog:
    with (FOLDER / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="fr")


def test_every_text_has_its_french() -> None:
    catalog = french()
    with (ROOT / "scripts" / "babel.cfg").open("rb") as file:
        methods, options = parse_mapping_cfg(file.read().decode().splitlines())
    keywords = {
        "_": None,
        "_l": None,
        "gettext": None,
        "lazy_gettext": None,
        "ngettext": (1, 2),
        "lazy_ngettext": (1, 2),
    }
    wanted = set()
    for folder in ("wiki", "templates"):
        for found in extract_from_dir(str(ROOT / folder), methods, options, keywords=keywords):
            wanted.add(found[2] if isinstance(found[2], str) else found[2][0])
    missing = [
        text for text in sorted(wanted) if not (catalog.get(text) and catalog.get(text).string)
    ]
    assert missing == []


def test_translations_keep_placeholders_and_french_spaces() -> None:
    for message in french():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for one in ids for name in PLACEHOLDER.findall(one)}
        for string in strings:
            assert string, ids
            assert set(PLACEHOLDER.findall(string)) <= wanted, ids
            assert not ODD_SPACE.search(string), (ids, string)


def test_compiled_translations_are_up_to_date() -> None:
    from io import BytesIO

    from babel.messages.mofile import write_mo

    target = BytesIO()
    write_mo(target, french())
    compiled = (FOLDER / "fr" / "LC_MESSAGES" / "messages.mo").read_bytes()
    assert target.getvalue() == compiled, "run `make messages`"
