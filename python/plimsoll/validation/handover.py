"""Takes the records of the risk and margin models over into the plain series that validation reads."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from plimsoll.engine.book import Book
from plimsoll.models.margin.replay_records import AccountDay
from plimsoll.models.margin.replay_records import MarginReplay as ReplayRecord
from plimsoll.models.market.backtest import BacktestRun, linear_cases
from plimsoll.models.market.history import MarketColumns
from plimsoll.models.market.settings import MODELS
from plimsoll.validation.inputs import (
    BacktestSeries,
    MarginDay,
    MarginReplay,
    RevaluationDifference,
    TailReproduction,
)

#: The model under validation; its benchmarks follow.
VALIDATED_MODEL = "filtered_historical"
_CENTS = 100


def account_label(account_id: str, book_id: str) -> str:
    """Name an account together with its book, since books of two crises use the same account numbers."""
    return f"{account_id}/{book_id.removeprefix('demo-')}"


def backtest_series(run: BacktestRun) -> tuple[BacktestSeries, ...]:
    """Give every account and model of a backtest as series, the validated model first."""
    ordered = sorted(MODELS, key=lambda model: model != VALIDATED_MODEL)
    taken = [run.series(account, model) for model in ordered for account in run.accounts]
    return tuple(
        BacktestSeries(
            account_id=account_label(series.account_id, run.book_id),
            model=series.model,
            tail_probability=series.tail_probability,
            shortfall_tail_probability=series.shortfall_tail_probability,
            dates=series.dates,
            profit=series.profit,
            value_at_risk=series.value_at_risk,
            expected_shortfall=series.expected_shortfall,
            shortfall_value_at_risk=series.shortfall_value_at_risk,
        )
        for series in taken
    )


def tail_reproductions(
    run: BacktestRun, book: Book, market: MarketColumns, every: int = 1000
) -> tuple[TailReproduction, ...]:
    """Give the values at risk of accounts that hold stock alone, one in ``every`` days, with their closes."""
    return tuple(
        TailReproduction(
            account_id=account_label(case.account_id, run.book_id),
            model=case.model,
            day=case.day,
            tail_probability=case.tail_probability,
            closes=dict(case.closes),
            holdings=dict(case.holdings),
            settings=dict(case.settings),
            reported=case.reported,
        )
        for case in linear_cases(run, book, market, every)
    )


def revaluation_differences(run: BacktestRun) -> tuple[RevaluationDifference, ...]:
    """Give what the tree of few steps changes in the value at risk of each account and model."""
    lattice = run.lattice
    return tuple(
        RevaluationDifference(
            account_id=account_label(row.account_id, run.book_id),
            model=row.model,
            day=row.day,
            days=lattice.forecasts,
            steps=lattice.steps,
            governed_steps=lattice.governed_steps,
            reported=row.reported,
            governed=row.governed,
            relative=row.relative,
        )
        for row in lattice.tails
    )


def margin_replay(record: ReplayRecord) -> MarginReplay:
    """Give a replay in whole cents; account days that the model refused are left out, as they have no requirement."""
    return MarginReplay(record.name, tuple(_day(day) for day in record.days if day.margin is not None))


def _day(day: AccountDay) -> MarginDay:
    amounts = {name: None if amount is None else _in_cents(amount) for name, amount in day.amounts().items()}
    return MarginDay(
        account_id=day.account_id,
        day=day.day,
        equity=amounts["equity"] or 0,
        initial=amounts["initial"] or 0,
        maintenance=amounts["maintenance"] or 0,
        call=amounts["call"] or 0,
        shortfall=amounts["shortfall"] or 0,
        next_day_loss=amounts["next_day_loss"],
    )


def _in_cents(amount: Decimal) -> int:
    return int(amount * _CENTS)


def margin_trees(records: Iterable[ReplayRecord]) -> tuple[Mapping[str, Any], ...]:
    """Give the explanations of every account on the first day of each replay, amounts in whole cents."""
    trees: list[Mapping[str, Any]] = []
    for record in records:
        first = record.days[0].day
        for day in record.days:
            if day.day == first and day.margin is not None:
                trees.extend(day.margin.trees())
    return tuple(trees)
