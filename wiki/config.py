"""Every setting of an instance: its default, its meaning, and where it is read from.

`config.toml` in the instance folder, then `GARE_<NAME>` variables. What admins change in the browser
(site name, colours, rights) is data and lives in the database instead.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

ENGINES = ("whoosh", "fts5", "postgres")
"""Names of the search engines, each a file of core/search."""


class BadSetting(ValueError):
    """A setting that cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class Config:
    """The settings of one instance; each field's metadata says what it means."""

    instance: Path = field(metadata={"doc": "The instance folder; not a setting of its own."})
    database_url: str = field(
        default="",
        metadata={"doc": "SQLAlchemy URL of the database; empty: wiki.db in the folder."},
    )
    base_url: str = field(
        default="",
        metadata={
            "doc": "Public address, used in mails and feeds, such as https://wiki.example/net."
        },
    )
    lang: str = field(default="fr", metadata={"doc": "Language of a new wiki: fr or en."})
    timezone: str = field(default="Europe/Paris", metadata={"doc": "Time zone of the dates shown."})
    search_engine: str = field(
        default="whoosh",
        metadata={"doc": "Search engine: whoosh, fts5, or postgres (needs a PostgreSQL database)."},
    )
    max_page_kb: int = field(default=1024, metadata={"doc": "Largest page text, in kB."})
    max_upload_mb: int = field(default=25, metadata={"doc": "Largest file, in MB."})
    max_files_mb: int = field(
        default=0, metadata={"doc": "Most that all files together may take, in MB; 0: no limit."}
    )
    file_seconds: int = field(
        default=60, metadata={"doc": "How long the text of one file may take to be read."}
    )
    file_memory_mb: int = field(
        default=512, metadata={"doc": "Memory for reading the text of one file, in MB."}
    )
    file_characters: int = field(
        default=1_000_000, metadata={"doc": "Characters of one file that search knows, the first."}
    )
    page_cache_mb: int = field(
        default=32,
        metadata={"doc": "Memory for pages kept for readers without account, in MB a process."},
    )
    session_days: int = field(default=30, metadata={"doc": "Days a sign-in lasts without a visit."})
    lock_seconds: float = field(
        default=10.0, metadata={"doc": "How long a save waits for the database before a 503."}
    )
    rate_limits: bool = field(
        default=True, metadata={"doc": "Limit sign-in, sign-up, reset and anonymous saves."}
    )
    trusted_proxies: int = field(
        default=0,
        metadata={"doc": "How many proxies in front set X-Forwarded-*; 0: none is believed."},
    )
    smtp_host: str = field(
        default="",
        metadata={"doc": "Mail server; empty: mails go to mail/ as files. Needs base_url."},
    )
    smtp_port: int = field(default=587, metadata={"doc": "Port of the mail server."})
    smtp_user: str = field(default="", metadata={"doc": "Account on the mail server."})
    smtp_password: str = field(default="", metadata={"doc": "Password on the mail server."})
    mail_from: str = field(
        default="gare@localhost", metadata={"doc": "Sender of the wiki's mails."}
    )
    log_json: bool = field(default=False, metadata={"doc": "One JSON object a line in the logs."})

    @property
    def url(self) -> str:
        """The database URL, with the instance's own SQLite file as default."""
        return self.database_url or f"sqlite:///{self.instance / 'wiki.db'}"

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")


def load(instance: Path, **overrides: Any) -> Config:
    """Read the settings of the instance in this folder.

    Raises BadSetting on a file that cannot be read, an unknown name or a value of the wrong type.
    """
    values = {**read_file(instance / "config.toml"), **_from_environment(), **overrides}
    known = {f.name: f for f in fields(Config)}
    for name, value in values.items():
        if name not in known or name == "instance":
            raise BadSetting(f"unknown setting: {name}")
        values[name] = _cast(name, value, str(known[name].type))
    return _sound(Config(instance=instance, **values))


def read_file(path: Path) -> dict[str, Any]:
    """Return what a settings file says, nothing where there is none. Raises BadSetting."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError, RecursionError) as error:
        raise BadSetting(f"{path.name} cannot be read: {error}") from error


def _sound(config: Config) -> Config:
    """Return settings that go together. Raises BadSetting."""
    if config.search_engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise BadSetting(f"search_engine: {config.search_engine!r} is none of {known}")
    if config.search_engine == "postgres" and not config.url.startswith("postgresql"):
        raise BadSetting(
            "search_engine: postgres keeps its index in the wiki's database, which is not"
            " PostgreSQL here; set database_url, or choose whoosh or fts5"
        )
    if config.smtp_host and not config.base_url:
        # Else the links in mails would lead wherever the Host of a request says.
        raise BadSetting("base_url: needed as soon as smtp_host is set, for the links in mails")
    return config


def secret_key(instance: Path) -> str:
    """Return the instance's secret key, made at first use and kept in a file only its owner reads."""
    path = instance / "secret_key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _from_environment() -> dict[str, Any]:
    known = {f.name for f in fields(Config)} - {"instance"}
    named = {key[5:].lower(): value for key, value in os.environ.items() if key.startswith("GARE_")}
    return {name: value for name, value in named.items() if name in known}


def _cast(name: str, value: Any, kind: str) -> Any:
    try:
        if kind == "bool":
            return value if isinstance(value, bool) else _boolean(str(value))
        return {"int": int, "float": float, "str": str}[kind](value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadSetting(f"{name}: {value!r} is not of type {kind}") from error


def _boolean(value: str) -> bool:
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(value)
