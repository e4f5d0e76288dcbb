"""What the short cuts of a backtest change: the tree of few steps against the governed one."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from plimsoll._core import risk as core
from plimsoll.bootstrap.valuation import VALIDATED_STEPS
from plimsoll.engine import risk
from plimsoll.engine.methods import Extrapolation, LeisenReimer
from plimsoll.models.market.accuracy import LatticeDifference, TailDifference, lattice_difference
from plimsoll.models.market.history import MarketHistory
from plimsoll.models.market.positions import restrike
from plimsoll.models.market.settings import MODELS, BacktestSettings, RiskSettings
from plimsoll.models.market.simulation import Simulation
from risk_world import SETTINGS, WINDOW, small_book, small_market

FORECAST = 200


def simulation(settings: RiskSettings) -> Simulation:
    history = MarketHistory.of(small_market())
    return Simulation(history, restrike(small_book(), history), settings, 1)


def measured(settings: RiskSettings) -> LatticeDifference:
    return lattice_difference(simulation(settings), replace(SETTINGS, risk=settings))


@pytest.fixture(scope="module")
def found() -> LatticeDifference:
    return measured(SETTINGS.risk)


def test_the_governed_tree_is_the_default_one_and_has_the_validated_steps() -> None:
    governed = RiskSettings().governed()
    assert LeisenReimer() == LeisenReimer(VALIDATED_STEPS, Extrapolation.richardson) == LeisenReimer(201)
    lattice = governed.revaluation().lattice
    assert lattice == LeisenReimer().to_core()
    assert governed.window == RiskSettings().window
    assert (RiskSettings().lattice_steps, RiskSettings().lattice_extrapolation) == (51, Extrapolation.none)


def test_the_difference_says_which_trees_and_how_much(found: LatticeDifference) -> None:
    assert (found.steps, found.governed_steps, found.governed_extrapolation) == (51, 201, "richardson")
    assert (found.forecasts, found.in_full) == (4, 1)
    assert found.profits == 4 * 2 * WINDOW * len(simulation(SETTINGS.risk).book.templates)
    assert 0.0 < found.percentile_99 <= found.largest < 1e-3
    assert found.interpolation < 1e-5
    assert "ONE option" in found.worst


def test_the_largest_difference_is_that_of_full_revaluation_in_every_scenario(found: LatticeDifference) -> None:
    quick, slow = simulation(SETTINGS.risk), simulation(SETTINGS.risk.governed())
    largest = 0.0
    for forecast in range(0, quick.forecasts, SETTINGS.accuracy_every):
        shocks = core.scenario_returns(
            quick.history.returns, quick.history.volatility, forecast, SETTINGS.risk.backtest()
        )
        returns = np.concatenate(shocks).T[None, :, :]
        few, many = (some.template_profits(forecast, forecast + 1, returns) for some in (quick, slow))
        largest = max(largest, float(np.abs(few - many).max()))
    assert found.largest == pytest.approx(largest, abs=2e-6)  # either tree is interpolated to 1e-6 of the spot


def test_the_value_at_risk_by_the_governed_tree_is_that_of_a_backtest_with_it(found: LatticeDifference) -> None:
    rows = {(row.account_id, row.model): row for row in found.tails}
    assert set(rows) == {(account, model) for account in ("STOCK", "OPTIONS") for model in MODELS}
    assert all(rows["STOCK", model].relative == 0.0 for model in MODELS)
    row = rows["OPTIONS", "filtered_historical"]
    assert row.relative == abs(row.reported - row.governed) / row.governed > 0.0
    slow = simulation(SETTINGS.risk.governed())
    forecast = slow.history.row(row.day) - WINDOW
    profits = slow.scenarios(forecast)[1][1]
    assert row.governed == pytest.approx(risk.value_at_risk(profits), rel=1e-12)
    assert found.largest_tail.relative == max(row.relative for row in found.tails)
    plain = found.to_dict()
    assert plain["largest_tail"] == found.largest_tail.to_dict()
    assert plain["tails"][0]["day"] == found.tails[0].day.isoformat()


def test_the_governed_tree_itself_differs_by_nothing_and_a_coarse_one_by_more(found: LatticeDifference) -> None:
    same = measured(SETTINGS.risk.governed())
    assert (same.largest, same.largest_tail.relative) == (0.0, 0.0)
    coarse = measured(replace(SETTINGS.risk, lattice_steps=11))
    assert coarse.largest > 2.0 * found.largest
    assert coarse.largest_tail.relative > found.largest_tail.relative


def test_no_risk_by_either_tree_is_no_difference() -> None:
    assert TailDifference("A", "m", date(2020, 1, 2), 0.0, 0.0).relative == 0.0


def test_the_days_in_full_are_part_of_the_settings() -> None:
    plain = BacktestSettings()
    assert plain.to_dict()["governed_in_full_every"] == 8000
    assert replace(plain, governed_in_full_every=500).digest() != plain.digest()
