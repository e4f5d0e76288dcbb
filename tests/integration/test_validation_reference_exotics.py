"""Reference tables of exotic products, by the core: the printed rows that it carries, and those of other topics."""

import csv
from pathlib import Path
from typing import Any

import pytest

from plimsoll.validation.reference import check
from plimsoll.validation.reference.table import read_rows

PRINTED = Path(__file__).resolve().parents[2] / "core" / "tests" / "reference"
#: Rows of each table that the core carries, and how many of them are disputed.
TABLES = {
    "asian_continuous_arithmetic_vecer": (5, 0),
    "asian_levy_continuous": (14, 0),
    "asian_turnbull_wakeman_term_vol": (21, 0),
    "bachelier_normal_model": (7, 0),
    "barrier_babsiri_noel": (8, 0),
    "barrier_fx_vanna_volga": (81, 2),
    "chooser_forward_start_extensible": (5, 0),
    "compound_geske": (14, 0),
    "exchange_margrabe_european": (14, 1),
    "fx_delta_conventions": (10, 0),
    "lookback_partial_floating": (25, 0),
    "partial_time_barrier": (14, 0),
    "quanto_options": (4, 0),
    "spread_kirk_futures": (13, 0),
    "spread_kirk_strang_mathematica": (10, 0),
    "spread_operator_splitting_lo": (10, 0),
    "two_asset_correlation": (1, 0),
    "two_asset_min_max_stulz": (26, 0),
    "variance_swap_demeterfi": (20, 0),
}
MARKET = {"spot": "100", "dividend_yield": "0.02", "rate": "0.05", "vol": "0.2", "tolerance": "1e-4"}
TWO_ASSETS = {"spot1": "100", "spot2": "100", "dividend_yield1": "0", "dividend_yield2": "0", "vol1": "0.2"}
TWO_ASSETS |= {"vol2": "0.2", "correlation": "0.5", "rate": "0.08", "tolerance": "1e-4"}
SMILE = {"spot": "1.30265", "foreign_rate": "0.0003541", "domestic_rate": "0.0033871", "maturity_years": "1"}
SMILE |= {"vol_25d_put": "0.10087", "vol_atm": "0.08925", "vol_25d_call": "0.08463", "vol_at_strike": "0.08412"}
SMILE |= {"barrier_low": "1.1", "barrier_high": "1.5", "option_type": "put", "strike": "1.46047"}
#: One row of each topic whose rows the core does not carry.
ROWS: dict[str, dict[str, str]] = {
    # Haug (2007), sec. 4.19.6, after Hui (1996).
    "double_binary_haug": {
        **MARKET,
        "case_id": "c1",
        "barrier_type": "knock_out",
        "barrier_low": "80",
        "barrier_high": "120",
        "cash": "10",
        "maturity_years": "0.25",
        "expected": "8.9307",
    },
    # The plain lookback on the day the window opens, integrated over its spot (core/tests): no print.
    "lookback_partial_fixed": {
        **MARKET,
        "case_id": "c1",
        "option_type": "call",
        "strike": "95",
        "lookback_start_years": "0.25",
        "dividend_yield": "0",
        "rate": "0.06",
        "vol": "0.1",
        "maturity_years": "1",
        "expected": "15.597275",
    },
    # In and out are the plain option, whose price is that of Black & Scholes.
    "two_asset_barrier_haug": {
        **TWO_ASSETS,
        "case_id": "c1",
        "barrier_type": "down_out",
        "option_type": "call",
        "barrier_on_asset2": "95",
        "strike_on_asset1": "90",
        "maturity_years": "0.5",
        "expected": "6.660894",
    },
    # A double barrier out of reach: the quanto option of Haug (1998), p. 105.
    "quanto_double_barrier": {
        "case_id": "c1",
        "barrier_type": "knock_out",
        "barrier_low": "1",
        "barrier_high": "10000",
        "rebate": "0",
        "option_type": "call",
        "strike": "105",
        "spot": "100",
        "dividend_yield": "0.04",
        "rate": "0.08",
        "maturity_years": "0.5",
        "vol": "0.2",
        "fx_rate_interest": "0.05",
        "fx_vol": "0.10",
        "correlation": "0.3",
        "expected": "3.552",
        "tolerance": "1e-4",
    },
    # On a flat smile the double barrier of Haug (2007), p. 156.
    "double_barrier_fx_vanna_volga": {
        "case_id": "c1",
        "barrier_type": "knock_out",
        "barrier_low": "50",
        "barrier_high": "150",
        "rebate": "0",
        "option_type": "call",
        "strike": "100",
        "spot": "100",
        "foreign_rate": "0",
        "domestic_rate": "0.1",
        "maturity_years": "0.25",
        "vol_25d_put": "0.15",
        "vol_atm": "0.15",
        "vol_25d_call": "0.15",
        "vol_at_strike": "0.15",
        "expected": "4.3515",
        "tolerance": "1e-4",
    },
}


def table(folder: Path, topic: str, *rows: dict[str, str]) -> Path:
    path = folder / f"{topic}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def row_of(topic: str, index: int = 0) -> dict[str, str]:
    """Give a printed row, or that of a topic without prints."""
    if topic in ROWS:
        return ROWS[topic]
    return dict(read_rows(PRINTED / f"{topic}.csv")[1][index].cells)


def checked(folder: Path, topic: str, **changes: str) -> dict[str, Any]:
    return check(table(folder, topic, row_of(topic) | changes))


@pytest.mark.parametrize("topic", TABLES)
def test_every_printed_row_passes_or_is_disputed_with_its_proof(topic: str) -> None:
    outcome = check(PRINTED / f"{topic}.csv")
    cases, disputed = TABLES[topic]
    assert (outcome["cases"], outcome["passed"], outcome["disputed"]) == (cases, cases - disputed, disputed)
    for case in outcome["worst"]:
        assert case["verdict"] != "disputed" or "printed" in case["note"]


@pytest.mark.parametrize("topic", ROWS)
def test_a_row_of_a_topic_without_prints_passes(topic: str, tmp_path: Path) -> None:
    outcome = checked(tmp_path, topic)
    assert outcome["passed"] == 1, outcome["worst"]


@pytest.mark.parametrize("topic", [name for name in (*TABLES, *ROWS) if name != "variance_swap_demeterfi"])
def test_a_wrong_number_fails(topic: str, tmp_path: Path) -> None:
    row = row_of(topic)
    wrong = {name: "77.7" for name in row if name.startswith("expected")}
    if "expected_delta" in wrong and "delta_type" in row:
        wrong["expected_delta"] = "0.5"
    outcome = check(table(tmp_path, topic, row | wrong))
    assert (outcome["passed"], outcome["failed"] + outcome["disputed"]) == (0, 1)


@pytest.mark.parametrize("barrier_type", ["knock_in", "kiko", "koki"])
def test_every_double_touch_is_met_by_two_series(barrier_type: str, tmp_path: Path) -> None:
    printed = {"knock_in": "0.945043", "kiko": "0.240201", "koki": "0.707995"}
    outcome = checked(tmp_path, "double_binary_haug", barrier_type=barrier_type, expected=printed[barrier_type])
    assert outcome["passed"] == 1
    methods = [comparison["method"] for comparison in outcome["worst"][0]["comparisons"]]
    assert methods == ["closed form", "series of images", "series of sines"]


def test_a_touch_of_today_that_is_paid_at_once_is_disputed_by_the_touch_that_still_lives(tmp_path: Path) -> None:
    touched = {"spot": "80", "barrier_type": "knock_in"}
    outcome = checked(tmp_path, "double_binary_haug", **touched, expected="10")
    assert outcome["disputed"] == 1
    assert "comes to" in outcome["worst"][0]["note"]
    assert checked(tmp_path, "double_binary_haug", **touched, expected="9.8758")["passed"] == 1
    assert checked(tmp_path, "double_binary_haug", **touched, expected="9.5")["failed"] == 1


def test_a_printed_sensitivity_is_disputed_by_bumps_and_a_printed_price_is_not(tmp_path: Path) -> None:
    wrong = {"expected_gamma1": "0.2", "expected_theta": "1.0", "expected_delta2": "0.5"}
    outcome = checked(tmp_path, "exchange_margrabe_european", **wrong)
    assert outcome["disputed"] == 1
    assert outcome["worst"][0]["note"].count("bumps of the price") == 3
    assert checked(tmp_path, "exchange_margrabe_european", expected="3")["failed"] == 1
    assert checked(tmp_path, "exchange_margrabe_european", expected_gamma1="0.1145")["failed"] == 1


def test_a_price_on_a_smile_that_only_bumps_meet_is_disputed(tmp_path: Path) -> None:
    """The price is that of QuantLib 1.44; it reads the smile at the spot and bumps the vega by 1e-3."""
    outcome = checked(tmp_path, "double_barrier_fx_vanna_volga", **SMILE, expected="0.1115117")
    assert outcome["disputed"] == 1
    assert "carries their error" in outcome["worst"][0]["note"]
    knocked_in = {"barrier_type": "knock_in", "expected": "0.0468436"}
    assert checked(tmp_path, "double_barrier_fx_vanna_volga", **SMILE, **knocked_in)["disputed"] == 1
    assert checked(tmp_path, "double_barrier_fx_vanna_volga", **SMILE, expected="0.2")["failed"] == 1
    # Without the market's own volatility the smile gives it.
    plain = checked(tmp_path, "double_barrier_fx_vanna_volga", **(SMILE | {"vol_at_strike": ""}), expected="0.2")
    assert plain["failed"] == 1
    assert 0.1 < plain["worst"][0]["comparisons"][0]["computed"] < 0.12


@pytest.mark.parametrize(
    ("product", "inputs", "expected"),
    [
        # Haug (2007), sec. 4.12.2, the complex chooser; the puts are Black & Scholes' at the start.
        (
            "complex_chooser",
            "strike_call=55;strike_put=48;choose_at_years=0.25;maturity_call_years=0.5;maturity_put_years=0.5833",
            "6.0508",
        ),
        ("forward_start_put", "moneyness=1.1 (of S at start);start_years=0.25;maturity_years=1", "14.6229"),
        ("cliquet_put_single_reset", "moneyness=1.1;reset_years=0.25;maturity_years=1", "14.6229"),
    ],
)
def test_terms_in_one_cell_are_read_by_their_names(product: str, inputs: str, expected: str, tmp_path: Path) -> None:
    market = {"spot": "50", "dividend_yield": "0.05", "rate": "0.10", "vol": "0.35"}
    if "chooser" not in product:
        market = {"spot": "100", "dividend_yield": "0.02", "rate": "0.05", "vol": "0.3"}
    outcome = checked(
        tmp_path,
        "chooser_forward_start_extensible",
        **market,
        product=product,
        inputs=inputs,
        expected=expected,
        tolerance="1e-4",
    )
    assert outcome["passed"] == 1, outcome["worst"]


@pytest.mark.parametrize(
    ("topic", "change", "reason"),
    [
        ("partial_time_barrier", {"rebate": "1"}, "no formula for a rebate at a barrier watched for part of the life"),
        ("quanto_double_barrier", {"rebate": "1"}, "no formula for a rebate at two barriers"),
        ("double_barrier_fx_vanna_volga", {"rebate": "1"}, "no formula for a rebate at two barriers"),
        ("quanto_options", {"product": "quanto_asian"}, "no quanto product of the core is called quanto_asian"),
        ("chooser_forward_start_extensible", {"product": "shout_call"}, "no product of the core is called shout_call"),
        ("spread_kirk_futures", {"payoff_type": "ratio"}, "no payoff of the core is called ratio"),
        ("variance_swap_demeterfi", {"role": "witness"}, "no role is called witness"),
    ],
)
def test_what_the_core_lacks_is_unsupported_with_its_reason(
    topic: str, change: dict[str, str], reason: str, tmp_path: Path
) -> None:
    assert checked(tmp_path, topic, **change)["unsupported_reasons"] == {reason: 1}


@pytest.mark.parametrize(
    ("topic", "change", "said"),
    [
        ("partial_time_barrier", {"window_type": "EndB3"}, "allowed: Start, EndB1, EndB2"),
        ("partial_time_barrier", {"cover_event_time_years": "2"}, "not after expiry"),
        ("lookback_partial_floating", {"running_extremum": "95"}, "the minimum so far"),
        ("compound_geske", {"maturity_mother_years": "0.6"}, "daughter_expiry"),
        ("two_asset_min_max_stulz", {"correlation": "1.5"}, "a number from -1 to 1"),
        ("fx_delta_conventions", {"delta_type": "Sideways"}, "allowed: Spot, Fwd, PaSpot, PaFwd"),
        ("chooser_forward_start_extensible", {"inputs": "strike=50;choose_at_years=x"}, "maturity"),
        ("asian_turnbull_wakeman_term_vol", {"vol_term_structure": "wavy"}, "allowed: flat, up, down"),
        ("bachelier_normal_model", {"discount_factor": "0"}, "ValueError"),
        ("barrier_fx_vanna_volga", {"vol_atm": "0"}, "straddle_volatility"),
        ("variance_swap_demeterfi", {"strike": "nan"}, "a finite number"),
    ],
)
def test_a_cell_that_makes_no_sense_fails_its_row_alone(
    topic: str, change: dict[str, str], said: str, tmp_path: Path
) -> None:
    good = row_of(topic)
    outcome = check(table(tmp_path, topic, good, good | {"case_id": "bad"} | change))
    assert (outcome["passed"], outcome["failed"]) == (1, 1)
    notes = {case["case_id"]: case["note"] for case in outcome["worst"]}
    assert said in notes["bad"]


def test_a_barrier_with_a_rebate_and_one_that_is_certain_have_the_formula_alone(tmp_path: Path) -> None:
    for change, expected in (({"rebate": "1", "barrier_type": "down_out"}, "5.09"), ({"vol": "0"}, "0")):
        outcome = checked(tmp_path, "barrier_babsiri_noel", **change, expected=expected, tolerance="10")
        assert len(outcome["worst"][0]["comparisons"]) == 1


def test_an_average_that_is_certain_has_no_bound(tmp_path: Path) -> None:
    outcome = checked(tmp_path, "asian_continuous_arithmetic_vecer", vol="0", expected="0")
    assert outcome["passed"] == 1
    assert "bound" not in outcome["worst"][0]["note"]
