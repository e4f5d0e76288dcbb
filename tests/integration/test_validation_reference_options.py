"""Reference tables of options, by the core."""

import csv
from pathlib import Path
from typing import Any

import pytest

from plimsoll.validation.reference import check
from plimsoll.validation.reference.asian import average_price_form, fixing_times
from plimsoll.validation.reference.options import ValuedRow, greek_named
from plimsoll.validation.reference.table import Row

HAUG = {
    "option_type": "call",
    "strike": "65",
    "spot": "60",
    "dividend_yield": "0",
    "rate": "0.08",
    "maturity_years": "0.25",
}
HAUG |= {"vol": "0.30", "expected": "2.1334", "tolerance": "1e-4", "case_id": "h1"}


def table(folder: Path, topic: str, *rows: dict[str, str]) -> Path:
    path = folder / f"{topic}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def verdicts(outcome: dict[str, Any]) -> dict[str, str]:
    return {case["case_id"]: case["verdict"] for case in outcome["worst"]}


def test_a_printed_price_is_met_by_closed_form_and_tree(tmp_path: Path) -> None:
    """Haug (1998), The complete guide to option pricing formulas, p. 2-8."""
    outcome = check(table(tmp_path, "european_black_scholes", HAUG))
    assert (outcome["cases"], outcome["passed"]) == (1, 1)
    assert [c["method"] for c in outcome["worst"][0]["comparisons"]] == ["closed form", "Leisen-Reimer tree"]


def test_a_wrong_price_fails_and_one_bad_row_does_not_end_the_table(tmp_path: Path) -> None:
    wrong = {**HAUG, "case_id": "wrong", "expected": "2.1434"}
    bad = {**HAUG, "case_id": "bad", "vol": "nan"}
    negative = {**HAUG, "case_id": "negative", "vol": "-0.2"}
    outcome = check(table(tmp_path, "european_black_scholes", HAUG, wrong, bad, negative))
    assert (outcome["passed"], outcome["failed"]) == (1, 3)
    assert verdicts(outcome) == {"h1": "passed", "wrong": "failed", "bad": "failed", "negative": "failed"}
    notes = {case["case_id"]: case["note"] for case in outcome["worst"]}
    assert "bad.vol = nan" in notes["bad"]
    assert "allowed: zero or more" in notes["negative"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"spot": "0"}, "0"),
        ({"strike": "0"}, "60"),
        ({"vol": "0", "strike": "50"}, "10.990066334662267"),
        ({"maturity_years": "0", "strike": "50"}, "10"),
    ],
)
def test_zero_spot_strike_volatility_or_maturity_is_an_exact_limit(
    change: dict[str, str], expected: str, tmp_path: Path
) -> None:
    row = {**HAUG, **change, "expected": expected, "tolerance": "1e-12"}
    assert check(table(tmp_path, "european_black_scholes", row))["passed"] == 1


def test_every_greek_of_the_table_has_its_unit(tmp_path: Path) -> None:
    """Haug (1998), p. 11-16; the last four follow from homogeneity and are checked against differences below."""
    put = {**HAUG, "option_type": "put", "strike": "405", "spot": "430", "dividend_yield": "0.05", "rate": "0.07"}
    put |= {"maturity_years": "0.083333333333333", "vol": "0.20"}
    rows = [
        {**put, "case_id": "t1", "greek": "theta", "expected": "-31.1924"},
        {**put, "case_id": "t2", "greek": "theta_per_day", "expected": "-0.0855"},
        {**put, "case_id": "t3", "greek": "speed", "expected": "0"},
    ]
    outcome = check(table(tmp_path, "european_greeks", *rows))
    assert (outcome["passed"], outcome["unsupported"]) == (2, 1)
    assert outcome["unsupported_reasons"] == {"no sensitivity is called speed": 1}


VALUED = ValuedRow(price=2.0, delta=0.5, gamma=0.1, vega=3.0, theta=-4.0, rho=5.0, status=0)


def test_elasticity_dividend_rho_and_strike_delta_follow_from_price_and_delta() -> None:
    row = Row("r", {"spot": "10", "strike": "8", "maturity_years": "2"})
    assert greek_named("elasticity", row, VALUED) == 2.5
    assert greek_named("dividend_rho", row, VALUED) == -10.0
    assert greek_named("strike_delta", row, VALUED) == (2.0 - 5.0) / 8.0
    assert greek_named("charm", row, VALUED) is None


def test_a_greek_of_a_refused_row_or_of_nothing_is_no_number() -> None:
    row = Row("r", {"spot": "10", "strike": "0", "maturity_years": "2"})
    refused = ValuedRow(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, status=1)
    worthless = ValuedRow(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, status=0)
    for name, value in (("delta", refused), ("elasticity", worthless), ("strike_delta", worthless)):
        computed = greek_named(name, row, value)
        assert computed is not None
        assert computed != computed


AMERICAN = {
    "case_id": "a1",
    "option_type": "call",
    "spot": "100",
    "strike": "100",
    "maturity_years": "1.0",
    "vol": "0.25",
}
AMERICAN |= {"rate": "0.0", "dividend_yield": "0.025", "tolerance": "1e-8"}


def test_an_american_row_is_disputed_only_where_two_methods_agree_on_another_price(tmp_path: Path) -> None:
    approximation = {**AMERICAN, "expected": "8.871505915120776"}  # the QD+ approximation of the origin
    close = {**AMERICAN, "case_id": "a2", "expected": "8.86536519"}
    limit = {**AMERICAN, "case_id": "a3", "vol": "0", "expected": "0.0"}
    over = {**AMERICAN, "case_id": "a5", "spot": "120", "maturity_years": "0", "expected": "0.0"}  # pays 20
    refused = {**AMERICAN, "case_id": "a4", "maturity_years": "inf", "expected": "1"}
    outcome = check(table(tmp_path, "american_high_precision", approximation, close, limit, over))
    assert verdicts(outcome) == {"a1": "disputed", "a2": "passed", "a3": "passed", "a5": "disputed"}
    assert "two unrelated methods agree on another price" in outcome["worst"][0]["note"]
    assert check(table(tmp_path, "american_high_precision", refused))["failed"] == 1


def test_a_printed_value_above_the_perpetual_option_is_disputed_by_its_formula(tmp_path: Path) -> None:
    """A volatility of 10,000 %: no grid comes near, but the option that lives for ever has a formula and is worth more."""
    wild = {**AMERICAN, "vol": "100", "rate": "0.01", "dividend_yield": "0.05", "expected": "99.9874942266127"}
    outcome = check(table(tmp_path, "american_high_precision", wild))
    assert outcome["disputed"] == 1
    assert "perpetual" in outcome["worst"][0]["note"]
    put = {**wild, "option_type": "put", "rate": "0.05", "dividend_yield": "0.01"}
    assert check(table(tmp_path, "american_high_precision", put))["disputed"] == 1


def test_a_price_that_only_a_grid_could_doubt_fails(tmp_path: Path) -> None:
    """Off by less than our own methods' certainty, the printed value is neither met nor disputed."""
    near = {**AMERICAN, "expected": "8.8653655"}  # 3e-7 off: the grid's error is as large
    assert check(table(tmp_path, "american_high_precision", near))["failed"] == 1


def test_finite_differences_of_longstaff_and_schwartz_are_met(tmp_path: Path) -> None:
    """Longstaff and Schwartz (2001), Valuing American options by simulation, table 1: spot 36, volatility 20 %."""
    row = {**AMERICAN, "option_type": "put", "spot": "36", "strike": "40", "rate": "0.06", "dividend_yield": "0"}
    row |= {"vol": "0.2", "expected": "4.478", "tolerance": "1e-2"}  # 50 exercise days a year
    assert check(table(tmp_path, "american_put_longstaff_schwartz", row))["passed"] == 1


def test_a_printed_premium_of_a_rough_scheme_is_disputed(tmp_path: Path) -> None:
    """Andersen, Lake and Offengenden (2016), standard example: their two schemes differ in the fifth place."""
    row = {**AMERICAN, "option_type": "put", "strike": "95", "rate": "0.075", "dividend_yield": "0.05"}
    first = {**row, "expected": "0.2386475283369327"}
    second = {**row, "case_id": "a2", "expected": "0.2386596962737606"}
    rough = {**row, "case_id": "a3", "expected": "0.23865", "tolerance": "1e-5"}
    outcome = check(table(tmp_path, "american_premium_andersen_lake", first, second, rough))
    assert (outcome["disputed"], outcome["passed"]) == (2, 1)


def test_named_approximations_meet_the_values_that_were_printed_of_them(tmp_path: Path) -> None:
    """Haug (1998), p. 24 and 27; Ju (1999), An approximate formula for pricing American options, exhibit 3."""
    futures = {**AMERICAN, "rate": "0.10", "dividend_yield": "0.10", "maturity_years": "0.5", "vol": "0.35"}
    futures |= {"expected": "9.5106", "tolerance": "3e-3"}
    outcome = check(table(tmp_path, "american_barone_adesi_whaley", futures))
    assert outcome["passed"] == 1
    assert "off the exact price" in outcome["worst"][0]["note"]
    flat = {**AMERICAN, "spot": "42", "strike": "40", "rate": "0.04", "dividend_yield": "0.08"}
    flat |= {"maturity_years": "0.75", "vol": "0.35", "expected": "5.2704", "tolerance": "5e-5"}
    assert check(table(tmp_path, "american_bjerksund_stensland", flat))["passed"] == 1
    ju = {**AMERICAN, "option_type": "put", "spot": "40", "strike": "35", "rate": "0.0488", "dividend_yield": "0"}
    ju |= {"maturity_years": "0.3333", "maturity_years_used_by_origin": "0.3333333333", "vol": "0.2"}
    ju |= {"expected": "0.201", "tolerance": "1e-3"}
    assert check(table(tmp_path, "american_ju_quadratic", ju))["passed"] == 1


ASIAN = {"case_id": "s1", "averaging": "arithmetic_discrete", "payoff": "average_price", "option_type": "put"}
ASIAN |= {"spot": "90.0", "strike": "87.0", "dividend_yield": "0.06", "rate": "0.025", "vol": "0.13"}
ASIAN |= {"first_fixing_years": "0", "last_fixing_years": "0.916666666667", "n_fixings": "8"}
ASIAN |= {"maturity_years": "0.916666666667", "expected": "1.66970673", "tolerance": "2e-2"}
AVERAGE_STRIKE = {**ASIAN, "case_id": "s2", "payoff": "average_strike", "option_type": "call", "strike": ""}
AVERAGE_STRIKE["expected"] = "1.75371215251"
GEOMETRIC = {**ASIAN, "case_id": "s3", "averaging": "geometric_discrete", "option_type": "call", "spot": "100"}
GEOMETRIC |= {"strike": "100", "dividend_yield": "0.03", "rate": "0.06", "vol": "0.2", "first_fixing_years": "0.1"}
GEOMETRIC |= {
    "last_fixing_years": "1",
    "n_fixings": "10",
    "maturity_years": "1",
    "expected": "5.3425606635",
    "tolerance": "1e-8",
}


def test_arithmetic_rows_run_by_simulation_and_geometric_prices_in_closed_form(tmp_path: Path) -> None:
    """Levy (1997), Asian options, for the arithmetic rows; Clewlow and Strickland (1998), p. 118-123, for the other."""
    unknown = {**ASIAN, "case_id": "s4", "payoff": "average_of_both"}
    continuous = {**ASIAN, "case_id": "s5", "averaging": "geometric_continuous", "payoff": "average_strike"}
    outcome = check(table(tmp_path, "asian_discrete", ASIAN, AVERAGE_STRIKE, GEOMETRIC, unknown, continuous))
    assert (outcome["passed"], outcome["unsupported"], outcome["failed"]) == (3, 2, 0)


def test_geometric_means_against_the_spot_and_without_a_gap(tmp_path: Path) -> None:
    """Haug (1998), p. 96-97, for the mean without a gap; QuantLib test-suite/asianoptions.cpp for the other."""
    against_spot = {**GEOMETRIC, "case_id": "s6", "payoff": "average_strike", "strike": "", "expected": "4.97109"}
    against_spot["tolerance"] = "1e-5"
    mended = {**against_spot, "case_id": "s9", "expected": "4.9562016"}
    gapless = {**GEOMETRIC, "case_id": "s7", "averaging": "geometric_continuous", "option_type": "put", "spot": "80"}
    gapless |= {"strike": "85", "dividend_yield": "-0.03", "rate": "0.05", "first_fixing_years": "0", "n_fixings": ""}
    gapless |= {"last_fixing_years": "0.25", "maturity_years": "0.25", "expected": "4.6922", "tolerance": "1e-4"}
    later = {**gapless, "case_id": "s8", "first_fixing_years": "0.1"}
    last_alone = {**against_spot, "case_id": "s10", "n_fixings": "1", "expected": "0"}  # the spot against itself
    outcome = check(table(tmp_path, "asian_discrete", against_spot, mended, gapless, later, last_alone))
    assert (outcome["passed"], outcome["disputed"], outcome["unsupported"], outcome["failed"]) == (3, 1, 1, 0)
    note = "the spot as numeraire and an exchange of two lognormal assets agree on 4.956202"
    assert outcome["worst"][0]["note"] == note


def test_a_tolerance_that_the_simulation_does_not_resolve_fails_with_its_standard_error(tmp_path: Path) -> None:
    outcome = check(table(tmp_path, "asian_discrete", {**ASIAN, "tolerance": "1e-7"}))
    assert outcome["failed"] == 1
    assert "standard error" in outcome["worst"][0]["note"]


def test_an_average_strike_call_is_an_average_price_put_with_rates_exchanged_and_time_reversed() -> None:
    form = average_price_form(Row("s2", AVERAGE_STRIKE))
    assert form.option.type.name == "put"
    assert form.option.strike == 90.0
    assert (form.model.rate, form.model.dividend_yield) == (0.06, 0.025)
    assert form.option.fixings[0] == 0.0
    assert form.option.fixings[-1] == pytest.approx(0.916666666667)


@pytest.mark.parametrize(("count", "times"), [("0", []), ("1", [1.0]), ("2", [0.5, 1.0]), ("3", [0.5, 0.75, 1.0])])
def test_fixings_are_equally_spaced_with_both_ends(count: str, times: list[float]) -> None:
    assert fixing_times(Row("x", {"first_fixing_years": "0.5", "last_fixing_years": "1", "n_fixings": count})) == times
