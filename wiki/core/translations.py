"""Compile translations: `.po` files are the source, `.mo` files what Flask-Babel reads.

The compiled files are not kept in git. Set-up and the wheel's build make them; an application that
starts from a bare checkout makes those that are missing or older than their source.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

log = logging.getLogger("wiki.translations")


def compile_stale(folder: Path) -> list[Path]:
    """Compile each `.po` of a locale folder whose `.mo` is missing or older; return those written.

    A folder that cannot be written is left as it is, with a warning: its texts stay English.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            _compile(source, target)
        except OSError as error:
            log.warning("translations of %s are not compiled: %s", source.parent.parent.name, error)
        else:
            written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    # Imported here: a wiki whose translations are compiled never needs the compiler.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parent.parent.name)
    # Written beside, then moved: two processes that start at once never read half a file.
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".mo.part")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalog)
    Path(name).chmod(0o644)
    Path(name).replace(target)
