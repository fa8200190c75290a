"""Shared fixtures: a prepared instance copied per test, on SQLite or PostgreSQL, and the named people."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.pool import NullPool
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests import postgres
from tests.world import World, prepare
from wiki.accounts import passwords
from wiki.app import close_app, create_app
from wiki.cli import main
from wiki.core import db

ROOT = Path(__file__).parent.parent
TEMPLATE = "prepared"
COMPILED = ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.addoption(
        "--at",
        type=datetime.fromisoformat,
        metavar="2026-12-01T00:40+01:00",
        help="run as if it were this moment, with its offset; the clock goes on from there",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Set the clock of this process. Other programs (servers, Chromium, PostgreSQL) keep their own."""
    at = config.getoption("at")
    if at is None:
        return
    if at.tzinfo is None:
        raise pytest.UsageError("--at needs an offset from UTC: 2026-12-01T00:40+01:00")
    clock = time_machine.travel(at, tick=True)
    clock.start()
    config.add_cleanup(clock.stop)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what drives other programs when the clock is not theirs."""
    if config.getoption("at"):
        alone = pytest.mark.skip(reason="Chromium and its server do not know this clock")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(alone)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile:
    """Say which process runs which test."""
    return FileByFile(config, log)


class FileByFile(LoadScopeScheduling):
    """Keeps the tests of a file in one process where the file makes something once for all of them."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if _makes_once(ROOT / file) else nodeid


@cache
def _makes_once(file: Path) -> bool:
    return bool(re.search(r'scope="(module|session)"', file.read_text()))


def _compile_routes_once() -> None:
    """Keep what Werkzeug compiles of each rule: a test's application has the same as the one before."""
    compiled: dict[tuple[object, ...], dict[str, Any]] = {}
    compile_rule = Rule.compile

    def compile_once(self: Rule) -> None:
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, repr(self.defaults))
        if key not in compiled:
            compile_rule(self)
            compiled[key] = {name: self.__dict__[name] for name in COMPILED}
        made = compiled[key]
        self.__dict__.update(made | {"arguments": set(made["arguments"])})
        for builder in ("_build", "_build_unknown"):
            self.__dict__[builder] = made[builder].__func__.__get__(self)

    Rule.compile = compile_once  # type: ignore[method-assign]


def _compile_statements_once() -> None:
    """Keep what SQLAlchemy compiles of each statement: it is the same for every wiki of one kind of database."""
    kept = {SQLiteDialect: LRUCache(5000), PGDialect: LRUCache(5000)}
    for kind in kept:
        kind.__eq__ = lambda mine, other: type(mine) is type(other)  # type: ignore[method-assign]
        kind.__hash__ = lambda mine: hash(type(mine))  # type: ignore[method-assign]
    make = Engine.__init__

    # SQLAlchemy reads in this line what an engine can be told: `hide_parameters` is one of ours.
    def make_knowing(
        self: Engine, pool: Any, dialect: Any, url: Any, hide_parameters: bool = False, **more: Any
    ) -> None:
        make(self, pool, dialect, url, hide_parameters=hide_parameters, **more)
        self._compiled_cache = next(
            (cache for kind, cache in kept.items() if isinstance(self.dialect, kind)),
            self._compiled_cache,
        )

    Engine.__init__ = make_knowing  # type: ignore[method-assign]


def _hash_passwords_cheaply() -> None:
    """Ask little work of Argon2: people sign in thousands of times here. Servers in tests keep its real price."""
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _wait_for_no_disk() -> None:
    """Have SQLite write as PostgreSQL does here: no test cuts the power, and servers in tests keep to the disk."""
    make = db._sqlite_engine

    def make_hasty(url: str, lock_seconds: float, *, read_only: bool) -> Engine:
        engine = make(url, lock_seconds, read_only=read_only)
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        return engine

    db._sqlite_engine = make_hasty


_compile_routes_once()
_compile_statements_once()
_hash_passwords_cheaply()
_wait_for_no_disk()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL cluster, "" when the tests run on SQLite."""
    if request.config.getoption("database") == "sqlite":
        yield ""
        return
    try:
        with postgres.cluster() as address:
            yield address
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def prepared(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wiki with the named people, made once: copying it is faster than making it again."""
    folder = tmp_path_factory.mktemp("prepared") / "instance"
    if server:
        _sql(server, f'CREATE DATABASE "{TEMPLATE}"')
    prepare(folder, **_database(server, TEMPLATE))
    return folder


@pytest.fixture
def settings(server: str, prepared: Path, tmp_path: Path) -> Iterator[dict[str, object]]:
    """The settings of the test's application."""
    with own_settings(server, str(tmp_path)) as made:
        yield made


@pytest.fixture
def instance(prepared: Path, tmp_path: Path) -> Path:
    """An instance of the test's own."""
    return Path(shutil.copytree(prepared, tmp_path / "instance"))


@pytest.fixture
def app(instance: Path, settings: dict[str, object]) -> Iterator[Flask]:
    """The application of the test's instance, without rate limits."""
    with running(instance, settings) as made:
        yield made


@pytest.fixture
def gare(
    instance: Path, settings: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run a command on the test's instance, which must succeed unless told `ok=False`; returns its result."""
    monkeypatch.setenv("GARE_INSTANCE", str(instance))
    if "database_url" in settings:
        monkeypatch.setenv("GARE_DATABASE_URL", str(settings["database_url"]))

    def run(*words: object, ok: bool = True) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
        assert (result.exit_code == 0) is ok, result.output
        return result

    return run


@pytest.fixture
def world(app: Flask) -> World:
    """The named people and what they can do in a test."""
    return World(app)


@contextmanager
def own_settings(server: str, for_what: str) -> Iterator[dict[str, object]]:
    """Give settings with a database of its own, copied from the prepared one where it is PostgreSQL."""
    if not server:
        yield {"rate_limits": False}
        return
    name = f"t{abs(hash(for_what))}"
    _sql(server, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    yield {"rate_limits": False} | _database(server, name)
    _sql(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def running(instance: Path, settings: dict[str, object]) -> Iterator[Flask]:
    """Give an application and close its files and connections at the end."""
    app = create_app(instance, **settings)
    try:
        yield app
    finally:
        close_app(app)


def _database(server: str, name: str) -> dict[str, object]:
    return {"database_url": f"{server}/{name}"} if server else {}


def _sql(server: str, statement: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
