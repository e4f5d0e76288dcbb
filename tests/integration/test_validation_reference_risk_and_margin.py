"""Reference tables of backtests and of strategy margin, by the core."""

import csv
from pathlib import Path

import pytest

from plimsoll.validation.reference import check
from plimsoll.validation.reference.backtests import backtest_statistic, exception_days, hits_of, numbers_in
from plimsoll.validation.reference.table import Row
from plimsoll.validation.reference.verdict import Verdict


def row(test: str, inputs: str, statistic: str, p_value: str, tolerance: str = "1e-4 rel") -> Row:
    cells = {"test": test, "inputs": inputs, "expected_statistic": statistic, "expected_p_value": p_value}
    return Row("v", {**cells, "tolerance": tolerance})


@pytest.mark.parametrize(
    "case",
    [
        row("kupiec_pof", "n=1043;x=57;p=0.05", "0.46147", "0.49694"),
        row("kupiec_pof", "n=30;x=7;p=0.01", "32.34", "1.30e-8", "1e-3 rel"),
        row("kupiec_pof", "n=250;x=0;p=0.01", "5.0252", "0.02498"),
        row("christoffersen_independence", "n00=240;n01=4;n10=4;n11=2", "8.1520", "0.00430"),
        row(
            "christoffersen_independence",
            "n=60;exceptions on days 18,19,20,42",
            "6.524",
            "0.011",
            "2e-3 rel (p to 3 d.p.)",
        ),
        row(
            "christoffersen_conditional_coverage",
            "n=1043;x=57;p=0.05;n00=932;n10=53;n01=53;n11=4 (df=2)",
            "0.72013",
            "0.69763",
        ),
        row("time_between_failures_independence", "x=57 (chi2 df=57), statistic given", "88.491", "0.0047475"),
        row("time_between_failures_mixed", "df=58, LR = 0.46147+88.491", "88.952", "0.0055565"),
        row("binomial", "n=1043;x=57;p=0.05", "0.68905", "0.49079", "1e-3 rel"),
    ],
    ids=lambda case: f"{case.text('test')} {case.text('inputs')[:20]}",
)
def test_a_published_statistic_is_met(case: Row) -> None:
    """Values of the MathWorks Risk Management Toolbox documentation and hand-checked fixtures."""
    assert backtest_statistic(case).verdict is Verdict.passed, backtest_statistic(case)


@pytest.mark.parametrize(
    "case",
    [
        row("pelletier_wei", "n=250;x=3;p=0.05", "1", "1"),
        row("kupiec_pof", "n=250;x=3", "1", "1"),
        row("christoffersen_independence", "n=250", "1", "1"),
        row("christoffersen_conditional_coverage", "n00=240;n01=4;n10=4;n11=2", "1", "1"),
        row("christoffersen_conditional_coverage", "n=250;p=0.01", "1", "1"),
        row("time_between_failures_mixed", "statistic given", "1", "1"),
        row("kupiec_tuff", "p=0.01", "1", "1"),
        row("binomial", "n=250;x=3", "1", "1"),
    ],
)
def test_a_row_whose_inputs_do_not_determine_the_statistic_is_unsupported(case: Row) -> None:
    assert backtest_statistic(case).verdict is Verdict.unsupported


@pytest.mark.parametrize(
    "name",
    [
        "time_between_failures_independence",
        "time_between_failures_mixed",
        "kupiec_tuff",
        "christoffersen_conditional_coverage",
    ],
)
def test_a_row_with_its_exception_days_runs_the_whole_statistic(name: str) -> None:
    result = backtest_statistic(row(name, "n=60;p=0.05;exceptions on days 18,19,20,42", "", "0.5", "1e-9"))
    assert len(result.comparisons) == 1
    assert 0.0 < result.comparisons[0].computed < 1.0


def test_the_day_of_the_first_failure_may_be_given_by_itself() -> None:
    by_day = backtest_statistic(row("kupiec_tuff", "first_failure=18;p=0.05", "", "0.5"))
    by_list = backtest_statistic(row("kupiec_tuff", "p=0.05;exceptions on days 18,42", "", "0.5"))
    assert by_day.comparisons[0].computed == by_list.comparisons[0].computed


def test_inputs_are_read_by_name() -> None:
    assert numbers_in("n=250;x=3 (df=2), rate=a-; n=7") == {"n": 250.0, "x": 3.0, "df": 2.0}
    assert numbers_in("q=+-") == {}
    assert exception_days("n=60;exceptions on days 18, 19;20") == [18, 19, 20]
    assert exception_days("n=60") == []
    assert hits_of(4, [2, 4]) == [0, 1, 0, 1]


def table(folder: Path, topic: str, *rows: dict[str, str]) -> Path:
    path = folder / f"{topic}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_non_rejection_regions_are_met_where_they_were_recomputed(tmp_path: Path) -> None:
    """Kupiec (1995), table 3: at 255 days and 1 %, zero exceptions are in fact rejected."""
    one = {"case_id": "k1", "var_tail_probability": "0.01", "n_observations": "255", "test_level": "0.05"}
    one |= {
        "lower_exclusive_published": "",
        "upper_exclusive": "7",
        "lower_exclusive_recomputed": "0",
        "tolerance": "exact",
    }
    other = {**one, "case_id": "k2", "lower_exclusive_recomputed": "", "lower_exclusive_published": "-1"}
    outcome = check(table(tmp_path, "kupiec_nonrejection_regions", one, other))
    assert (outcome["passed"], outcome["failed"]) == (1, 1)


def test_ten_or_more_exceptions_are_red(tmp_path: Path) -> None:
    light = {"case_id": "b", "exceptions": "10 or more", "zone": "red", "increase_in_scaling_factor_1996": "1.00"}
    light |= {"multiplier_1996": "4.00", "multiplier_mar32_frtb": "2.00", "cumulative_probability_pct": "99.99"}
    light |= {"tolerance_pct_points": "0.005"}
    wrong = {**light, "case_id": "w", "zone": "yellow"}
    outcome = check(table(tmp_path, "basel_traffic_light_250d", light, wrong))
    assert (outcome["passed"], outcome["failed"]) == (1, 1)


CALL = {"case_id": "m1", "strategy": "short_uncovered_call", "underlying_class": "equity", "underlying_price": "50"}
CALL |= {"leverage_factor": "1", "multiplier": "100", "stock_leg": "", "option_legs": "short|call|55|1|2.00|1"}
CALL |= {"account": "margin", "phase": "initial", "expected_requirement": "700", "short_proceeds_applied": "200"}
CALL |= {"expected_net_call": "500", "tolerance": "0.01"}


def test_a_margin_row_compares_requirement_proceeds_and_net_call(tmp_path: Path) -> None:
    off = {**CALL, "case_id": "m2", "expected_net_call": "501"}
    foreign = {**CALL, "case_id": "m3", "account": "portfolio_margin"}
    outcome = check(table(tmp_path, "margin_strategy_cboe_manual", CALL, off, foreign))
    assert (outcome["passed"], outcome["failed"], outcome["unsupported"]) == (1, 1, 1)
    assert [c["quantity"] for c in outcome["worst"][0]["comparisons"]] == [
        "requirement",
        "short_proceeds_applied",
        "net_call",
    ]
