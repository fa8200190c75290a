"""A PostgreSQL cluster of the tests' own, started as an unprivileged person on a free port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.machine import postgres_bin

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


@contextmanager
def cluster() -> Iterator[str]:
    """Give the address of a running cluster, without database name. Raises FileNotFoundError."""
    programs = postgres_bin()
    if programs is None:
        raise FileNotFoundError("PostgreSQL's programs are not here")
    folder = Path(tempfile.mkdtemp(prefix="gare-postgres-"))
    owner = _unprivileged()
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    port = _free_port()

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)

    try:
        run(
            str(programs / "initdb"),
            "-D",
            str(folder / "data"),
            "-U",
            "gare",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        options += f" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        run(
            str(programs / "pg_ctl"),
            "-D",
            str(folder / "data"),
            "-w",
            "-l",
            str(folder / "log"),
            "-o",
            options,
            "start",
        )
        try:
            yield f"postgresql+psycopg://gare@127.0.0.1:{port}"
        finally:
            run(str(programs / "pg_ctl"), "-D", str(folder / "data"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
