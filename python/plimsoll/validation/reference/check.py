"""Checks a table of published values row by row and says how many hold."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from plimsoll.validation.reference.bilateral_topics import BILATERAL_TOPICS
from plimsoll.validation.reference.exotic_topics import EXOTIC_TOPICS
from plimsoll.validation.reference.model_topics import MODEL_TOPICS
from plimsoll.validation.reference.table import Row, read_rows, require_columns
from plimsoll.validation.reference.topic import Topic
from plimsoll.validation.reference.verdict import CaseResult, Verdict, summary
from plimsoll.vocabulary.errors import BadInput, PlimsollError
from plimsoll.vocabulary.progress import Progress, SilentProgress

_TERMS = ("option_type", "spot", "dividend_yield", "rate", "maturity_years", "vol", "expected", "tolerance")
# Cells are text from elsewhere, read by int(), float() and names of the core: what these raise is a flaw of the row.
_UNREADABLE = (ValueError, ArithmeticError, LookupError, TypeError)
_LONGEST_NOTE = 200
_OPTION = ("option_type", "strike", "spot", "dividend_yield", "rate", "maturity_years", "vol", "expected", "tolerance")
_LADDER = ("option_type", "spot", "strike", "rate", "maturity_years")
_HESTON = ("v0", "kappa", "theta", "sigma_vol_of_vol", "rho")
_SABR = ("forward", "strike", "maturity_years", "alpha", "beta", "nu", "rho")


TOPICS: Mapping[str, Topic] = {
    "european_black_scholes": Topic(_OPTION, "options", "european_prices", whole_table=True),
    "european_greeks": Topic(("greek", *_OPTION), "options", "european_greeks", whole_table=True),
    "american_high_precision": Topic(_OPTION, "american", "american_prices", whole_table=True),
    "american_put_longstaff_schwartz": Topic(_OPTION, "american", "american_prices", whole_table=True),
    "american_premium_andersen_lake": Topic(_OPTION, "american", "american_premiums", whole_table=True),
    "american_barone_adesi_whaley": Topic(_OPTION, "american", "barone_adesi_whaley", whole_table=True),
    "american_bjerksund_stensland": Topic(_OPTION, "american", "bjerksund_stensland", whole_table=True),
    "american_ju_quadratic": Topic(
        (*_OPTION, "maturity_years_used_by_origin"), "american", "ju_quadratic", whole_table=True
    ),
    "asian_discrete": Topic(
        (
            "averaging",
            "payoff",
            "option_type",
            "spot",
            "strike",
            "dividend_yield",
            "rate",
            "vol",
            "first_fixing_years",
            "last_fixing_years",
            "n_fixings",
            "maturity_years",
            "expected",
            "tolerance",
        ),
        "asian",
        "discrete_asian",
    ),
    "basket_three_asset_barraquand": Topic(
        (
            "payoff_type",
            "option_type",
            "strike",
            "spot1",
            "spot2",
            "spot3",
            "rate",
            "maturity_years_30d_months",
            "vol1",
            "vol2",
            "vol3",
            "correlation",
            "expected_european",
            "expected_american",
            "tolerance",
        ),
        "several_underlyings",
        "three_assets",
    ),
    "basket_american_max_call": Topic(
        (
            "payoff_type",
            "option_type",
            "n_assets",
            "strike",
            "spot_each",
            "dividend_yield",
            "rate",
            "maturity_years",
            "exercise_dates_per_3y",
            "vol_each",
            "correlation",
            "expected",
            "tolerance",
        ),
        "several_underlyings",
        "largest_of_many",
    ),
    "asian_arithmetic_heston": Topic(
        (
            "option_type",
            "spot",
            "strike",
            "rate",
            "dividend_yield",
            "v0",
            "kappa",
            "theta",
            "sigma_vol_of_vol",
            "rho",
            "first_fixing_years",
            "last_fixing_years",
            "n_fixings",
            "expected",
            "tolerance",
        ),
        "heston_paths",
        "arithmetic_asian",
    ),
    "digital_options": Topic(
        ("payoff", "settlement", "cash", "strike_or_touch_level", "knock_in", *_TERMS), "path_dependent", "digital"
    ),
    "barrier_single_haug": Topic(
        ("barrier_type", "barrier", "rebate", "exercise", "strike", *_TERMS), "path_dependent", "single_barrier"
    ),
    "barrier_single_american_exercise": Topic(
        ("barrier_type", "barrier", "rebate", "exercise", "strike", *_TERMS), "lattices", "american_barrier"
    ),
    "american_shout_option": Topic(_OPTION, "lattices", "shout"),
    "exchange_margrabe_american": Topic(
        (
            "spot1",
            "spot2",
            "quantity1",
            "quantity2",
            "dividend_yield1",
            "dividend_yield2",
            "rate",
            "maturity_years",
            "vol1",
            "vol2",
            "correlation",
            "expected",
            "tolerance",
        ),
        "lattices",
        "american_exchange",
    ),
    "binary_barrier_haug": Topic(
        ("payoff", "barrier_type", "barrier", "cash", "strike", *_TERMS), "path_dependent", "binary_barrier"
    ),
    "double_barrier_haug": Topic(
        ("barrier_type", "barrier_low", "barrier_high", "exercise", "strike", *_TERMS),
        "path_dependent",
        "double_barrier",
    ),
    "soft_barrier_haug": Topic(
        ("barrier_type", "barrier_lower", "barrier_upper", "strike", *_TERMS), "path_dependent", "soft_barrier"
    ),
    "lookback_continuous": Topic(
        ("lookback_type", "running_extremum", "strike", *_TERMS), "path_dependent", "lookback"
    ),
    "heston_european": Topic(
        (*_LADDER, "dividend_yield", *_HESTON, "expected", "tolerance"), "characteristic", "heston_european"
    ),
    "heston_extreme_strikes": Topic(
        (
            "forward_spot",
            "rate",
            "dividend_yield",
            "maturity_years_act365",
            "moneyness_x",
            *_HESTON,
            "expected",
            "tolerance_abs",
        ),
        "characteristic",
        "heston_extreme_strikes",
    ),
    "heston_implied_vol_forde": Topic(
        ("forward", "strike", "maturity_years", *_HESTON, "expected_black_vol", "tolerance"),
        "characteristic",
        "heston_implied_volatility",
    ),
    "merton_jump_diffusion": Topic(
        (*_OPTION, "jump_intensity", "gamma_fraction_of_variance_from_jumps"),
        "characteristic",
        "merton_jump_diffusion",
    ),
    "variance_gamma_european": Topic(
        (*_LADDER, "dividend_yield", "sigma", "nu", "theta", "expected", "tolerance"),
        "characteristic",
        "variance_gamma_european",
    ),
    "asian_geometric_heston": Topic(
        ("averaging", *_LADDER, "dividend_yield", *_HESTON, "expected", "tolerance"),
        "characteristic",
        "geometric_asian",
    ),
    "rough_heston_european": Topic(
        (*_LADDER, "dividend_yield", "hurst", *_HESTON, "expected", "tolerance"), "characteristic", "rough_heston"
    ),
    "sabr_hagan_lognormal": Topic((*_SABR, "expected_black_vol", "tolerance"), "smile", "sabr_hagan_lognormal"),
    "sabr_misc": Topic((*_SABR, "formula", "quantity", "expected", "tolerance"), "smile", "sabr_misc"),
    "var_backtest_statistics": Topic(
        ("test", "inputs", "expected_statistic", "expected_p_value", "tolerance"), "backtests", "backtest_statistic"
    ),
    "kupiec_nonrejection_regions": Topic(
        (
            "var_tail_probability",
            "n_observations",
            "test_level",
            "lower_exclusive_published",
            "upper_exclusive",
            "lower_exclusive_recomputed",
            "tolerance",
        ),
        "backtests",
        "non_rejection_region",
    ),
    "basel_traffic_light_250d": Topic(
        (
            "exceptions",
            "zone",
            "increase_in_scaling_factor_1996",
            "multiplier_1996",
            "multiplier_mar32_frtb",
            "cumulative_probability_pct",
            "tolerance_pct_points",
        ),
        "backtests",
        "traffic_light",
    ),
    "bivariate_normal_cdf": Topic(
        ("a", "b", "correlation", "expected", "tolerance"), "distributions", "bivariate_normal"
    ),
    "bivariate_student_t_cdf": Topic(
        ("degrees_of_freedom", "correlation", "x", "y", "expected", "tolerance"), "distributions", "bivariate_student_t"
    ),
    "sample_statistics": Topic(("sample", "statistic", "expected", "tolerance"), "distributions", "sample_statistic"),
    "low_discrepancy_sequences": Topic(
        ("sequence", "point_index", "expected", "tolerance"), "distributions", "sequence_point"
    ),
    "low_discrepancy_l2_discrepancy": Topic(
        ("generator", "dimension", "n_points", "expected_l2_discrepancy"), "distributions", "discrepancy"
    ),
    "margin_strategy_cboe_manual": Topic(
        (
            "strategy",
            "underlying_class",
            "underlying_price",
            "leverage_factor",
            "multiplier",
            "stock_leg",
            "option_legs",
            "account",
            "phase",
            "expected_requirement",
            "short_proceeds_applied",
            "expected_net_call",
            "tolerance",
        ),
        "margin",
        "strategy_margin",
    ),
    "span_16_scenarios_mcmillan": Topic(
        (
            "scenario",
            "pnl_long_1_future",
            "pnl_long_1_dec410_call",
            "pnl_covered_write_long_future_short_call",
        ),
        "margin",
        "span_scenarios",
        whole_table=True,
    ),
    **BILATERAL_TOPICS,
    "margin_strategy_vs_portfolio": Topic(
        (
            "strategy",
            "underlying_price",
            "position",
            "expected_strategy_based_requirement_net_of_premiums",
            "tolerance_strategy",
        ),
        "margin",
        "strategy_against_portfolio",
    ),
    **EXOTIC_TOPICS,
    **MODEL_TOPICS,
}


def check(table: Path, companions: Path | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Check every row of a table; the stem of the file name is the topic.

    Parameters
    ----------
    table : Path
        CSV file with a header row.
    companions : Path, optional
        Folder of further tables that a topic reads; by default that of the table.
    progress : Progress, optional
        Hears about every row.

    Returns
    -------
    dict
        ``topic``, ``cases``, ``passed``, ``failed``, ``unsupported``, ``disputed``, ``worst`` (at most ten cases) and
        ``unsupported_reasons``. An unknown topic is all unsupported.

    Raises
    ------
    BadInput
        If the table cannot be read or lacks a column of its topic.
    """
    heard = SilentProgress() if progress is None else progress
    if companions is not None and not companions.is_dir():
        raise BadInput(
            "no_such_folder",
            field="companions",
            value=companions,
            allowed="a folder of CSV tables",
            fix="check the path",
        )
    columns, rows = read_rows(table)
    name = table.stem
    topic = TOPICS.get(name)
    if topic is None:
        note = f"no method of this edition covers the topic {name}"
        return summary(name, [CaseResult.unsupported(row.case_id, note) for row in rows])
    require_columns(columns, topic.columns, name)
    function = getattr(import_module(f"plimsoll.validation.reference.{topic.module}"), topic.function)
    heard.stage(f"reference {name}", len(rows))
    results: list[CaseResult] = []
    if topic.reads_companions:
        function = partial(function, companions=table.parent if companions is None else companions)
    if topic.whole_table or topic.reads_companions:
        results = _checked_table(function, rows)
        heard.advance(len(rows))
    else:
        for row in rows:
            results.append(_checked_row(function, row))
            heard.advance(1)
    heard.done()
    return summary(name, results)


def exit_code(outcome: Mapping[str, Any]) -> int:
    """Give the exit code of a check: 1 if a case failed, else 0."""
    return 1 if outcome["failed"] > 0 else 0


def _checked_row(function: Callable[[Row], CaseResult], row: Row) -> CaseResult:
    """Turn a refusal into a failed case, so that one bad row does not end the table."""
    try:
        return function(row)
    except PlimsollError as error:
        return CaseResult.failed(row.case_id, str(error))
    except _UNREADABLE as error:
        return _unreadable(row, error)


def _unreadable(row: Row, error: Exception) -> CaseResult:
    return CaseResult.failed(
        row.case_id, f"a cell cannot be read: {type(error).__name__}: {str(error)[:_LONGEST_NOTE]}"
    )


def _checked_table(function: Callable[[Sequence[Row]], list[CaseResult]], rows: Sequence[Row]) -> list[CaseResult]:
    """Run a table in one call; if a row cannot be read, run the rows one by one to find it."""
    try:
        return function(rows)
    except (PlimsollError, *_UNREADABLE):
        return [_checked_alone(function, row) for row in rows]


def _checked_alone(function: Callable[[Sequence[Row]], list[CaseResult]], row: Row) -> CaseResult:
    try:
        (result,) = function([row])
    except PlimsollError as error:
        return CaseResult(row.case_id, Verdict.failed, note=str(error))
    except _UNREADABLE as error:
        return _unreadable(row, error)
    return result
