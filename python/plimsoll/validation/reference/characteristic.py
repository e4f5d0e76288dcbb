"""Reference tables of European options under models that are known by their characteristic function."""

import math
from collections.abc import Sequence
from typing import TypeAlias

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance, finite_number
from plimsoll.validation.reference.terms import heston_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison
from plimsoll.vocabulary.errors import BadInput

_Model: TypeAlias = _core.Heston | _core.Merton | _core.VarianceGamma
_TYPES = {"call": _core.OptionType.call, "put": _core.OptionType.put}
_ROUGH_STEPS = 256
_FORWARD_OF_ONE = "exp((0.02-0.05)*0.7)"


def heston_european(row: Row) -> CaseResult:
    """Check one row of ``heston_european`` by both integrals."""
    spot = math.exp(-0.03 * 0.7) if row.text("spot") == _FORWARD_OF_ONE else row.non_negative("spot")
    model = heston_of(row, spot, row.number("rate"), row.number("dividend_yield"))
    return _compared(row, model, row.choice("option_type", _TYPES), row.non_negative("strike"), _years(row))


def heston_extreme_strikes(row: Row) -> CaseResult:
    """Check one row of ``heston_extreme_strikes``: a discounted option out of the money, of any size."""
    years = _fraction(row, "maturity_years_act365")
    model = heston_of(row, row.non_negative("forward_spot"), row.number("rate"), row.number("dividend_yield"))
    forward = model.spot * math.exp((model.rate - model.dividend_yield) * years)
    strike = forward * math.exp(-row.number("moneyness_x") * math.sqrt(model.long_variance * years))
    kind = _core.OptionType.call if strike > forward else _core.OptionType.put
    return _compared(row, model, kind, strike, years, tolerance="tolerance_abs")


def heston_implied_volatility(row: Row) -> CaseResult:
    """Check one row of ``heston_implied_vol_forde``: the volatility that the price out of the money implies."""
    forward, strike = row.non_negative("forward"), row.non_negative("strike")
    kind = _core.OptionType.call if strike > forward else _core.OptionType.put
    model = heston_of(row, forward, 0.0, 0.0)
    years = _years(row)
    expected = row.number("expected_black_vol")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    # Beyond the reach of doubles in the cosine series, whose error is absolute: the contour alone.
    price = _by_contour(model, kind, strike, years)
    found = _core.implied_volatility(kind, strike, years, forward, 1.0, price)
    return CaseResult.of(row.case_id, [Comparison("implied volatility", "contour", expected, found, allowed)])


def merton_jump_diffusion(row: Row) -> CaseResult:
    """Check one row of ``merton_jump_diffusion``: the total variance is ``vol`` squared, jumps have a share of it."""
    total = row.non_negative("vol") ** 2
    share = row.non_negative("gamma_fraction_of_variance_from_jumps")
    intensity = row.non_negative("jump_intensity")
    jump = share * total / intensity
    model = _core.Merton(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        volatility=math.sqrt((1.0 - share) * total),
        jump_intensity=intensity,
        mean_log_jump=-0.5 * jump,
        log_jump_deviation=math.sqrt(jump),
    )
    return _compared(row, model, row.choice("option_type", _TYPES), row.non_negative("strike"), _years(row))


def variance_gamma_european(row: Row) -> CaseResult:
    """Check one row of ``variance_gamma_european``."""
    model = _core.VarianceGamma(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        volatility=row.non_negative("sigma"),
        variance_rate=row.non_negative("nu"),
        drift=row.number("theta"),
    )
    return _compared(row, model, row.choice("option_type", _TYPES), row.non_negative("strike"), _years(row))


def geometric_asian(row: Row) -> CaseResult:
    """Check one row of ``asian_geometric_heston``: the mean over the whole life, monitored without a gap."""
    if row.text("averaging") != "geometric_continuous":
        return CaseResult.unsupported(row.case_id, f"no average of the core is called {row.text('averaging')}")
    model = heston_of(row, row.non_negative("spot"), row.number("rate"), row.number("dividend_yield"))
    ladder = _ladder(row.choice("option_type", _TYPES), row.non_negative("strike"), _years(row))
    (value,) = _core.geometric_asian(ladder, model)
    return _by_riccati(row, "Riccati equations", value)


def rough_heston(row: Row) -> CaseResult:
    """Check one row of ``rough_heston_european``."""
    model = _core.RoughHeston(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        variance=row.non_negative("v0"),
        mean_reversion=row.non_negative("kappa"),
        long_variance=row.non_negative("theta"),
        volatility_of_variance=row.non_negative("sigma_vol_of_vol"),
        correlation=row.number("rho"),
        hurst=row.non_negative("hurst"),
    )
    ladder = _ladder(row.choice("option_type", _TYPES), row.non_negative("strike"), _years(row))
    (value,) = _core.rough_heston(ladder, model, _ROUGH_STEPS)
    return _by_riccati(row, "fractional Riccati equation", value)


def _by_riccati(row: Row, method: str, value: _core.RiccatiPrice) -> CaseResult:
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    return CaseResult.of(row.case_id, [Comparison("price", method, expected, value.price, allowed)])


def _years(row: Row) -> float:
    return row.non_negative("maturity_years")


def _fraction(row: Row, column: str) -> float:
    """Read ``31/365``, ``1`` or ``2.0 (a note)``."""
    top, _, bottom = row.text(column).partition(" ")[0].partition("/")
    parts: Sequence[float | None] = (finite_number(top), finite_number(bottom or "1"))
    if parts[0] is None or parts[1] is None or not parts[0] >= 0.0 or not parts[1] > 0.0:
        raise BadInput(
            "bad_cell",
            field=column,
            value=row.text(column),
            allowed="a number of years, or days/365",
            fix="correct the table",
        )
    return parts[0] / parts[1]


def _ladder(kind: _core.OptionType, strike: float, years: float) -> _core.StrikeLadder:
    return _core.StrikeLadder(type=kind, expiry=years, strikes=[strike])


def _by_contour(model: _Model, kind: _core.OptionType, strike: float, years: float) -> float:
    (value,) = _core.contour(_ladder(kind, strike, years), model)
    return value.price


def _compared(
    row: Row, model: _Model, kind: _core.OptionType, strike: float, years: float, tolerance: str = "tolerance"
) -> CaseResult:
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text(tolerance)).allowed(expected)
    (series,) = _core.cosine_series(_ladder(kind, strike, years), model)
    prices = [("contour", _by_contour(model, kind, strike, years)), ("cosine series", series.price)]
    return CaseResult.of(
        row.case_id, [Comparison("price", method, expected, price, allowed) for method, price in prices]
    )
