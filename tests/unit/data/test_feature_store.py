"""The feature store gives what was known at a moment, and nothing that came later."""

import fcntl
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.data.feature_store import (
    FEATURE_SCHEMA,
    FeatureSet,
    as_of,
    feature_sets,
    read_features,
    set_damaged_aside,
    store_features,
    verify_features,
)
from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.verify import State
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken

START = datetime(2020, 1, 1)
Row = tuple[str, str, int, int, float]


def _moment(hours: int) -> datetime:
    return START + timedelta(hours=hours)


def _rows(rows: list[Row]) -> pa.Table:
    columns = {
        "underlying": [row[0] for row in rows],
        "name": [row[1] for row in rows],
        "event_time": [_moment(row[2]) for row in rows],
        "knowledge_time": [_moment(row[3]) for row in rows],
        "value": [row[4] for row in rows],
    }
    return pa.table(columns, schema=FEATURE_SCHEMA)


def _set(set_id: str = "sha256:one", built_at: str = "2026-01-01T00:00:00.000000Z") -> FeatureSet:
    return FeatureSet(
        set_id=set_id,
        parameters={"decay": 0.94},
        inputs={"us_stocks": "sha256:in"},
        rows_digest="sha256:rows",
        rows=0,
        names=("f", "g"),
        underlyings=("A", "B"),
        built_at=built_at,
    )


def _values(table: pa.Table) -> list[float | None]:
    values: list[float | None] = table.column("value").to_pylist()
    return values


_row = st.tuples(
    st.sampled_from("AB"), st.sampled_from("fg"), st.integers(0, 6), st.integers(0, 6), st.floats(-1e6, 1e6)
).map(lambda row: (row[0], row[1], row[2], row[2] + row[3], row[4]))
_history = st.lists(_row, max_size=25, unique_by=lambda row: row[:4])


def _known(rows: list[Row], underlying: str, name: str, hours: int) -> float | None:
    known = [row for row in rows if row[:2] == (underlying, name) and row[3] <= hours]
    return max(known, key=lambda row: (row[2], row[3]))[4] if known else None


@settings(deadline=None, max_examples=30)
@given(rows=_history, asked=st.lists(st.tuples(st.sampled_from("ABC"), st.integers(-1, 14)), min_size=1, max_size=6))
def test_a_read_is_the_latest_event_known_by_then(rows: list[Row], asked: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        database = Path(folder) / "features.duckdb"
        store_features(database, _set(), _rows(rows))
        requests = [(underlying, _moment(hours).replace(tzinfo=UTC)) for underlying, hours in asked]
        table = as_of(database, "sha256:one", requests, ["g", "f"])
    expected = [_known(rows, underlying, name, hours) for underlying, hours in asked for name in "gf"]
    assert _values(table) == expected
    for row in table.to_pylist():
        assert row["knowledge_time"] is None or row["knowledge_time"] <= row["as_of"]


@settings(deadline=None, max_examples=20)
@given(rows=_history, later=_history, cut=st.integers(0, 8))
def test_what_becomes_known_later_changes_no_bit_of_a_read(rows: list[Row], later: list[Row], cut: int) -> None:
    before = [row for row in rows if row[3] <= cut]
    future = [row for row in later if row[3] > cut]
    requests = [(underlying, _moment(cut).replace(tzinfo=UTC)) for underlying in "AB"]
    with TemporaryDirectory() as folder:
        database = Path(folder) / "features.duckdb"
        store_features(database, _set("sha256:past"), _rows(before))
        store_features(database, _set("sha256:both"), _rows(before + future))
        past = as_of(database, "sha256:past", requests, ["f", "g"])
        both = as_of(database, "sha256:both", requests, ["f", "g"])
    assert past.equals(both)


def test_a_restated_value_takes_over_when_it_becomes_known(tmp_path: Path) -> None:
    database = tmp_path / "features.duckdb"
    store_features(database, _set(), _rows([("A", "f", 1, 2, 10.0), ("A", "f", 1, 5, 11.0), ("A", "f", 0, 6, 9.0)]))
    requests = [("A", _moment(hours).replace(tzinfo=UTC)) for hours in (1, 2, 4, 5, 6)]
    assert _values(as_of(database, "sha256:one", requests, ["f"])) == [None, 10.0, 10.0, 11.0, 11.0]


def test_a_zone_of_the_moment_is_heeded(tmp_path: Path) -> None:
    database = tmp_path / "features.duckdb"
    store_features(database, _set(), _rows([("A", "f", 1, 2, 10.0)]))
    moments = [datetime.fromisoformat(text) for text in ("2019-12-31T21:00:00-05:00", "2020-01-01T02:30:00+01:00")]
    assert _values(as_of(database, "sha256:one", [("A", moment) for moment in moments], ["f"])) == [10.0, None]
    with pytest.raises(BadInput, match="time_without_zone"):
        as_of(database, "sha256:one", [("A", START)], ["f"])


def test_a_stored_set_is_given_back_untouched(tmp_path: Path) -> None:
    database = tmp_path / "features.duckdb"
    rows = _rows([("A", "f", 1, 2, 10.0)])
    first = store_features(database, _set(), rows)
    assert store_features(database, _set(built_at="2027-01-01T00:00:00.000000Z"), rows) == first
    assert read_features(database, "sha256:one").num_rows == 1


def test_sets_are_listed_oldest_first_and_keep_their_rows_apart(tmp_path: Path) -> None:
    database = tmp_path / "deep" / "features.duckdb"
    store_features(database, _set("sha256:b", "2026-02-01T00:00:00.000000Z"), _rows([("A", "f", 1, 2, 10.0)]))
    store_features(database, _set("sha256:a"), _rows([]))
    assert [item.set_id for item in feature_sets(database)] == ["sha256:a", "sha256:b"]
    assert read_features(database, "sha256:a").num_rows == 0
    assert feature_sets(database)[0].to_dict()["inputs"] == {"us_stocks": "sha256:in"}


@pytest.mark.parametrize(
    "rows",
    [[("A", "f", 1, 2, 1.0), ("A", "f", 1, 2, 2.0)], [("A", "f", 2, 1, 1.0)]],
    ids=["two values at once", "known before it happened"],
)
def test_unusable_rows_are_refused_and_nothing_is_kept(tmp_path: Path, rows: list[Row]) -> None:
    database = tmp_path / "features.duckdb"
    with pytest.raises(BadInput, match="unusable_features"):
        store_features(database, _set(), _rows(rows))
    assert [path.name for path in tmp_path.iterdir()] == ["features.duckdb.lock"]
    kept = _set("sha256:kept")
    store_features(database, kept, _rows([]))
    with pytest.raises(BadInput, match="unusable_features"):
        store_features(database, _set(), _rows(rows))
    assert feature_sets(database) == [kept]
    assert read_features(database, "sha256:one").num_rows == 0


def test_reading_without_a_store_or_a_set_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "features.duckdb"
    with pytest.raises(BadInput, match="no_feature_store"):
        feature_sets(database)
    store_features(database, _set(), _rows([]))
    with pytest.raises(BadInput, match="unknown_feature_set"):
        as_of(database, "sha256:two", [], ["f"])


def _stored(folder: Path, rows: list[Row]) -> Path:
    database, table = folder / "features.duckdb", _rows(rows)
    store_features(database, replace(_set(), rows_digest=logical_digest(table)), table)
    return database


def test_stored_rows_are_held_against_their_digest(tmp_path: Path) -> None:
    database = _stored(tmp_path, [("A", "f", 1, 2, 10.0), ("B", "f", 1, 2, 20.0)])
    (record,) = verify_features(database)
    assert record.intact
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE feature SET value = 10.5 WHERE underlying = 'A'")
    (record,) = verify_features(database)
    assert (record.state, record.dataset, record.path) == (State.changed, "", "features.duckdb")
    database.with_name("features.duckdb.digest").unlink()
    (record,) = verify_features(database)
    assert (record.state, record.dataset, record.path) == (State.changed, "sha256:one", "features.duckdb")


def test_giving_a_stored_set_again_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    rows: list[Row] = [("A", "f", 1, 2, 10.0)]
    before = _stored(tmp_path, rows).read_bytes()
    database = _stored(tmp_path, rows)
    assert database.read_bytes() == before
    assert [record.intact for record in verify_features(database)] == [True]
    assert set_damaged_aside(database) is None


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """Give a store and its bytes, which a test that damages it puts back."""
    database = _stored(tmp_path_factory.mktemp("sound"), [("A", "f", hour, hour, 10.0 * hour) for hour in range(50)])
    return database, database.read_bytes()


@settings(max_examples=25, deadline=None)
@given(place=st.floats(0.0, 1.0, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_found_and_no_read_gives_another_value(
    sound: tuple[Path, bytes], place: float, bit: int
) -> None:
    database, whole = sound
    data = bytearray(whole)
    data[int(place * len(data))] ^= 1 << bit
    database.write_bytes(bytes(data))
    assert [record.path for record in verify_features(database) if not record.intact] == ["features.duckdb"]
    told = {"code": "feature_store_damaged", "field": str(database), "fix": "plimsoll data features"}
    values: list[float | None] = [90.0]
    try:
        values = _values(as_of(database, "sha256:one", [("A", _moment(9).replace(tzinfo=UTC))], ["f"]))
    except IntegrityBroken as error:
        told = error.to_dict()
    assert values == [90.0]
    assert (told["code"], told["field"]) == ("feature_store_damaged", str(database))
    assert "plimsoll data features" in told["fix"]


def test_a_damaged_store_is_set_aside_and_built_again(tmp_path: Path) -> None:
    rows: list[Row] = [("A", "f", 1, 2, 10.0)]
    database = _stored(tmp_path, rows)
    database.write_bytes(b"no database" * 1000)
    aside = set_damaged_aside(database)
    assert aside == tmp_path / "features.damaged.duckdb"
    assert aside.read_bytes() == b"no database" * 1000
    assert set_damaged_aside(database) is None
    assert [record.intact for record in verify_features(_stored(tmp_path, rows))] == [True]


def test_a_store_that_another_program_writes_is_in_use_and_not_damaged(tmp_path: Path) -> None:
    database = _stored(tmp_path, [("A", "f", 1, 2, 10.0)])
    holds = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(BadInput, match="feature_store_in_use"):
            feature_sets(database)
        other.communicate("")
    assert len(feature_sets(database)) == 1


@pytest.mark.parametrize("position", [0, 16, 5000], ids=["checksum", "header", "in a block"])
def test_a_flipped_byte_of_the_store_is_found(tmp_path: Path, position: int) -> None:
    database = _stored(tmp_path, [("A", "f", hour, hour, 10.0 * hour) for hour in range(50)])
    database.with_name("features.duckdb.digest").unlink()  # as in a store of an earlier release
    data = bytearray(database.read_bytes())
    data[position] ^= 1
    database.write_bytes(bytes(data))
    assert [record.intact for record in verify_features(database)] == [False]


def test_a_store_killed_between_its_file_and_its_digest_is_as_it_was_built(tmp_path: Path) -> None:
    rows: list[Row] = [("A", "f", 1, 2, 10.0)]
    database = _stored(tmp_path, rows)
    old = database.read_bytes()
    other = replace(_set("sha256:two"), rows_digest=logical_digest(_rows(rows)))
    digest = database.with_name("features.duckdb.digest")
    before = digest.read_text()
    store_features(database, other, _rows(rows))
    digest.write_text(f"{digest.read_text()}\n{before}")  # as it stands while the new file takes its place
    assert [record.intact for record in verify_features(database)] == [True, True]
    database.write_bytes(old)
    assert [record.intact for record in verify_features(database)] == [True]
    assert store_features(database, other, _rows(rows)) == other
    assert [item.set_id for item in feature_sets(database)] == ["sha256:one", "sha256:two"]


def test_what_a_killed_build_left_is_swept_by_the_next(tmp_path: Path) -> None:
    for name in (".partial-features.duckdb", ".partial-features.duckdb.wal"):
        (tmp_path / name).write_bytes(b"half of a store")
    _stored(tmp_path, [("A", "f", 1, 2, 10.0)])
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"features.duckdb", "features.duckdb.digest", "features.duckdb.lock"}


def test_two_programs_do_not_build_at_once(tmp_path: Path) -> None:
    database = _stored(tmp_path, [("A", "f", 1, 2, 10.0)])
    with database.with_name("features.duckdb.lock").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BadInput, match="feature_store_in_use"):
            store_features(database, _set("sha256:two"), _rows([]))
    assert store_features(database, _set("sha256:two"), _rows([])).set_id == "sha256:two"
