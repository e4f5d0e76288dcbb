"""Features of the closes: what they are, when each became known, and how they are made from stored datasets."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plimsoll.data.calendar import session_closes
from plimsoll.data.feature_store import FEATURE_SCHEMA, FeatureSet, store_features
from plimsoll.data.logical_digest import logical_digest
from plimsoll.data.store import read_manifest, read_table
from plimsoll.vocabulary.clock import Clock, utc_text
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.progress import Progress

Numbers: TypeAlias = NDArray[np.float64]
PRICE_DATASETS = ("us_stocks", "sp500")
NAMES = ("drawdown", "ewma_volatility", "log_return")


class Arithmetic(Protocol):
    """The numbers that only the compiled core makes, so that they have the same bits on every machine."""

    @property
    def log_returns(self) -> Callable[[Numbers], Numbers]:
        """From n closes the n - 1 logarithms of each close over the one before."""

    @property
    def ewma_volatility(self) -> Callable[[Numbers, float, float], Numbers]:
        """From n returns, a decay and an initial volatility the n + 1 volatilities before each and after the last."""


@dataclass(frozen=True, slots=True)
class FeatureParameters:
    """How features are made.

    ``decay`` weighs yesterday's variance in the volatility of one day; the first ``seed_returns`` returns give the
    initial volatility and carry no volatility themselves; a value is known ``lag_minutes`` after the close.
    """

    decay: float
    seed_returns: int
    lag_minutes: int

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self)


#: RiskMetrics' decay for daily data (J.P. Morgan, 1996, section 5.3) and half an hour of lag. A year of seed, because
#: one thinly traded stock does not move at all in its first 69 sessions and no filter can start from that.
DAILY_FEATURES = FeatureParameters(decay=0.94, seed_returns=250, lag_minutes=30)


def build_features(
    store_root: Path,
    database: Path,
    parameters: FeatureParameters,
    arithmetic: Arithmetic,
    clock: Clock,
    progress: Progress,
) -> FeatureSet:
    """Make the features of every stock and the index and keep them in the feature store.

    A set already stored for the same datasets and parameters is given back untouched.

    Parameters
    ----------
    store_root : Path
        Folder of the datasets.
    database : Path
        The DuckDB file of the feature store.
    parameters : FeatureParameters
        How to make them.
    arithmetic : Arithmetic
        The core's returns and volatility.
    clock : Clock
        Dates the set.
    progress : Progress
        Hears of each underlying.

    Raises
    ------
    BadInput
        If a dataset is not stored, a date is no session of the exchange, or a close is not positive.
    """
    inputs = {name: read_manifest(store_root, name).logical_digest for name in PRICE_DATASETS}
    tables = [read_table(store_root, dataset) for dataset in PRICE_DATASETS]
    at_close = session_closes(*_span(tables))
    # In the order in which the store reads them back, so that one digest stands for both.
    columns = sorted(((name, table) for table in tables for name in table.column_names[1:]), key=itemgetter(0))
    progress.stage("features", len(columns))
    pieces = []
    for name, table in columns:
        pieces.append(feature_rows(name, table, at_close, parameters, arithmetic))
        progress.advance(1)
    rows = pa.concat_tables(pieces)
    rows_digest = logical_digest(rows)
    progress.done()
    feature_set = FeatureSet(
        set_id=digest_of({"inputs": inputs, "parameters": parameters.to_dict(), "rows": rows_digest}),
        parameters=parameters.to_dict(),
        inputs=inputs,
        rows_digest=rows_digest,
        rows=rows.num_rows,
        names=NAMES,
        underlyings=tuple(name for name, _ in columns),
        built_at=utc_text(clock.now()),
    )
    return store_features(database, feature_set, rows)


def feature_rows(
    underlying: str,
    table: pa.Table,
    at_close: Mapping[date, datetime],
    parameters: FeatureParameters,
    arithmetic: Arithmetic,
) -> pa.Table:
    """Give the feature rows of one underlying, each made from its own day and the days before alone.

    Parameters
    ----------
    underlying : str
        A column of the table.
    table : pyarrow.Table
        ``date`` and closes.
    at_close : mapping of date to datetime
        When each session closed, in UTC.
    parameters : FeatureParameters
        How to make them.
    arithmetic : Arithmetic
        The core's returns and volatility.

    Returns
    -------
    pyarrow.Table
        Columns of the feature store: underlying, name, event_time, knowledge_time, value.
    """
    days, closes = closes_of(underlying, table)
    # A time without its zone, which is UTC, is what the feature store keeps.
    events = np.array([_close_of(day, at_close).replace(tzinfo=None) for day in days], dtype="datetime64[us]")
    returns = arithmetic.log_returns(closes)
    series = {"drawdown": drawdown(closes.tolist()), "log_return": returns.tolist()}
    if len(returns) > parameters.seed_returns:
        initial = seed_volatility(returns[: parameters.seed_returns])
        series["ewma_volatility"] = arithmetic.ewma_volatility(
            returns[parameters.seed_returns :], parameters.decay, initial
        ).tolist()
    lag = np.timedelta64(parameters.lag_minutes, "m")
    pieces = []
    for name in sorted(series):
        values = series[name]
        # Each series ends on the last day; those that need earlier days begin later.
        times = events[len(events) - len(values) :]
        columns = {
            "underlying": pa.repeat(underlying, len(values)),
            "name": pa.repeat(name, len(values)),
            "event_time": times,
            "knowledge_time": times + lag,
            "value": values,
        }
        pieces.append(pa.table(columns, schema=FEATURE_SCHEMA))
    return pa.concat_tables(pieces)


def closes_of(underlying: str, table: pa.Table) -> tuple[list[date], Numbers]:
    """Give the days and the closes of one column.

    Raises
    ------
    BadInput
        If a close is missing or not positive, or the days do not ascend.
    """
    days: list[date] = table.column("date").to_pylist()
    values: list[float | None] = table.column(underlying).to_pylist()
    for position, (day, value) in enumerate(zip(days, values, strict=True)):
        if value is None or not (0.0 < value < math.inf):
            raise _bad_close(f"{underlying} on {day}", value, "a positive close")
        if position and day <= days[position - 1]:
            raise _bad_close("date", day, f"a day after {days[position - 1]}")
    return days, np.array(values, dtype=np.float64)


def seed_volatility(returns: Sequence[float] | Numbers) -> float:
    """Give the root of the mean squared return, daily; the sum is exact before it is rounded once.

    Raises
    ------
    BadInput
        If no return differs from zero: a filter cannot start from no movement.
    """
    volatility = math.sqrt(math.fsum(value * value for value in map(float, returns)) / len(returns))
    if volatility == 0.0:
        raise BadInput(
            "seed_without_movement",
            field="seed_returns",
            value=len(returns),
            allowed="a seed in which the close moves at least once",
            fix="lengthen the seed",
        )
    return volatility


def drawdown(closes: Sequence[float]) -> list[float]:
    """Give each close over the highest close so far, less one: 0 at a high, -0.4 when 40 % below it.

    Only comparisons, divisions and subtractions, which are exactly rounded on every machine.
    """
    highest = -math.inf
    below = []
    for close in closes:
        highest = max(highest, close)
        below.append(close / highest - 1.0)
    return below


def _span(tables: Sequence[pa.Table]) -> tuple[date, date]:
    ends = [pc.min_max(table.column("date")).as_py() for table in tables]
    return min(end["min"] for end in ends), max(end["max"] for end in ends)


def _close_of(day: date, at_close: Mapping[date, datetime]) -> datetime:
    if day not in at_close:
        raise _bad_close("date", day, "a session of the New York Stock Exchange")
    return at_close[day]


def _bad_close(field: str, value: object, allowed: str) -> BadInput:
    return BadInput(
        "unusable_close",
        field=field,
        value=value,
        allowed=allowed,
        fix="look at `plimsoll data quality` and mend the source",
    )
