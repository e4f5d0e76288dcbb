import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from governance_world import DEVELOPER, World, bring_to_use, model, world_with_roster
from plimsoll.governance.registration import register
from plimsoll.storage.journal import open_journal
from plimsoll.storage.migrations import MIGRATIONS, migrate
from plimsoll.storage.reader import read_log, verify_file
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = world_with_roster(tmp_path)
    bring_to_use(found)
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET subject = 'other' WHERE seq = 1",
        "UPDATE audit_entry SET seq = 99 WHERE seq = 1",
        "DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)",
        "DELETE FROM audit_entry",
        "UPDATE audit_seal SET envelope = '{}'",
        "DELETE FROM audit_seal",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE seq = 2",
        "INSERT OR REPLACE INTO audit_entry SELECT (SELECT max(seq) + 1 FROM audit_entry), event_id, time, actor, "
        "key_id, kind, subject, payload, (SELECT hash FROM audit_entry ORDER BY seq DESC), hash, signature "
        "FROM audit_entry WHERE seq = 2",
        "INSERT INTO audit_entry VALUES (99, 'e', 't', 'a', 'k', 'k', 's', '{}', 'p', 'h', '')",
        "INSERT INTO audit_entry SELECT max(seq) + 1, 'e', 't', 'a', 'k', 'k', 's', '{}', 'p', 'h', '' FROM audit_entry",
        "INSERT OR REPLACE INTO audit_seal SELECT * FROM audit_seal",
        "INSERT INTO audit_seal VALUES (99, '{}')",
    ],
)
def test_the_database_refuses_every_change_of_the_log_through_a_raw_connection(world: World, statement: str) -> None:
    before = read_log(world.path)
    with closing(sqlite3.connect(world.path)) as raw, pytest.raises(sqlite3.IntegrityError, match=r"append-only|takes"):
        raw.execute(statement)
    assert read_log(world.path) == before


def test_a_value_of_the_wrong_type_is_refused(world: World) -> None:
    with closing(sqlite3.connect(world.path)) as raw, pytest.raises(sqlite3.IntegrityError, match="cannot store"):
        raw.execute("INSERT INTO audit_seal SELECT max(seq), x'00' FROM audit_entry")


def test_an_exception_takes_the_whole_act_back(world: World) -> None:
    before = world.journal.read()

    def act() -> None:
        with world.desk.session() as session:
            session.record("run.started", "run", {})
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        act()
    assert world.journal.read() == before


def test_what_was_recorded_is_there_when_the_database_is_opened_again(world: World, tmp_path: Path) -> None:
    before = world.journal.read()
    world.journal.close()
    again = open_journal(tmp_path / "state.sqlite")
    assert again.read() == before


def test_a_writer_that_refuses_to_write_without_guards_still_reads(world: World) -> None:
    with closing(sqlite3.connect(world.path)) as raw:
        raw.execute("DROP TRIGGER audit_entry_no_delete")
    assert len(world.journal.read()[0]) == 14
    with pytest.raises(IntegrityBroken, match="append_only_guard_missing; trigger = audit_entry_no_delete"):
        world.desk.note("run.finished", "run", {})


def test_the_database_keeps_a_write_ahead_log(world: World) -> None:
    with closing(sqlite3.connect(world.path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_schema_is_migrated_once(world: World) -> None:
    engine = create_engine(f"sqlite:///{world.path}")
    with engine.begin() as connection:
        assert migrate(connection) == ()
        assert connection.execute(text("SELECT number, name FROM schema_migration")).all() == [(1, "audit log")]
    engine.dispose()


def test_a_database_of_a_later_release_is_refused(world: World) -> None:
    with closing(sqlite3.connect(world.path)) as raw, raw:
        raw.execute("INSERT INTO schema_migration VALUES (99, 'from the future')")
    with pytest.raises(BadInput, match="schema_from_the_future"):
        open_journal(world.path)


def test_every_dialect_has_the_same_numbers_and_guards_both_tables() -> None:
    assert [step.number for step in MIGRATIONS["sqlite"]] == [step.number for step in MIGRATIONS["postgresql"]]
    for steps in MIGRATIONS.values():
        statements = "\n".join(statement for step in steps for statement in step.statements)
        assert statements.count("is append-only") >= 2
        assert "audit_entry" in statements


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(IntegrityBroken, match="unsound_database"):
        open_journal(path)
    with pytest.raises(IntegrityBroken, match="unsound_database"):
        read_log(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unreadable_file"):
        verify_file(tmp_path / "state.sqlite")


def test_verification_works_on_a_read_only_copy_in_a_read_only_folder(world: World, tmp_path: Path) -> None:
    expected = verify_file(world.path)
    world.journal.close()
    folder = tmp_path / "copy"
    folder.mkdir()
    copy = folder / "state of the world?.sqlite"
    copy.write_bytes(world.path.read_bytes())
    copy.chmod(0o400)
    folder.chmod(0o500)
    try:
        before = copy.read_bytes()
        assert verify_file(copy) == expected
        assert copy.read_bytes() == before
    finally:
        folder.chmod(0o700)


def test_a_database_that_cannot_be_locked_is_read_as_it_lies(world: World) -> None:
    expected = verify_file(world.path)
    world.journal.close()
    shared_memory = world.path.with_name("state.sqlite-shm")
    shared_memory.unlink(missing_ok=True)
    shared_memory.mkdir()
    assert verify_file(world.path) == expected


def test_a_database_with_a_write_ahead_log_that_cannot_be_locked_is_not_read_in_part(world: World) -> None:
    world.journal.close()
    shared_memory = world.path.with_name("state.sqlite-shm")
    shared_memory.unlink(missing_ok=True)
    shared_memory.mkdir()
    world.path.with_name("state.sqlite-wal").write_bytes(b"entries that are not in the file yet")
    with pytest.raises(IntegrityBroken, match="unsound_database"):
        verify_file(world.path)


def _write_in_a_process(path: str, worker: str) -> str:
    return f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from governance_world import START, check_signature, open_journal, shipped_policy_pack
from plimsoll.governance.desk import Desk
from plimsoll.vocabulary.clock import FixedClock


class Ids:
    count = 0
    def next(self, prefix):
        self.count += 1
        return f"{{prefix}}-{worker}-{{self.count}}"


desk = Desk(open_journal(Path({path!r})), FixedClock(START), Ids(), shipped_policy_pack(), check_signature)
for number in range(20):
    desk.note("run.finished", "run {worker}", {{"number": number}})
"""


def test_two_processes_write_one_unbroken_chain(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    open_journal(path).close()
    workers = [
        subprocess.Popen([sys.executable, "-c", _write_in_a_process(str(path), worker)]) for worker in ("one", "two")
    ]
    assert [worker.wait() for worker in workers] == [0, 0]
    found = verify_file(path)
    assert found.ok
    assert found.entries == 40


def _killed_in_the_act(path: Path) -> None:
    world = world_with_roster(path.parent)
    register(world.desk, model(), DEVELOPER)
    with world.desk.session() as session:
        session.record("run.started", "run", {})
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_killed_within_an_act_loses_nothing_that_was_recorded(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    process = multiprocessing.get_context("fork").Process(target=_killed_in_the_act, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    entries, _ = open_journal(path).read()
    assert [entry.kind for entry in entries] == ["roster.published", "model.registered"]
    assert verify_file(path).ok


def test_a_new_database_is_whole_when_it_gets_its_name(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    open_journal(path).close()
    assert [item.name for item in tmp_path.iterdir()] == ["state.sqlite"]
    assert path.stat().st_nlink == 1
    assert verify_file(path).entries == 0


def test_what_a_killed_program_left_of_a_new_database_is_in_nobodys_way(tmp_path: Path) -> None:
    left = tmp_path / ".partial-left" / "state.sqlite"
    left.parent.mkdir()
    left.write_bytes(b"half of a database")
    open_journal(tmp_path / "state.sqlite").close()
    assert verify_file(tmp_path / "state.sqlite").ok
