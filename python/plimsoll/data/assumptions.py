"""What no data set holds and is therefore assumed: rates, dividend yields, skews, how volatility is derived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from plimsoll.data.packs import read_pack
from plimsoll.vocabulary.errors import BadInput

ASSUMED = "ASSUMED"
MARKET_PACK = "assumed-market-2026-11"


@dataclass(frozen=True, slots=True)
class Steps:
    """A level that holds from each date to the next."""

    dates: tuple[date, ...]
    values: tuple[float, ...]

    def at(self, day: date) -> float:
        """Give the level in force on a day, the first one for every day before it."""
        level = self.values[0]
        for start, value in zip(self.dates, self.values, strict=True):
            if start > day:
                break
            level = value
        return level


@dataclass(frozen=True, slots=True)
class MarketParameters:
    """How a snapshot is made where data are silent; everything here is marked ASSUMED in what comes of it.

    Volatilities are per year, the decay is that of daily variance, skews are relative: at-the-money volatility times
    ``1 + skew * ln(strike / forward) / sqrt(years)``. ``digest`` stands for the pack that it was read from.
    """

    name: str
    digest: str
    decay: float
    seed_returns: int
    days_per_year: int
    least_volatility: float
    greatest_volatility: float
    equity_skew: float
    index_skew: float
    rates: Steps
    index_dividend_yields: Steps
    fit_first: date
    fit_last: date
    fit_underlying: str
    fit_dataset: str


def read_market_parameters(name: str = MARKET_PACK) -> MarketParameters:
    """Read packs/market/<name>.json.

    Raises
    ------
    BadInput
        If there is no such pack or its steps are not in order.
    """
    pack = read_pack("market", name)
    document = pack.document
    volatility, fit = document["volatility"], document["premium_fit"]
    return MarketParameters(
        name=name,
        digest=pack.digest,
        decay=volatility["decay"],
        seed_returns=volatility["seed_returns"],
        days_per_year=volatility["days_per_year"],
        least_volatility=volatility["least"],
        greatest_volatility=volatility["greatest"],
        equity_skew=document["skew"]["equity"],
        index_skew=document["skew"]["broad_index"],
        rates=steps_of("rates", document["rates"]),
        index_dividend_yields=steps_of("index_dividend_yields", document["index_dividend_yields"]),
        fit_first=date.fromisoformat(fit["first"]),
        fit_last=date.fromisoformat(fit["last"]),
        fit_underlying=fit["underlying"],
        fit_dataset=fit["dataset"],
    )


def steps_of(field: str, document: Mapping[str, Any]) -> Steps:
    """Read a step table: a list of ``[date, value]`` under ``steps``.

    Raises
    ------
    BadInput
        If the table is empty or its dates do not ascend.
    """
    rows = document["steps"]
    dates = tuple(date.fromisoformat(day) for day, _ in rows)
    if not dates or any(after <= before for before, after in pairwise(dates)):
        raise BadInput(
            "steps_out_of_order",
            field=field,
            value=[day for day, _ in rows],
            allowed="at least one date, each after the one before",
            fix="sort the steps by date",
        )
    return Steps(dates=dates, values=tuple(float(value) for _, value in rows))
