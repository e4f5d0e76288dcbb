"""Reference tables under Heston's model that need a grid, and of options on the variance itself."""

import re
from datetime import datetime

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance, finite_number, half_last_place
from plimsoll.validation.reference.terms import heston_of, type_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict
from plimsoll.vocabulary.errors import BadInput

_GRID = "alternating directions"
_SPOT_STEPS, _VARIANCE_STEPS, _TIME_STEPS = 200, 100, 100
_DAYS_IN_YEAR = 365.0
_SPAN = re.compile(r"^([0-9.]+)/([0-9.]+)\s*\((\d{1,2}-[A-Z][a-z]{2}-\d{4}) to ")
_DIVIDEND = re.compile(r"^(?:([0-9.]+) at )?(\d{1,2}-[A-Z][a-z]{2}-\d{4})$")
_RATE_OF_ORIGIN = "see origin"
#: The errors that two unrelated methods state are what rounding and truncation leave; beyond so many of them no value
#: of either can be the printed one.
_STATED_ERRORS = 100.0


def american(row: Row) -> CaseResult:
    """Check one row of ``heston_american_put`` on a plane of spots and variances."""
    option = _core.American(
        type=type_of(row),
        strike=row.non_negative("strike"),
        expiry=row.non_negative("maturity_years"),
    )
    return _on_grid(row, option, [], row.number("dividend_yield"))


def with_dividends(row: Row) -> CaseResult:
    """Check one row of ``heston_discrete_dividends``: amounts in cash by which the spot falls on their days."""
    text = row.text("maturity_years")
    span = _SPAN.match(text)
    numbers = [finite_number(part) for part in span.groups()[:2]] if span else []
    if span is None or numbers[0] is None or not numbers[1]:
        raise _unreadable(row, "maturity_years", "days/365 (27-Dec-2004 to 28-Mar-2006)")
    start = datetime.strptime(span[3], "%d-%b-%Y")
    dividends = []
    amount: float | None = None
    for part in row.text("dividends").split(","):
        match = _DIVIDEND.match(part.strip())
        amount = finite_number(match[1]) if match and match[1] else amount
        if match is None or amount is None:
            raise _unreadable(row, "dividends", "1.0 at 27-Mar-2005, 27-Sep-2005")
        dividends.append(((datetime.strptime(match[2], "%d-%b-%Y") - start).days / _DAYS_IN_YEAR, amount))
    option = _core.European(type=type_of(row), strike=row.non_negative("strike"), expiry=numbers[0] / numbers[1])
    return _on_grid(row, option, dividends, 0.0)


def _unreadable(row: Row, column: str, allowed: str) -> BadInput:
    return BadInput(
        "bad_cell", field=f"{row.case_id}.{column}", value=row.text(column), allowed=allowed, fix="correct the table"
    )


def _on_grid(
    row: Row,
    option: _core.European | _core.American,
    dividends: list[tuple[float, float]],
    dividend_yield: float,
) -> CaseResult:
    """Check by two grids, the second with half the steps again, so that a value that still moves is seen."""
    model = heston_of(row, row.non_negative("spot"), row.number("rate"), dividend_yield)
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    comparisons = []
    for share, name in ((1.0, _GRID), (1.5, f"{_GRID}, finer")):
        steps = [int(share * count) for count in (_SPOT_STEPS, _VARIANCE_STEPS, _TIME_STEPS)]
        price = _core.on_heston_grid(option, dividends, model, *steps)
        comparisons.append(Comparison("price", name, expected, price, allowed))
    return CaseResult.of(row.case_id, comparisons)


def variance_option(row: Row) -> CaseResult:
    """Check one row of ``variance_option_heston_integral``: an option on the integral of the variance over its life.

    A value that both methods deny by more than all their errors is disputed; a rate that is left to the origin is zero,
    as it is there.
    """
    rate = 0.0 if row.text("rate") == _RATE_OF_ORIGIN else row.number("rate")
    model = heston_of(row, 1.0, rate, 0.0)
    terms = (type_of(row), row.non_negative("strike_variance"), row.non_negative("maturity_years"))
    nominal = row.number("nominal")
    expected = row.number("expected")
    tolerance = Tolerance.parse(row.text("tolerance")).allowed(expected)
    allowed = max(tolerance, half_last_place(row.text("expected")))
    contour = _core.integrated_variance_option(*terms, model)
    cosines = _core.integrated_variance_by_cosines(*terms, model)
    judged = CaseResult.of(
        row.case_id,
        [
            Comparison("price", "contour", expected, nominal * contour.price, allowed, standard_error=None),
            Comparison("price", "cosine series", expected, nominal * cosines.price, allowed, standard_error=None),
        ],
    )
    stated = abs(nominal) * _STATED_ERRORS * (contour.error + cosines.error)
    agree = abs(nominal * (contour.price - cosines.price)) <= stated + 1e-3 * allowed
    apart = min(comparison.difference for comparison in judged.comparisons) > allowed + stated
    if judged.verdict is Verdict.passed or not (agree and apart):
        return judged
    note = (
        f"an inverse Laplace transform and the cosine series of steps of Riccati's equations agree on "
        f"{nominal * contour.price:.9g}; the origin sums a put's payoff over a grid of variances 0.039 apart"
    )
    return CaseResult(row.case_id, Verdict.disputed, judged.comparisons, note)
