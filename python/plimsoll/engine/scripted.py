"""Payoffs that their users write in Python: compiled by Numba, called by the core's paths without the interpreter."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.util import find_spec
from types import FunctionType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from plimsoll import _core
from plimsoll.engine.methods import MonteCarlo, refuse_unknown_instruction_set
from plimsoll.engine.refusals import refusal
from plimsoll.engine.script_draws import drawn_by, function_of
from plimsoll.vocabulary.errors import BadInput, CheckFailed, MissingDependency

INSTALL = "pip install 'plimsoll[scripted]'"

#: The present value of all that the holder receives along a path, from what is observed on it: the spots, one a date, or one
#: a date and asset, and the value today of one unit paid on each date.
Payoff: TypeAlias = Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], float]


class ScriptFailed(CheckFailed):
    """A script that raised, or gave no finite number, on a path."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its standard error."""

    mean: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class ScriptSensitivity:
    """Sensitivities to the spot and volatility (per 1.00) of one asset, each by two routes on the same paths.

    The bumps, of one per cent of the spot and five of the volatility, are the sharper ones where the payoff is continuous;
    where it jumps they are noisy and biased, and the likelihood ratios are to be taken.
    """

    asset: int
    delta_bumped: Estimate
    delta_by_likelihood_ratio: Estimate
    vega_bumped: Estimate
    vega_by_likelihood_ratio: Estimate


@dataclass(frozen=True, slots=True)
class ScriptValuation:
    """What a script is worth, and what it is computed again from beside the script."""

    price: float
    standard_error: float
    sensitivities: tuple[ScriptSensitivity, ...]
    method: MonteCarlo
    model_digest: str

    def to_dict(self) -> dict[str, Any]:
        """Give the valuation as plain data."""
        return asdict(self)


def value_script(
    payoff: Payoff,
    dates: Sequence[float],
    *,
    spots: Sequence[float],
    rate: float,
    dividend_yields: Sequence[float],
    volatilities: Sequence[float],
    correlation: Sequence[Sequence[float]] | None = None,
    method: MonteCarlo | None = None,
    sensitivities: bool = False,
) -> ScriptValuation:
    """Value a payoff written in Python along paths of correlated Black-Scholes spots.

    Parameters
    ----------
    payoff : function of (spots, discounts)
        Compiled by Numba in nopython mode with bounds checked. ``spots[d]`` is the spot on date d, ``spots[d, k]`` that
        of asset k where there are several; ``discounts[d]`` is the value today of one unit paid then. Both arrays can
        only be read.
    dates : sequence of float
        When spots are observed, in years from today, above zero and rising.
    spots, rate, dividend_yields, volatilities, correlation
        The market, one number an asset; one asset needs no correlation.
    method : MonteCarlo
        Paths, seed and threads, on which no bit depends.
    sensitivities : bool
        Whether delta and vega are wanted: four more calls of the script a path and asset.

    Returns
    -------
    ScriptValuation

    Raises
    ------
    MissingDependency, BadInput
        If Numba is not installed, or cannot compile the payoff, or the payoff draws random numbers.
    ScriptFailed
        If the script raised or gave no finite number, with the first path on which it did.
    PlimsollError
        If the market, the dates or the settings make no sense.

    Examples
    --------
    >>> one = {"spots": [100.0], "rate": 0.0, "dividend_yields": [0.0], "volatilities": [0.2]}
    >>> found = value_script(lambda spots, discounts: discounts[0] * max(spots[0] - 100.0, 0.0), [1.0], **one)
    >>> abs(found.price - 7.9656) < 3 * found.standard_error
    True
    """
    refuse_unknown_instruction_set()
    settings = method or MonteCarlo()
    function = _function(payoff)
    model = _model(spots, rate, dividend_yields, volatilities, correlation)
    assets = len(model.spots)
    # Kept here while the core calls it: the cache may let it go meanwhile.
    compiled = _compiled(function, assets == 1)
    answer = _core.scripted_price(compiled.address, model, _numbers("dates", dates), settings.to_core(), sensitivities)
    if isinstance(answer, _core.ScriptFailure):
        raise _failed(function, answer, assets)
    return _valuation(answer, settings, model.digest)


def _valuation(answer: _core.ScriptedPrice, method: MonteCarlo, model_digest: str) -> ScriptValuation:
    found = tuple(
        ScriptSensitivity(
            each.asset,
            _estimate(each.delta_bumped),
            _estimate(each.delta_by_likelihood_ratio),
            _estimate(each.vega_bumped),
            _estimate(each.vega_by_likelihood_ratio),
        )
        for each in answer.sensitivities
    )
    return ScriptValuation(answer.price.mean, answer.price.standard_error, found, method, model_digest)


def _model(
    spots: Sequence[float],
    rate: float,
    dividend_yields: Sequence[float],
    volatilities: Sequence[float],
    correlation: Sequence[Sequence[float]] | None,
) -> _core.CorrelatedBlackScholes:
    starts = _numbers("spots", spots)
    if not starts:
        raise refusal("invalid_value", "spots", "none", "one number an asset", "give one asset its spot")
    return _core.CorrelatedBlackScholes(
        spots=starts,
        rate=_numbers("rate", (rate,))[0],
        dividend_yields=_numbers("dividend_yields", dividend_yields),
        volatilities=_numbers("volatilities", volatilities),
        correlation=_matrix(correlation, len(starts)),
    )


def _numbers(name: str, values: Sequence[float]) -> list[float]:
    try:
        if isinstance(values, str | bytes):
            raise TypeError(repr(values))
        return [float(value) for value in values]
    except (TypeError, ValueError, OverflowError) as error:
        raise refusal("invalid_value", name, str(error)[:200], "numbers", "give numbers") from error


def _matrix(correlation: Sequence[Sequence[float]] | None, assets: int) -> list[float]:
    if correlation is None and assets == 1:
        return [1.0]
    allowed = f"{assets} rows of {assets} numbers"
    if correlation is None:
        raise refusal("missing_field", "correlation", "not given", allowed, "say how the assets move together")
    try:
        rows = list(correlation)
    except TypeError as error:
        raise refusal("invalid_value", "correlation", str(error), allowed, "give a list of rows") from error
    numbers = [_numbers("correlation", row) for row in rows]
    lengths = [len(row) for row in numbers]
    if lengths != [assets] * assets:
        found = f"rows of {', '.join(map(str, lengths)) or 'nothing'}"
        raise refusal("invalid_value", "correlation", found, allowed, "give one row and one column an asset")
    return [entry for row in numbers for entry in row]


def _function(payoff: Payoff) -> FunctionType:
    """Give the function that is compiled, or refuse what is none or draws random numbers."""
    function = function_of(payoff)
    if not isinstance(function, FunctionType):
        raise _not_compiled(type(function).__name__)
    if drawn := drawn_by(function):
        raise BadInput(
            "script_draws",
            field="payoff",
            value=drawn,
            allowed="a function of its arguments alone: random numbers of its own would depend on the number of threads",
            fix="take chance from the paths: add an asset that nothing is correlated with",
        )
    return function


@lru_cache(maxsize=64)
def _compiled(function: FunctionType, one_asset: bool) -> Any:
    """Give the machine code of a payoff, which its caller keeps alive as long as it may be called."""
    if find_spec("numba") is None:
        raise MissingDependency(
            "numba_not_installed", field="payoff", value="numba", allowed="the extra `scripted`", fix=INSTALL
        )
    import numba
    from numba import carray, types
    from numba.core.errors import NumbaError

    observed = types.Array(types.float64, 1 if one_asset else 2, "C", readonly=True)
    paid = types.Array(types.float64, 1, "C", readonly=True)
    pointer = types.CPointer(types.float64)
    entry_type = types.float64(pointer, pointer, types.int64, types.int64, types.CPointer(types.int32))
    try:
        inner = numba.njit(types.float64(observed, paid), boundscheck=True)(function)
        return numba.cfunc(entry_type)(_entry(inner, carray, one_asset))
    except (NumbaError, TypeError) as error:
        raise _not_compiled(" ".join(str(error).split())[:600]) from error


def _not_compiled(found: str) -> BadInput:
    return BadInput(
        "script_not_compiled",
        field="payoff",
        value=found,
        allowed="a function of two arrays that gives a number and that Numba compiles in nopython mode",
        fix="use numbers, arrays, `math` and NumPy functions that Numba knows; write to no argument",
    )


def _entry(inner: Any, carray: Any, one_asset: bool) -> Callable[..., Any]:
    """Give the function that the core calls: pointers made arrays, and an exception made a mark.

    Numba compiles the bodies; the interpreter never runs them. The core gives the number of assets to either.
    """

    def of_one(spots: Any, discounts: Any, dates: int, _assets: int, raised: Any) -> Any:
        try:
            return inner(carray(spots, dates), carray(discounts, dates))
        except Exception:
            carray(raised, 1)[0] = 1
            return 0.0

    def of_several(spots: Any, discounts: Any, dates: int, assets: int, raised: Any) -> Any:
        try:
            return inner(carray(spots, (dates, assets)), carray(discounts, dates))
        except Exception:
            carray(raised, 1)[0] = 1
            return 0.0

    return of_one if one_asset else of_several


def _failed(function: Payoff, failure: _core.ScriptFailure, assets: int) -> ScriptFailed:
    """Follow the script in the interpreter on the path that the core names, and say what it does there."""
    spots = np.array(failure.spots)
    observed = spots if assets == 1 else spots.reshape(-1, assets)
    what = failure.result
    if what == "raised":
        try:
            what = f"an exception where the interpreter gives {function(observed, np.array(failure.discounts))}"
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
    shown = ", ".join(f"{spot:.6g}" for spot in failure.spots[:8]) + (", ..." if len(spots) > 8 else "")
    return ScriptFailed(
        "script_raised" if failure.result == "raised" else "script_not_finite",
        field="payoff",
        value=f"{what}; path {failure.path}, market {failure.market}, spots [{shown}]",
        allowed="a finite number on every path",
        fix="mend the script for these spots",
    )


def _estimate(found: _core.Estimate) -> Estimate:
    return Estimate(found.mean, found.standard_error)
