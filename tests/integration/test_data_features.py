"""The data package with the compiled core behind it: the same numbers as plain arithmetic, the same bits every time."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from plimsoll.data.assumptions import read_market_parameters
from plimsoll.data.feature_store import as_of, read_features, verify_features
from plimsoll.data.features import DAILY_FEATURES, NAMES, build_features
from plimsoll.data.ingest import ingest
from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.market import load_market
from plimsoll.data.store import read_table
from plimsoll.engine import risk
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.progress import SilentProgress

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store with the real datasets."""
    root = tmp_path_factory.mktemp("datasets")
    ingest(root, FixedClock(NOW), SilentProgress())
    return root


def _index(store: Path) -> list[float]:
    closes: list[float] = read_table(store, "sp500").column("SP500").to_pylist()
    return closes


def test_returns_and_volatility_of_the_core_are_those_of_plain_arithmetic(store: Path) -> None:
    closes = _index(store)
    returns = risk.log_returns(np.array(closes))
    plain = [math.log(after / before) for before, after in pairwise(closes)]
    # Both round the quotient and its logarithm once; the libraries' logarithms differ by at most a unit in the last place.
    np.testing.assert_allclose(returns, plain, rtol=2.3e-16, atol=2.3e-16)
    volatility = [0.01]
    for value in plain:
        volatility.append(math.sqrt(0.94 * volatility[-1] ** 2 + 0.06 * value * value))
    # The filter forgets: an error of one rounding a step stays within about 1 / (1 - 0.94) roundings.
    np.testing.assert_allclose(risk.ewma_volatility(returns, 0.94, 0.01), volatility, rtol=1e-14)


def test_two_builds_of_the_features_have_one_digest(store: Path, tmp_path: Path) -> None:
    digests: set[tuple[str, str, str]] = set()
    for place in ("first", "second"):
        database = tmp_path / place / "features.duckdb"
        clock = FixedClock(NOW + timedelta(days=len(digests)))
        built = build_features(store, database, DAILY_FEATURES, risk, clock, SilentProgress())
        assert all(record.intact for record in verify_features(database))
        digests |= {(built.set_id, built.rows_digest, logical_digest(read_features(database, built.set_id)))}
    assert len(digests) == 1


def test_a_read_in_the_crash_knows_nothing_after_its_moment(store: Path, tmp_path: Path) -> None:
    database = tmp_path / "features.duckdb"
    built = build_features(store, database, DAILY_FEATURES, risk, FixedClock(NOW), SilentProgress())
    moment = datetime(2008, 10, 10, 15, 0, tzinfo=UTC)
    table: pa.Table = as_of(database, built.set_id, [(name, moment) for name in built.underlyings], NAMES)
    assert table.num_rows == 21 * len(NAMES)
    assert set(table.column("event_time").to_pylist()) == {datetime(2008, 10, 9, 20, 0)}


def test_two_loads_of_the_market_have_one_digest(store: Path) -> None:
    parameters = read_market_parameters()
    markets = [load_market(store, parameters, risk) for _ in range(2)]
    assert len({digest_of(market.snapshot(market.dates[4000])) for market in markets}) == 1
    assert markets[0].premium_fit == markets[1].premium_fit
