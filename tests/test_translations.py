"""French is complete: every text of the code and templates is translated, with the same placeholders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from wiki.core import translations
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


def test_missing_translations_are_compiled_at_start(tmp_path: Path) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(FOLDER / "fr" / "LC_MESSAGES" / "messages.po", folder)
    target = folder / "messages.mo"
    assert translations.compile_stale(tmp_path) == [target]
    with target.open("rb") as file:
        texts = GNUTranslations(file)
    assert texts.gettext("Sign in") == "Se connecter"
    assert translations.compile_stale(tmp_path) == []
    os.utime(target, (0, 0))
    assert translations.compile_stale(tmp_path) == [target]


def test_compiled_translations_are_not_in_git() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.mo"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert tracked.stdout == ""
