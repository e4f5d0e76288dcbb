"""Vanna-volga barriers as the library computes them whose prices are printed: a witness of what its bumps amount to.

The core hedges by exact exposures. The prices of the tables come from exposures bumped to one side, and those of two
barriers also from a smile that is read as if the forward were the spot. Only this module knows these habits.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plimsoll import _core

_BUMP = 1e-4
_DELTA = 0.25
_STEPS = 200
_Option = _core.Barrier | _core.DoubleBarrier


@dataclass(frozen=True, slots=True)
class Habits:
    """The bump of the vega, and whether the smile is read at the spot instead of the forward."""

    vega_bump: float
    smile_at_spot: bool


ONE_BARRIER = Habits(vega_bump=_BUMP, smile_at_spot=False)
TWO_BARRIERS = Habits(vega_bump=1e-3, smile_at_spot=True)


def bumped_price(option: _Option, smile: _core.FxSmile, strike_volatility: float | None, habits: Habits) -> float:
    """Give the price of the barrier with exposures by bumps.

    Parameters
    ----------
    option : Barrier or DoubleBarrier
        Not touched, without a rebate.
    smile : FxSmile
        The three quotes.
    strike_volatility : float, optional
        The market's own volatility at the strike.
    habits : Habits
        What is bumped by how much.

    Returns
    -------
    float
        The price, between nothing and the plain option.
    """
    strikes, quoted = _quotes(smile)
    flat = smile.straddle_volatility
    beyond = [
        _call(smile, strike, volatility) - _call(smile, strike, flat)
        for strike, volatility in zip(strikes, quoted, strict=True)
    ]
    target = _bumped_exposures(option, smile, habits)
    units = _solved([_exposures(smile, strike) for strike in strikes], target)
    by_smile = _smile_volatility(option.strike, smile, strikes, quoted, at_spot=habits.smile_at_spot)
    plain = _plain(option, smile, by_smile if strike_volatility is None else strike_volatility)
    survival = _core.vanna_volga(option, smile, strike_volatility).survival
    correction = sum(unit * excess for unit, excess in zip(units, beyond, strict=True))
    out = _out(option, smile, smile.spot, flat) + survival * (correction + plain - _plain(option, smile, by_smile))
    out = max(0.0, min(plain, out))
    return out if option.knock is _core.Knock.knock_out else plain - out


def _quotes(smile: _core.FxSmile) -> tuple[list[float], list[float]]:
    """Give the strikes of put, straddle and call by forward deltas, and their volatilities."""
    domestic, foreign = math.exp(-smile.domestic_rate * smile.years), math.exp(-smile.foreign_rate * smile.years)
    root = math.sqrt(smile.years)

    def at(kind: _core.OptionType, delta: float, volatility: float) -> float:
        return _core.fx_strike(
            kind,
            _core.FxDelta.forward,
            delta,
            spot=smile.spot,
            domestic_discount=domestic,
            foreign_discount=foreign,
            deviation=volatility * root,
        )

    straddle = smile.spot * foreign / domestic * math.exp(0.5 * smile.straddle_volatility**2 * smile.years)
    strikes = [
        at(_core.OptionType.put, -_DELTA, smile.put_volatility),
        straddle,
        at(_core.OptionType.call, _DELTA, smile.call_volatility),
    ]
    return strikes, [smile.put_volatility, smile.straddle_volatility, smile.call_volatility]


def _model(smile: _core.FxSmile, volatility: float, *, at_spot: bool = False) -> _core.BlackScholes:
    rate = smile.foreign_rate if at_spot else smile.domestic_rate
    return _core.BlackScholes(spot=smile.spot, rate=rate, dividend_yield=smile.foreign_rate, volatility=volatility)


def _european(kind: _core.OptionType, strike: float, years: float, model: _core.BlackScholes) -> _core.PricedGreeks:
    option = _core.Digital(
        type=kind, payout=_core.Payout.difference, strike=strike, cash=0.0, paid_strike=strike, expiry=years
    )
    return _core.closed_form(option, model)


def _call(smile: _core.FxSmile, strike: float, volatility: float, *, at_spot: bool = False) -> float:
    model = _model(smile, volatility, at_spot=at_spot)
    return _european(_core.OptionType.call, strike, smile.years, model).price


def _plain(option: _Option, smile: _core.FxSmile, volatility: float) -> float:
    return _european(option.type, option.strike, smile.years, _model(smile, volatility)).price


def _exposures(smile: _core.FxSmile, strike: float) -> list[float]:
    """Give vega, vanna and volga of a call. Source: Haug (2007), sec. 2.5 and 2.9."""
    model = _model(smile, smile.straddle_volatility)
    vega = _european(_core.OptionType.call, strike, smile.years, model).greeks.vega
    deviation = model.volatility * math.sqrt(smile.years)
    carry = (model.rate - model.dividend_yield) * smile.years
    d1 = (math.log(smile.spot / strike) + carry) / deviation + 0.5 * deviation
    vanna = vega / smile.spot * (1.0 - d1 / deviation)
    return [vega, vanna, vega * d1 * (d1 - deviation) / model.volatility]


def _out(option: _Option, smile: _core.FxSmile, spot: float, volatility: float) -> float:
    """Give the price of the knock-out at one volatility."""
    terms = {name: getattr(option, name) for name in option.to_dict()} | {"knock": _core.Knock.knock_out}
    model = _core.BlackScholes(
        spot=spot, rate=smile.domestic_rate, dividend_yield=smile.foreign_rate, volatility=volatility
    )
    if isinstance(option, _core.DoubleBarrier):
        return _core.closed_form(_core.DoubleBarrier(**terms), model).price
    return _core.closed_form(_core.Barrier(**terms), model).price


def _bumped_exposures(option: _Option, smile: _core.FxSmile, habits: Habits) -> list[float]:
    flat = smile.straddle_volatility

    def vega(volatility: float) -> float:
        up = _out(option, smile, smile.spot, volatility + habits.vega_bump)
        return (up - _out(option, smile, smile.spot, volatility)) / habits.vega_bump

    def delta(volatility: float) -> float:
        step = _BUMP * smile.spot
        up, down = (_out(option, smile, smile.spot + sign * step, volatility) for sign in (1.0, -1.0))
        return (up - down) / (2.0 * step)

    return [
        vega(flat),
        (delta(flat + _BUMP) - delta(flat)) / _BUMP,
        (vega(flat + _BUMP) - vega(flat)) / _BUMP,
    ]


def _solved(columns: Sequence[Sequence[float]], target: Sequence[float]) -> list[float]:
    """Solve three equations by Cramer's rule."""
    whole = _determinant(columns)
    return [_determinant([*columns[:i], target, *columns[i + 1 :]]) / whole for i in range(3)]


def _determinant(c: Sequence[Sequence[float]]) -> float:
    return sum(
        c[i % 3][0] * (c[(i + 1) % 3][1] * c[(i + 2) % 3][2] - c[(i + 1) % 3][2] * c[(i + 2) % 3][1]) for i in range(3)
    )


def _smile_volatility(
    strike: float, smile: _core.FxSmile, strikes: Sequence[float], quoted: Sequence[float], *, at_spot: bool
) -> float:
    """Give the volatility at a strike that the three quotes imply."""
    flat = smile.straddle_volatility

    def vega(at: float) -> float:
        return _european(_core.OptionType.call, at, smile.years, _model(smile, flat, at_spot=at_spot)).greeks.vega

    price = _call(smile, strike, flat, at_spot=at_spot)
    for i, (own, volatility) in enumerate(zip(strikes, quoted, strict=True)):
        a, b = strikes[(i + 1) % 3], strikes[(i + 2) % 3]
        weight = math.log(a / strike) * math.log(b / strike) / (math.log(a / own) * math.log(b / own))
        excess = _call(smile, own, volatility, at_spot=at_spot) - _call(smile, own, flat, at_spot=at_spot)
        price += vega(strike) / vega(own) * weight * excess
    return _implied(lambda volatility: _call(smile, strike, volatility, at_spot=at_spot), price)


def _implied(price_at: Callable[[float], float], price: float) -> float:
    low, high = 1e-6, 5.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if price_at(middle) < price else (low, middle)
    return 0.5 * (low + high)
