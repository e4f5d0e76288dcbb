"""Reference tables of options whose barrier or extremum is watched for part of their life, and of double touches."""

import math

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.terms import BARRIERS, SIDES, both_series_converge, met, model_of, type_of
from plimsoll.validation.reference.verdict import CaseResult, Verdict

_WINDOWS = {
    "Start": _core.BarrierWindow.start,
    "EndB1": _core.BarrierWindow.end_any_side,
    "EndB2": _core.BarrierWindow.end_from_side,
}
_ORDERS = {
    "knock_out": _core.TouchOrder.neither,
    "knock_in": _core.TouchOrder.either,
    "kiko": _core.TouchOrder.lower_first,
    "koki": _core.TouchOrder.upper_first,
}
# How far inside a level, as a share of it, a touch must be worth what it pays at the level, and to how much.
_INSIDE = 1e-9
_CONTINUOUS = 1e-6
# Deviations beyond which a second barrier is never touched.
_OUT_OF_REACH = 12.0


def partial_time_barrier(row: Row) -> CaseResult:
    """Check one row of ``partial_time_barrier``."""
    if row.non_negative("rebate") != 0.0:
        return CaseResult.unsupported(row.case_id, "no formula for a rebate at a barrier watched for part of the life")
    side, knock = row.choice("barrier_type", BARRIERS)
    option = _core.PartialTimeBarrier(
        type=type_of(row),
        strike=row.non_negative("strike"),
        direction=side,
        knock=knock,
        window=row.choice("window_type", _WINDOWS),
        barrier=row.non_negative("barrier"),
        cover=row.non_negative("cover_event_time_years"),
        expiry=row.non_negative("maturity_years"),
    )
    return met(row, [("closed form", _core.closed_form(option, model_of(row)).price)])


def partial_floating(row: Row) -> CaseResult:
    """Check one row of ``lookback_partial_floating``: the extremum is watched from today on."""
    option = _core.PartialLookback(
        type=type_of(row),
        kind=_core.LookbackStrike.floating,
        strike=0.0,
        fraction=row.non_negative("lambda"),
        extremum=row.non_negative("running_extremum"),
        window=row.non_negative("lookback_end_years"),
        expiry=row.non_negative("maturity_years"),
    )
    return met(row, [("closed form", _core.closed_form(option, model_of(row)).price)])


def partial_fixed(row: Row) -> CaseResult:
    """Check one row of ``lookback_partial_fixed``: the extremum is watched to expiry."""
    option = _core.PartialLookback(
        type=type_of(row),
        kind=_core.LookbackStrike.fixed,
        strike=row.non_negative("strike"),
        fraction=1.0,
        extremum=0.0,
        window=row.non_negative("lookback_start_years"),
        expiry=row.non_negative("maturity_years"),
    )
    return met(row, [("closed form", _core.closed_form(option, model_of(row)).price)])


def double_touch(row: Row) -> CaseResult:
    """Check one row of ``double_binary_haug`` by two unrelated series where neither level is touched.

    A row that pays a touch of today at once, while the live touch pays at expiry, is disputed: the value of the live
    touch, by both series, comes to the discounted cash as the spot comes to the level.
    """
    option = _core.DoubleTouch(
        order=row.choice("barrier_type", _ORDERS),
        cash=row.non_negative("cash"),
        lower=row.non_negative("barrier_low"),
        upper=row.non_negative("barrier_high"),
        expiry=row.non_negative("maturity_years"),
    )
    model = model_of(row)
    prices = [("closed form", _core.closed_form(option, model).price)]
    between = option.lower < model.spot < option.upper
    if between and both_series_converge(model, option.lower, option.upper, option.expiry):
        prices += [(f"series of {s.name}", _core.double_touch_by(option, model, s).price) for s in _core.Series]
    judged = met(row, prices)
    if judged.verdict is Verdict.failed and option.order is _core.TouchOrder.either and not between:
        return _paid_at_once(row, judged, option, model)
    return judged


def knocked_barrier(row: Row) -> CaseResult:
    """Check one row of ``barrier_babsiri_noel`` by the formula and by a series that shares nothing with it."""
    side, knock = row.choice("barrier_type", BARRIERS)
    barrier, strike = row.non_negative("barrier"), row.non_negative("strike")
    expiry, rebate, model = row.non_negative("maturity_years"), row.non_negative("rebate"), model_of(row)
    plain = _core.Barrier(
        type=type_of(row),
        payout=_core.Payout.difference,
        strike=strike,
        cash=0.0,
        direction=side,
        knock=knock,
        barrier=barrier,
        rebate=rebate,
        expiry=expiry,
    )
    prices = [("closed form", _core.closed_form(plain, model).price)]
    alive = model.spot > barrier if side is SIDES["down"] else model.spot < barrier
    if rebate == 0.0 and alive and min(model.spot, model.volatility, expiry) > 0.0:
        drift = abs(model.rate - model.dividend_yield) * expiry
        reach = _OUT_OF_REACH * model.volatility * math.sqrt(expiry) + drift
        far = model.spot * math.exp(reach if side is SIDES["down"] else -reach)
        prices.append(("series of sines to a far barrier", _by_double_barrier(plain, far, model)))
    return met(row, prices)


def _by_double_barrier(option: _core.Barrier, far: float, model: _core.BlackScholes) -> float:
    """Give the price of a single barrier as that of a double one whose other barrier is out of reach."""
    double = _core.DoubleBarrier(
        type=option.type,
        payout=option.payout,
        strike=option.strike,
        cash=0.0,
        knock=option.knock,
        lower=min(option.barrier, far),
        upper=max(option.barrier, far),
        expiry=option.expiry,
    )
    return _core.double_barrier_by(double, model, _core.Series.sines).price


def _paid_at_once(row: Row, judged: CaseResult, option: _core.DoubleTouch, model: _core.BlackScholes) -> CaseResult:
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    level = option.lower if model.spot <= option.lower else option.upper
    inside = level * (1.0 + _INSIDE if level == option.lower else 1.0 - _INSIDE)
    near = _core.BlackScholes(
        spot=inside, rate=model.rate, dividend_yield=model.dividend_yield, volatility=model.volatility
    )
    limits = [_core.double_touch_by(option, near, series).price for series in _core.Series]
    later = option.cash * math.exp(-model.rate * option.expiry)
    if abs(expected - option.cash) > allowed or any(abs(limit - later) > _CONTINUOUS * option.cash for limit in limits):
        return judged
    note = (
        f"printed {expected:.10g} is the cash paid at once; paid at expiry, as while it lives, the touch comes to "
        f"{limits[0]:.10g} (images) and {limits[1]:.10g} (sines) at the level, that is {later:.10g}"
    )
    return CaseResult(row.case_id, Verdict.disputed, judged.comparisons, note)
