"""The run store keeps what a stage found, and finds what was changed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plimsoll.bootstrap.runs import RunStore
from plimsoll.data.verify import State
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken
from plimsoll.vocabulary.ids import SequentialIds

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TABLE = pa.table({"account": ["A01", "A02"], "pnl": [1.5, -2.5]})


def store(root: Path, seconds: int = 1) -> RunStore:
    return RunStore(root, FixedClock(START, timedelta(seconds=seconds)), SequentialIds())


def test_a_run_is_read_back_with_its_tables(tmp_path: Path) -> None:
    runs = store(tmp_path)
    written = runs.record("risk", {"level": 0.99}, {"pnl": TABLE}, {"book": "sha256:aa"})
    read = runs.read(written.run_id)
    assert read.content() == written.content()
    assert read.table("pnl").equals(TABLE)
    assert runs.latest("risk").run_id == written.run_id == "risk-000001"


def test_latest_is_the_last_of_its_stage(tmp_path: Path) -> None:
    runs = store(tmp_path)
    runs.record("risk", {"n": 1})
    runs.record("risk", {"n": 2})
    runs.record("margin", {"n": 3})
    assert runs.latest("risk").document == {"n": 2}


def test_the_envelope_of_a_document_is_kept_and_is_no_part_of_what_the_run_found(tmp_path: Path) -> None:
    first, second = (store(tmp_path / at).record("VAL", {"n": 1, "envelope": {"at": at}}) for at in ("a", "b"))
    assert first.digest == second.digest
    assert store(tmp_path / "b").latest("VAL").document == {"n": 1, "envelope": {"at": "b"}}


def test_a_pointer_that_names_nothing_is_broken(tmp_path: Path) -> None:
    runs = store(tmp_path)
    runs.record("risk", {})
    (tmp_path / "latest" / "risk.json").write_text("{}")
    with pytest.raises(IntegrityBroken, match="run_record_changed"):
        runs.latest_id("risk")


def test_two_equal_runs_differ_in_the_envelope_alone(tmp_path: Path) -> None:
    first = store(tmp_path / "a").record("risk", {"level": 0.99}, {"pnl": TABLE})
    second = store(tmp_path / "b", seconds=7).record("risk", {"level": 0.99}, {"pnl": TABLE.slice(0, 2)})
    assert first.digest == second.digest
    assert store(tmp_path / "c").record("risk", {"level": 0.98}, {"pnl": TABLE}).digest != first.digest


def test_an_unknown_run_or_stage_is_bad_input_that_names_what_there_is(tmp_path: Path) -> None:
    runs = store(tmp_path)
    with pytest.raises(BadInput) as nothing:
        runs.latest("risk")
    assert nothing.value.allowed == "none run yet"
    runs.record("risk", {})
    with pytest.raises(BadInput) as unknown:
        runs.read("risk-000009")
    assert unknown.value.allowed == "risk-000001"
    with pytest.raises(BadInput) as other:
        runs.latest("margin")
    assert other.value.allowed == "risk"


def test_an_unknown_run_names_the_runs_of_the_stage_that_was_asked_for(tmp_path: Path) -> None:
    runs = store(tmp_path)
    for stage in ("risk", "margin", "risk"):
        runs.record(stage, {})
    damaged = runs.record("risk", {})
    (damaged.folder / "run.json").write_text("{")
    with pytest.raises(BadInput) as unknown:
        runs.read("none", "risk")
    assert unknown.value.allowed == "risk-000001, risk-000002"
    with pytest.raises(BadInput) as nothing:
        runs.read("none", "validation")
    assert nothing.value.allowed == "none recorded yet"


def test_an_edited_record_is_found(tmp_path: Path) -> None:
    runs = store(tmp_path)
    run = runs.record("risk", {"level": 0.99})
    path = run.folder / "run.json"
    record = json.loads(path.read_bytes())
    record["document"]["level"] = 0.95
    path.write_text(json.dumps(record))
    with pytest.raises(IntegrityBroken) as edited:
        runs.read(run.run_id)
    assert edited.value.code == "run_record_changed"
    path.write_text("{")
    with pytest.raises(IntegrityBroken):
        runs.read(run.run_id)


def test_a_changed_or_missing_table_is_found(tmp_path: Path) -> None:
    runs = store(tmp_path)
    run = runs.record("risk", {}, {"pnl": TABLE})
    path = run.folder / "pnl.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(IntegrityBroken):
        run.table("pnl")
    path.unlink()
    with pytest.raises(IntegrityBroken) as missing:
        run.table("pnl")
    assert missing.value.value == "missing"


def flip(path: Path, position: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1 << bit
    path.write_bytes(bytes(data))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(
    name=st.sampled_from(["pnl.parquet", "more.parquet", "run.json"]),
    position=st.integers(0, 10**5),
    bit=st.integers(0, 7),
)
@example(name="run.json", position=277, bit=0)  # the dot of more.parquet becomes a slash
def test_one_flipped_bit_in_a_file_of_a_run_is_found(tmp_path: Path, name: str, position: int, bit: int) -> None:
    runs = store(tmp_path / "runs")
    folder = runs.record("risk", {"level": 0.99}, {"pnl": TABLE, "more": TABLE}, run_id="risk-1").folder
    files = ["risk-1/run.json", "risk-1/pnl.parquet", "risk-1/more.parquet", "latest/risk.json"]
    assert sorted(record.path for record in runs.verify()) == sorted(f"runs/{file}" for file in files)
    assert all(record.intact for record in runs.verify())
    flip(folder / name, position, bit)
    broken = [record for record in runs.verify() if not record.intact]
    assert broken
    if name.endswith(".parquet"):
        assert [(record.path, record.state) for record in broken] == [(f"runs/risk-1/{name}", State.changed)]
    else:
        assert any("risk-1/run.json" in (record.path + record.actual) for record in broken)


def test_a_table_of_a_run_that_is_gone_is_missing(tmp_path: Path) -> None:
    runs = store(tmp_path)
    (runs.record("risk", {}, {"pnl": TABLE}).folder / "pnl.parquet").unlink()
    assert [record.state for record in runs.verify()] == [State.intact, State.missing, State.intact]


def test_the_last_run_for_each_value_of_a_field_is_found(tmp_path: Path) -> None:
    runs = store(tmp_path)
    for book, level in (("b", 1), ("a", 2), ("b", 3)):
        runs.record("stress", {"book_id": book, "level": level})
    runs.record("risk", {"book_id": "c"})
    found = runs.latest_by("stress", "book_id", ["a", "b", "c"])
    assert [(run.document["book_id"], run.document["level"]) for run in found] == [("a", 2), ("b", 3)]
