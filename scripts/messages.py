"""Gather the texts to translate, bring the French ones up to date, compile them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from wiki.core.translations import compile_stale

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "wiki" / "locale"


def main() -> None:
    """Extract, update and compile."""
    pot = LOCALE / "messages.pot"
    LOCALE.mkdir(exist_ok=True)
    babel(
        "extract",
        "-F",
        "scripts/babel.cfg",
        "-k",
        "_l",
        "--no-location",
        "--omit-header",
        "--sort-output",
        "-o",
        str(pot),
        "wiki",
        "templates",
    )
    french = LOCALE / "fr" / "LC_MESSAGES" / "messages.po"
    if french.exists():
        babel(
            "update",
            "-i",
            str(pot),
            "-d",
            str(LOCALE),
            "-l",
            "fr",
            "--no-fuzzy-matching",
            "--ignore-obsolete",
            "--ignore-pot-creation-date",
        )
    else:
        babel("init", "-i", str(pot), "-d", str(LOCALE), "-l", "fr")
    pot.unlink()
    compile_stale(LOCALE)


def babel(*arguments: str) -> None:
    """Run one of Babel's commands."""
    subprocess.run(
        [str(Path(sys.executable).parent / "pybabel"), "-q", *arguments], cwd=ROOT, check=True
    )


if __name__ == "__main__":
    main()
