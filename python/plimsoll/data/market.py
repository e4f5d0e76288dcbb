"""The market on a day: closes as stored, volatilities, rates and dividend yields as assumed, as snapshot documents."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from plimsoll.data.assumptions import ASSUMED, MarketParameters
from plimsoll.data.features import PRICE_DATASETS, Arithmetic, Numbers, closes_of, seed_volatility
from plimsoll.data.premium import PremiumFit, fit_premium, store_fit
from plimsoll.data.store import read_manifest, read_table
from plimsoll.vocabulary.errors import BadInput

SCHEMA = "plimsoll/snapshot/v1"
INDEX = "SP500"


@dataclass(frozen=True, slots=True)
class Market:
    """Aligned history of every underlying, from the first day on which each has a volatility.

    Matrices have a row per date and a column per underlying. ``daily_volatility`` is the EWMA filter's, per day and
    without bounds, made of closes alone; ``atm_volatility`` is per year, includes the premium and is held between the
    bounds of the market pack, so a bound never reaches the filter. Rates and dividend yields are continuously
    compounded per year. Implied volatilities, rates, dividend yields and skews are assumed; ``inputs`` holds the
    digests of everything that went in.
    """

    dates: tuple[date, ...]
    underlyings: tuple[str, ...]
    kinds: tuple[str, ...]
    price_bases: tuple[str, ...]
    closes: Numbers
    daily_volatility: Numbers
    atm_volatility: Numbers
    rates: Numbers
    dividend_yields: Numbers
    skews: tuple[float, ...]
    premium_fit: PremiumFit
    inputs: Mapping[str, str]

    def row(self, day: date) -> int:
        """Give the row of a day.

        Raises
        ------
        BadInput
            If the day is no session or lies outside the history.
        """
        if day not in self.dates:
            raise BadInput(
                "no_market_on_date",
                field="date",
                value=day,
                allowed=f"sessions from {self.dates[0]} to {self.dates[-1]}",
                fix="choose a trading day in this span",
            )
        return self.dates.index(day)

    def days(self, first: date, last: date) -> tuple[date, ...]:
        """Give the days of the history from first to last, both included."""
        return tuple(day for day in self.dates if first <= day <= last)

    def snapshot(self, day: date) -> dict[str, Any]:
        """Give the snapshot document of a day.

        Raises
        ------
        BadInput
            If the day is no session or lies outside the history.
        """
        row = self.row(day)
        return {
            "schema": SCHEMA,
            "valuation_date": day.isoformat(),
            "source": dict(self.inputs),
            "underlyings": {name: self._underlying(row, column) for column, name in enumerate(self.underlyings)},
        }

    def _underlying(self, row: int, column: int) -> dict[str, Any]:
        return {
            "kind": self.kinds[column],
            "spot": float(self.closes[row, column]),
            "price_basis": self.price_bases[column],
            "rate": {"kind": "flat", "value": float(self.rates[row]), "status": ASSUMED},
            "dividend_yield": {"kind": "flat", "value": float(self.dividend_yields[row, column]), "status": ASSUMED},
            "cash_dividends": [],
            "volatility": {
                "kind": "skewed",
                "atm": float(self.atm_volatility[row, column]),
                "skew": self.skews[column],
                "status": ASSUMED,
            },
        }


def load_market(store_root: Path, parameters: MarketParameters, arithmetic: Arithmetic) -> Market:
    """Make the market history from the stored datasets, fit the premium and keep the fit in the store.

    Parameters
    ----------
    store_root : Path
        Folder of the datasets.
    parameters : MarketParameters
        What is assumed.
    arithmetic : Arithmetic
        The core's returns and volatility.

    Raises
    ------
    BadInput
        If a dataset is not stored, a close is unusable or the datasets have different days.
    IntegrityBroken
        If a stored file differs from its digest.
    """
    tables = {name: read_table(store_root, name) for name in PRICE_DATASETS}
    manifests = {name: read_manifest(store_root, name) for name in (*PRICE_DATASETS, parameters.fit_dataset)}
    columns = [(dataset, name) for dataset, table in tables.items() for name in table.column_names[1:]]
    read = {name: closes_of(name, tables[dataset]) for dataset, name in columns}
    days = _common_days({name: series[0] for name, series in read.items()})
    daily = {name: daily_ewma(series[1], parameters, arithmetic) for name, series in read.items()}
    # One exactly rounded product per day: the same bits on every machine.
    ewma = {name: series * math.sqrt(parameters.days_per_year) for name, series in daily.items()}
    start = parameters.seed_returns
    digests = {name: manifest.logical_digest for name, manifest in manifests.items()}
    implied = read_table(store_root, parameters.fit_dataset).to_pydict()
    fit = fit_premium(
        dict(zip(days[start:], ewma[parameters.fit_underlying].tolist(), strict=True)),
        dict(zip(implied["date"], implied["VIX"], strict=True)),
        parameters.fit_first,
        parameters.fit_last,
        parameters.decay,
        {name: digests[name] for name in ("sp500", parameters.fit_dataset)},
    )
    store_fit(store_root, fit)
    names = tuple(name for _, name in columns)
    kinds = tuple("broad_index" if name == INDEX else "equity" for name in names)
    return Market(
        dates=tuple(days[start:]),
        underlyings=names,
        kinds=kinds,
        price_bases=tuple(manifests[dataset].price_basis for dataset, _ in columns),
        closes=np.column_stack([read[name][1][start:] for name in names]),
        daily_volatility=np.column_stack([daily[name] for name in names]),
        atm_volatility=np.column_stack([_implied(ewma[name], fit.premium, parameters) for name in names]),
        rates=np.array([parameters.rates.at(day) for day in days[start:]]),
        dividend_yields=np.column_stack([_dividend_yields(kind, days[start:], parameters) for kind in kinds]),
        skews=tuple(parameters.index_skew if kind == "broad_index" else parameters.equity_skew for kind in kinds),
        premium_fit=fit,
        inputs={**digests, "premium_fit": fit.digest(), parameters.name: parameters.digest},
    )


def build_snapshot(store_root: Path, day: date, parameters: MarketParameters, arithmetic: Arithmetic) -> dict[str, Any]:
    """Give the snapshot document of one day; for many days load the market once and ask it.

    Raises
    ------
    BadInput
        As in :func:`load_market`, or if the day has no market.
    """
    return load_market(store_root, parameters, arithmetic).snapshot(day)


def daily_ewma(closes: Numbers, parameters: MarketParameters, arithmetic: Arithmetic) -> Numbers:
    """Give the EWMA volatility per day at each close from the end of the seed on.

    The value at a close uses that close and those before it alone.

    References
    ----------
    Source: J.P. Morgan/Reuters (1996), RiskMetrics Technical Document, 4th ed., eq. 5.3.
    """
    returns = arithmetic.log_returns(closes)
    if len(returns) < parameters.seed_returns:
        raise BadInput(
            "history_too_short",
            field="closes",
            value=len(closes),
            allowed=f"more than {parameters.seed_returns} closes",
            fix="ingest a longer history or shorten the seed",
        )
    initial = seed_volatility(returns[: parameters.seed_returns])
    return arithmetic.ewma_volatility(returns[parameters.seed_returns :], parameters.decay, initial)


def _implied(ewma: Numbers, premium: float, parameters: MarketParameters) -> Numbers:
    return np.clip(ewma * premium, parameters.least_volatility, parameters.greatest_volatility)


def _dividend_yields(kind: str, days: Sequence[date], parameters: MarketParameters) -> Numbers:
    if kind == "broad_index":
        return np.array([parameters.index_dividend_yields.at(day) for day in days])
    # The closes are adjusted for dividends: a yield on top would count them twice.
    return np.zeros(len(days))


def _common_days(days_of: Mapping[str, Sequence[date]]) -> list[date]:
    first, *others = days_of.items()
    for name, days in others:
        if list(days) != list(first[1]):
            raise BadInput(
                "days_differ",
                field=name,
                value=f"{len(days)} days to {days[-1]}",
                allowed=f"the {len(first[1])} days of {first[0]}",
                fix="ingest datasets of one span",
            )
    return list(first[1])
