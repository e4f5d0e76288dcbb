"""From the records of risk and margin to what validation reads, on a small market made here."""

import math
import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from plimsoll.engine import risk
from plimsoll.engine.book import Book, read_book
from plimsoll.engine.margin import shipped_pack
from plimsoll.engine.methods import LeisenReimer
from plimsoll.models.margin.replay import replay
from plimsoll.models.margin.replay_records import MarginReplay as ReplayRecord
from plimsoll.models.market.backtest import BacktestRun, backtest_run
from plimsoll.models.market.settings import MODELS, BacktestSettings
from plimsoll.validation.catalogue import load_catalogue
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.handover import (
    account_label,
    backtest_series,
    margin_replay,
    margin_trees,
    revaluation_differences,
    tail_reproductions,
)
from plimsoll.validation.outcome import Measurement
from plimsoll.validation.procedures import approximation, margin, reproduction
from plimsoll.vocabulary.progress import SilentProgress

DAYS = 1800
SEED = 250
DECAY = 0.97
PREMIUM = 1.25
EMPTY = Context(date(2008, 9, 2), 2, Environment("0", "0", "0", "0", "0"))


@dataclass(frozen=True)
class Fit:
    premium: float = PREMIUM


@dataclass(frozen=True)
class SmallMarket:
    """Two random walks from the end of their seed on, as the data stage would give them."""

    dates: tuple[date, ...]
    closes: NDArray[np.float64]
    daily_volatility: NDArray[np.float64]
    underlyings: tuple[str, ...] = ("AAA", "BBB")
    rates: NDArray[np.float64] = field(default_factory=lambda: np.full(DAYS, 0.02))
    dividend_yields: NDArray[np.float64] = field(default_factory=lambda: np.zeros((DAYS, 2)))
    skews: tuple[float, ...] = (0.0, 0.0)
    premium_fit: Fit = Fit()
    inputs: dict[str, str] = field(default_factory=dict)


def walk(seed: int) -> list[float]:
    draw, price = random.Random(seed), 100.0
    path = []
    for _ in range(DAYS + SEED):
        path.append(price)
        price *= math.exp(draw.gauss(0.0, 0.012))
    return path


@pytest.fixture(scope="module")
def market() -> SmallMarket:
    closes, volatility = [], []
    for seed in (1, 2):
        path = walk(seed)
        returns = risk.log_returns(path)
        initial = risk.seed_volatility(returns[:SEED])
        volatility.append(risk.ewma_volatility(returns[SEED:], DECAY, initial))
        closes.append(path[SEED:])
    dates = tuple(date(2001, 1, 1) + timedelta(days=k) for k in range(DAYS))
    return SmallMarket(dates, np.ascontiguousarray(np.array(closes).T), np.ascontiguousarray(np.array(volatility).T))


def position(trade_id: str, **fields: Any) -> dict[str, Any]:
    return {"trade_id": trade_id, "underlying": "AAA", **fields}


@pytest.fixture(scope="module")
def book(market: SmallMarket) -> Book:
    expiry = (market.dates[-30] + timedelta(days=60)).isoformat()
    option = {
        "kind": "option",
        "type": "put",
        "exercise": "american",
        "strike": 100.0,
        "expiry": expiry,
        "multiplier": 100,
    }
    stock = [
        position("S1", kind="stock", quantity=100),
        {**position("S2", kind="stock", quantity=-50), "underlying": "BBB"},
    ]
    account = {"type": "margin", "currency": "USD", "cash": "5000.00"}
    document = {
        "schema": "plimsoll/book/v1",
        "book_id": "demo-small",
        "as_of": market.dates[-30].isoformat(),
        "price_basis": "adjusted",
        "accounts": [
            {**account, "account_id": "A01", "positions": stock},
            {**account, "account_id": "A02", "positions": [position("O1", quantity=-2, **option)]},
        ],
    }
    return read_book(document)


@pytest.fixture(scope="module")
def backtest(market: SmallMarket, book: Book) -> BacktestRun:
    return backtest_run(book, market, replace(BacktestSettings(), z2_simulations=200), threads=2)


def test_every_account_and_model_is_taken_over_with_the_validated_model_first(backtest: BacktestRun) -> None:
    taken = backtest_series(backtest)
    assert [s.model for s in taken[:2]] == ["filtered_historical"] * 2
    assert {s.account_id for s in taken} == {"A01/small", "A02/small"}
    assert len(taken) == 6
    assert taken[0].hits() == list(backtest.series("A01", "filtered_historical").hits)


def test_what_the_tree_of_few_steps_changes_is_handed_over_for_each_account_and_model(backtest: BacktestRun) -> None:
    taken = revaluation_differences(backtest)
    assert {(item.account_id, item.model) for item in taken} == {
        (f"{name}/small", model) for name in ("A01", "A02") for model in MODELS
    }
    assert [item.relative for item in taken] == [row.relative for row in backtest.lattice.tails]
    definition = load_catalogue().definition("MR-APX-01")
    outcome = approximation.revaluation(definition, replace(EMPTY, revaluations=taken))
    assert isinstance(outcome, Measurement)
    assert outcome.value == max(item.relative for item in taken if item.model == "filtered_historical") > 0.0
    assert outcome.n == 2 * backtest.lattice.forecasts


def test_the_same_account_of_two_books_keeps_two_names() -> None:
    assert account_label("A01", "demo-2008") != account_label("A01", "demo-2020")


def test_value_at_risk_of_linear_accounts_is_the_same_by_slow_separate_code(
    backtest: BacktestRun, book: Book, market: SmallMarket
) -> None:
    cases = tail_reproductions(backtest, book, market, every=20)
    assert {case.account_id for case in cases} == {"A01/small"}
    definition = load_catalogue().definition("MR-REP-01")
    outcome = reproduction.reproduction(definition, replace(EMPTY, tail_reproductions=cases))
    assert isinstance(outcome, Measurement)
    assert outcome.value <= definition.scale.green
    assert "stock-only accounts" in definition.title
    assert "hold stock alone (A01/small) computed again from closes, none of an account with options" in outcome.reason


def snapshot(market: SmallMarket, row: int) -> dict[str, Any]:
    def flat(value: float) -> dict[str, Any]:
        return {"kind": "flat", "value": value, "status": "ASSUMED"}

    names = enumerate(market.underlyings)
    return {
        "schema": "plimsoll/snapshot/v1",
        "valuation_date": market.dates[row].isoformat(),
        "source": {},
        "underlyings": {
            name: {
                "kind": "equity",
                "spot": float(market.closes[row, column]),
                "price_basis": "adjusted",
                "rate": flat(0.02),
                "dividend_yield": flat(0.0),
                "cash_dividends": [],
                "volatility": flat(float(market.daily_volatility[row, column]) * PREMIUM * math.sqrt(252.0)),
            }
            for column, name in names
        },
    }


@pytest.fixture(scope="module")
def record(market: SmallMarket, book: Book) -> ReplayRecord:
    snapshots = [snapshot(market, row) for row in range(DAYS - 30, DAYS - 20)]
    return replay("small", book, snapshots, shipped_pack(), LeisenReimer(101), SilentProgress(), threads=2)


def test_a_replay_is_taken_over_in_whole_cents(record: ReplayRecord) -> None:
    taken = margin_replay(record)
    assert taken.name == "small"
    assert len(taken.days) == len(record.days) == 20
    for ours, theirs in zip(taken.days, record.days, strict=True):
        assert Decimal(ours.maintenance) == 100 * (theirs.amounts()["maintenance"] or Decimal(0))
    assert taken.days[-1].next_day_loss is None
    assert taken.days[0].next_day_loss is not None


def test_a_day_that_the_model_refused_is_left_out(record: ReplayRecord) -> None:
    refused = replace(record, days=(replace(record.days[0], margin=None), *record.days[1:]))
    assert len(margin_replay(refused).days) == 19
    assert len(margin_trees([refused])) == len(margin_trees([record])) // 2


def test_the_requirement_trees_of_the_first_day_add_up(record: ReplayRecord) -> None:
    trees = margin_trees([record])
    assert trees
    outcome = margin.tree_sums(load_catalogue().definition("IM-TRE-01"), replace(EMPTY, margin_trees=trees))
    assert isinstance(outcome, Measurement)
    assert outcome.value == 0.0
    assert outcome.n > 0
