"""The tests of the valuation model, run on the core in small, and what they say when the model is wrong."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from plimsoll.validation import subject
from plimsoll.validation.catalogue import TestDefinition, load_catalogue
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.outcome import Measurement, grade
from plimsoll.validation.procedures import agreement, convergence, determinism, extremes, greeks, limits, replication
from plimsoll.validation.subject import bulk_options, spread_options, unit_points
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


def test_replication_turns_red_when_the_tree_is_too_coarse() -> None:
    definition = small(
        "VAL-REP-01", options=24, tree_steps=11, third_opinion_grid={"time_steps": 200, "space_steps": 200}
    )
    outcome = replication.replication(definition, CONTEXT)
    assert colour(definition, outcome) is Rag.red
    assert isinstance(outcome, Measurement)
    rows = {row["method"]: row["p99_units"] for row in outcome.detail["table"]}
    assert rows["tree"] > 0.5 > rows["grid"]


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
    assert exact["expiry today"] == 0.0
    # Discount factors of the core and of Python's math module may differ in their last bit.
    assert max(exact[name] for name in ("volatility zero", "spot zero", "strike zero")) < 1e-15
    assert exact["put-call parity, closed form"] < 1e-14
    assert exact["put-call parity, tree"] < 1e-12
    assert exact["American bounds, grid"] == 0.0


def test_parity_of_the_grid_counts_by_its_excess_over_what_its_steps_are_allowed() -> None:
    definition = small("VAL-LIM-01", options=32)
    within = limits.limits(definition, CONTEXT)
    assert isinstance(within, Measurement)
    rows = {row["identity"]: row for row in within.detail["table"]}
    # The grid meets parity to its steps alone, so its violation is seen, and it is neither rounding nor an error.
    assert 1e-8 < rows["put-call parity, grid"]["largest"] < rows["put-call parity, grid"]["allowed"]
    assert colour(definition, within) is Rag.green
    coarse = small("VAL-LIM-01", options=32, grid={"space_steps": 20, "time_steps": 10})
    beyond = limits.limits(coarse, CONTEXT)
    assert colour(coarse, beyond) is Rag.red
    assert "in: put-call parity, grid" in beyond.reason


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


def test_american_greeks_with_theta_are_held_against_the_challenger_at_the_steps_of_production() -> None:
    definition = small("VAL-GRK-02", options=12, checked_options=2)
    production = CATALOGUE.definition("VAL-REP-01")
    assert [definition.setting(k) for k in ("tree_steps", "grid")] == [
        production.setting(k) for k in ("tree_steps", "grid")
    ]
    assert CATALOGUE.definition("VAL-GRK-02").setting("options") >= 64
    outcome = greeks.american_greeks(definition, CONTEXT)
    assert isinstance(outcome, Measurement)
    assert {row["greek"] for row in outcome.detail["table"]} == {"delta", "gamma", "vega", "theta", "rho"}
    assert {row["n"] for row in outcome.detail["table"]} == {12}
    # The rho of the tree is known to be its worst Greek; no other one passes the amber limit even at its maximum.
    others = [row["max"] for row in outcome.detail["table"] if (row["method"], row["greek"]) != ("tree", "rho")]
    assert max(others) < definition.scale.amber
    # What stands for the truth must be far better than what is held against it.
    assert outcome.detail["challenger_error"] < 1e-4


def test_american_greeks_turn_red_when_the_tree_is_too_coarse() -> None:
    definition = small("VAL-GRK-02", options=12, checked_options=1, tree_steps=11)
    assert colour(definition, greeks.american_greeks(definition, CONTEXT)) is Rag.red


def test_prices_stay_in_order_under_extreme_shocks() -> None:
    definition = small("VAL-STR-01", options=8)
    assert colour(definition, extremes.extremes(definition, CONTEXT)) is Rag.green


def test_a_price_out_of_order_is_a_violation_and_is_shown() -> None:
    # A shock of the other sign walks the spot down where the test expects it to go up.
    definition = small("VAL-STR-01", options=4, spot_shock=-0.5)
    outcome = extremes.extremes(definition, CONTEXT)
    assert colour(definition, outcome) is Rag.red
    assert isinstance(outcome, Measurement)
    assert "violations, e.g. tree REP0001" in outcome.reason
    assert {row["shock"] for row in outcome.detail["table"] if row["violations"]} == {"spot"}


def test_the_same_bits_on_every_run_and_any_number_of_threads() -> None:
    definition = small("VAL-DET-01", options=8, paths=8192)
    assert colour(definition, determinism.determinism(definition, CONTEXT)) is Rag.green


def test_a_bit_that_differs_is_counted() -> None:
    definition = CATALOGUE.definition("VAL-DET-01")
    options = spread_options(4)
    moved = [replace(options[0], spot=math.nextafter(options[0].spot, math.inf)), *options[1:]]
    method = subject.tree(definition)
    first, other = (bulk_options(some, "american", method, 1) for some in (options, moved))
    row = determinism.compared("tree", first, first, other)
    assert row == {"method": "tree", "n": 4, "second_run": 0, "two_threads": 1}
    outcome = determinism.measured([row])
    assert colour(definition, outcome) is Rag.red
    assert outcome.reason == "1 of the values differ"


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
