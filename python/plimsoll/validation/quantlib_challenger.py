"""American option prices by QuantLib, with methods that share nothing with our tree or our grid.

Without cash dividends the early exercise boundary is found as the fixed point of an integral equation (QdFp); with
cash dividends a finite-difference grid is used, whose error is estimated and mostly removed by halving its steps.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

import QuantLib as ql

from plimsoll.validation.draw import DrawnOption

QD_FP = "QuantLib QdFp, high precision"
#: The iteration schemes of QdFp: the first is the challenger's word on a price, the second costs a hundredth of it and
#: serves difference quotients, after its error against the first has been measured.
HIGH_PRECISION, ACCURATE = "high precision", "accurate"
FINITE_DIFFERENCES = "QuantLib finite differences, extrapolated"
#: Options below which a further process, which must first load QuantLib, gains nothing.
_WORTH_A_PROCESS = {HIGH_PRECISION: 64, ACCURATE: 6400}


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


def challenger_prices(
    options: Sequence[DrawnOption], grid: Mapping[str, int], processes: int = 1, scheme: str = HIGH_PRECISION
) -> tuple[ChallengerPrice, ...]:
    """Price the options with QuantLib.

    Parameters
    ----------
    options : sequence of DrawnOption
        What to price; QuantLib counts whole days, Act/365 fixed, as our door does.
    grid : Mapping
        ``time_steps`` and ``space_steps`` of the finest finite-difference grid.
    processes : int
        QuantLib keeps its evaluation date in a global and the interpreter's lock while it works, so only processes
        share its work. No number depends on how many.
    scheme : str
        ``HIGH_PRECISION`` or ``ACCURATE``, for options without cash dividends.

    Returns
    -------
    tuple of ChallengerPrice
        One per option, in order; a failure of QuantLib is recorded and never raised.
    """
    used = max(1, min(processes, len(options) // _WORTH_A_PROCESS[scheme]))
    shares = [options[first::used] for first in range(used)]
    workers = [_start_worker(share, grid, scheme) for share in shares[1:]]
    answers: list[ChallengerPrice | None] = [None] * len(options)
    answers[::used] = [_challenge(option, grid, scheme) for option in shares[0]]
    for first, (worker, share) in enumerate(zip(workers, shares[1:], strict=True), start=1):
        answers[first::used] = _finish_worker(worker, share)
    return tuple(answer for answer in answers if answer is not None)


def answer_share(questions: BinaryIO, answers: BinaryIO) -> None:
    """Price the share of options that another process wrote, and write the prices back."""
    options, grid, scheme = pickle.load(questions)  # noqa: S301 (the other end of our own pipe)
    pickle.dump([_challenge(option, grid, scheme) for option in options], answers)


def _start_worker(share: Sequence[DrawnOption], grid: Mapping[str, int], scheme: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "plimsoll.validation.quantlib_worker"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 (a module of ours)
    assert worker.stdin is not None
    with worker.stdin as questions:
        pickle.dump((list(share), dict(grid), scheme), questions)
    return worker


def _finish_worker(worker: "subprocess.Popen[bytes]", share: Sequence[DrawnOption]) -> list[ChallengerPrice]:
    assert worker.stdout is not None
    with worker.stdout as answers:
        written = answers.read()
    if code := worker.wait():
        reason = f"the process that ran QuantLib ended with code {code}"
        return [ChallengerPrice(option.name, _method_of(option), None, 0.0, reason) for option in share]
    prices: list[ChallengerPrice] = pickle.loads(written)  # noqa: S301 (the other end of our own pipe)
    return prices


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


def _method_of(option: DrawnOption) -> str:
    return FINITE_DIFFERENCES if option.dividends else QD_FP


def _challenge(option: DrawnOption, grid: Mapping[str, int], scheme: str) -> ChallengerPrice:
    with _evaluation_date(option.valuation_date) as today:
        if option.dividends:
            return _by_finite_differences(option, today, grid)
        return _by_integral_equation(option, today, scheme)


def _by_integral_equation(option: DrawnOption, today: Any, scheme: str) -> ChallengerPrice:
    """Source: Andersen, Lake and Offengenden (2016), High performance American option pricing."""
    vanilla, process = _instrument(option, today), _process(option, today)
    engine = ql.QdFpAmericanEngine
    iteration = engine.highPrecisionScheme() if scheme == HIGH_PRECISION else engine.accurateScheme()
    vanilla.setPricingEngine(engine(process, iteration))
    method = f"QuantLib QdFp, {scheme}"
    try:
        return ChallengerPrice(option.name, method, float(vanilla.NPV()), 0.0)
    except RuntimeError as error:
        return ChallengerPrice(option.name, method, None, 0.0, str(error))


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
