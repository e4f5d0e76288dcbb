"""The options that a replication test prices, drawn evenly over the range that the model claims to cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from plimsoll.vocabulary.errors import BadInput

DIMENSIONS = 9
_LEVEL = 100.0


@dataclass(frozen=True, slots=True)
class CashDividend:
    """An amount in currency that the underlying pays on a day."""

    ex_date: date
    amount: float


@dataclass(frozen=True, slots=True)
class DrawnOption:
    """One American option with its own flat market; times are whole days, Act/365 fixed."""

    name: str
    valuation_date: date
    option_type: str
    spot: float
    strike: float
    days: int
    volatility: float
    rate: float
    dividend_yield: float
    dividends: tuple[CashDividend, ...]

    def expiry(self) -> date:
        """Give the day on which the option ends."""
        return self.valuation_date + timedelta(days=self.days)

    def years(self) -> float:
        """Give the time to expiry in years."""
        return self.days / 365.0

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "name": self.name,
            "valuation_date": self.valuation_date.isoformat(),
            "option_type": self.option_type,
            "spot": self.spot,
            "strike": self.strike,
            "days": self.days,
            "volatility": self.volatility,
            "rate": self.rate,
            "dividend_yield": self.dividend_yield,
            "dividends": [{"ex_date": d.ex_date.isoformat(), "amount": d.amount} for d in self.dividends],
        }


def draw_options(
    points: Sequence[Sequence[float]], ranges: Mapping[str, Any], valuation_date: date
) -> tuple[DrawnOption, ...]:
    """Turn points of the unit cube into options.

    Parameters
    ----------
    points : sequence of points
        Each has ``DIMENSIONS`` coordinates in [0, 1): moneyness, expiry, volatility, rate, yield, type, whether
        there are cash dividends, the first ex-date, the amount.
    ranges : Mapping
        ``moneyness``, ``days``, ``volatility``, ``rate``, ``dividend_yield`` and ``dividend_share_of_spot`` as
        [low, high]; ``cash_dividend_share`` is the share of options with cash dividends and ``dividend_every_days``
        the time between two of them.
    valuation_date : date
        The day on which the options are valued.

    Returns
    -------
    tuple of DrawnOption
        One per point; the strike is 100 and the spot is 100 times the moneyness (uniform in its logarithm).
    """
    return tuple(_option(index, point, ranges, valuation_date) for index, point in enumerate(points))


def _option(index: int, point: Sequence[float], ranges: Mapping[str, Any], today: date) -> DrawnOption:
    if len(point) != DIMENSIONS:
        raise BadInput(
            "wrong_dimension",
            field="points",
            value=len(point),
            allowed=str(DIMENSIONS),
            fix="draw the points with as many dimensions as an option has inputs",
        )
    low, high = ranges["moneyness"]
    spot = _LEVEL * low * (high / low) ** point[0]
    first_day, last_day = ranges["days"]
    days = min(last_day, first_day + int(point[1] * (last_day - first_day + 1)))
    has_dividends = point[6] < ranges["cash_dividend_share"]
    days = max(days, 2) if has_dividends else days  # an ex-date lies strictly between today and expiry
    return DrawnOption(
        name=f"REP{index + 1:04d}",
        valuation_date=today,
        option_type="call" if point[5] < 0.5 else "put",
        spot=spot,
        strike=_LEVEL,
        days=days,
        volatility=_between(ranges["volatility"], point[2]),
        rate=_between(ranges["rate"], point[3]),
        dividend_yield=_between(ranges["dividend_yield"], point[4]),
        dividends=_dividends(spot, days, point, ranges, today) if has_dividends else (),
    )


def _dividends(
    spot: float, days: int, point: Sequence[float], ranges: Mapping[str, Any], today: date
) -> tuple[CashDividend, ...]:
    every = int(ranges["dividend_every_days"])
    first = 1 + int(point[7] * (min(days - 1, every) - 1))
    amount = spot * _between(ranges["dividend_share_of_spot"], point[8])
    return tuple(CashDividend(today + timedelta(days=day), amount) for day in range(first, days, every))


def _between(bounds: Sequence[float], share: float) -> float:
    return bounds[0] + (bounds[1] - bounds[0]) * share
