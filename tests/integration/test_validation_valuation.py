"""The tests of the valuation model, run on the core in small, and what they say when the model is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from plimsoll.validation import subject
from plimsoll.validation.catalogue import TestDefinition, load_catalogue
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.draw import DrawnOption
from plimsoll.validation.outcome import Measurement, grade
from plimsoll.validation.procedures import agreement, convergence, determinism, extremes, greeks, limits, replication
from plimsoll.validation.subject import Valued, bulk_options, spread_options, unit_points
from plimsoll.vocabulary.errors import CheckFailed
from plimsoll.vocabulary.testing import Rag

CONTEXT = Context(date(2008, 9, 2), 2, Environment("0", "0", "0", "0", "0"))
CATALOGUE = load_catalogue()


def small(test_id: str, **settings: Any) -> TestDefinition:
    definition = CATALOGUE.definition(test_id)
    return replace(definition, settings={**definition.settings, **settings})


def colour(definition: TestDefinition, outcome: object) -> Rag:
    assert isinstance(outcome, Measurement)
    return grade(definition, None, "american-option-valuation", outcome).rag


def test_sobol_points_start_after_the_origin_and_fill_the_cube() -> None:
    points = unit_points(64, 3)
    assert points[0] == [0.5, 0.5, 0.5]
    for dimension in range(3):
        assert sum(1 for p in points if p[dimension] < 0.5) in (31, 32)


def test_replication_is_not_red_in_small_and_explains_its_worst_case() -> None:
    definition = small("VAL-REP-01", options=24, third_opinion_grid={"time_steps": 400, "space_steps": 400})
    outcome = replication.replication(definition, CONTEXT)
    assert colour(definition, outcome) in (Rag.green, Rag.amber)
    assert isinstance(outcome, Measurement)
    assert {row["method"] for row in outcome.detail["table"]} == {"tree", "grid"}
    assert sum(row["n"] for row in outcome.detail["groups"]) == 2 * 24
    for case in outcome.detail["worst_cases"]:
        assert case["third"] == pytest.approx(case["challenger"], abs=0.05)
        assert "The third opinion is" in case["explanation"]


def shifted(amount: float) -> Callable[..., list[Valued]]:
    def prices(options: Sequence[DrawnOption], exercise: str, method: Any, threads: int) -> list[Valued]:
        moved = [replace(option, volatility=option.volatility + amount) for option in options]
        return bulk_options(moved, exercise, method, threads)

    return prices


def test_replication_turns_red_when_the_model_reads_the_volatility_one_point_too_high(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replication, "bulk_options", shifted(0.01))
    definition = small("VAL-REP-01", options=24, third_opinion_grid={"time_steps": 200, "space_steps": 200})
    outcome = replication.replication(definition, CONTEXT)
    assert colour(definition, outcome) is Rag.red


def test_the_explanation_says_whom_the_third_opinion_sides_with() -> None:
    option = spread_options(1)[0]
    case = replication._Case(option, ours=10.0, challenger=10.2, challenger_method="QdFp", unit=1.0)
    assert "no third opinion" in replication._explanation("tree", case, None)
    assert "sides with our price" in replication._explanation("tree", case, 10.01)
    assert "Our grid lets the holder exercise on its dates alone" in replication._explanation("grid", case, 10.19)


def test_closed_form_tree_and_grid_agree_in_small() -> None:
    definition = small("VAL-AGR-01", options=32)
    assert colour(definition, agreement.agreement(definition, CONTEXT)) is Rag.green


def test_limits_parity_and_bounds_hold_in_small() -> None:
    definition = small("VAL-LIM-01", options=32)
    outcome = limits.limits(definition, CONTEXT)
    assert colour(definition, outcome) in (Rag.green, Rag.amber)
    assert isinstance(outcome, Measurement)
    exact = {row["identity"]: row["largest"] for row in outcome.detail["table"]}
    assert exact["volatility zero"] == exact["spot zero"] == exact["strike zero"] == exact["expiry today"] == 0.0
    assert exact["put-call parity, closed form"] < 1e-14


def test_the_orders_of_convergence_are_those_of_the_theory() -> None:
    definition = small(
        "VAL-CNV-01",
        options=8,
        tree_steps=[51, 101, 201, 401],
        grid_steps=[[50, 25], [100, 50], [200, 100], [400, 200]],
    )
    outcome = convergence.convergence(definition, CONTEXT)
    assert colour(definition, outcome) is Rag.green
    assert isinstance(outcome, Measurement)
    assert len(outcome.detail["table"][0]["steps"]) == len(outcome.detail["table"][0]["differences"])


def test_a_method_that_does_not_move_has_the_order_of_its_theory() -> None:
    row = convergence._row("tree european", 2.0, [51, 101, 201], [1e-3, 0.0])
    assert row["observed"] == 2.0


def test_closed_form_greeks_are_the_derivatives_of_the_price() -> None:
    definition = small("VAL-GRK-01", options=16)
    assert colour(definition, greeks.closed_form_greeks(definition, CONTEXT)) is Rag.green


def test_american_greeks_are_those_of_the_challenger() -> None:
    definition = small("VAL-GRK-02", options=2, tree_steps=401)
    assert colour(definition, greeks.american_greeks(definition, CONTEXT)) is Rag.green


def test_prices_stay_in_order_under_extreme_shocks() -> None:
    definition = small("VAL-STR-01", options=8)
    assert colour(definition, extremes.extremes(definition, CONTEXT)) is Rag.green


def test_a_price_out_of_order_is_a_violation_and_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def falling(options: Sequence[DrawnOption], _exercise: str, _method: Any, _threads: int) -> list[float]:
        return [-option.spot for option in options]

    monkeypatch.setattr(extremes, "bulk_prices", falling)
    definition = small("VAL-STR-01", options=4)
    outcome = extremes.extremes(definition, CONTEXT)
    assert colour(definition, outcome) is Rag.red
    assert isinstance(outcome, Measurement)
    assert "violations, e.g. tree REP0001" in outcome.reason


def test_the_same_bits_on_every_run_and_any_number_of_threads() -> None:
    definition = small("VAL-DET-01", options=8, paths=8192)
    assert colour(definition, determinism.determinism(definition, CONTEXT)) is Rag.green


def test_a_bit_that_differs_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []

    def unsteady(options: Sequence[DrawnOption], exercise: str, method: Any, threads: int) -> list[Valued]:
        calls.append(1e-15 * len(calls))
        values = bulk_options(options, exercise, method, threads)
        return [replace(value, price=value.price + calls[-1]) for value in values]

    monkeypatch.setattr(determinism, "bulk_options", unsteady)
    definition = small("VAL-DET-01", options=4, paths=8192)
    outcome = determinism.determinism(definition, CONTEXT)
    assert colour(definition, outcome) is Rag.red
    assert isinstance(outcome, Measurement)
    assert outcome.reason.endswith("of the values differ")


def test_an_option_that_the_core_refuses_stops_the_test_by_name() -> None:
    option = replace(spread_options(1)[0], volatility=-0.2)
    with pytest.raises(CheckFailed, match="option_refused; REP0001"):
        bulk_options([option], "american", subject.closed_form(), 1)


@pytest.mark.parametrize("procedure", [replication.replication, greeks.american_greeks])
def test_without_quantlib_a_challenge_is_not_applicable_and_says_how_to_get_it(
    procedure: Callable[[TestDefinition, Context], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "QuantLib", None)
    monkeypatch.delitem(sys.modules, "plimsoll.validation.quantlib_challenger", raising=False)
    outcome = procedure(small("VAL-GRK-02"), CONTEXT)
    assert "pip install 'plimsoll[challenger]'" in outcome.reason
