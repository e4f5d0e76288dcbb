"""The feature store: a DuckDB file with event and knowledge times, read as it was known at a moment.

It is made from the datasets and can be made again; no record elsewhere depends on its file format. Beside it lies the
digest of the whole file as the last build left it.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.verify import State, Verification
from plimsoll.vocabulary.clock import as_utc
from plimsoll.vocabulary.digest import canonical_json, file_digest
from plimsoll.vocabulary.durable import PARTIAL, move_into_place, write_atomically
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken

#: Times are UTC without a zone, in microseconds.
FEATURE_SCHEMA = pa.schema(
    [
        ("underlying", pa.string()),
        ("name", pa.string()),
        ("event_time", pa.timestamp("us")),
        ("knowledge_time", pa.timestamp("us")),
        ("value", pa.float64()),
    ]
)
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "1",
}
_TABLES = """
CREATE TABLE IF NOT EXISTS feature_set (set_id VARCHAR PRIMARY KEY, record VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS feature (
    set_id VARCHAR NOT NULL, underlying VARCHAR NOT NULL, name VARCHAR NOT NULL,
    event_time TIMESTAMP NOT NULL, knowledge_time TIMESTAMP NOT NULL, value DOUBLE NOT NULL,
    CHECK (knowledge_time >= event_time)
);
"""
# A value that arrives after a value of a later event never becomes the current one; a restated value does.
_AS_OF = """
WITH current AS (
    SELECT underlying, name, event_time, knowledge_time, value FROM feature WHERE set_id = $set_id
        AND name IN (SELECT name FROM wanted) AND underlying IN (SELECT underlying FROM requests)
    QUALIFY event_time >= max(event_time) OVER (
            PARTITION BY underlying, name ORDER BY knowledge_time, event_time ROWS UNBOUNDED PRECEDING)
        AND row_number() OVER (PARTITION BY underlying, name, knowledge_time ORDER BY event_time DESC) = 1
), asked AS (
    SELECT r.position, r.underlying, r.as_of, n.place, n.name FROM requests r CROSS JOIN wanted n
)
SELECT a.underlying, a.as_of, a.name, c.event_time, c.knowledge_time, c.value
FROM asked a ASOF LEFT JOIN current c
    ON a.underlying = c.underlying AND a.name = c.name AND a.as_of >= c.knowledge_time
ORDER BY a.position, a.place
"""
_WHOLE = """
SELECT underlying, name, event_time, knowledge_time, value FROM feature WHERE set_id = ?
ORDER BY underlying, name, event_time, knowledge_time
"""
_DUPLICATE = """
SELECT underlying, name, event_time FROM rows GROUP BY underlying, name, event_time, knowledge_time
HAVING count(*) > 1 ORDER BY ALL LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """One stored set of features: what it was made from, how, and the digest of its rows."""

    set_id: str
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    rows_digest: str
    rows: int
    names: tuple[str, ...]
    underlyings: tuple[str, ...]
    built_at: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self)


def store_features(database: Path, feature_set: FeatureSet, rows: pa.Table) -> FeatureSet:
    """Keep a set and its rows, all or nothing; a set of the same id already there is given back untouched.

    Raises
    ------
    BadInput
        If two rows have one underlying, name, event time and knowledge time, or a row is known before its event.
    """
    with _alone(database):
        if database.is_file():
            with _connected(database, read_only=True) as connection:
                stored = _stored(connection, feature_set.set_id)
            if stored is not None:
                return stored
        partial = database.with_name(f"{PARTIAL}{database.name}")
        if database.is_file():
            shutil.copyfile(database, partial)
        with _connected(partial, read_only=False) as connection:
            _add(connection, feature_set, rows)
        _put_in_place(partial, database)
    return feature_set


def _add(connection: duckdb.DuckDBPyConnection, feature_set: FeatureSet, rows: pa.Table) -> None:
    connection.execute(_TABLES)
    connection.register("rows", rows)
    twice = connection.execute(_DUPLICATE).fetchone()
    if twice is not None:
        raise _bad_rows(" ".join(map(str, twice)), "one value per underlying, name, event and knowledge time")
    connection.execute("BEGIN")
    try:
        connection.execute(
            "INSERT INTO feature SELECT ?, underlying, name, event_time, knowledge_time, value FROM rows",
            [feature_set.set_id],
        )
    except duckdb.ConstraintException as error:
        connection.execute("ROLLBACK")
        raise _bad_rows(str(error), "values with a knowledge time at or after the event time") from error
    record = canonical_json(feature_set.to_dict()).decode()
    connection.execute("INSERT INTO feature_set VALUES (?, ?)", [feature_set.set_id, record])
    connection.execute("COMMIT")


def _put_in_place(partial: Path, database: Path) -> None:
    """Give a finished store its name; for the moment between, its digest file names the old one and the new one."""
    digests = [file_digest(path) for path in (partial, database) if path.is_file()]
    write_atomically(_digest_path(database), "\n".join(digests).encode())
    move_into_place(partial, database)
    write_atomically(_digest_path(database), digests[0].encode())


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Keep other writers out, and begin without what a killed one left."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _in_use(database) from error
        _sweep(database)
        try:
            yield
        finally:
            _sweep(database)


def _sweep(database: Path) -> None:
    if not database.is_file():
        _digest_path(database).unlink(missing_ok=True)
    for left in database.parent.glob(f"{PARTIAL}{database.name}*"):
        left.unlink()


def feature_sets(database: Path) -> list[FeatureSet]:
    """Give the stored sets, oldest first."""
    with _connected(database, read_only=True) as connection:
        sets = [_read(record) for (record,) in connection.execute("SELECT record FROM feature_set").fetchall()]
    return sorted(sets, key=lambda feature_set: (feature_set.built_at, feature_set.set_id))


def as_of(database: Path, set_id: str, requests: Sequence[tuple[str, datetime]], names: Sequence[str]) -> pa.Table:
    """Read features as they were known at given moments.

    For each request and name: the value of the latest event among those whose knowledge time is not after the
    moment, in its latest restatement by then; null where none was known.

    Parameters
    ----------
    database : Path
        The DuckDB file.
    set_id : str
        Which set to read.
    requests : sequence of (str, datetime)
        Underlying and moment with its zone.
    names : sequence of str
        Features to read.

    Returns
    -------
    pyarrow.Table
        underlying, as_of, name, event_time, knowledge_time, value; one row per request and name, in their order.

    Raises
    ------
    BadInput
        If the set is not stored or a moment has no zone.
    """
    asked = pa.table(
        {
            "position": pa.array(range(len(requests)), pa.int64()),
            "underlying": pa.array([underlying for underlying, _ in requests], pa.string()),
            "as_of": pa.array([as_utc(moment).replace(tzinfo=None) for _, moment in requests], pa.timestamp("us")),
        }
    )
    wanted = pa.table({"place": pa.array(range(len(names)), pa.int64()), "name": pa.array(names, pa.string())})
    with _connected(database, read_only=True) as connection:
        if _stored(connection, set_id) is None:
            raise BadInput(
                "unknown_feature_set",
                field="set_id",
                value=set_id,
                allowed="the id of a stored set",
                fix="run `plimsoll data features` and use the id that it prints",
            )
        connection.register("requests", asked)
        connection.register("wanted", wanted)
        return connection.execute(_AS_OF, {"set_id": set_id}).to_arrow_table()


def read_features(database: Path, set_id: str) -> pa.Table:
    """Read every row of a set, ordered by underlying, name, event and knowledge time."""
    with _connected(database, read_only=True) as connection:
        return connection.execute(_WHOLE, [set_id]).to_arrow_table()


def verify_features(database: Path) -> list[Verification]:
    """Check the whole file, then the rows of every stored set, against their digests; one record a set, oldest first.

    A file that is not byte for byte as it was built, or that DuckDB itself refuses, gives one record for the whole
    store; so does one that is gone while its digest file is there. None was built where neither is there, nor where
    the first build was killed before the store had its name.
    """
    name, records = database.name, list[Verification]()
    kept = _digest_path(database)
    if not database.is_file():
        if not kept.is_file() or database.with_name(f"{PARTIAL}{name}").is_file():
            return []
        return [Verification(name, "", State.missing, kept.read_bytes().decode(errors="replace"), "missing")]
    if database.is_file() and kept.is_file():
        expected, actual = kept.read_bytes().decode(errors="replace"), file_digest(database)
        if actual not in expected.split("\n"):
            return [Verification(name, "", State.changed, expected, actual)]
    try:
        for feature_set in feature_sets(database):
            actual = logical_digest(read_features(database, feature_set.set_id))
            state = State.intact if actual == feature_set.rows_digest else State.changed
            records.append(Verification(name, feature_set.set_id, state, feature_set.rows_digest, actual))
    except IntegrityBroken as error:
        records.append(Verification(name, "", State.changed, error.allowed, error.value))
    return records


def set_damaged_aside(database: Path) -> Path | None:
    """Rename a store that is not as it was built, so that it can be built again; give its new path, None if it is sound."""
    if not database.is_file() or all(record.intact for record in verify_features(database)):
        return None
    aside = database.with_name(f"{database.stem}.damaged{database.suffix}")
    database.replace(aside)
    for left in (_digest_path(database), database.with_name(f"{database.name}.wal")):
        left.unlink(missing_ok=True)
    return aside


def _digest_path(database: Path) -> Path:
    return database.with_name(f"{database.name}.digest")


@contextmanager
def _connected(database: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    if read_only and not database.is_file():
        raise BadInput(
            "no_feature_store",
            field="database",
            value=database,
            allowed="a feature store",
            fix="run `plimsoll data features` first",
        )
    try:
        connection = duckdb.connect(str(database), read_only=read_only, config=_CONFIG)
        try:
            yield connection
        finally:
            connection.close()
    except (duckdb.Error, ValueError) as error:  # a value that is no Unicode or no record reads as a wrong value
        reason = str(error).splitlines()[0]
        if isinstance(error, duckdb.IOException) and "set lock on file" in reason:
            raise _in_use(database) from error
        raise IntegrityBroken(
            "feature_store_damaged",
            field=str(database),
            value=reason,
            allowed="a readable feature store, as it was built",
            fix="run `plimsoll data features`: it sets the damaged file aside and builds another from the datasets",
        ) from error


def _in_use(database: Path) -> BadInput:
    return BadInput(
        "feature_store_in_use",
        field="database",
        value=database,
        allowed="a feature store that no other program is writing",
        fix="wait until the other program has ended, then run it again",
    )


def _stored(connection: duckdb.DuckDBPyConnection, set_id: str) -> FeatureSet | None:
    found = connection.execute("SELECT record FROM feature_set WHERE set_id = ?", [set_id]).fetchone()
    return None if found is None else _read(found[0])


def _read(record: str) -> FeatureSet:
    fields = json.loads(record)
    names, underlyings = tuple(fields.pop("names")), tuple(fields.pop("underlyings"))
    return FeatureSet(names=names, underlyings=underlyings, **fields)


def _bad_rows(value: str, allowed: str) -> BadInput:
    return BadInput("unusable_features", field="rows", value=value, allowed=allowed, fix="mend the rows and try again")
