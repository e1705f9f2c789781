"""A real PostgreSQL for tests: the one named in the environment, or a private throw-away cluster.

`FENSHEN_TEST_POSTGRES_URL` names a server on which databases may be made. Otherwise a cluster is made
once per test run with the machine's own binaries, in a temporary folder, on a free port, and removed at
exit. Without either, tests are skipped with the reason; in CI they fail.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from fenshen.core.db import Database, metadata

#: Both databases, for `pytest.fixture(params=…)`.
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def find_binaries() -> Path | None:
    """Folder with `initdb` and `pg_ctl`: Debian's newest, else whatever is on the path."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    on_path = shutil.which("initdb")
    candidates = [*([Path(on_path).parent] if on_path else []), *candidates]
    return next((path for path in reversed(candidates) if (path / "initdb").exists()), None)


@functools.cache
def server_url() -> str:
    """URL of the server's `postgres` database; starts the private cluster on first use."""
    if url := os.environ.get("FENSHEN_TEST_POSTGRES_URL"):
        return url
    binaries = find_binaries()
    if binaries is None or not _can_drop_root():
        reason = "no PostgreSQL: set FENSHEN_TEST_POSTGRES_URL or install the postgresql package"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    cluster = Cluster(binaries)
    atexit.register(cluster.stop)
    return cluster.url


@contextmanager
def fresh_database() -> Iterator[str]:
    """URL of an empty database that is dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    server = sa.create_engine(
        sa.make_url(server_url()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield sa.make_url(server_url()).set(database=name).render_as_string(hide_password=False)
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        server.dispose()


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[Database]:
    """A database of either kind with every known table, all empty.

    The PostgreSQL one is kept for the next test, because making one costs half a second: its rows are
    removed past the triggers that refuse it. Whoever changes tables or triggers takes `fresh_database`.
    """
    url = f"sqlite:///{folder / 'fenshen.db'}" if kind == "sqlite" else _kept_database()
    database = Database(url)
    try:
        database.create_all()
        if kind != "sqlite":
            with database.write() as connection:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                for table in metadata.tables.values():
                    connection.execute(sa.delete(table))
        yield database
    finally:
        database.close()


@functools.cache
def _kept_database() -> str:
    kept = fresh_database()
    url = kept.__enter__()
    if "FENSHEN_TEST_POSTGRES_URL" in os.environ:
        atexit.register(kept.__exit__, None, None, None)
    return url


class Cluster:
    """A running private cluster.

    Args:
        binaries: Folder with PostgreSQL's programs.
        durable: Whether commits wait for the disk; tests do without.
    """

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="fenshen-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._data = self._folder / "data"
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")
        port = _free_port()
        options = f"-p {port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        options += "" if durable else " -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-o", options, "-w", "start")
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        drop_root = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*drop_root, str(self._binaries / program), *arguments]
        done = subprocess.run(command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')}")


def _can_drop_root() -> bool:
    """PostgreSQL refuses to run as root; its own user and `runuser` are needed then."""
    if os.geteuid() != 0:
        return True
    users = Path("/etc/passwd").read_text()
    return shutil.which("runuser") is not None and any(u.startswith("postgres:") for u in users.splitlines())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
