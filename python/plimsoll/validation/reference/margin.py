"""Reference tables of strategy-based margin: the rows of the exchange's manual."""

from plimsoll.engine.margin import reference_row
from plimsoll.validation.reference.table import Row, Tolerance
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
