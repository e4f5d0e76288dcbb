"""Features use their own day and the days before, and say when they became known."""

import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.data.calendar import session_closes
from plimsoll.data.feature_store import FeatureSet, as_of, read_features, store_features
from plimsoll.data.features import (
    DAILY_FEATURES,
    NAMES,
    Arithmetic,
    FeatureParameters,
    build_features,
    drawdown,
    feature_rows,
    seed_volatility,
)
from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.store import read_manifest
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.progress import SilentProgress

AT_CLOSE = session_closes(date(2008, 8, 1), date(2008, 12, 31))
SESSIONS = list(AT_CLOSE)
SHORT = FeatureParameters(decay=0.9, seed_returns=5, lag_minutes=30)
_closes = st.lists(st.floats(0.5, 500.0), min_size=20, max_size=60).filter(lambda closes: len(set(closes[:6])) > 1)


def _table(closes: list[float | None], days: list[date] | None = None) -> pa.Table:
    dates = pa.array(days or SESSIONS[: len(closes)], pa.date32())
    return pa.table({"date": dates, "A": pa.array(closes, pa.float64())})


def _stored(folder: Path, rows: pa.Table) -> Path:
    database = folder / "features.duckdb"
    digest = logical_digest(rows)
    record = FeatureSet(digest, {}, {}, digest, rows.num_rows, NAMES, ("A",), "2026-01-01T00:00:00.000000Z")
    store_features(database, record, rows)
    return database


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(closes=_closes, data=st.data())
def test_no_future_close_changes_a_bit_of_a_past_read(
    closes: list[float], data: st.DataObject, arithmetic: Arithmetic, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cut = data.draw(st.integers(6, len(closes) - 1))
    other = data.draw(st.lists(st.floats(0.5, 500.0), min_size=len(closes) - cut, max_size=len(closes) - cut))
    moment = AT_CLOSE[SESSIONS[cut]] + timedelta(minutes=29)
    reads = []
    for path in (closes, closes[:cut] + other):
        rows = feature_rows("A", _table(list(path)), AT_CLOSE, SHORT, arithmetic)
        database = _stored(tmp_path_factory.mktemp("features"), rows)
        reads.append(as_of(database, logical_digest(rows), [("A", moment)], NAMES))
    assert reads[0].equals(reads[1])
    assert all(row["knowledge_time"] is None or row["knowledge_time"] <= row["as_of"] for row in reads[0].to_pylist())


@settings(deadline=None, max_examples=40)
@given(closes=_closes)
def test_each_feature_is_the_same_when_only_the_past_was_there(closes: list[float], arithmetic: Arithmetic) -> None:
    whole = feature_rows("A", _table(list(closes)), AT_CLOSE, SHORT, arithmetic).to_pylist()
    part = feature_rows("A", _table(list(closes[:15])), AT_CLOSE, SHORT, arithmetic).to_pylist()
    last = max(row["event_time"] for row in part)
    assert [row for row in whole if row["event_time"] <= last] == part


def test_a_value_is_known_after_the_close_and_the_lag(arithmetic: Arithmetic) -> None:
    days = [date(2008, 11, 26), date(2008, 11, 28)]
    rows = feature_rows("A", _table([10.0, 11.0], days), AT_CLOSE, SHORT, arithmetic).to_pylist()
    (move,) = [row for row in rows if row["name"] == "log_return"]
    assert move["event_time"] == datetime(2008, 11, 28, 18, 0)
    assert move["knowledge_time"] == datetime(2008, 11, 28, 18, 30)
    assert move["value"] == math.log(1.1)


def test_volatility_begins_after_its_seed_with_the_seed(arithmetic: Arithmetic) -> None:
    closes: list[float | None] = [100.0 + (-1) ** step * step for step in range(12)]
    rows = feature_rows("A", _table(closes), AT_CLOSE, SHORT, arithmetic).to_pylist()
    volatility = [row for row in rows if row["name"] == "ewma_volatility"]
    returns = arithmetic.log_returns(np.array(closes, dtype=np.float64))
    assert len(volatility) == len(returns) - SHORT.seed_returns + 1
    assert volatility[0]["value"] == seed_volatility(returns[:5])
    expected = math.sqrt(0.9 * volatility[0]["value"] ** 2 + 0.1 * returns[5] ** 2)
    # One multiplication may round in another order.
    assert volatility[1]["value"] == pytest.approx(expected, rel=1e-15)


def test_a_seed_without_movement_is_refused(arithmetic: Arithmetic) -> None:
    with pytest.raises(BadInput, match="seed_without_movement"):
        feature_rows("A", _table([10.0] * 8), AT_CLOSE, SHORT, arithmetic)


def test_a_history_shorter_than_the_seed_has_no_volatility(arithmetic: Arithmetic) -> None:
    rows = feature_rows("A", _table([10.0, 11.0, 12.0]), AT_CLOSE, SHORT, arithmetic)
    assert set(rows.column("name").to_pylist()) == {"drawdown", "log_return"}


@settings(deadline=None)
@given(_closes)
def test_drawdown_is_zero_at_highs_and_never_positive_or_below_minus_one(closes: list[float]) -> None:
    for place, below in enumerate(drawdown(closes)):
        assert -1.0 < below <= 0.0
        assert (below == 0.0) == (closes[place] == max(closes[: place + 1]))


@pytest.mark.parametrize(
    ("closes", "days", "allowed"),
    [
        ([10.0, None], None, "a positive close"),
        ([10.0, 0.0], None, "a positive close"),
        ([10.0, math.inf], None, "a positive close"),
        ([10.0, math.nan], None, "a positive close"),
        ([10.0, 11.0], [date(2008, 9, 3), date(2008, 9, 2)], "a day after 2008-09-03"),
        ([10.0, 11.0], [date(2008, 8, 29), date(2008, 9, 1)], "a session of the New York Stock Exchange"),
    ],
    ids=["empty", "zero", "infinite", "not a number", "out of order", "holiday"],
)
def test_unusable_closes_are_refused(
    closes: list[float | None], days: list[date] | None, allowed: str, arithmetic: Arithmetic
) -> None:
    with pytest.raises(BadInput) as caught:
        feature_rows("A", _table(closes, days), AT_CLOSE, SHORT, arithmetic)
    assert (caught.value.code, caught.value.allowed) == ("unusable_close", allowed)


def test_features_of_the_real_datasets_carry_the_digests_of_their_inputs(
    ingested: Path, tmp_path: Path, arithmetic: Arithmetic
) -> None:
    database = tmp_path / "features.duckdb"
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC), timedelta(hours=1))
    built = build_features(ingested, database, DAILY_FEATURES, arithmetic, clock, SilentProgress())
    assert built.inputs["us_stocks"] == read_manifest(ingested, "us_stocks").logical_digest
    assert built.rows == 21 * (8313 + 8312 + 8312 - 250 + 1)
    assert len(built.underlyings) == 21
    again = build_features(ingested, database, DAILY_FEATURES, arithmetic, clock, SilentProgress())
    assert again == built
    rows = read_features(database, built.set_id)
    assert logical_digest(rows) == built.rows_digest
    before = as_of(database, built.set_id, [("SP500", datetime(2008, 10, 10, 20, 29, tzinfo=UTC))], ["drawdown"])
    assert before.column("event_time").to_pylist() == [datetime(2008, 10, 9, 20, 0)]
