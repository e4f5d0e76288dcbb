"""Payoffs that their users write in Python: compiled by Numba, called by the core's paths without the interpreter."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from plimsoll import _core
from plimsoll.engine.methods import MonteCarlo, refuse_unknown_instruction_set
from plimsoll.engine.refusals import refusal
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
        Compiled by Numba in nopython mode with bounds checked. ``spots[d]`` is the spot on date d, ``spots[d, k]`` that of asset k where there are several;
        ``discounts[d]`` is the value today of one unit paid then. Both arrays can only be read.
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
        If Numba is not installed, or cannot compile the payoff.
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
    matrix = _matrix(correlation, len(spots))
    model = _core.CorrelatedBlackScholes(
        spots=list(spots), rate=rate, dividend_yields=list(dividend_yields), volatilities=list(volatilities), correlation=matrix
    )  # fmt: skip
    answer = _core.scripted_price(
        _compiled(payoff, len(spots) == 1).address, model, list(dates), settings.to_core(), sensitivities
    )
    if isinstance(answer, _core.ScriptFailure):
        raise _failed(payoff, answer, len(spots))
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


def _matrix(correlation: Sequence[Sequence[float]] | None, assets: int) -> list[float]:
    if correlation is not None:
        return [float(entry) for row in correlation for entry in row]
    if assets == 1:
        return [1.0]
    allowed = f"{assets} rows of {assets} numbers"
    raise refusal("missing_field", "correlation", "not given", allowed, "say how the assets move together")


@lru_cache(maxsize=64)
def _compiled(payoff: Payoff, one_asset: bool) -> Any:
    """Give the machine code of a payoff; what is compiled stays alive here as long as it may be called."""
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
        inner = numba.njit(types.float64(observed, paid), boundscheck=True)(getattr(payoff, "py_func", payoff))
        return numba.cfunc(entry_type)(_entry(inner, carray, one_asset))
    except (NumbaError, TypeError) as error:
        raise BadInput(
            "script_not_compiled",
            field="payoff",
            value=" ".join(str(error).split())[:600],
            allowed="a function of two arrays that gives a number and that Numba compiles in nopython mode",
            fix="use numbers, arrays, `math` and NumPy functions that Numba knows; write to no argument",
        ) from error


def _entry(inner: Any, carray: Any, one_asset: bool) -> Callable[..., Any]:
    """Give the function that the core calls: pointers made arrays, and an exception made a mark.

    Numba compiles the bodies; the interpreter never runs them.
    """

    def of_one(spots, discounts, dates, assets, raised):  # type: ignore[no-untyped-def]  # noqa: ARG001 (the core's)
        try:
            return inner(carray(spots, dates), carray(discounts, dates))
        except Exception:
            carray(raised, 1)[0] = 1
            return 0.0

    def of_several(spots, discounts, dates, assets, raised):  # type: ignore[no-untyped-def]
        try:
            return inner(carray(spots, (dates, assets)), carray(discounts, dates))
        except Exception:
            carray(raised, 1)[0] = 1
            return 0.0

    return of_one if one_asset else of_several


def _failed(payoff: Payoff, failure: _core.ScriptFailure, assets: int) -> ScriptFailed:
    """Follow the script in the interpreter on the path that the core names, and say what it does there."""
    spots = np.array(failure.spots)
    observed = spots if assets == 1 else spots.reshape(-1, assets)
    what = failure.result
    if what == "raised":
        try:
            payoff_in_python = getattr(payoff, "py_func", payoff)
            what = f"an exception where the interpreter gives {payoff_in_python(observed, np.array(failure.discounts))}"
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
