"""The audit log in an SQL database, through SQLAlchemy."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, column, create_engine, event, insert, select, table, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from plimsoll.governance.ports import Entry, SealedHead
from plimsoll.storage.guards import (
    POSTGRESQL_GUARDS,
    POSTGRESQL_TRIGGERS,
    SQLITE_GUARDS,
    SQLITE_TRIGGERS,
    guard_flaws,
)
from plimsoll.storage.migrations import migrate
from plimsoll.vocabulary.durable import PARTIAL, sync_folder
from plimsoll.vocabulary.errors import IntegrityBroken

_ENTRIES = table("audit_entry", *(column(item.name) for item in fields(Entry)))
_SEALS = table("audit_seal", *(column(item.name) for item in fields(SealedHead)))
_WAIT_MILLISECONDS = 10_000
_WRITES = "plimsoll_writes"


class SqlWriter:
    """One transaction on the log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entries = list(_entries(connection))
        self._heads = list(_heads(connection))

    def entries(self) -> Sequence[Entry]:
        """Give all entries in order, those of this transaction included."""
        return self._entries

    def heads(self) -> Sequence[SealedHead]:
        """Give all sealed heads in order."""
        return self._heads

    def append(self, entry: Entry) -> None:
        """Add the next entry."""
        self._connection.execute(insert(_ENTRIES), asdict(entry))
        self._entries.append(entry)

    def seal(self, head: SealedHead) -> None:
        """Keep a signature over the head."""
        self._connection.execute(text("INSERT INTO audit_seal (seq, envelope) VALUES (:seq, :envelope)"), asdict(head))
        self._heads.append(head)


class SqlJournal:
    """The audit log in a database; whoever writes waits until no other does."""

    def __init__(self, engine: Engine, *, mends: bool = False) -> None:
        self._engine = engine
        self._mends = mends

    def mending(self) -> "SqlJournal":
        """Give the same log, each transaction of which first puts the append-only triggers back as they were made.

        On a server their owner must put them back; such a transaction begins only when they stand.
        """
        return SqlJournal(self._engine, mends=True)

    def read(self) -> tuple[Sequence[Entry], Sequence[SealedHead]]:
        """Give all entries and all sealed heads in order, as of one instant."""
        with self._engine.connect() as connection, connection.begin():
            return _entries(connection), _heads(connection)

    @contextmanager
    def transaction(self) -> Iterator[SqlWriter]:
        """Begin a transaction that no other writer shares; an exception takes it back.

        Raises
        ------
        IntegrityBroken
            If a trigger that keeps the log append-only does not stand as it was made.
        """
        with self._engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE audit_entry IN EXCLUSIVE MODE")
            if self._mends:
                _put_guards_back(connection)
            _require_guards(connection)
            yield SqlWriter(connection)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def open_journal(path: Path) -> SqlJournal:
    """Open the governance database of a workspace (SQLite, write-ahead log), made and migrated as needed.

    Raises
    ------
    IntegrityBroken
        If the file is no sound database.
    BadInput
        If it was written by a later release.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not path.exists():
            _make(path)
        engine = _migrated(path)
    except DatabaseError as error:
        raise IntegrityBroken(
            "unsound_database", field="path", value=path, allowed="a sound SQLite database", fix="restore the file"
        ) from error
    return SqlJournal(engine)


def _make(path: Path) -> None:
    """Make the database under another name first: whoever is killed on the way leaves none, not half of one."""
    with TemporaryDirectory(prefix=PARTIAL, dir=path.parent) as folder:
        made = Path(folder) / path.name
        _migrated(made).dispose()
        with suppress(FileExistsError):  # another program was quicker
            path.hardlink_to(made)
    sync_folder(path.parent)


def _migrated(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        migrate(connection)
    return engine


def open_server_journal(url: str, **connect: Any) -> SqlJournal:
    """Open the governance database on a PostgreSQL server, made and migrated as needed.

    Parameters
    ----------
    url : str
        The database as SQLAlchemy names it; its driver must be installed.
    **connect
        What the driver needs beside the URL.

    Raises
    ------
    BadInput
        If it was written by a later release.
    """
    # A transaction reads entries and seals as of one instant; who writes takes the lock before its first look.
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ", connect_args=connect)
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('plimsoll schema'))")
        migrate(connection)
    return SqlJournal(engine)


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late to keep two writers apart: transactions are begun by hand.
    connection.isolation_level = None
    for setting in (f"busy_timeout = {_WAIT_MILLISECONDS}", "journal_mode = WAL", "synchronous = FULL"):
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {setting}")
        cursor.close()


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _entries(connection: Connection) -> tuple[Entry, ...]:
    rows = connection.execute(select(_ENTRIES).order_by(_ENTRIES.c.seq))
    return tuple(Entry(*row) for row in rows)


def _heads(connection: Connection) -> tuple[SealedHead, ...]:
    rows = connection.execute(select(_SEALS).order_by(_SEALS.c.seq))
    return tuple(SealedHead(*row) for row in rows)


def _triggers(connection: Connection) -> dict[str, str]:
    query = SQLITE_TRIGGERS if connection.dialect.name == "sqlite" else POSTGRESQL_TRIGGERS
    return {row.name: row.sql for row in connection.execute(text(query))}


def _require_guards(connection: Connection) -> None:
    made = SQLITE_GUARDS if connection.dialect.name == "sqlite" else POSTGRESQL_GUARDS
    flaws = guard_flaws(_triggers(connection), made)
    if flaws:
        raise IntegrityBroken(
            "append_only_guard_missing",
            field="trigger",
            value=", ".join(flaws),
            allowed="every trigger that keeps the log append-only, as it was made",
            fix="verify the log against a kept head, then restore it or run `plimsoll audit guard --as NAME`",
        )


def _put_guards_back(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    for name in _triggers(connection):
        quoted = connection.dialect.identifier_preparer.quote_identifier(name)
        connection.exec_driver_sql(f"DROP TRIGGER {quoted}")
    for statement in SQLITE_GUARDS.values():
        connection.exec_driver_sql(statement)
