"""Reference tables of digital, barrier and lookback options, by the core."""

import csv
from pathlib import Path

import pytest

from plimsoll.validation.reference import check

TERMS = {"case_id": "c1", "option_type": "call", "dividend_yield": "0.04", "rate": "0.08", "maturity_years": "0.5"}
TERMS |= {"vol": "0.25", "spot": "100", "tolerance": "1e-4"}
#: One printed row of each topic, with its source.
PRINTED: dict[str, dict[str, str]] = {
    # Haug (1998), p. 95, case 1.
    "digital_options": {
        "payoff": "cash_or_nothing",
        "settlement": "american_paid_at_hit",
        "cash": "15",
        "knock_in": "true",
        "strike_or_touch_level": "100",
        "option_type": "put",
        "spot": "105",
        "dividend_yield": "0",
        "rate": "0.10",
        "vol": "0.20",
        "expected": "9.7264",
    },
    # Haug (1998), p. 72.
    "barrier_single_haug": {
        "barrier_type": "down_out",
        "barrier": "95",
        "rebate": "3",
        "exercise": "european",
        "strike": "90",
        "expected": "9.0246",
    },
    # Haug (2007), p. 180, case 13.
    "binary_barrier_haug": {
        "payoff": "cash_or_nothing",
        "barrier_type": "down_in",
        "barrier": "100",
        "cash": "15",
        "strike": "102",
        "spot": "105",
        "dividend_yield": "0",
        "rate": "0.10",
        "vol": "0.20",
        "expected": "4.9289",
    },
    # Haug (2007), p. 156.
    "double_barrier_haug": {
        "barrier_type": "knock_out",
        "barrier_low": "50",
        "barrier_high": "150",
        "exercise": "european",
        "strike": "100",
        "dividend_yield": "0",
        "rate": "0.1",
        "maturity_years": "0.25",
        "vol": "0.15",
        "expected": "4.3515",
    },
    # Haug (2007), p. 166.
    "soft_barrier_haug": {
        "barrier_type": "down_out",
        "barrier_lower": "90",
        "barrier_upper": "95",
        "strike": "100",
        "dividend_yield": "0.05",
        "rate": "0.1",
        "vol": "0.1",
        "expected": "4.0175",
    },
    # Haug (1998), p. 61.
    "lookback_continuous": {
        "lookback_type": "floating_strike",
        "running_extremum": "100",
        "strike": "0",
        "spot": "120",
        "dividend_yield": "0.06",
        "rate": "0.10",
        "vol": "0.30",
        "expected": "25.3533",
    },
}


def table(folder: Path, topic: str, *changes: dict[str, str]) -> Path:
    rows = [{**TERMS, **PRINTED[topic], **change} for change in changes]
    path = folder / f"{topic}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("topic", PRINTED)
def test_a_printed_price_is_met_and_another_is_not(topic: str, tmp_path: Path) -> None:
    wrong = {"case_id": "wrong", "expected": "1.2345"}
    outcome = check(table(tmp_path, topic, {}, wrong))
    assert (outcome["cases"], outcome["passed"], outcome["failed"]) == (2, 1, 1)


def test_a_gap_option_pays_less_than_nothing_between_its_strikes(tmp_path: Path) -> None:
    """Haug (1998), p. 88: it pays the spot less 57 where the spot passes 50."""
    gap = {"payoff": "gap (payoff strike 57, trigger strike 50)", "settlement": "european", "cash": ""}
    gap |= {"option_type": "call", "strike_or_touch_level": "50", "spot": "50", "rate": "0.09", "expected": "-0.0053"}
    asset = {"case_id": "c2", "payoff": "asset_or_nothing", "settlement": "european", "strike_or_touch_level": "65"}
    asset |= {"spot": "70", "dividend_yield": "0.05", "rate": "0.07", "vol": "0.27", "expected": "20.2069", "cash": ""}
    assert check(table(tmp_path, "digital_options", gap, asset))["passed"] == 2


def test_two_series_stand_beside_a_double_barrier_unless_one_is_touched(tmp_path: Path) -> None:
    touched = {"case_id": "touched", "spot": "160", "expected": "0"}
    outcome = check(table(tmp_path, "double_barrier_haug", {}, touched))
    methods = {case["case_id"]: [c["method"] for c in case["comparisons"]] for case in outcome["worst"]}
    assert methods["c1"] == ["closed form", "series of images", "series of sines"]
    assert methods["touched"] == ["closed form"]
    assert outcome["passed"] == 2


@pytest.mark.parametrize(
    ("topic", "change", "reason"),
    [
        ("digital_options", {"payoff": "power"}, "no payoff of the core is called power"),
        ("digital_options", {"settlement": "asian"}, "no settlement of the core is called asian"),
        ("barrier_single_haug", {"exercise": "american"}, "no formula for american exercise at a barrier"),
        ("double_barrier_haug", {"exercise": "american"}, "no formula for american exercise at two barriers"),
        ("binary_barrier_haug", {"payoff": "power"}, "no payoff of the core is called power"),
    ],
)
def test_what_no_formula_covers_is_unsupported_with_its_reason(
    topic: str, change: dict[str, str], reason: str, tmp_path: Path
) -> None:
    outcome = check(table(tmp_path, topic, change))
    assert outcome["unsupported_reasons"] == {reason: 1}


@pytest.mark.parametrize(
    ("topic", "change", "said"),
    [
        ("barrier_single_haug", {"barrier_type": "sideways_out"}, "allowed: down_in, down_out, up_in, up_out"),
        ("double_barrier_haug", {"barrier_type": "kiko"}, "allowed: knock_in, knock_out"),
        ("lookback_continuous", {"lookback_type": "asian"}, "allowed: floating_strike, fixed_strike"),
        ("digital_options", {"knock_in": "maybe"}, "allowed: true, false"),
        ("soft_barrier_haug", {"option_type": "straddle"}, "allowed: call, put"),
        ("soft_barrier_haug", {"vol": "-0.1"}, "zero or more"),
        ("lookback_continuous", {"running_extremum": "130"}, "the minimum so far"),
    ],
)
def test_a_cell_that_makes_no_sense_fails_its_row_alone(
    topic: str, change: dict[str, str], said: str, tmp_path: Path
) -> None:
    outcome = check(table(tmp_path, topic, {}, {"case_id": "bad", **change}))
    assert (outcome["passed"], outcome["failed"]) == (1, 1)
    notes = {case["case_id"]: case["note"] for case in outcome["worst"]}
    assert said in notes["bad"]
