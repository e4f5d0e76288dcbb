"""Reference tables of averages taken without a gap, of the normal model, and of replicated variance."""

import math
from collections.abc import Sequence

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.terms import TYPES, met, model_of, type_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison

_DAYS = 360.0
_GRID, _COARSE_GRID = 400, 200
_SHAPES = {"flat": 0.0, "up": -0.005, "down": 0.005}


def normal_model(row: Row) -> CaseResult:
    """Check one row of ``bachelier_normal_model``: the deviation to expiry stands for a year of volatility."""
    factor = row.non_negative("discount_factor")
    model = _core.Bachelier(
        forward=row.number("forward"), rate=-math.log(factor), volatility=row.non_negative("absolute_std_dev")
    )
    priced = _core.bachelier(type_of(row), row.number("strike"), 1.0, model)
    return met(row, [("closed form", priced.price)])


def levy(row: Row) -> CaseResult:
    """Check one row of ``asian_levy_continuous``; the note tells the distance from the exact price."""
    elapsed = row.non_negative("elapsed_days_360") / _DAYS
    option = _core.ContinuousAsian(
        type=type_of(row),
        strike=row.non_negative("strike"),
        expiry=row.non_negative("length_days_360") / _DAYS - elapsed,
        elapsed=elapsed,
        average=row.non_negative("average_so_far"),
    )
    model = model_of(row)
    price = _core.levy(option, model).price
    exact = _core.vecer(option, model, _GRID)
    note = f"off the exact price {exact.price:.6g} by {price - exact.price:+.1e}"
    return met(row, [("Levy's approximation", price)], note)


def term_structure(row: Row) -> CaseResult:
    """Check one row of ``asian_turnbull_wakeman_term_vol``: a volatility of its own to each fixing."""
    count, expiry = row.count("n_fixings"), row.non_negative("maturity_years")
    first, last_volatility = row.non_negative("first_fixing_years"), row.non_negative("vol_at_expiry")
    slope = row.choice("vol_term_structure", _SHAPES)
    steps = max(count - 1, 1)
    option = _core.ArithmeticAsian(
        type=type_of(row),
        strike=row.non_negative("strike"),
        fixings=[min(expiry, first + (expiry - first) * i / steps) for i in range(count)],
        expiry=expiry,
        past_count=0,
        past_sum=0.0,
    )
    rate = row.number("rate")
    model = _core.BlackScholes(
        spot=row.non_negative("spot"),
        rate=rate,
        dividend_yield=rate - row.number("cost_of_carry"),
        volatility=last_volatility,
    )
    volatilities = [last_volatility + slope * (count - 1 - i) for i in range(count)]
    price = _core.turnbull_wakeman_by_dates(option, model, volatilities)
    return met(row, [("two moments", price)])


def continuous(row: Row) -> CaseResult:
    """Check one row of ``asian_continuous_arithmetic_vecer`` by two grids; the note gives the bound from below."""
    option = _core.ContinuousAsian(
        type=type_of(row),
        strike=row.non_negative("strike"),
        expiry=row.non_negative("maturity_years"),
        elapsed=0.0,
        average=0.0,
    )
    model = model_of(row)
    fine, coarse = (_core.vecer(option, model, steps) for steps in (_GRID, _COARSE_GRID))
    note = f"error of the grid {fine.error:.1e}"
    if min(option.expiry, model.volatility, model.spot) > 0.0:
        below = _core.asian_lower_bound(option, model)
        note += f"; lower bound by conditioning {below:.10g}"
        if below > fine.price + fine.error:
            return CaseResult.failed(
                row.case_id, f"the grid's price {fine.price:.10g} lies below the bound {below:.10g}"
            )
    return met(row, [("Vecer's grid", fine.price), ("Vecer's grid of half the steps", coarse.price)], note)


def variance_strip(rows: Sequence[Row]) -> list[CaseResult]:
    """Check ``variance_swap_demeterfi``: the legs are the strip that the result row is replicated with.

    A leg passes where its strike and volatility can be read; the result holds the number.
    """
    results = []
    legs = [row for row in rows if row.text("role") == "strip_leg"]
    for row in rows:
        if row.text("role") == "strip_leg":
            results.append(_leg(row))
        elif row.text("role") == "result":
            results.append(_fair_variance(row, legs))
        else:
            results.append(CaseResult.unsupported(row.case_id, f"no role is called {row.text('role')}"))
    return results


def _leg(row: Row) -> CaseResult:
    """Judge a leg by put-call parity of its quote: what a strip of wrong legs would break."""
    strike, volatility = row.non_negative("strike"), row.non_negative("vol")
    model, years = model_of(row), row.non_negative("maturity_years")
    prices = [
        _core.closed_form(
            _core.Digital(
                type=kind, payout=_core.Payout.difference, strike=strike, cash=0.0, paid_strike=strike, expiry=years
            ),
            model,
        ).price
        for kind in TYPES.values()
    ]
    parity = model.spot * math.exp(-model.dividend_yield * years) - strike * math.exp(-model.rate * years)
    allowed = 1e-12 * (model.spot + strike)
    comparison = Comparison("call less put", f"at {volatility:g}", parity, prices[0] - prices[1], allowed)
    return CaseResult.of(row.case_id, [comparison], "a leg of the strip; its number is in the result row")


def _fair_variance(row: Row, legs: Sequence[Row]) -> CaseResult:
    strips: dict[str, list[_core.StripQuote]] = {"put": [], "call": []}
    for leg in sorted(legs, key=lambda leg: leg.number("strike")):
        strips[leg.choice("option_type", {name: name for name in strips})].append(
            _core.StripQuote(strike=leg.non_negative("strike"), volatility=leg.non_negative("vol"))
        )
    strip = _core.VarianceStrip(puts=strips["put"], calls=strips["call"], expiry=row.non_negative("maturity_years"))
    model = _core.BlackScholes(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        volatility=0.0,
    )
    expected = row.number("expected_fair_variance")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    variance = _core.replicated_variance(strip, model)
    return CaseResult.of(row.case_id, [Comparison("variance", "replication", expected, variance, allowed)])
