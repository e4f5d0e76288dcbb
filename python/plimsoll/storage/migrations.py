"""The schema of the governance database, as numbered steps for each dialect.

A step that has been released is never changed; the next change is the next number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, text

from plimsoll.storage.guards import GUARDED_TABLES, POSTGRESQL_GUARDS, SQLITE_GUARDS
from plimsoll.vocabulary.errors import BadInput

_TABLE = """
CREATE TABLE audit_entry (
  seq {number} PRIMARY KEY, event_id TEXT NOT NULL, time TEXT NOT NULL, actor TEXT NOT NULL, key_id TEXT NOT NULL,
  kind TEXT NOT NULL, subject TEXT NOT NULL, payload TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
  signature TEXT NOT NULL
) {options}
"""
_SEALS = "CREATE TABLE audit_seal (seq {number} PRIMARY KEY, envelope TEXT NOT NULL) {options}"

_POSTGRESQL_GUARD = "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
_POSTGRESQL_MOMENTS = {
    "no_change": "BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT",
    "in_order": "BEFORE INSERT ON {table} FOR EACH ROW",
}


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its number, its name, its statements."""

    number: int
    name: str
    statements: tuple[str, ...]


def _sqlite() -> tuple[str, ...]:
    tables = tuple(table.format(number="INTEGER", options="STRICT") for table in (_TABLE, _SEALS))
    return (*tables, *SQLITE_GUARDS.values())


def _postgresql() -> tuple[str, ...]:
    tables = tuple(table.format(number="BIGINT", options="") for table in (_TABLE, _SEALS))
    guards = []
    for table in GUARDED_TABLES:
        for ending, moment in _POSTGRESQL_MOMENTS.items():
            name = f"{table}_{ending}"
            guards.append(_POSTGRESQL_GUARD.format(name=name, body=POSTGRESQL_GUARDS[name]))
            guards.append(f"CREATE TRIGGER {name} {moment.format(table=table)} EXECUTE FUNCTION {name}()")
    return (*tables, *guards)


MIGRATIONS: Mapping[str, tuple[Migration, ...]] = MappingProxyType(
    {
        "sqlite": (Migration(1, "audit log", _sqlite()),),
        "postgresql": (Migration(1, "audit log", _postgresql()),),
    }
)


def migrate(connection: Connection) -> tuple[int, ...]:
    """Bring the schema up to date within the transaction at hand and give the numbers of the steps taken.

    Raises
    ------
    BadInput
        If the database was written by a later release.
    """
    steps = MIGRATIONS[connection.dialect.name]
    connection.execute(
        text("CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL)")
    )
    done = set(connection.execute(text("SELECT number FROM schema_migration")).scalars())
    if done and max(done) > steps[-1].number:
        raise BadInput(
            "schema_from_the_future",
            field="schema_migration",
            value=max(done),
            allowed=f"at most {steps[-1].number}",
            fix="open it with the release that wrote it",
        )
    pending = [step for step in steps if step.number not in done]
    for step in pending:
        for statement in step.statements:
            connection.exec_driver_sql(statement)
        connection.execute(
            text("INSERT INTO schema_migration (number, name) VALUES (:number, :name)"),
            {"number": step.number, "name": step.name},
        )
    return tuple(step.number for step in pending)
