"""Reference tables that need paths: options on several underlyings and Asian options under Heston's model."""

import csv
from pathlib import Path
from typing import Any

import pytest

from plimsoll.validation.reference import check, heston_paths, several_underlyings
from plimsoll.validation.reference.heston_paths import monthly_or_even_fixings
from plimsoll.validation.reference.table import Row
from plimsoll.validation.reference.verdict import Verdict
from plimsoll.vocabulary.errors import BadInput

BARRAQUAND = {
    "case_id": "b1",
    "payoff_type": "max",
    "option_type": "put",
    "strike": "35.0",
    "spot1": "40.0",
    "spot2": "40.0",
    "spot3": "40.0",
    "rate": "0.05",
    "maturity_years_30d_months": "0.5833333333",
    "vol1": "0.20",
    "vol2": "0.30",
    "vol3": "0.50",
    "correlation": "0.5",
    "expected_european": "0.17",
    "expected_american": "0.20",
    "tolerance": "2e-2",
}
MAX_CALL = {
    "case_id": "m1",
    "payoff_type": "max",
    "option_type": "call",
    "n_assets": "2",
    "strike": "100",
    "spot_each": "90",
    "dividend_yield": "0.10",
    "rate": "0.05",
    "maturity_years": "3",
    "exercise_dates_per_3y": "9 exercise opportunities",
    "vol_each": "0.20",
    "correlation": "0",
    "expected": "8.08",
    "tolerance": "0.05",
}
ASIAN = {
    "case_id": "a1",
    "option_type": "call",
    "spot": "120",
    "strike": "100",
    "rate": "0.05",
    "dividend_yield": "0",
    "v0": "0.09",
    "kappa": "11.35",
    "theta": "0.022",
    "sigma_vol_of_vol": "0.618",
    "rho": "-0.5",
    "first_fixing_years": "0.0833333333333",
    "last_fixing_years": "1.0",
    "n_fixings": "12",
    "expected": "22.50",
    "tolerance": "2e-2",
}


def table(folder: Path, topic: str, *rows: dict[str, str]) -> Path:
    path = folder / f"{topic}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def verdicts(outcome: dict[str, Any]) -> dict[str, str]:
    return {case["case_id"]: case["verdict"] for case in outcome["worst"]}


def test_prices_on_three_assets_pass_or_are_disputed_with_the_proof(tmp_path: Path) -> None:
    """Barraquand and Martineau (1995), tables 2 and 3: their year has 365 days, and one value is a slip."""
    long_call = {
        **BARRAQUAND,
        "case_id": "long",
        "option_type": "call",
        "strike": "45.0",
        "expected_european": "5.98",
        "expected_american": "5.98",
    }
    slip = {
        **long_call,
        "case_id": "slip",
        "strike": "40.0",
        "maturity_years_30d_months": "0.08333333333",
        "correlation": "0.0",
        "expected_european": "3.84",
        "expected_american": "3.84",
    }
    high = {**BARRAQUAND, "case_id": "high", "expected_american": "0.31"}
    low = {**BARRAQUAND, "case_id": "low", "expected_american": "0.16"}
    outcome = check(table(tmp_path, "basket_three_asset_barraquand", BARRAQUAND, long_call, slip, high, low))
    expected = {"b1": "passed", "long": "disputed", "slip": "disputed", "high": "failed", "low": "disputed"}
    assert verdicts(outcome) == expected
    notes = {case["case_id"]: case["note"] for case in outcome["worst"]}
    assert "year of 365 days" in notes["long"]
    assert "agree on another price" in notes["slip"]
    assert "a policy of 50 dates" in notes["low"]


def test_bermudan_max_call_is_met_by_both_bounds(tmp_path: Path) -> None:
    """Glasserman (2003), Monte Carlo methods in financial engineering, p. 462."""
    no_yield = {**MAX_CALL, "case_id": "kept", "dividend_yield": "0", "expected": "15.55"}
    no_yield["maturity_years"] = "12 months = 1.00 years"
    any_time = {**MAX_CALL, "case_id": "any time", "exercise_dates_per_3y": "american", "expected": "8.29"}
    undated = {**any_time, "case_id": "undated", "n_assets": "3"}
    crowd = {**MAX_CALL, "case_id": "crowd", "n_assets": "21"}
    outcome = check(table(tmp_path, "basket_american_max_call", MAX_CALL, no_yield, any_time, undated, crowd))
    assert (outcome["passed"], outcome["disputed"], outcome["unsupported"]) == (2, 1, 2)
    by_case = {case["case_id"]: case for case in outcome["worst"]}
    assert [c["method"] for c in by_case["m1"]["comparisons"]] == [
        "lower bound",
        "dual upper bound",
        "lattice in two dimensions",
    ]
    assert by_case["kept"]["verdict"] == "disputed"


def test_without_yield_the_max_call_is_european(tmp_path: Path) -> None:
    row = {**MAX_CALL, "dividend_yield": "0", "n_assets": "1", "spot_each": "100", "maturity_years": "1"}
    outcome = check(table(tmp_path, "basket_american_max_call", {**row, "expected": "10.4506"}))
    assert outcome["passed"] == 1


def test_a_bound_that_is_not_resolved_counts_as_not_met() -> None:
    assert not several_underlyings._resolved("price", "lower bound", 1.0, 1.0, 0.01, 0.01).holds
    assert several_underlyings._resolved("price", "lower bound", 1.0, 1.0, 0.01, 0.002).holds


def test_asian_option_under_heston_is_met_by_both_schemes(tmp_path: Path) -> None:
    """Ballestra, Pacelli and Zirilli (2007), sec. 4: between 22.48 and 22.52."""
    wrong = {**ASIAN, "case_id": "wrong", "expected": "22.60"}
    near = {**ASIAN, "case_id": "near", "expected": "22.478"}
    outcome = check(table(tmp_path, "asian_arithmetic_heston", ASIAN, wrong, near))
    assert verdicts(outcome) == {"a1": "passed", "wrong": "disputed", "near": "failed"}
    unproven = heston_paths.arithmetic_asian(Row("unproven", {**wrong, "expected": "22.53"}), most_proof_paths=256)
    assert unproven.verdict is Verdict.failed
    methods = [c["method"] for c in outcome["worst"][-1]["comparisons"]]
    assert methods == ["quadratic-exponential paths", "exact paths"]


def test_fixings_are_even_monthly_or_one() -> None:
    def of(**cells: str) -> list[float]:
        return monthly_or_even_fixings(Row("a", {**ASIAN, **cells}))

    assert of(n_fixings="3", first_fixing_years="0.5", last_fixing_years="1.5") == [0.5, 1.0, 1.5]
    assert of(n_fixings="2", first_fixing_years="monthly fixings", last_fixing_years="10") == [1 / 12, 2 / 12]
    assert of(n_fixings="2", first_fixing_years="0.5", last_fixing_years="") == [0.5, 0.5 + 1 / 12]
    assert of(n_fixings="1") == [1.0]
    for count in ("0", "1001"):
        with pytest.raises(BadInput, match="n_fixings"):
            of(n_fixings=count)
    assert heston_paths._simulation(1024, 0.5).target_error == 0.5
