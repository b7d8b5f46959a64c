"""The database, on SQLite or PostgreSQL: connection, field types, and the one write transaction."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import peewee as pw
from playhouse.db_url import connect as connect_url
from playhouse.pool import PooledSqliteDatabase

from app.kernel.ids import uuid7

database = pw.DatabaseProxy()

SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",  # an acknowledged booking survives a power cut
    "foreign_keys": 1,  # off by default, per connection
    "cache_size": -16_000,
    "temp_store": "memory",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_database(url: str) -> pw.Database:
    """Bind the proxy to `url` (sqlite:///… or postgresql://…); connects on first use."""
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:///")
        # one thread at a time holds a connection of the pool, but not always the thread that opened it
        found = PooledSqliteDatabase(
            path, pragmas=SQLITE_PRAGMAS, timeout=5, autoconnect=False, check_same_thread=False
        )
        found.turn = _Turn(path)
    else:
        scheme = urlsplit(url).scheme
        pooled = url.replace(scheme, "postgresql+pool", 1)
        found = connect_url(
            pooled,
            unquote_password=True,
            prefer_psycopg3=True,
            autoconnect=False,
            max_connections=20,
            timeout=5,
            stale_timeout=300,
        )
        found.turn = None
    database.initialize(found)
    return found


def is_sqlite() -> bool:
    return isinstance(database.obj, pw.SqliteDatabase)


class _Turn:
    """One writer at a time, first come first served.

    SQLite's own busy handler sleeps in growing steps, so that the unluckiest of eight writers waits twenty times
    longer than the median; a lock the kernel queues on does not.
    """

    def __init__(self, path: str) -> None:
        self.path = f"{path}.turn"
        self.mutex = threading.Lock()
        self.file: int | None = None

    def __enter__(self) -> None:
        self.mutex.acquire()
        try:
            if self.file is None:
                self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self.file, fcntl.LOCK_EX)
        except BaseException:
            self.mutex.release()
            raise

    def __exit__(self, *exc: object) -> None:
        fcntl.flock(self.file, fcntl.LOCK_UN)  # type: ignore[arg-type]
        self.mutex.release()

    def __del__(self) -> None:
        if self.file is not None:
            os.close(self.file)


@contextmanager
def write_tx() -> Iterator[None]:
    """The one way to change data: everything inside happens, or nothing does.

    SQLite: IMMEDIATE, so that a read followed by a write never meets «database is locked».
    PostgreSQL: READ COMMITTED; whoever needs exclusion updates the contended row first.
    Inside an open transaction it is a savepoint.
    """
    db = database.obj
    if db.in_transaction():
        with db.atomic():
            yield
    elif db.turn is not None:
        with db.turn, db.atomic("IMMEDIATE"):
            yield
    else:
        with db.atomic():
            yield


@contextmanager
def connection() -> Iterator[None]:
    """An open connection for work outside a request (worker, command line)."""
    opened = database.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            database.close()


class InstantField(pw.BigIntegerField):
    """An instant: microseconds since 1970 in the database, an aware UTC datetime in Python; naive is refused."""

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("a naive datetime is not an instant")
            return (value - EPOCH) // timedelta(microseconds=1)
        return super().db_value(value)  # type: ignore[no-untyped-call]

    def python_value(self, value: Any) -> Any:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class JSONText(pw.TextField):
    """JSON kept as text on both databases: key order and bytes stay as written (jsonb reorders them)."""

    def db_value(self, value: Any) -> Any:
        import json

        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def python_value(self, value: Any) -> Any:
        import json

        return None if value is None else json.loads(value)


class BaseModel(pw.Model):
    """A row with an unguessable key. Tables of a practice or of a person inherit from `kernel.cabinets` instead."""

    id = pw.UUIDField(primary_key=True, default=uuid7)

    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True  # saving one column never undoes a colleague's change of another
