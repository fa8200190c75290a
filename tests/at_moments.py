"""Run the test files that know dates once at each of the ten moments: `python -m tests.at_moments -n 3`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.moments import MOMENTS

DATED = re.compile(
    r"timedelta|utcnow|datetime\.now|date\.today|i18n\.(today|local)|in_days|this_month|when="
)


def dated_files(folder: Path) -> list[str]:
    """Return the test files that speak of days, but for what starts other programs or sets the clock itself."""
    return sorted(
        str(path)
        for path in folder.rglob("test_*.py")
        if not {"browser", "stress", "test_moments.py"} & set(path.parts)
        and DATED.search(path.read_text())
    )


def main(options: list[str]) -> int:
    """Run them, with these options of pytest; return how many moments failed."""
    files, failed = dated_files(Path("tests")), 0
    for name, at in MOMENTS.items():
        print(f"== {name}: {at}", flush=True)
        run = [sys.executable, "-m", "pytest", "-q", "-m", "not slow and not browser"]
        failed += subprocess.run([*run, "--at", at, *options, *files]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
