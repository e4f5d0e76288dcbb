"""The market history that the risk model reads: closes and volatilities of all underlyings on common days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plimsoll.engine import risk
from plimsoll.vocabulary.errors import BadInput

Array: TypeAlias = NDArray[np.float64]


class Premium(Protocol):
    """The ratio of implied to filtered volatility."""

    @property
    def premium(self) -> float:
        """The ratio."""


class MarketColumns(Protocol):
    """What a market history must have, whoever made it. Matrices have a row per date, a column per underlying."""

    @property
    def dates(self) -> Sequence[date]:
        """Days, ascending."""

    @property
    def underlyings(self) -> Sequence[str]:
        """Names of the columns."""

    @property
    def closes(self) -> Array:
        """Closes."""

    @property
    def daily_volatility(self) -> Array:
        """The volatility filter's value per day at each close: no premium, no bounds."""

    @property
    def rates(self) -> Array:
        """Continuously compounded rate per year, one per date."""

    @property
    def dividend_yields(self) -> Array:
        """Continuously compounded dividend yields per year."""

    @property
    def skews(self) -> Sequence[float]:
        """Skew of each underlying."""

    @property
    def premium_fit(self) -> Premium:
        """The premium of implied volatilities over filtered ones."""

    @property
    def inputs(self) -> Mapping[str, str]:
        """Digests of what the history was made of."""


@dataclass(frozen=True, slots=True)
class MarketHistory:
    """A checked and aligned market.

    Entry i of ``returns`` leads from date i to date i + 1. Row i of ``volatility``, per day, was known at the close of
    date i and forecasts that return, so it has one row more. It comes from closes alone: bounds on implied volatility
    do not touch it. ``premium`` turns it into the implied volatility at which positions are revalued.
    """

    dates: tuple[date, ...]
    underlyings: tuple[str, ...]
    closes: Array
    returns: Array
    volatility: Array
    rates: Array
    dividend_yields: Array
    premium: Array
    skews: Array
    inputs: Mapping[str, str]

    @classmethod
    def of(cls, market: MarketColumns) -> Self:
        """Check a market and derive returns from it.

        Raises
        ------
        BadInput
            If shapes do not agree or dates do not ascend.
        PlimsollError
            If a close is not a price (from the core).
        """
        days, count = len(market.dates), len(market.underlyings)
        _check_shapes(market, days, count)
        return cls(
            dates=tuple(market.dates),
            underlyings=tuple(market.underlyings),
            closes=np.ascontiguousarray(market.closes),
            returns=np.column_stack([risk.log_returns(market.closes[:, column]) for column in range(count)]),
            volatility=np.ascontiguousarray(market.daily_volatility),
            rates=np.ascontiguousarray(np.broadcast_to(np.asarray(market.rates)[:, None], (days, count))),
            dividend_yields=np.ascontiguousarray(market.dividend_yields),
            premium=np.full(count, market.premium_fit.premium),
            skews=np.asarray(market.skews, dtype=np.float64),
            inputs=dict(market.inputs),
        )

    def row(self, day: date) -> int:
        """Give the row of a day.

        Raises
        ------
        BadInput
            If the history does not have that day.
        """
        if day not in self.dates:
            raise BadInput(
                "no_market_on_date",
                field="date",
                value=day,
                allowed=f"days of the history, {self.dates[0]} to {self.dates[-1]}",
                fix="choose a trading day in this span",
            )
        return self.dates.index(day)

    def close(self, underlying: str, day: date) -> float:
        """Give the close of an underlying on a day."""
        return float(self.closes[self.row(day), self.underlyings.index(underlying)])


def _check_shapes(market: MarketColumns, days: int, count: int) -> None:
    shapes: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
        "closes": (market.closes.shape, (days, count)),
        "daily_volatility": (market.daily_volatility.shape, (days, count)),
        "rates": (np.shape(market.rates), (days,)),
        "dividend_yields": (market.dividend_yields.shape, (days, count)),
        "skews": (np.shape(market.skews), (count,)),
    }
    for name, (shape, expected) in shapes.items():
        if shape != expected:
            raise BadInput(
                "wrong_shape",
                field=name,
                value=shape,
                allowed=str(expected),
                fix="give one row per date and underlying",
            )
    if list(market.dates) != sorted(set(market.dates)):
        raise BadInput(
            "dates_out_of_order", field="dates", value=days, allowed="ascending days, each once", fix="sort the history"
        )
