"""The unit in which two prices are compared: what a trader would call a small move."""

from plimsoll.validation.subject import Valued

_VOLATILITY_POINT = 0.01
_BASIS_POINT = 1e-4


def tolerance_unit(value: Valued, strike: float) -> float:
    """Give max(vega per volatility point, rho per basis point, one basis point of strike), in currency.

    Source: house default of test VAL-REP-01; the strike stands for the notional.
    """
    return max(_VOLATILITY_POINT * abs(value.vega), _BASIS_POINT * abs(value.rho), _BASIS_POINT * strike)
