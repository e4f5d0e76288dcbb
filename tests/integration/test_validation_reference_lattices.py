"""Reference tables whose second method is a lattice: American barriers, shout options, options on two assets."""

import csv
from pathlib import Path
from typing import Any

import pytest

from plimsoll.validation.reference import check

MARKET = {"case_id": "c1", "spot": "100", "dividend_yield": "0.04", "rate": "0.08", "vol": "0.25"}
#: One row of each topic, with its source.
PRINTED: dict[str, dict[str, str]] = {
    # Haug's binomial of 400 steps.
    "barrier_single_american_exercise": {
        "barrier_type": "down_out",
        "barrier": "95",
        "rebate": "0",
        "exercise": "american",
        "option_type": "call",
        "strike": "100",
        "maturity_years": "0.5",
        "expected": "4.5159",
        "tolerance": "5e-3",
    },
    # Ours, by quadrature on dates (core/tests/method/tree/test_shout.cpp) to the printed digit.
    "american_shout_option": {
        "option_type": "call",
        "strike": "105",
        "dividend_yield": "0.01",
        "rate": "0.03",
        "maturity_years": "5 (1826 days/365)",
        "expected": "29.54",
        "tolerance": "2e-2",
    },
    # Haug, by the approximation of Bjerksund and Stensland (1993).
    "exchange_margrabe_american": {
        "spot1": "22",
        "spot2": "20",
        "quantity1": "1",
        "quantity2": "1",
        "dividend_yield1": "0.06",
        "dividend_yield2": "0.04",
        "rate": "0.10",
        "maturity_years": "0.10",
        "vol1": "0.20",
        "vol2": "0.15",
        "correlation": "-0.50",
        "expected": "2.1357",
        "tolerance": "1e-3",
    },
    # Glasserman (2004), p. 462.
    "basket_american_max_call": {
        "payoff_type": "max",
        "option_type": "call",
        "n_assets": "2",
        "strike": "100",
        "spot_each": "90",
        "dividend_yield": "0.10",
        "rate": "0.05",
        "maturity_years": "3",
        "exercise_dates_per_3y": "9 exercise opportunities after t=0 in the book",
        "vol_each": "0.20",
        "correlation": "0",
        "expected": "8.08",
        "tolerance": "0.05",
    },
}


def checked(folder: Path, topic: str, *changes: dict[str, str]) -> dict[str, Any]:
    rows = [{**MARKET, **PRINTED[topic], **change} for change in changes]
    path = folder / f"{topic}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return check(path)


@pytest.mark.parametrize("topic", PRINTED)
def test_the_printed_value_holds_and_another_fails(tmp_path: Path, topic: str) -> None:
    off = {"case_id": "off", "expected": str(float(PRINTED[topic]["expected"]) + 0.5)}
    found = checked(tmp_path, topic, {}, off)
    assert (found["passed"], found["failed"], found["disputed"]) == (1, 1, 0)


def test_a_lattice_that_exercises_too_late_is_disputed_with_a_strategy_that_beats_it(tmp_path: Path) -> None:
    late = {"barrier_type": "up_out", "barrier": "105", "expected": "3.3993"}
    below = {"option_type": "put", "strike": "110", "expected": "11.5773"}
    found = checked(tmp_path, "barrier_single_american_exercise", late, below)
    assert found["disputed"] == 2
    assert "is worth" in found["worst"][0]["note"]


def test_a_knock_in_and_a_european_have_no_strategy_to_dispute_with(tmp_path: Path) -> None:
    knock_in = {"barrier_type": "down_in", "rebate": "3", "expected": "4.0118"}
    european = {"exercise": "european", "expected": "4.5126"}
    found = checked(
        tmp_path,
        "barrier_single_american_exercise",
        knock_in,
        {**knock_in, "expected": "3"},
        european,
        {**european, "expected": "4"},
    )
    assert (found["passed"], found["failed"], found["disputed"]) == (2, 2, 0)


def test_a_maturity_in_years_alone_is_read_too(tmp_path: Path) -> None:
    years = {"maturity_years": "5", "expected": "29.53"}
    assert checked(tmp_path, "american_shout_option", years)["passed"] == 1


def test_exercise_at_any_time_is_worth_more_than_on_nine_dates(tmp_path: Path) -> None:
    any_time = {"exercise_dates_per_3y": "american", "expected": "8.29"}
    assert checked(tmp_path, "basket_american_max_call", any_time)["passed"] == 1


def test_more_than_two_assets_are_unsupported(tmp_path: Path) -> None:
    assert checked(tmp_path, "basket_american_max_call", {"n_assets": "3"})["unsupported"] == 1
