"""Reference tables of American options: exact prices, and the approximations that bear a name."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from plimsoll.engine.methods import (
    BaroneAdesiWhaley,
    BjerksundStensland,
    BoundaryEdition,
    ClosedForm,
    CrankNicolson,
    IntegralEquation,
    JuQuadratic,
    MethodSpec,
)
from plimsoll.validation.reference.options import value_rows
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict

_INTEGRAL = IntegralEquation.high_precision()
_GRID = CrankNicolson(space_steps=1600, time_steps=800)
_COARSE_GRID = CrankNicolson(space_steps=800, time_steps=400)
_FINEST_GRID = CrankNicolson(space_steps=3200, time_steps=1600)
# Our methods must agree, and be settled, ten times better than they differ from a printed value to dispute it.
_PROOF_MARGIN = 10.0
# What the grid's error may exceed the distance to the grid of half its steps by.
_GRID_SAFETY = 2.0


@dataclass(frozen=True, slots=True)
class _ExactPrice:
    """The price of a row by two methods that share nothing, with the error that each states."""

    integral: float
    integral_error: float
    grid: float
    grid_error: float

    @property
    def apart(self) -> float:
        return abs(self.integral - self.grid)

    @property
    def facts(self) -> str:
        return (
            f"integral equation {self.integral:.10g} (error {self.integral_error:.1e}), "
            f"grid {self.grid:.10g} (error {self.grid_error:.1e}), apart {self.apart:.1e}"
        )


def american_prices(rows: Sequence[Row]) -> list[CaseResult]:
    """Check exact American prices by the integral equation, with the grid as witness.

    A row passes if the integral equation meets it and the grid confirms it within the grid's own error. A row that the
    integral equation does not meet is disputed where the two, which share nothing, agree on another price with
    certainty to spare, or where it exceeds the formula of the option that never expires; else it fails.
    """
    exact = _exact_prices(rows, _GRID, _COARSE_GRID)
    return [_judged(row, found, row.number("expected")) for row, found in zip(rows, exact, strict=True)]


def american_premiums(rows: Sequence[Row]) -> list[CaseResult]:
    """Check what the right to exercise early adds to the European price, as :func:`american_prices` does."""
    european = value_rows(rows, "european", ClosedForm())
    exact = _exact_prices(rows, _FINEST_GRID, _GRID)
    return [
        _judged(row, found, row.number("expected") + formula.price)
        for row, found, formula in zip(rows, exact, european, strict=True)
    ]


def barone_adesi_whaley(rows: Sequence[Row]) -> list[CaseResult]:
    """Check values of the quadratic approximation; the note tells its distance from the exact price."""
    return _approximated(rows, "quadratic approximation", BaroneAdesiWhaley())


def bjerksund_stensland(rows: Sequence[Row]) -> list[CaseResult]:
    """Check values of the flat boundary of 1993, which is the edition that the table prints."""
    return _approximated(rows, "flat boundary of 1993", BjerksundStensland(BoundaryEdition.flat_1993))


def ju_quadratic(rows: Sequence[Row]) -> list[CaseResult]:
    """Check values of Ju's approximation at the time to expiry that their author used."""
    timed = [
        Row(row.case_id, {**row.cells, "maturity_years": row.text("maturity_years_used_by_origin")}) for row in rows
    ]
    return _approximated(timed, "modified quadratic approximation", JuQuadratic())


def perpetual_price(row: Row) -> float | None:
    """Give the price of the option that never expires, which no American price exceeds; None where it has no formula.

    Source: McKean (1965); Merton (1973), Theory of rational option pricing, eq. 46, with a yield; a put is a call on
    cash paid in shares. Limits: rate and yield of the call positive.
    """
    spot, strike = row.number("spot"), row.number("strike")
    rate, dividend_yield = row.number("rate"), row.number("dividend_yield")
    if row.text("option_type") == "put":
        spot, strike, rate, dividend_yield = strike, spot, dividend_yield, rate
    variance = row.number("vol") ** 2
    if min(spot, strike, rate, dividend_yield, variance) <= 0.0:
        return None
    half = (rate - dividend_yield) / variance - 0.5
    exponent = math.sqrt(half * half + 2.0 * rate / variance) - half
    boundary = strike * exponent / (exponent - 1.0)
    return spot - strike if spot >= boundary else float((boundary - strike) * (spot / boundary) ** exponent)


def _exact_prices(rows: Sequence[Row], grid: CrankNicolson, coarse_grid: CrankNicolson) -> list[_ExactPrice]:
    integral = value_rows(rows, "american", _INTEGRAL)
    fine = value_rows(rows, "american", grid)
    coarse = value_rows(rows, "american", coarse_grid)
    return [
        _ExactPrice(a.price, a.error_estimate, b.price, _GRID_SAFETY * abs(b.price - c.price))
        for a, b, c in zip(integral, fine, coarse, strict=True)
    ]


def _judged(row: Row, exact: _ExactPrice, expected: float) -> CaseResult:
    allowed = Tolerance.parse(row.text("tolerance")).allowed(row.number("expected"))
    comparisons = (
        Comparison("price", "integral equation", expected, exact.integral, allowed),
        Comparison("price", "Crank-Nicolson grid", expected, exact.grid, allowed + exact.grid_error),
    )
    judged = CaseResult.of(row.case_id, comparisons)
    nearest = min(comparison.difference for comparison in comparisons)
    doubt = max(exact.apart, exact.integral_error, exact.grid_error, allowed)
    if judged.verdict is Verdict.passed:
        return judged
    bound = perpetual_price(row)
    if bound is not None and expected > bound + allowed and exact.integral <= bound + exact.integral_error:
        note = f"printed {expected:.10g} exceeds the perpetual option by its formula, {bound:.10g}: {exact.facts}"
        return CaseResult(row.case_id, Verdict.disputed, comparisons, note)
    if not nearest > _PROOF_MARGIN * doubt:
        return judged
    note = f"two unrelated methods agree on another price: {exact.facts}; printed {expected:.10g}, off by {nearest:.1e}"
    return CaseResult(row.case_id, Verdict.disputed, comparisons, note)


def _approximated(rows: Sequence[Row], name: str, method: MethodSpec) -> list[CaseResult]:
    found = value_rows(rows, "american", method)
    exact = value_rows(rows, "american", _INTEGRAL)
    results = []
    for row, ours, true in zip(rows, found, exact, strict=True):
        expected = row.number("expected")
        allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
        comparison = Comparison("price", name, expected, ours.price, allowed)
        note = f"off the exact price {true.price:.6g} by {ours.price - true.price:+.1e}"
        results.append(CaseResult.of(row.case_id, [comparison], note))
    return results
