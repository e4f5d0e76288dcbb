"""Reference tables of value-at-risk backtests: statistics, non-rejection regions and the supervisory traffic light."""

import re
from collections.abc import Callable, Mapping

from plimsoll.engine import statistics
from plimsoll.validation.reference.table import Row, Tolerance, half_last_place, printed_p_tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_ASSIGNMENT = re.compile(r"\b([A-Za-z_][A-Za-z0-9_]*)\s*=\s*([-+0-9.eE]+)")
_DAYS = re.compile(r"exceptions? on days?\s*([0-9,;\s]+)")
_SUM = re.compile(r"LR\s*=\s*([0-9.]+)\s*\+\s*([0-9.]+)")
_CORE = "core statistics"
_MOST_DAYS = 1_000_000


def numbers_in(inputs: str) -> dict[str, float]:
    """Read every ``name=value`` of a text; the first value of a name counts."""
    found: dict[str, float] = {}
    for name, text in _ASSIGNMENT.findall(inputs):
        try:
            found.setdefault(name, float(text))
        except ValueError:
            continue
    return found


def exception_days(inputs: str) -> list[int]:
    """Read the days of 'exceptions on days 18,19,20,42'; an empty list if the text names none."""
    match = _DAYS.search(inputs)
    return [] if match is None else [int(text) for text in re.findall(r"\d+", match.group(1))]


def hits_of(days: int, exceptions: list[int]) -> list[int]:
    """Give one 0 or 1 per day, days counted from 1.

    Raises
    ------
    BadInput
        If there are more days than a history can have.
    """
    if days > _MOST_DAYS:
        raise BadInput(
            "too_many_days", field="inputs", value=days, allowed=f"n up to {_MOST_DAYS:,}", fix="correct the row"
        )
    marked = set(exceptions)
    return [1 if day in marked else 0 for day in range(1, days + 1)]


def backtest_statistic(row: Row) -> CaseResult:
    """Check one row of ``var_backtest_statistics``: the statistic and its p-value."""
    name = row.text("test")
    compute = _STATISTICS.get(name)
    if compute is None:
        return CaseResult.unsupported(row.case_id, f"no statistic of the core is called {name}")
    inputs = row.text("inputs")
    computed = compute(inputs, numbers_in(inputs), row)
    if computed is None:
        return CaseResult.unsupported(row.case_id, f"the inputs do not determine {name}")
    tolerance = Tolerance.parse(row.text("tolerance"))
    comparisons = []
    if row.text("expected_statistic"):
        expected = row.number("expected_statistic")
        comparisons.append(Comparison("statistic", _CORE, expected, computed[0], tolerance.allowed(expected)))
    if row.text("expected_p_value"):
        expected = row.number("expected_p_value")
        printed = printed_p_tolerance(row.text("tolerance"))
        allowed = (
            max(tolerance.allowed(expected), half_last_place(row.text("expected_p_value")))
            if printed is None
            else printed
        )
        comparisons.append(Comparison("p_value", _CORE, expected, computed[1], allowed))
    return CaseResult.of(row.case_id, comparisons)


_Numbers = Mapping[str, float]
_Computed = tuple[float, float] | None


def _kupiec(_inputs: str, given: _Numbers, _row: Row) -> _Computed:
    if not {"n", "x", "p"} <= given.keys():
        return None
    outcome = statistics.kupiec_test(int(given["x"]), int(given["n"]), given["p"])
    return outcome.statistic, outcome.p_value


def _transitions(inputs: str, given: _Numbers) -> statistics.HitTransitions | None:
    if {"n00", "n01", "n10", "n11"} <= given.keys():
        counts = {name: int(given[name]) for name in ("n00", "n01", "n10", "n11")}
        return statistics.HitTransitions(**counts)
    days = exception_days(inputs)
    return statistics.hit_transitions(hits_of(int(given["n"]), days)) if days and "n" in given else None


def _independence(inputs: str, given: _Numbers, _row: Row) -> _Computed:
    transitions = _transitions(inputs, given)
    if transitions is None:
        return None
    outcome = statistics.christoffersen_independence_test(transitions)
    return outcome.statistic, outcome.p_value


def _conditional_coverage(inputs: str, given: _Numbers, _row: Row) -> _Computed:
    transitions = _transitions(inputs, given)
    if transitions is None or not {"n", "p"} <= given.keys():
        return None
    exceptions = int(given["x"]) if "x" in given else len(exception_days(inputs))
    outcome = statistics.christoffersen_conditional_coverage_test(exceptions, int(given["n"]), given["p"], transitions)
    return outcome.statistic, outcome.p_value


def _between_failures(inputs: str, given: _Numbers, row: Row) -> _Computed:
    days = exception_days(inputs)
    if days and {"n", "p"} <= given.keys():
        outcome = statistics.time_between_failures_test(hits_of(int(given["n"]), days), given["p"])
        return outcome.statistic, outcome.p_value
    return _tail_only(inputs, given, row)


def _mixed_failures(inputs: str, given: _Numbers, row: Row) -> _Computed:
    days = exception_days(inputs)
    if days and {"n", "p"} <= given.keys():
        outcome = statistics.mixed_failures_test(hits_of(int(given["n"]), days), given["p"])
        return outcome.statistic, outcome.p_value
    return _tail_only(inputs, given, row)


def _tail_only(inputs: str, given: _Numbers, row: Row) -> _Computed:
    """Check the chi-square tail of a printed statistic, where the table gives no hit sequence."""
    parts = _SUM.search(inputs)
    statistic = float(parts.group(1)) + float(parts.group(2)) if parts else row.number("expected_statistic")
    degrees = given.get("df", given.get("x"))
    return None if degrees is None else (statistic, statistics.chi_square_tail(statistic, degrees))


def _first_failure(inputs: str, given: _Numbers, _row: Row) -> _Computed:
    days = exception_days(inputs)
    day = next((given[name] for name in ("first_failure", "tuff", "t", "v", "day") if name in given), None)
    day = float(min(days)) if day is None and days else day
    if day is None or "p" not in given:
        return None
    outcome = statistics.time_until_first_failure_test(int(day), given["p"])
    return outcome.statistic, outcome.p_value


def _binomial(_inputs: str, given: _Numbers, _row: Row) -> _Computed:
    """Give the normal approximation z = (x - np) / sqrt(np(1-p)), two-sided. Source: Jorion (2006), eq. 6.2."""
    if not {"n", "x", "p"} <= given.keys():
        return None
    mean = given["n"] * given["p"]
    deviation = (mean * (1.0 - given["p"])) ** 0.5
    z = (given["x"] - mean) / deviation
    return z, statistics.chi_square_tail(z * z, 1.0)


_STATISTICS: Mapping[str, Callable[[str, _Numbers, Row], _Computed]] = {
    "kupiec_pof": _kupiec,
    "christoffersen_independence": _independence,
    "christoffersen_conditional_coverage": _conditional_coverage,
    "time_between_failures_independence": _between_failures,
    "time_between_failures_mixed": _mixed_failures,
    "time_until_first_failure": _first_failure,
    "kupiec_tuff": _first_failure,
    "binomial": _binomial,
}


def non_rejection_region(row: Row) -> CaseResult:
    """Check one row of ``kupiec_nonrejection_regions``: the smallest and largest counts that are not rejected.

    The recomputed lower bound is the one to meet: the printed one leaves zero exceptions unrejected by convention.
    """
    region = statistics.kupiec_non_rejection(
        row.count("n_observations"), row.number("var_tail_probability"), row.number("test_level")
    )
    expected_lower = row.text("lower_exclusive_recomputed") or row.text("lower_exclusive_published") or "-1"
    comparisons = [
        Comparison("lower_exclusive", _CORE, float(expected_lower), float(region.lower_exclusive), 0.0),
        Comparison("upper_exclusive", _CORE, row.number("upper_exclusive"), float(region.upper_exclusive), 0.0),
    ]
    return CaseResult.of(row.case_id, comparisons)


def traffic_light(row: Row) -> CaseResult:
    """Check one row of ``basel_traffic_light_250d``: zone, multipliers and cumulative probability."""
    exceptions = int(row.text("exceptions").split()[0])
    light = statistics.traffic_light(exceptions)
    zone = str(getattr(light.zone, "name", light.zone))
    exact = 1e-12  # the multipliers are printed constants
    printed_places = 0.005 + row.number("tolerance_pct_points")  # the printed percentage is itself cut to two places
    comparisons = [
        Comparison("zone", _CORE, 1.0, 1.0 if zone == row.text("zone") else 0.0, 0.0),
        Comparison("increase_1996", _CORE, row.number("increase_in_scaling_factor_1996"), light.increase_1996, exact),
        Comparison("multiplier_1996", _CORE, row.number("multiplier_1996"), light.multiplier_1996, exact),
        Comparison("multiplier_mar32", _CORE, row.number("multiplier_mar32_frtb"), light.multiplier_mar32, exact),
        Comparison(
            "cumulative_probability_pct",
            _CORE,
            row.number("cumulative_probability_pct"),
            100.0 * light.cumulative_probability,
            printed_places,
        ),
    ]
    return CaseResult.of(row.case_id, comparisons)
