"""The forecasts of each account and model held against what happened: the statistics of a backtest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import Any

from plimsoll.engine import statistics
from plimsoll.models.market.settings import BacktestSettings


@dataclass(frozen=True)
class ForecastSeries:
    """One account under one model, a day an entry: the profit and what was forecast for it the day before.

    ``shortfall_value_at_risk`` is the value at risk of the expected shortfall's own level, which the test of expected
    shortfall counts exceptions against. Losses are positive in the forecasts, negative in the profit.
    """

    account_id: str
    model: str
    tail_probability: float
    shortfall_tail_probability: float
    dates: tuple[date, ...]
    profit: tuple[float, ...]
    value_at_risk: tuple[float, ...]
    expected_shortfall: tuple[float, ...]
    shortfall_value_at_risk: tuple[float, ...]

    @cached_property
    def hits(self) -> tuple[int, ...]:
        """1 for each day whose loss exceeds the value at risk, else 0."""
        return tuple(int(profit < -forecast) for profit, forecast in zip(self.profit, self.value_at_risk, strict=True))

    def z2(self, start: int, stop: int) -> float:
        """Give the expected-shortfall statistic of a span of days."""
        return statistics.acerbi_szekely_z2(
            self.profit[start:stop],
            self.shortfall_value_at_risk[start:stop],
            self.expected_shortfall[start:stop],
            self.shortfall_tail_probability,
        )


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic of one account and model; ``p_value`` is None where the test has thresholds instead."""

    account_id: str
    model: str
    test: str
    n: int
    statistic: float
    p_value: float | None
    verdict: str
    detail: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CrisisRow:
    """What one account met in one crisis under one model; the ratio is that of the worst loss to its forecast."""

    account_id: str
    model: str
    crisis: str
    days: int
    exceptions: int
    expected: float
    worst_loss: float
    worst_date: str
    worst_loss_over_value_at_risk: float

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return asdict(self)


def statistics_of(
    series: ForecastSeries, settings: BacktestSettings, null: Sequence[float] | None
) -> tuple[Statistic, ...]:
    """Give every statistic of a series; ``null`` holds the ascending simulations of Z2 for its number of days."""
    return (*_coverage(series), *_lights(series, settings), *_shortfall(series, settings, null))


def crisis_rows(series: ForecastSeries, settings: BacktestSettings) -> tuple[CrisisRow, ...]:
    """Give a row for each crisis that the series lives through."""
    rows = []
    for name, first, last in settings.crises:
        days = [index for index, day in enumerate(series.dates) if first <= day <= last]
        if not days:
            continue
        worst = min(days, key=lambda index: series.profit[index])
        forecast = series.value_at_risk[worst]
        rows.append(
            CrisisRow(
                account_id=series.account_id,
                model=series.model,
                crisis=name,
                days=len(days),
                exceptions=sum(series.hits[index] for index in days),
                expected=len(days) * series.tail_probability,
                worst_loss=-series.profit[worst],
                worst_date=series.dates[worst].isoformat(),
                worst_loss_over_value_at_risk=-series.profit[worst] / forecast if forecast > 0.0 else 0.0,
            )
        )
    return tuple(rows)


def z2_null(settings: BacktestSettings, observations: int, threads: int) -> list[float]:
    """Simulate the expected-shortfall statistic of so many days of a right model."""
    null = statistics.Z2Null(
        tail_probability=settings.risk.shortfall_tail_probability,
        observations=observations,
        degrees_of_freedom=settings.z2_degrees_of_freedom,
        simulations=settings.z2_simulations,
        seed=settings.seed,
    )
    return [float(value) for value in statistics.acerbi_szekely_z2_null(null, threads)]


def _coverage(series: ForecastSeries) -> tuple[Statistic, ...]:
    hits, tail = series.hits, series.tail_probability
    count, n = sum(hits), len(hits)
    transitions = statistics.hit_transitions(hits)
    coverage = statistics.kupiec_test(count, n, tail)
    independence = statistics.christoffersen_independence_test(transitions)
    conditional = statistics.christoffersen_conditional_coverage_test(count, n, tail, transitions)
    direction = f"{count} exceptions, {coverage.expected:.1f} expected: {coverage.direction.name}"
    pairs = f"{transitions.n11} of {count} exceptions followed by another"
    rows = (
        ("kupiec", coverage.statistic, coverage.p_value, direction),
        ("christoffersen_independence", independence.statistic, independence.p_value, pairs),
        ("christoffersen_conditional_coverage", conditional.statistic, conditional.p_value, direction),
    )
    return tuple(
        Statistic(series.account_id, series.model, name, n, value, p_value, _verdict(p_value), detail)
        for name, value, p_value, detail in rows
    )


def _verdict(p_value: float) -> str:
    if p_value >= 0.05:
        return "green"
    return "amber" if p_value >= 0.01 else "red"


def _lights(series: ForecastSeries, settings: BacktestSettings) -> tuple[Statistic, ...]:
    """Give the traffic light of the last days and of the worst of all windows of that length."""
    days = settings.traffic_light_days
    if len(series.hits) < days:
        return ()
    sums = [0, *accumulate(series.hits)]
    counts = [sums[stop] - sums[stop - days] for stop in range(days, len(sums))]
    worst = max(range(len(counts)), key=counts.__getitem__)
    rows = (("traffic_light_current", len(counts) - 1), ("traffic_light_worst", worst))
    return tuple(_light(series, name, index, counts[index], days) for name, index in rows)


def _light(series: ForecastSeries, name: str, index: int, count: int, days: int) -> Statistic:
    zone = statistics.traffic_light_zone(count, days, series.tail_probability)
    span = f"{days} days to {series.dates[index + days - 1]}"
    return Statistic(series.account_id, series.model, name, days, float(count), None, zone.name, span)


def _shortfall(
    series: ForecastSeries, settings: BacktestSettings, null: Sequence[float] | None
) -> tuple[Statistic, ...]:
    """Give Z2 of the whole history with a simulated p-value, of the last days, and of the worst consecutive window."""
    n, days = len(series.dates), settings.traffic_light_days
    if min(series.expected_shortfall) <= 0.0:
        return ()
    whole = series.z2(0, n)
    p_value = None if null is None else statistics.simulated_p_value(null, whole)
    verdict = "not_applicable" if p_value is None else _verdict(p_value)
    rows = [Statistic(series.account_id, series.model, "acerbi_szekely_z2", n, whole, p_value, verdict)]
    if n >= days:
        windows = {stop: series.z2(stop - days, stop) for stop in range(n, days - 1, -days)}
        worst = min(windows, key=windows.__getitem__)
        rows += [
            _window(series, name, stop, windows[stop], days)
            for name, stop in (("acerbi_szekely_z2_current", n), ("acerbi_szekely_z2_worst", worst))
        ]
    return tuple(rows)


def _window(series: ForecastSeries, name: str, stop: int, value: float, days: int) -> Statistic:
    """Colour a window by the fixed thresholds, which are made for 250 days at 2.5 %."""
    if value >= statistics.acerbi_szekely_z2_amber:
        verdict = "green"
    else:
        verdict = "amber" if value >= statistics.acerbi_szekely_z2_red else "red"
    span = f"{days} days to {series.dates[stop - 1]}"
    return Statistic(series.account_id, series.model, name, days, value, None, verdict, span)
