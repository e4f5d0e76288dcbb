"""The tests of the risk and margin models, run on the core."""

import json
import math
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from plimsoll.validation.catalogue import load_cases, load_catalogue
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.inputs import BacktestSeries, MarginDay, MarginReplay, RevaluationDifference, TailReproduction
from plimsoll.validation.outcome import Measurement, NotApplicable, grade
from plimsoll.validation.procedures import approximation, coverage, margin, reproduction
from plimsoll.validation.procedures.margin import Leg, scanned_loss
from plimsoll.vocabulary.testing import Rag

CATALOGUE = load_catalogue()
EMPTY = Context(date(2008, 9, 2), 2, Environment("0", "0", "0", "0", "0"))
FIRST = date(2000, 1, 3)


def series(
    account: str = "A01", model: str = "filtered_historical", days: int = 1000, scale: float = 1.0, seed: int = 7
) -> BacktestSeries:
    """Normal profits with the right value at risk and expected shortfall; ``scale`` makes the profits wilder."""
    draw = random.Random(seed)
    profit = tuple(scale * draw.gauss(0.0, 1.0) for _ in range(days))
    dates = tuple(FIRST + timedelta(days=k) for k in range(days))
    return BacktestSeries(
        account, model, 0.01, 0.025, dates, profit, (2.3263,) * days, (2.3378,) * days, (1.95996,) * days
    )


def context(*backtests: BacktestSeries) -> Context:
    return replace(EMPTY, backtests=backtests)


PROCEDURES = {
    "MR-VAR-01": coverage.traffic_light,
    "MR-VAR-02": coverage.proportion_of_failures,
    "MR-VAR-03": coverage.independence,
    "MR-VAR-04": coverage.conditional_coverage,
    "MR-ES-01": coverage.expected_shortfall,
}


def result_of(test_id: str, on: Context) -> Any:
    definition = CATALOGUE.definition(test_id)
    return grade(definition, None, "fhs-var-es", PROCEDURES[test_id](definition, on))


@pytest.mark.parametrize("test_id", PROCEDURES)
def test_a_right_model_is_not_red(test_id: str) -> None:
    right = context(series("A01", seed=1), series("A02", seed=2), series("A01", "historical", seed=1))
    result = result_of(test_id, right)
    assert result.rag in (Rag.green, Rag.amber), result.reason
    assert set(result.evidence) == {"backtest/A01/filtered_historical", "backtest/A02/filtered_historical"}


@pytest.mark.parametrize("test_id", ["MR-VAR-01", "MR-VAR-02", "MR-VAR-04", "MR-ES-01"])
def test_a_model_that_forecasts_half_the_risk_is_red(test_id: str) -> None:
    assert result_of(test_id, context(series(scale=2.0))).rag is Rag.red


def difference(relative: float, account: str = "A01", model: str = "filtered_historical") -> RevaluationDifference:
    return RevaluationDifference(account, model, FIRST, 16, 51, 201, 1000.0 * (1.0 + relative), 1000.0, relative)


@pytest.mark.parametrize(("largest", "colour"), [(0.001, Rag.green), (0.01, Rag.amber), (0.05, Rag.red)])
def test_a_tree_of_few_steps_has_the_colour_of_what_it_changes_most(largest: float, colour: Rag) -> None:
    definition = CATALOGUE.definition("MR-APX-01")
    on = replace(EMPTY, revaluations=(difference(0.0), difference(largest, "A02"), difference(0.9, model="student_t")))
    result = grade(definition, None, "fhs-var-es", approximation.revaluation(definition, on))
    assert result.rag is colour
    assert "51 steps against 201: account A02" in result.reason
    assert set(result.evidence) == {"revaluation/A01/filtered_historical", "revaluation/A02/filtered_historical"}
    assert set(result.evidence) < set(on.input_digests())
    assert result.detail["table"][0]["relative"] == largest


def test_without_a_measured_tree_there_is_nothing_to_grade() -> None:
    assert isinstance(approximation.revaluation(CATALOGUE.definition("MR-APX-01"), EMPTY), NotApplicable)


def test_exceptions_in_a_row_are_not_independent() -> None:
    profit = [0.0] * 1000
    profit[400:410] = [-9.0] * 10
    result = result_of("MR-VAR-03", context(replace(series(), profit=tuple(profit))))
    assert result.rag is Rag.red
    assert result.detail["table"][0]["n11"] == 9


def test_a_model_without_exceptions_is_rejected_as_too_cautious() -> None:
    result = result_of("MR-VAR-02", context(series(scale=0.1)))
    assert result.rag is not Rag.green
    assert result.detail["table"][0]["direction"] == "fewer"


@pytest.mark.parametrize("test_id", PROCEDURES)
def test_a_history_that_is_too_short_is_not_applicable(test_id: str) -> None:
    result = result_of(test_id, context(series(days=100)))
    assert result.rag is Rag.not_applicable
    assert "history" in result.reason


def test_the_worst_earlier_window_is_named_beside_the_last_year() -> None:
    wild = list(series(days=1000, scale=0.5).profit)
    wild[300:312] = [-9.0] * 12
    result = result_of("MR-VAR-01", context(replace(series(), profit=tuple(wild))))
    assert result.value == 0.0
    row = result.detail["table"][0]
    assert (row["worst_window_exceptions"], row["red_windows"], row["windows"]) == (12, 1, 4)
    assert row["worst_window_from"] == (FIRST + timedelta(days=250)).isoformat()


def closes(seed: int, days: int = 900) -> tuple[float, ...]:
    draw, price, path = random.Random(seed), 100.0, [100.0]
    for _ in range(days):
        price *= math.exp(draw.gauss(0.0, 0.01))
        path.append(price)
    return tuple(path)


SETTINGS = {"window": 500.0, "decay": 0.97, "seed_returns": 250.0}


def by_the_core(model: str, paths: dict[str, tuple[float, ...]], holdings: dict[str, float]) -> float:
    import numpy as np

    from plimsoll.engine import risk

    profits = np.zeros(500)
    for name, held in holdings.items():
        returns = risk.log_returns(paths[name])
        volatility = risk.ewma_volatility(returns[250:], 0.97, risk.seed_volatility(returns[:250]))
        filtered = risk.filtered_returns(returns[-500:], volatility[:-1][-500:], float(volatility[-1]))
        used = filtered if model == "filtered_historical" else returns[-500:]
        profits += held * np.expm1(used)
    return risk.value_at_risk(profits, 0.99)


@pytest.mark.parametrize("model", ["historical", "filtered_historical"])
def test_value_at_risk_is_the_same_by_slow_separate_code(model: str) -> None:
    paths, holdings = {"X": closes(1), "Y": closes(2)}, {"X": 1000.0, "Y": -400.0}
    reported = by_the_core(model, paths, holdings)
    case = TailReproduction("A01", model, date(2008, 9, 2), 0.01, paths, holdings, SETTINGS, reported)
    definition = CATALOGUE.definition("MR-REP-01")
    good = grade(
        definition, None, "m", reproduction.reproduction(definition, replace(EMPTY, tail_reproductions=(case,)))
    )
    assert good.rag is Rag.green
    wrong = replace(case, reported=reported * 1.001)
    bad = grade(
        definition, None, "m", reproduction.reproduction(definition, replace(EMPTY, tail_reproductions=(wrong,)))
    )
    assert bad.rag is Rag.red


def test_without_a_reproduction_the_test_is_not_applicable() -> None:
    outcome = reproduction.reproduction(CATALOGUE.definition("MR-REP-01"), EMPTY)
    assert isinstance(outcome, NotApplicable)


def test_every_golden_margin_case_is_met_to_the_cent() -> None:
    outcome = margin.golden_cases(CATALOGUE.definition("IM-GLD-01"), EMPTY)
    assert isinstance(outcome, Measurement)
    assert outcome.value == 0.0
    assert outcome.reason == "all 26 cases to the cent"


def test_a_golden_case_that_is_off_is_named_and_turns_the_test_red(tmp_path: Path) -> None:
    cases = json.loads(json.dumps(load_cases("margin_golden_cases")["cases"]))
    cases[3]["row"]["expected_requirement"] = "31999.98"
    (tmp_path / "cases.json").write_text(json.dumps({"cases": cases}))
    shipped = CATALOGUE.definition("IM-GLD-01")
    definition = replace(shipped, settings={**shipped.settings, "cases": str(tmp_path / "cases.json")})
    outcome = margin.golden_cases(definition, EMPTY)
    assert isinstance(outcome, Measurement)
    assert outcome.value == 1.0
    assert "1 of 26 cases are off, first hand-04" in outcome.reason
    assert grade(definition, None, "strategy-margin", outcome).rag is Rag.red


def test_the_maximum_loss_is_that_of_a_scan_of_the_payoff() -> None:
    outcome = margin.maximum_loss(CATALOGUE.definition("IM-MAX-01"), EMPTY)
    assert isinstance(outcome, Measurement)
    assert (outcome.value, outcome.n) == (0.0, 400)


def test_the_scan_finds_the_wider_wing_of_an_iron_condor() -> None:
    legs = (Leg("put", 70, 1), Leg("put", 75, -1), Leg("call", 100, -1), Leg("call", 116, 1))
    assert scanned_loss(legs) == 16 * 100 * 100


def tree(amount: int) -> dict[str, Any]:
    leaves = [{"name": "a", "amount": 100, "children": []}, {"name": "b", "amount": 50, "children": []}]
    return {"name": "account", "amount": amount, "children": leaves}


def test_a_parent_that_is_not_the_sum_of_its_children_is_found() -> None:
    definition = CATALOGUE.definition("IM-TRE-01")
    good = margin.tree_sums(definition, replace(EMPTY, margin_trees=(tree(150),)))
    bad = margin.tree_sums(definition, replace(EMPTY, margin_trees=(tree(150), tree(151))))
    assert isinstance(good, Measurement)
    assert isinstance(bad, Measurement)
    assert (good.value, bad.value) == (0.0, 1.0)
    assert "first: account" in bad.reason
    assert isinstance(margin.tree_sums(definition, EMPTY), NotApplicable)
    assert "margin_trees" in replace(EMPTY, margin_trees=(tree(150),)).input_digests()


def test_coverage_counts_days_on_which_the_loss_exceeded_the_requirement() -> None:
    days = [
        MarginDay("A01", date(2008, 9, 2 + k), 1000, 500, 300, call=0, shortfall=0, next_day_loss=loss)
        for k, loss in enumerate((0, 301, 300, -50, None))
    ]
    definition = CATALOGUE.definition("IM-COV-01")
    outcome = margin.coverage(definition, replace(EMPTY, margin_replays=(MarginReplay("2008", tuple(days)),)))
    assert isinstance(outcome, Measurement)
    assert (outcome.value, outcome.n) == (0.25, 4)
    assert outcome.detail["table"][0]["worst_uncovered_cents"] == 1
    quiet = MarginReplay("2009", tuple(replace(day, next_day_loss=0) for day in days))
    covered = margin.coverage(definition, replace(EMPTY, margin_replays=(quiet,)))
    assert isinstance(covered, Measurement)
    assert covered.value == 0.0
    assert isinstance(margin.coverage(definition, EMPTY), NotApplicable)
