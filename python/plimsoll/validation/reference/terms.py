"""What the reference tables of options call their terms, as the core has it."""

import math

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison

TYPES = {"call": _core.OptionType.call, "put": _core.OptionType.put}
SIDES = {"down": _core.BarrierSide.down, "up": _core.BarrierSide.up}
KNOCKS = {"in": _core.Knock.knock_in, "out": _core.Knock.knock_out}
BARRIERS = {f"{side}_{knock}": (SIDES[side], KNOCKS[knock]) for side in SIDES for knock in KNOCKS}
DOUBLE = {f"knock_{knock}": KNOCKS[knock] for knock in KNOCKS}
# Terms that either series between two levels may take: their number grows with the ratio of deviation and width.
_MOST_TERMS = 1000.0


def type_of(row: Row) -> _core.OptionType:
    """Give the type of the row's option."""
    return row.choice("option_type", TYPES)


def model_of(row: Row) -> _core.BlackScholes:
    """Give the market of a row with one asset."""
    return _core.BlackScholes(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        volatility=row.non_negative("vol"),
    )


def two_assets_of(row: Row) -> _core.TwoAssets:
    """Give the market of a row with two assets."""
    return _core.TwoAssets(
        spot1=row.non_negative("spot1"),
        spot2=row.non_negative("spot2"),
        dividend_yield1=row.number("dividend_yield1"),
        dividend_yield2=row.number("dividend_yield2"),
        volatility1=row.non_negative("vol1"),
        volatility2=row.non_negative("vol2"),
        correlation=row.number("correlation"),
        rate=row.number("rate"),
    )


def heston_of(row: Row, spot: float, rate: float, dividend_yield: float) -> _core.Heston:
    """Give Heston's model with the row's variance."""
    return _core.Heston(
        spot=spot,
        rate=rate,
        dividend_yield=dividend_yield,
        variance=row.non_negative("v0"),
        mean_reversion=row.non_negative("kappa"),
        long_variance=row.non_negative("theta"),
        volatility_of_variance=row.non_negative("sigma_vol_of_vol"),
        correlation=row.number("rho"),
    )


def met(row: Row, prices: list[tuple[str, float]], note: str = "") -> CaseResult:
    """Judge prices by several methods against the printed one: all must meet it."""
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    comparisons = [Comparison("price", method, expected, price, allowed) for method, price in prices]
    return CaseResult.of(row.case_id, comparisons, note)


def both_series_converge(model: _core.BlackScholes, lower: float, upper: float, expiry: float) -> bool:
    """Tell whether images and sines between two levels both come to an end in reasonable time."""
    deviation, width = model.volatility * math.sqrt(expiry), math.log(upper / lower)
    return deviation > 0.0 and 1.0 / _MOST_TERMS < deviation / width < _MOST_TERMS
