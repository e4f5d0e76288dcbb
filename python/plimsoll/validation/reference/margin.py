"""Reference tables of margin: the rows of the exchange's manual, and the scenarios of a textbook on SPAN."""

from collections.abc import Mapping, Sequence

from plimsoll.engine.margin import reference_row
from plimsoll.engine.span_reference import scan_requirement
from plimsoll.validation.reference.table import Row, Tolerance, half_last_place
from plimsoll.validation.reference.verdict import CaseResult, Comparison

_RULES = "strategy rules of the core"


def strategy_margin(row: Row) -> CaseResult:
    """Check one row of ``margin_strategy_cboe_manual``: the requirement, and the call net of proceeds."""
    outcome = reference_row(dict(row.cells))
    if outcome.unsupported:
        return CaseResult.unsupported(row.case_id, outcome.unsupported)
    tolerance = Tolerance.parse(row.text("tolerance"))
    pairs = (
        ("requirement", "expected_requirement", outcome.requirement),
        ("short_proceeds_applied", "short_proceeds_applied", outcome.proceeds),
        ("net_call", "expected_net_call", outcome.net_call),
    )
    comparisons = []
    for quantity, column, computed in pairs:
        if row.text(column):
            expected = row.number(column)
            number = float("nan") if computed is None else float(computed)
            comparisons.append(Comparison(quantity, _RULES, expected, number, tolerance.allowed(expected)))
    return CaseResult.of(row.case_id, comparisons)


#: The portfolios whose profit each row gives: contracts held of the future and of the call.
_PORTFOLIOS = {
    "pnl_long_1_future": {"future": 1.0},
    "pnl_long_1_dec410_call": {"call": 1.0},
    "pnl_covered_write_long_future_short_call": {"future": 1.0, "call": -1.0},
}
_SCENARIOS = 16
_SCAN = "scan of the core"


def span_scenarios(rows: Sequence[Row]) -> list[CaseResult]:
    """Check ``span_16_scenarios_mcmillan``: what each scenario takes from three portfolios, and what they require.

    A scenario is scanned by itself, all others without profit or loss; the requirement by all sixteen.
    """
    scenarios = {row.count("scenario"): row for row in rows if row.text("scenario").isdigit()}
    whole = {
        name: [scenarios[number].number(column) for number in sorted(scenarios)]
        for name, column in (("future", "pnl_long_1_future"), ("call", "pnl_long_1_dec410_call"))
    }
    return [_span_case(row, whole) for row in rows]


def _span_case(row: Row, whole: Mapping[str, Sequence[float]]) -> CaseResult:
    profits = whole
    if row.text("scenario").isdigit():
        place = row.count("scenario") - 1
        profits = {name: [p if i == place else 0.0 for i, p in enumerate(array)] for name, array in whole.items()}
    elif len(whole["future"]) != _SCENARIOS:
        return CaseResult.unsupported(row.case_id, "the requirement needs the rows of all sixteen scenarios")
    comparisons = []
    for column, held in _PORTFOLIOS.items():
        printed = row.number(column)
        expected = max(0.0, -printed) if row.text("scenario").isdigit() else printed
        padded = {name: [*array, *[0.0] * (_SCENARIOS - len(array))] for name, array in profits.items()}
        computed = float(scan_requirement(padded, held))
        comparisons.append(Comparison(column, _SCAN, expected, computed, half_last_place(row.text(column))))
    return CaseResult.of(row.case_id, comparisons)
