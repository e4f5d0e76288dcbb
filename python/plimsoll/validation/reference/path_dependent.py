"""Reference tables of digital, barrier and lookback options under Black-Scholes."""

import re
from typing import TypeAlias

from plimsoll import _core
from plimsoll.validation.reference.table import Row, Tolerance
from plimsoll.validation.reference.verdict import CaseResult, Comparison

_Formula: TypeAlias = (
    _core.Digital | _core.Touch | _core.Barrier | _core.DoubleBarrier | _core.SoftBarrier | _core.Lookback
)
_PAYOUTS = {"cash_or_nothing": _core.Payout.cash, "asset_or_nothing": _core.Payout.asset}
_TYPES = {"call": _core.OptionType.call, "put": _core.OptionType.put}
_SIDES = {"down": _core.BarrierSide.down, "up": _core.BarrierSide.up}
_KNOCKS = {"in": _core.Knock.knock_in, "out": _core.Knock.knock_out}
_BARRIERS = {f"{side}_{knock}": (_SIDES[side], _KNOCKS[knock]) for side in _SIDES for knock in _KNOCKS}
_DOUBLE = {f"knock_{knock}": _KNOCKS[knock] for knock in _KNOCKS}
_STRIKES = {f"{name}_strike": _core.LookbackStrike[name] for name in ("floating", "fixed")}
_SETTLEMENTS = {
    "american_paid_at_hit": _core.Settlement.at_hit,
    "american_paid_at_expiry": _core.Settlement.at_expiry,
}
_GAP = re.compile(r"gap \(payoff strike ([0-9.]+), trigger strike [0-9.]+\)")


def digital(row: Row) -> CaseResult:
    """Check one row of ``digital_options``: digital and gap options at expiry, one-touch and no-touch."""
    level, expiry = row.non_negative("strike_or_touch_level"), row.non_negative("maturity_years")
    payoff, settlement, kind = row.text("payoff"), row.text("settlement"), _type(row)
    cash = row.non_negative("cash") if row.text("cash") else 0.0
    gap = _GAP.fullmatch(payoff)
    if payoff not in _PAYOUTS and not gap:
        return CaseResult.unsupported(row.case_id, f"no payoff of the core is called {payoff}")
    if settlement == "european":
        payout = _core.Payout.difference if gap else _PAYOUTS[payoff]
        paid = float(gap.group(1)) if gap else 0.0
        option: _Formula = _core.Digital(
            type=kind, payout=payout, strike=level, cash=cash, paid_strike=paid, expiry=expiry
        )
    elif settlement in _SETTLEMENTS and not gap:
        option = _core.Touch(
            payout=_PAYOUTS[payoff],
            cash=cash,
            direction=_SIDES["up" if kind is _core.OptionType.call else "down"],
            knock=row.choice("knock_in", {"true": _KNOCKS["in"], "false": _KNOCKS["out"]}),
            settlement=_SETTLEMENTS[settlement],
            level=level,
            expiry=expiry,
        )
    else:
        return CaseResult.unsupported(row.case_id, f"no settlement of the core is called {settlement}")
    return _compared(row, option)


def single_barrier(row: Row) -> CaseResult:
    """Check one row of ``barrier_single_haug``."""
    if row.text("exercise") != "european":
        return CaseResult.unsupported(row.case_id, f"no formula for {row.text('exercise')} exercise at a barrier")
    return _compared(row, _barrier(row, _core.Payout.difference, 0.0, row.non_negative("rebate")))


def binary_barrier(row: Row) -> CaseResult:
    """Check one row of ``binary_barrier_haug``."""
    payout = _PAYOUTS.get(row.text("payoff"))
    if payout is None:
        return CaseResult.unsupported(row.case_id, f"no payoff of the core is called {row.text('payoff')}")
    return _compared(row, _barrier(row, payout, row.non_negative("cash"), 0.0))


def double_barrier(row: Row) -> CaseResult:
    """Check one row of ``double_barrier_haug`` by two unrelated series where neither barrier is touched."""
    if row.text("exercise") != "european":
        return CaseResult.unsupported(row.case_id, f"no formula for {row.text('exercise')} exercise at two barriers")
    option = _core.DoubleBarrier(
        type=_type(row),
        payout=_core.Payout.difference,
        strike=row.non_negative("strike"),
        cash=0.0,
        knock=row.choice("barrier_type", _DOUBLE),
        lower=row.non_negative("barrier_low"),
        upper=row.non_negative("barrier_high"),
        expiry=row.non_negative("maturity_years"),
    )
    model = _model(row)
    prices = [("closed form", _core.closed_form(option, model).price)]
    if option.lower < model.spot < option.upper and min(model.volatility, option.expiry) > 0.0:
        prices += [(f"series of {s.name}", _core.double_barrier_by(option, model, s).price) for s in _core.Series]
    return _within(row, prices)


def soft_barrier(row: Row) -> CaseResult:
    """Check one row of ``soft_barrier_haug``."""
    side, knock = row.choice("barrier_type", _BARRIERS)
    option = _core.SoftBarrier(
        type=_type(row),
        strike=row.non_negative("strike"),
        direction=side,
        knock=knock,
        lower=row.non_negative("barrier_lower"),
        upper=row.non_negative("barrier_upper"),
        expiry=row.non_negative("maturity_years"),
        extremum=None,  # the printed options have just begun
    )
    return _compared(row, option)


def lookback(row: Row) -> CaseResult:
    """Check one row of ``lookback_continuous``."""
    option = _core.Lookback(
        type=_type(row),
        kind=row.choice("lookback_type", _STRIKES),
        strike=row.non_negative("strike"),
        extremum=row.non_negative("running_extremum"),
        expiry=row.non_negative("maturity_years"),
    )
    return _compared(row, option)


def _barrier(row: Row, payout: _core.Payout, cash: float, rebate: float) -> _core.Barrier:
    side, knock = row.choice("barrier_type", _BARRIERS)
    return _core.Barrier(
        type=_type(row),
        payout=payout,
        strike=row.non_negative("strike"),
        cash=cash,
        direction=side,
        knock=knock,
        barrier=row.non_negative("barrier"),
        rebate=rebate,
        expiry=row.non_negative("maturity_years"),
    )


def _type(row: Row) -> _core.OptionType:
    return row.choice("option_type", _TYPES)


def _model(row: Row) -> _core.BlackScholes:
    return _core.BlackScholes(
        spot=row.non_negative("spot"),
        rate=row.number("rate"),
        dividend_yield=row.number("dividend_yield"),
        volatility=row.non_negative("vol"),
    )


def _compared(row: Row, option: _Formula) -> CaseResult:
    return _within(row, [("closed form", _core.closed_form(option, _model(row)).price)])


def _within(row: Row, prices: list[tuple[str, float]]) -> CaseResult:
    expected = row.number("expected")
    allowed = Tolerance.parse(row.text("tolerance")).allowed(expected)
    return CaseResult.of(
        row.case_id, [Comparison("price", method, expected, price, allowed) for method, price in prices]
    )
