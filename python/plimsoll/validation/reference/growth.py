"""Reference tables of funds that hold a multiple of an index."""

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison


def leveraged_fund(row: Row) -> CaseResult:
    """Check one row of ``leveraged_etf_annual_return``: no fees, no dividends, nothing paid for what is borrowed."""
    growth = _core.leveraged_fund_growth(
        row.number("leverage_beta"),
        growth=1.0 + row.number("index_return"),
        volatility=row.non_negative("index_volatility"),
        years=row.non_negative("horizon_years"),
        rate=0.0,
    )
    expected = row.number("expected_fund_return")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    comparison = Comparison("fund_return", "limit of frequent rebalancing", expected, growth - 1.0, allowed)
    return CaseResult.of(row.case_id, [comparison])
