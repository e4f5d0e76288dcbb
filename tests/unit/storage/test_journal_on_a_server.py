"""The audit log on a real PostgreSQL server, where the machine has one."""

import importlib.util
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from governance_world import MEMBERS, ROOT, START, World, bring_to_use
from plimsoll.governance.desk import Desk
from plimsoll.governance.policy import shipped_policy_pack
from plimsoll.governance.registration import publish_roster
from plimsoll.storage.ed25519 import check_signature
from plimsoll.storage.journal import SqlJournal, open_server_journal
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken
from plimsoll.vocabulary.ids import SequentialIds
from postgresql_world import programs, server

PROGRAMS = programs()
pytestmark = [
    pytest.mark.xdist_group("postgresql"),
    pytest.mark.skipif(PROGRAMS is None, reason="no PostgreSQL server programs (Debian package postgresql-15)"),
    pytest.mark.skipif(importlib.util.find_spec("pg8000") is None, reason="no PostgreSQL driver (pg8000)"),
]


@pytest.fixture(scope="module")
def socket() -> Iterator[str]:
    assert PROGRAMS is not None
    with server(PROGRAMS) as folder:
        yield f"{folder}/.s.PGSQL.5432"


@pytest.fixture(scope="module")
def settled(socket: str) -> Iterator[tuple[World, str]]:
    """A model's full life, kept on the server, for tests that change nothing of it."""
    yield from lived(made_database(socket, "settled"), socket)


@pytest.fixture
def world(socket: str, request: pytest.FixtureRequest) -> Iterator[tuple[World, str]]:
    """The same in a database of one's own."""
    yield from lived(made_database(socket, f"test_{abs(hash(request.node.nodeid))}"), socket)


def made_database(socket: str, name: str) -> str:
    """Make an empty database and give its URL."""
    engine = create_engine(url("postgres"), connect_args={"unix_sock": socket}, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return url(name)


def lived(database: str, socket: str) -> Iterator[tuple[World, str]]:
    journal = open_server_journal(database, unix_sock=socket)
    found = World(Path(socket), journal, desk_on(journal))
    publish_roster(found.desk, ROOT, MEMBERS)
    bring_to_use(found)
    yield found, database
    journal.close()


def url(name: str) -> str:
    return f"postgresql+pg8000://plimsoll@/{name}"


def desk_on(journal: SqlJournal) -> Desk:
    clock = FixedClock(START, timedelta(seconds=1))
    return Desk(journal, clock, SequentialIds(), shipped_policy_pack(), check_signature)


def execute(database: str, socket: str, *statements: str) -> list[Any]:
    """Run statements as the owner of the tables, beside the journal."""
    engine = create_engine(database, connect_args={"unix_sock": socket})
    try:
        with engine.begin() as connection:
            results = [connection.execute(text(statement)) for statement in statements]
            return [row for result in results if result.returns_rows for row in result]
    finally:
        engine.dispose()


def test_a_life_is_kept_and_verifies_and_is_there_when_it_is_opened_again(
    settled: tuple[World, str], socket: str
) -> None:
    world, database = settled
    found = world.desk.verify()
    assert (found.ok, found.entries) == (True, 14)
    again = open_server_journal(database, unix_sock=socket)
    assert again.read() == world.journal.read()
    again.close()
    assert execute(database, socket, "SELECT number, name FROM schema_migration") == [(1, "audit log")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET subject = 'other' WHERE seq = 1",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_seal SET envelope = '{}'",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
        "INSERT INTO audit_entry VALUES (99, 'e', 't', 'a', 'k', 'k', 's', '{}', 'p', 'h', '')",
        "INSERT INTO audit_entry SELECT max(seq) + 1, 'e', 't', 'a', 'k', 'k', 's', '{}', 'p', 'h', '' FROM audit_entry",
        "INSERT INTO audit_entry SELECT 15, event_id, time, actor, key_id, kind, subject, payload, "
        "(SELECT hash FROM audit_entry WHERE seq = 14), hash, signature FROM audit_entry WHERE seq = 2",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE seq = 2 "
        "ON CONFLICT (seq) DO UPDATE SET subject = 'other'",
        "INSERT INTO audit_seal VALUES (99, '{}')",
        "INSERT INTO audit_seal SELECT * FROM audit_seal",
    ],
)
def test_the_server_refuses_every_change_of_the_log_even_by_its_owner(
    settled: tuple[World, str], socket: str, statement: str
) -> None:
    world, database = settled
    before = world.journal.read()
    with pytest.raises(DBAPIError, match=r"append-only|takes"):
        execute(database, socket, statement)
    assert world.journal.read() == before


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("DROP TRIGGER audit_entry_no_change ON audit_entry", "audit_entry_no_change missing"),
        ("ALTER TABLE audit_seal DISABLE TRIGGER audit_seal_in_order", "audit_seal_in_order changed"),
        (
            "CREATE OR REPLACE FUNCTION audit_entry_no_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RETURN NULL; END$$",
            "audit_entry_no_change changed",
        ),
    ],
)
def test_nothing_is_written_without_the_guards_and_nobody_puts_them_back_unasked(
    world: tuple[World, str], socket: str, statement: str, flaw: str
) -> None:
    kept, database = world
    execute(database, socket, statement)
    for journal in (kept.journal, kept.journal.mending(), open_server_journal(database, unix_sock=socket)):
        with pytest.raises(IntegrityBroken, match=f"append_only_guard_missing; trigger = {flaw}"):
            desk_on(journal).note("run.finished", "run", {})
    assert len(kept.journal.read()[0]) == 14


def test_an_edit_behind_the_guards_is_named(world: tuple[World, str], socket: str) -> None:
    kept, database = world
    execute(
        database,
        socket,
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "UPDATE audit_entry SET subject = 'other' WHERE seq = 3",
        "ALTER TABLE audit_entry ENABLE TRIGGER ALL",
    )
    assert kept.desk.verify().first_bad == 3


def test_an_exception_takes_the_whole_act_back(settled: tuple[World, str]) -> None:
    world, _ = settled
    before = world.journal.read()

    def act() -> None:
        with world.desk.session() as session:
            session.record("run.started", "run", {})
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        act()
    assert world.journal.read() == before


class _Ids:
    def __init__(self, worker: int) -> None:
        self._worker, self._count = worker, 0

    def next(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}-{self._worker}-{self._count}"


def test_two_writers_make_one_unbroken_chain(socket: str) -> None:
    database = made_database(socket, "two_writers")
    open_server_journal(database, unix_sock=socket).close()

    def write(worker: int) -> None:
        journal = open_server_journal(database, unix_sock=socket)
        desk = Desk(journal, FixedClock(START), _Ids(worker), shipped_policy_pack(), check_signature)
        for number in range(20):
            desk.note("run.finished", f"run {worker}", {"number": number})

    writers = [threading.Thread(target=write, args=(worker,)) for worker in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = desk_on(open_server_journal(database, unix_sock=socket)).verify()
    assert (found.ok, found.entries) == (True, 40)


def test_a_database_of_a_later_release_is_refused(world: tuple[World, str], socket: str) -> None:
    _, database = world
    execute(database, socket, "INSERT INTO schema_migration VALUES (99, 'from the future')")
    with pytest.raises(BadInput, match="schema_from_the_future"):
        open_server_journal(database, unix_sock=socket)
