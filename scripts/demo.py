"""Make the demo network in the instance folder, without asking anything."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from wiki import cli


def main() -> None:
    """Make it with an admin whose password nobody knows: the demo accounts are the way in."""
    with tempfile.TemporaryDirectory() as folder:
        password = Path(folder) / "password"
        password.write_text(secrets.token_urlsafe(24))
        cli.main(
            [
                "init",
                "--admin",
                "admin",
                "--email",
                "admin@traverses.example",
                "--password-file",
                str(password),
                "--lang",
                "fr",
                "--demo",
            ],
            standalone_mode=True,
        )


if __name__ == "__main__":
    main()
