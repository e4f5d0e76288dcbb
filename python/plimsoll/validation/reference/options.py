"""Reference tables of European options under Black-Scholes, and the bulk door that all option tables use."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plimsoll.engine.bulk import value_options
from plimsoll.engine.methods import ClosedForm, LeisenReimer, MethodSpec
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison

_TREE = LeisenReimer(steps=2001)
_DAYS_PER_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class ValuedRow:
    """Price and Greeks of one row by one method; ``status`` 0 says that they hold."""

    price: float
    delta: float
    gamma: float
    vega: float
    theta: float
    rho: float
    status: int
    error_estimate: float = math.nan


def value_rows(rows: Sequence[Row], exercise: str, method: MethodSpec) -> list[ValuedRow]:
    """Value the option of every row through the bulk door of the core, in one call."""
    columns: Mapping[str, npt.ArrayLike] = {
        "type": np.array([0 if row.text("option_type") == "call" else 1 for row in rows], dtype=np.uint8),
        "exercise": np.full(len(rows), 0 if exercise == "european" else 1, dtype=np.uint8),
        "spot": np.array([row.non_negative("spot") for row in rows]),
        "strike": np.array([row.non_negative("strike") for row in rows]),
        "years": np.array([row.non_negative("maturity_years") for row in rows]),
        "rate": np.array([row.number("rate") for row in rows]),
        "dividend_yield": np.array([row.number("dividend_yield") for row in rows]),
        "volatility": np.array([row.non_negative("vol") for row in rows]),
    }
    results = value_options(columns, method, error_estimate=True)
    return [
        ValuedRow(
            price=float(results["price"][index]),
            delta=float(results["delta"][index]),
            gamma=float(results["gamma"][index]),
            vega=float(results["vega"][index]),
            theta=float(results["theta"][index]),
            rho=float(results["rho"][index]),
            status=int(results["status"][index]),
            error_estimate=float(results["error_estimate"][index]),
        )
        for index in range(len(rows))
    ]


def european_prices(rows: Sequence[Row]) -> list[CaseResult]:
    """Check ``european_black_scholes``: closed form and tree each within the tolerance of the row."""
    return compare_prices(rows, "european", (("closed form", ClosedForm()), ("Leisen-Reimer tree", _TREE)))


def european_greeks(rows: Sequence[Row]) -> list[CaseResult]:
    """Check ``european_greeks`` by the closed form."""
    valued = value_rows(rows, "european", ClosedForm())
    return [_greek(row, value) for row, value in zip(rows, valued, strict=True)]


def compare_prices(rows: Sequence[Row], exercise: str, methods: Sequence[tuple[str, MethodSpec]]) -> list[CaseResult]:
    """Judge each row by every method: all must be within the tolerance of the row."""
    valued = [(name, value_rows(rows, exercise, method)) for name, method in methods]
    results = []
    for index, row in enumerate(rows):
        expected = row.number("expected")
        allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
        comparisons = [
            Comparison(
                "price", name, expected, values[index].price if values[index].status == 0 else float("nan"), allowed
            )
            for name, values in valued
        ]
        results.append(CaseResult.of(row.case_id, comparisons))
    return results


def _greek(row: Row, value: ValuedRow) -> CaseResult:
    name = row.text("greek").lower()
    computed = greek_named(name, row, value)
    if computed is None:
        return CaseResult.unsupported(row.case_id, f"no sensitivity is called {name}")
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    return CaseResult.of(row.case_id, [Comparison(name, "closed form", expected, computed, allowed)])


def greek_named(name: str, row: Row, value: ValuedRow) -> float | None:
    """Give the sensitivity with this name, in the unit of the table; None if there is none.

    Elasticity, dividend rho and strike delta follow exactly from price and delta: the price is homogeneous in spot
    and strike, and the yield enters only through spot times exp(-yield * years).
    Source: Haug (1998), The complete guide to option pricing formulas, sec. 1.3.
    """
    if value.status != 0:
        return float("nan")
    spot, strike, years = row.number("spot"), row.number("strike"), row.number("maturity_years")
    direct = {
        "price": value.price,
        "delta": value.delta,
        "gamma": value.gamma,
        "vega": value.vega,
        "theta": value.theta,
        "theta_per_year": value.theta,
        "theta_per_day": value.theta / _DAYS_PER_YEAR,
        "rho": value.rho,
        "dividend_rho": -years * spot * value.delta,
    }
    if name in direct:
        return direct[name]
    if name == "elasticity":
        return spot * value.delta / value.price if value.price > 0.0 else float("nan")
    if name == "strike_delta":
        return (value.price - spot * value.delta) / strike if strike > 0.0 else float("nan")
    return None
