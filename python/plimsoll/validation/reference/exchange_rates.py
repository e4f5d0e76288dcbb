"""Reference tables of exchange rates: deltas, quanto options, and barriers on a smile."""

import math

from plimsoll import _core
from plimsoll.validation.reference.smile_witness import ONE_BARRIER, TWO_BARRIERS, bumped_price
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.terms import BARRIERS, DOUBLE, both_series_converge, met, type_of
from plimsoll.validation.reference.verdict import CaseResult, Comparison, Verdict

_CONVENTIONS = {
    "Spot": _core.FxDelta.spot,
    "Fwd": _core.FxDelta.forward,
    "PaSpot": _core.FxDelta.premium_adjusted_spot,
    "PaFwd": _core.FxDelta.premium_adjusted_forward,
}


def deltas(row: Row) -> CaseResult:
    """Check one row of ``fx_delta_conventions``: the delta of the strike, and the strike of the delta."""
    kind, convention = type_of(row), row.choice("delta_type", _CONVENTIONS)
    market = {
        "spot": row.non_negative("spot"),
        "domestic_discount": row.non_negative("domestic_discount_factor"),
        "foreign_discount": row.non_negative("foreign_discount_factor"),
        "deviation": row.non_negative("std_dev"),
    }
    strike, delta = row.non_negative("strike"), row.number("expected_delta")
    computed = [
        ("delta", delta, _core.fx_delta(kind, convention, strike, **market), "tolerance_delta"),
        ("strike", strike, _core.fx_strike(kind, convention, delta, **market), "tolerance_strike_from_delta"),
    ]
    return CaseResult.of(
        row.case_id,
        [
            Comparison(quantity, "closed form", expected, value, Tolerance.parse(row.text(column)).allowed(expected))
            for quantity, expected, value, column in computed
        ],
    )


def quanto(row: Row) -> CaseResult:
    """Check one row of ``quanto_options``: plain and forward-starting options at a fixed rate of exchange."""
    product, kind = row.text("product"), type_of(row)
    model = _quanto_model(row, row.number("domestic_or_asset_rate"))
    strike, expiry = row.non_negative("strike_or_moneyness"), row.non_negative("maturity_years")
    if product == "quanto_european":
        plain = _core.Digital(
            type=kind, payout=_core.Payout.difference, strike=strike, cash=0.0, paid_strike=strike, expiry=expiry
        )
        return met(row, [("closed form", _core.closed_form(plain, model).price)])
    if product == "quanto_forward_start":
        later = _core.ForwardStart(type=kind, moneyness=strike, start=row.non_negative("start_years"), expiry=expiry)
        return met(row, [("closed form", _core.closed_form(later, model).price)])
    return CaseResult.unsupported(row.case_id, f"no quanto product of the core is called {product}")


def quanto_double_barrier(row: Row) -> CaseResult:
    """Check one row of ``quanto_double_barrier`` by two unrelated series where neither barrier is touched."""
    if row.non_negative("rebate") != 0.0:
        return CaseResult.unsupported(row.case_id, "no formula for a rebate at two barriers")
    option = _double_barrier(row)
    model = _quanto_model(row, row.number("rate"))
    prices = [("closed form", _core.closed_form(option, model).price)]
    between = option.lower < model.spot < option.upper
    if between and both_series_converge(model, option.lower, option.upper, option.expiry):
        prices += [(f"series of {s.name}", _core.double_barrier_by(option, model, s).price) for s in _core.Series]
    return met(row, prices)


def single_on_smile(row: Row) -> CaseResult:
    """Check one row of ``barrier_fx_vanna_volga``."""
    side, knock = row.choice("barrier_type", BARRIERS)
    option = _core.Barrier(
        type=type_of(row),
        payout=_core.Payout.difference,
        strike=row.non_negative("strike"),
        cash=0.0,
        direction=side,
        knock=knock,
        barrier=row.non_negative("barrier"),
        rebate=row.non_negative("rebate"),
        expiry=row.non_negative("maturity_years"),
    )
    return _on_smile(row, option)


def double_on_smile(row: Row) -> CaseResult:
    """Check one row of ``double_barrier_fx_vanna_volga``."""
    if row.non_negative("rebate") != 0.0:
        return CaseResult.unsupported(row.case_id, "no formula for a rebate at two barriers")
    return _on_smile(row, _double_barrier(row))


def _on_smile(row: Row, option: _core.Barrier | _core.DoubleBarrier) -> CaseResult:
    """Judge by exact exposures; a row that only bumped ones meet is disputed, for it prints the error of the bumps."""
    smile = _core.FxSmile(
        spot=row.non_negative("spot"),
        domestic_rate=row.number("domestic_rate"),
        foreign_rate=row.number("foreign_rate"),
        years=row.non_negative("maturity_years"),
        put_volatility=row.non_negative("vol_25d_put"),
        straddle_volatility=row.non_negative("vol_atm"),
        call_volatility=row.non_negative("vol_25d_call"),
    )
    at_strike = row.non_negative("vol_at_strike") if row.text("vol_at_strike") else None
    exact = _core.vanna_volga(option, smile, at_strike).price
    judged = met(row, [("vanna-volga", exact)])
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    if judged.verdict is Verdict.passed or not math.isfinite(exact):
        return judged
    habits = TWO_BARRIERS if isinstance(option, _core.DoubleBarrier) else ONE_BARRIER
    bumped = bumped_price(option, smile, at_strike, habits)
    if not abs(bumped - expected) <= allowed:
        return judged
    note = (
        f"printed {expected:.10g} is met with the bumps and the smile of the library that printed it, {bumped:.10g}, "
        f"and not with exact exposures and forward, {exact:.10g}: it carries their error, {bumped - exact:+.1e}"
    )
    return CaseResult(row.case_id, Verdict.disputed, judged.comparisons, note)


def _double_barrier(row: Row) -> _core.DoubleBarrier:
    return _core.DoubleBarrier(
        type=type_of(row),
        payout=_core.Payout.difference,
        strike=row.non_negative("strike"),
        cash=0.0,
        knock=row.choice("barrier_type", DOUBLE),
        lower=row.non_negative("barrier_low"),
        upper=row.non_negative("barrier_high"),
        expiry=row.non_negative("maturity_years"),
    )


def _quanto_model(row: Row, rate: float) -> _core.BlackScholes:
    asset = _core.BlackScholes(
        spot=row.non_negative("spot"),
        rate=rate,
        dividend_yield=row.number("dividend_yield"),
        volatility=row.non_negative("vol"),
    )
    return _core.quanto_asset(
        asset,
        _core.Quanto(
            foreign_rate=row.number("fx_rate_interest"),
            exchange_volatility=row.non_negative("fx_vol"),
            correlation=row.number("correlation"),
        ),
    )
