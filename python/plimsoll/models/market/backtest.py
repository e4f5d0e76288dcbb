"""The backtest: every account and model over the whole history, day by day, each forecast from its own past alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plimsoll.engine.book import Book
from plimsoll.models.market.accuracy import (
    InterpolationError,
    LatticeDifference,
    interpolation_error,
    lattice_difference,
)
from plimsoll.models.market.coverage import (
    CrisisRow,
    ForecastSeries,
    Statistic,
    crisis_rows,
    statistics_of,
    z2_null,
)
from plimsoll.models.market.history import MarketColumns, MarketHistory
from plimsoll.models.market.positions import Refused, RestruckBook, restrike
from plimsoll.models.market.settings import MODEL_ID, MODELS, BacktestSettings
from plimsoll.models.market.simulation import Simulation
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.progress import Progress, SilentProgress

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """Forecasts and profits (model x account x day and account x day), statistics, crises and accuracy of a run."""

    book_id: str
    as_of: date
    settings: BacktestSettings
    accounts: tuple[str, ...]
    dates: tuple[date, ...]
    value_at_risk: Array
    expected_shortfall: Array
    shortfall_value_at_risk: Array
    profit: Array
    statistics: tuple[Statistic, ...]
    crises: tuple[CrisisRow, ...]
    fits: Mapping[str, int]
    interpolation: InterpolationError
    lattice: LatticeDifference
    refused: tuple[Refused, ...]
    evidence: Mapping[str, str]

    def series(self, account_id: str, model: str) -> ForecastSeries:
        """Give the days of one account under one model."""
        return _series(self, self.accounts.index(account_id), MODELS.index(model))

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data; the days themselves are in the table."""
        return {
            "model_id": MODEL_ID,
            "book_id": self.book_id,
            "as_of": self.as_of.isoformat(),
            "settings": self.settings.to_dict(),
            "accounts": list(self.accounts),
            "days": len(self.dates),
            "first_day": self.dates[0].isoformat(),
            "last_day": self.dates[-1].isoformat(),
            "statistics": [row.to_dict() for row in self.statistics],
            "crises": [row.to_dict() for row in self.crises],
            "fits": dict(self.fits),
            "interpolation": self.interpolation.to_dict(),
            "lattice": self.lattice.to_dict(),
            "refused": [row.to_dict() for row in self.refused],
            "evidence": dict(self.evidence),
        }

    def table(self) -> pa.Table:
        """Give a row per model, account and day: forecasts, profit and whether the loss exceeded the value at risk."""
        days, accounts, models = len(self.dates), len(self.accounts), len(MODELS)
        profit = np.tile(self.profit.ravel(), models)
        risk = self.value_at_risk.ravel()
        return pa.table(
            {
                "date": pa.array(list(self.dates) * (accounts * models), pa.date32()),
                "account_id": pa.array([name for name in self.accounts for _ in range(days)] * models, pa.string()),
                "model": pa.array([name for name in MODELS for _ in range(days * accounts)], pa.string()),
                "value_at_risk": pa.array(risk, pa.float64()),
                "expected_shortfall": pa.array(self.expected_shortfall.ravel(), pa.float64()),
                "shortfall_value_at_risk": pa.array(self.shortfall_value_at_risk.ravel(), pa.float64()),
                "profit": pa.array(profit, pa.float64()),
                "hit": pa.array(profit < -risk, pa.bool_()),
            }
        )

    def statistics_table(self) -> pa.Table:
        """Give a row per account, model and test."""
        schema = pa.schema(
            [
                ("account_id", pa.string()),
                ("model", pa.string()),
                ("test", pa.string()),
                ("n", pa.int64()),
                ("statistic", pa.float64()),
                ("p_value", pa.float64()),
                ("verdict", pa.string()),
                ("detail", pa.string()),
            ]
        )
        return pa.Table.from_pylist([row.to_dict() for row in self.statistics], schema=schema)


def backtest_run(
    book: Book,
    market: MarketColumns,
    settings: BacktestSettings | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> BacktestRun:
    """Forecast and revalue a book, struck anew each day, over the whole history of a market.

    Parameters
    ----------
    book : Book
        Its positions give moneyness, tenor and notional at its date; both are then held on every day.
    market : MarketColumns
        The history; no forecast reads beyond its own day.
    settings : BacktestSettings, optional
        The defaults are those of the model's inventory record.
    threads : int
        No number depends on it.
    progress : Progress, optional
        Hears of finished days.

    Raises
    ------
    BadInput
        If the history lacks the book's date, is not longer than the window, or no position can be measured.
    """
    settings, progress = settings or BacktestSettings(), progress or SilentProgress()
    history = MarketHistory.of(market)
    struck = restrike(book, history)
    simulation = Simulation(history, struck, settings.risk, threads)
    _refuse_nothing(simulation, book)
    figures, profit, fits = _simulate(simulation, settings, progress)
    window = settings.risk.window
    days = history.dates[window + 1 :]
    run = BacktestRun(
        book_id=struck.book_id,
        as_of=struck.as_of,
        settings=settings,
        accounts=struck.accounts,
        dates=days,
        value_at_risk=figures[0],
        expected_shortfall=figures[1],
        shortfall_value_at_risk=figures[2],
        profit=profit,
        statistics=(),
        crises=(),
        fits=fits,
        interpolation=interpolation_error(simulation, settings),
        lattice=lattice_difference(simulation, settings),
        refused=struck.refused,
        evidence={**history.inputs, "book": struck.digest, "settings": settings.digest()},
    )
    return _judged(run, z2_null(settings, len(days), threads))


def _refuse_nothing(simulation: Simulation, book: Book) -> None:
    if simulation.forecasts < 1 or not simulation.book.templates:
        raise BadInput(
            "nothing_to_measure",
            field="book",
            value=f"{len(simulation.book.templates)} templates, {max(0, simulation.forecasts)} forecasts",
            allowed="positions on underlyings of the history, which is longer than the window",
            fix=f"look at the positions of {book.book_id} and at the first date of the history",
        )


def _simulate(
    simulation: Simulation, settings: BacktestSettings, progress: Progress
) -> tuple[list[Array], Array, dict[str, int]]:
    """Compute in chunks, so that memory is bounded and progress is heard; the bits do not depend on the chunk."""
    progress.stage("backtest", simulation.forecasts)
    tails, profits = [], []
    for first in range(0, simulation.forecasts, settings.chunk):
        last = min(first + settings.chunk, simulation.forecasts)
        tails.append(simulation.tails(first, last))
        profits.append(simulation.profits(first, last))
        progress.advance(last - first)
    progress.done()
    names = ("value_at_risk", "expected_shortfall", "shortfall_value_at_risk")
    figures = [np.concatenate([getattr(part, name) for part in tails], axis=2) for name in names]
    fits = {name: sum(part.fits[name] for part in tails) for name in tails[0].fits}
    return figures, np.concatenate(profits, axis=1), fits


def _series(run: BacktestRun, account: int, model: int) -> ForecastSeries:
    return ForecastSeries(
        account_id=run.accounts[account],
        model=MODELS[model],
        tail_probability=run.settings.risk.tail_probability,
        shortfall_tail_probability=run.settings.risk.shortfall_tail_probability,
        dates=run.dates,
        profit=tuple(run.profit[account].tolist()),
        value_at_risk=tuple(run.value_at_risk[model, account].tolist()),
        expected_shortfall=tuple(run.expected_shortfall[model, account].tolist()),
        shortfall_value_at_risk=tuple(run.shortfall_value_at_risk[model, account].tolist()),
    )


def _judged(run: BacktestRun, null: list[float]) -> BacktestRun:
    every = [_series(run, account, model) for account in range(len(run.accounts)) for model in range(len(MODELS))]
    return BacktestRun(
        **{
            **{name: getattr(run, name) for name in BacktestRun.__slots__},
            "statistics": tuple(row for series in every for row in statistics_of(series, run.settings, null)),
            "crises": tuple(row for series in every for row in crisis_rows(series, run.settings)),
        }
    )


@dataclass(frozen=True, slots=True)
class LinearCase:
    """One value at risk of an account that holds stock alone, with the closes that it rests on: for slow code."""

    account_id: str
    model: str
    day: date
    tail_probability: float
    closes: Mapping[str, tuple[float, ...]]
    holdings: Mapping[str, float]
    settings: Mapping[str, float]
    reported: float


#: Closes before the window that let a filter with another start come to the same volatility: 0.97^1000 is 6e-14.
_WARM_UP = 1250
_SEED = 250


def linear_cases(run: BacktestRun, book: Book, market: MarketColumns, every: int = 1000) -> tuple[LinearCase, ...]:
    """Give values at risk that can be computed again from closes alone, one in ``every`` days.

    Only accounts of stock alone are taken, so that no pricing model stands between, and only days that have enough
    closes before them to forget how the filter began.
    """
    history = MarketHistory.of(market)
    struck = restrike(book, history)
    window = run.settings.risk.window
    cases = []
    for account, name in enumerate(struck.accounts):
        if not struck.is_linear(account):
            continue
        for forecast in range(_WARM_UP, len(run.dates), every):
            cases += [_linear_case(run, struck, history, account, name, model, forecast, window) for model in (0, 1)]
    return tuple(cases)


def _linear_case(
    run: BacktestRun,
    struck: RestruckBook,
    history: MarketHistory,
    account: int,
    name: str,
    model: int,
    forecast: int,
    window: int,
) -> LinearCase:
    holdings: dict[str, float] = {}
    for template, weight in zip(struck.templates, struck.weights[account], strict=True):
        if weight != 0.0:
            holdings[history.underlyings[template.underlying]] = float(weight)
    span = slice(forecast - _WARM_UP, forecast + window + 1)
    closes = {held: tuple(history.closes[span, history.underlyings.index(held)].tolist()) for held in holdings}
    return LinearCase(
        account_id=name,
        model=MODELS[model],
        day=run.dates[forecast],
        tail_probability=run.settings.risk.tail_probability,
        closes=closes,
        holdings=holdings,
        settings={"window": float(window), "decay": run.settings.risk.decay, "seed_returns": float(_SEED)},
        reported=float(run.value_at_risk[model, account, forecast]),
    )
