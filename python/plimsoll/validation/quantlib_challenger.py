"""American option prices by QuantLib, with methods that share nothing with our tree or our grid.

Without cash dividends the early exercise boundary is found as the fixed point of an integral equation (QdFp); with
cash dividends a finite-difference grid is used, whose error is estimated and mostly removed by halving its steps.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import QuantLib as ql

from plimsoll.validation.draw import DrawnOption

QD_FP = "QuantLib QdFp, high precision"
FINITE_DIFFERENCES = "QuantLib finite differences, extrapolated"


@dataclass(frozen=True, slots=True)
class ChallengerPrice:
    """What QuantLib says about one option: a price with the method and its own error, or how it failed."""

    name: str
    method: str
    price: float | None
    error_estimate: float
    failure: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "name": self.name,
            "method": self.method,
            "price": self.price,
            "error_estimate": self.error_estimate,
            "failure": self.failure,
        }


def quantlib_version() -> str:
    """Give the version of the challenger."""
    return str(ql.__version__)


def challenger_prices(options: Sequence[DrawnOption], grid: Mapping[str, int]) -> tuple[ChallengerPrice, ...]:
    """Price the options with QuantLib.

    Parameters
    ----------
    options : sequence of DrawnOption
        What to price; QuantLib counts whole days, Act/365 fixed, as our door does.
    grid : Mapping
        ``time_steps`` and ``space_steps`` of the finest finite-difference grid.

    Returns
    -------
    tuple of ChallengerPrice
        One per option, in order; a failure of QuantLib is recorded and never raised.
    """
    return tuple(_challenge(option, grid) for option in options)


def finite_difference_price(option: DrawnOption, grid: Mapping[str, int]) -> ChallengerPrice:
    """Price one option on the finite-difference grid whatever its dividends: the third opinion on a worst case."""
    with _evaluation_date(option.valuation_date) as today:
        return _by_finite_differences(option, today, grid)


@contextmanager
def _evaluation_date(day: date) -> Iterator[Any]:
    """Hold QuantLib's global evaluation date at a day, and put it back."""
    settings = ql.Settings.instance()
    before = settings.evaluationDate
    settings.evaluationDate = _quantlib_date(day)
    try:
        yield settings.evaluationDate
    finally:
        settings.evaluationDate = before


def _challenge(option: DrawnOption, grid: Mapping[str, int]) -> ChallengerPrice:
    with _evaluation_date(option.valuation_date) as today:
        return _by_finite_differences(option, today, grid) if option.dividends else _by_integral_equation(option, today)


def _by_integral_equation(option: DrawnOption, today: Any) -> ChallengerPrice:
    """Source: Andersen, Lake and Offengenden (2016), High performance American option pricing."""
    vanilla, process = _instrument(option, today), _process(option, today)
    scheme = ql.QdFpAmericanEngine.highPrecisionScheme()
    vanilla.setPricingEngine(ql.QdFpAmericanEngine(process, scheme))
    try:
        return ChallengerPrice(option.name, QD_FP, float(vanilla.NPV()), 0.0)
    except RuntimeError as error:
        return ChallengerPrice(option.name, QD_FP, None, 0.0, str(error))


def _by_finite_differences(option: DrawnOption, today: Any, grid: Mapping[str, int]) -> ChallengerPrice:
    """Extrapolate in time and space together.

    Source: Wilmott, Dewynne and Howison (1995), sec. 9.4: projecting onto the exercise value once per step makes
    the error of the price first order in the time step; in space it is second order.
    """
    vanilla, process = _instrument(option, today), _process(option, today)
    schedule = ql.DividendVector([_quantlib_date(d.ex_date) for d in option.dividends], _amounts(option))

    def price(time_steps: int, space_steps: int) -> float:
        engine = ql.FdBlackScholesVanillaEngine(process, schedule, time_steps, space_steps, 4)
        vanilla.setPricingEngine(engine)
        return float(vanilla.NPV())

    time_steps, space_steps = grid["time_steps"], grid["space_steps"]
    try:
        fine = price(time_steps, space_steps)
        time_part = fine - price(time_steps // 2, space_steps)
        space_part = (fine - price(time_steps, space_steps // 2)) / 3.0
    except RuntimeError as error:
        return ChallengerPrice(option.name, FINITE_DIFFERENCES, None, 0.0, str(error))
    error_estimate = abs(time_part) + abs(space_part)
    return ChallengerPrice(option.name, FINITE_DIFFERENCES, fine + time_part + space_part, error_estimate)


def _amounts(option: DrawnOption) -> list[float]:
    return [dividend.amount for dividend in option.dividends]


def _instrument(option: DrawnOption, today: Any) -> Any:
    kind = ql.Option.Call if option.option_type == "call" else ql.Option.Put
    exercise = ql.AmericanExercise(today, today + option.days)
    return ql.VanillaOption(ql.PlainVanillaPayoff(kind, option.strike), exercise)


def _process(option: DrawnOption, today: Any) -> Any:
    counter = ql.Actual365Fixed()
    spot = ql.QuoteHandle(ql.SimpleQuote(option.spot))
    dividend = ql.YieldTermStructureHandle(ql.FlatForward(today, option.dividend_yield, counter))
    rate = ql.YieldTermStructureHandle(ql.FlatForward(today, option.rate, counter))
    surface = ql.BlackConstantVol(today, ql.NullCalendar(), option.volatility, counter)
    return ql.BlackScholesMertonProcess(spot, dividend, rate, ql.BlackVolTermStructureHandle(surface))


def _quantlib_date(day: date) -> Any:
    return ql.Date(day.day, day.month, day.year)
