"""Value at risk and expected shortfall of a series of profits, their backtest, and the volatility filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plimsoll._core import risk as _core
from plimsoll.engine import statistics
from plimsoll.engine.statistics import Coverage, LikelihoodRatio, TrafficLight
from plimsoll.vocabulary.errors import BadInput

Array: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = Sequence[float] | Array

VALUE_AT_RISK_LEVEL = 0.99
EXPECTED_SHORTFALL_LEVEL = 0.975
TRAFFIC_LIGHT_DAYS = 250


def _series(values: Numbers) -> Array:
    return np.ascontiguousarray(values, dtype=np.float64)


def value_at_risk(profits: Numbers, level: float = VALUE_AT_RISK_LEVEL) -> float:
    """Give the loss that the level's share of equally likely profits does not exceed, positive for a loss.

    Of 500 profits at 99 % it is the sixth worst; nothing is interpolated.

    References
    ----------
    Source: McNeil, Frey and Embrechts (2015), Quantitative Risk Management, def. 2.8.

    Examples
    --------
    >>> value_at_risk([float(i) for i in range(100)], 0.95)
    -5.0
    """
    return _core.value_at_risk(_series(profits), level)


def expected_shortfall(profits: Numbers, level: float = EXPECTED_SHORTFALL_LEVEL) -> float:
    """Give the mean loss of the worst profits, the last counted by the fraction that fills the tail.

    References
    ----------
    Source: Acerbi and Tasche (2002), On the coherence of expected shortfall, prop. 4.1.

    Examples
    --------
    >>> expected_shortfall([-4.0, -2.0, 1.0, 3.0], 0.5)
    3.0
    """
    return _core.expected_shortfall(_series(profits), level)


def value_at_risk_error(profits: Numbers, level: float = VALUE_AT_RISK_LEVEL) -> float:
    """Give the standard error of value at risk when the profits are independent draws.

    References
    ----------
    Source: Maritz and Jarrett (1978), A note on estimating the variance of the sample median.
    """
    return _core.value_at_risk_error(_series(profits), level)


def expected_shortfall_error(profits: Numbers, level: float = EXPECTED_SHORTFALL_LEVEL) -> float:
    """Give the standard error of expected shortfall when the profits are independent draws.

    References
    ----------
    Source: Manistre and Hancock (2005), Variance of the CTE estimator, eq. 3.
    """
    return _core.expected_shortfall_error(_series(profits), level)


def log_returns(closes: Numbers) -> Array:
    """Give the logarithm of each close over the one before: one fewer than closes."""
    return _core.log_returns(_series(closes))


def seed_volatility(returns: Numbers) -> float:
    """Give the root of the mean square of the returns, from which a volatility filter starts."""
    return _core.seed_volatility(_series(returns))


def ewma_volatility(returns: Numbers, decay: float, initial: float) -> Array:
    """Give the exponentially weighted volatility before each return and after the last: one more than returns.

    References
    ----------
    Source: RiskMetrics (1996), Technical document, eq. 5.3.
    """
    return _core.ewma_volatility(_series(returns), decay, initial)


def filtered_returns(returns: Numbers, volatility: Numbers, current: float) -> Array:
    """Give past returns at the current volatility: each divided by its own forecast, times the current one.

    References
    ----------
    Source: Barone-Adesi, Giannopoulos and Vosper (1999), VaR without correlations, eq. 4.
    """
    return _core.filtered_returns(_series(returns), _series(volatility), current)


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """The statistics of one series of forecasts.

    ``z2`` is None when no expected shortfall was given, ``traffic_light`` when there are fewer than 250 days or the
    level is not 99 %; it is of the last 250 days.
    """

    hits: tuple[int, ...]
    coverage: Coverage
    independence: LikelihoodRatio
    conditional_coverage: LikelihoodRatio
    traffic_light: TrafficLight | None
    z2: float | None

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "hits": list(self.hits),
            "coverage": self.coverage.to_dict(),
            "independence": self.independence.to_dict(),
            "conditional_coverage": self.conditional_coverage.to_dict(),
            "traffic_light": None if self.traffic_light is None else self.traffic_light.to_dict(),
            "z2": self.z2,
        }


@dataclass(frozen=True, slots=True)
class ShortfallForecast:
    """Forecasts of expected shortfall with the value at risk of the same level, positive for a loss."""

    expected_shortfall: Numbers
    value_at_risk: Numbers
    level: float = EXPECTED_SHORTFALL_LEVEL


def backtest(
    profits: Numbers,
    forecasts: Numbers,
    level: float = VALUE_AT_RISK_LEVEL,
    shortfall: ShortfallForecast | None = None,
) -> BacktestReport:
    """Hold profits against the value at risk that was forecast for each.

    Parameters
    ----------
    profits : sequence of float
        Profit of each day.
    forecasts : sequence of float
        Value at risk forecast for that day, positive for a loss.
    level : float
        Level of the value at risk.
    shortfall : ShortfallForecast, optional
        Expected shortfall forecast for each day.

    Raises
    ------
    BadInput
        If the series differ in length.

    Examples
    --------
    >>> backtest([1.0, -3.0, 2.0, 0.5], [2.0] * 4, 0.75).coverage.exceptions
    1
    """
    profit, forecast = _series(profits), _series(forecasts)
    if len(profit) != len(forecast) or not len(profit):
        raise BadInput(
            "unequal_length",
            field="forecasts",
            value=len(forecast),
            allowed=f"{len(profit)} entries, at least one",
            fix="give one forecast for each profit",
        )
    hits = [int(hit) for hit in profit < -forecast]
    # Subtracting from 1 loses digits: 1 - 0.99 is not 0.01 in binary.
    tail = round(1.0 - level, 12)
    transitions = statistics.hit_transitions(hits)
    return BacktestReport(
        hits=tuple(hits),
        coverage=statistics.kupiec_test(sum(hits), len(hits), tail),
        independence=statistics.christoffersen_independence_test(transitions),
        conditional_coverage=statistics.christoffersen_conditional_coverage_test(
            sum(hits), len(hits), tail, transitions
        ),
        traffic_light=_light(hits, level),
        z2=None if shortfall is None else _z2(profit, shortfall),
    )


def _light(hits: Sequence[int], level: float) -> TrafficLight | None:
    if len(hits) < TRAFFIC_LIGHT_DAYS or level != VALUE_AT_RISK_LEVEL:
        return None
    return statistics.traffic_light(sum(hits[-TRAFFIC_LIGHT_DAYS:]))


def _z2(profit: Array, shortfall: ShortfallForecast) -> float:
    return statistics.acerbi_szekely_z2(
        profit, shortfall.value_at_risk, shortfall.expected_shortfall, round(1.0 - shortfall.level, 12)
    )
