"""Models fitted to a chain of quotes, with what is uncertain and how each parameter moves with each fitted price."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from plimsoll import _core
from plimsoll.engine.quotes import QuoteChain
from plimsoll.engine.refusals import NotConverged
from plimsoll.vocabulary.errors import PlimsollError

#: Start and bounds of what the volatility at the forward does not tell: by parameter (start, least, most).
_SHAPES: dict[str, tuple[float, float, float]] = {
    "mean_reversion": (1.5, 0.05, 20.0),
    "volatility_of_variance": (0.6, 0.01, 5.0),
    "correlation": (-0.6, -0.99, 0.99),
    "jump_intensity": (0.5, 0.01, 10.0),
    "mean_log_jump": (-0.1, -1.0, 0.5),
    "log_jump_deviation": (0.15, 0.01, 1.0),
    "variance_rate": (0.2, 0.005, 5.0),
    "drift": (-0.15, -2.0, 1.0),
}
_VARIANCES = ("variance", "long_variance")
_FIELDS = {
    "heston": ("variance", "mean_reversion", "long_variance", "volatility_of_variance", "correlation"),
    "merton": ("volatility", "jump_intensity", "mean_log_jump", "log_jump_deviation"),
    "variance_gamma": ("volatility", "variance_rate", "drift"),
    "sabr": ("level", "elasticity", "volatility_of_level", "correlation"),
    "svi": ("level", "wing_slope", "correlation", "shift", "curvature"),
}
_FIELDS["bates"] = (*_FIELDS["heston"], *_FIELDS["merton"][1:])
_CLASSES: dict[str, Any] = {
    "heston": _core.Heston,
    "bates": _core.Bates,
    "merton": _core.Merton,
    "variance_gamma": _core.VarianceGamma,
}
MODELS = ("heston", "bates", "merton", "variance_gamma", "sabr", "svi", "ssvi", "black_scholes")
_SHAPES_OF_SURFACE = ("correlation", "steepness", "exponent")
#: The elasticity of SABR, which the smile of one expiry hardly tells from its correlation.
ELASTICITY = 0.5
_HELD_EXPONENT = 0.4

Fitted = Any  # one of the core's fits, which share their members
#: A fit, what it holds, and why one that held nothing was given up.
Worked = tuple[Fitted, tuple[str, ...], NotConverged | None]


@dataclass(frozen=True, slots=True)
class FittedParameter:
    """One parameter: its value, standard error, whether a bound holds it, and its derivative by each fitted price.

    ``by_quote`` is by the European price that was fitted, the forward, the discount factor and the weights held. Parity
    implies these from the same rows, and an American row's price is made a European one first: what a row does through
    either is not in it.
    """

    name: str
    value: float
    standard_error: float | None
    at_bound: bool
    by_quote: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the parameter as plain data, without its sensitivities."""
        named = {"name": self.name, "value": self.value, "standard_error": self.standard_error}
        return {**named, "at_bound": self.at_bound}


@dataclass(frozen=True, slots=True)
class ModelFit:
    """One fit, of a whole chain or of the expiry named, with its report; or the refusal that stands in its place.

    ``rows`` are the quotes' rows in the order of the sensitivities and of ``residuals``, which are in half spreads (or
    hundredths of volatility where quotes have no spread). ``crossings`` are the strikes at which the slice has less total
    variance than that of the expiry before; ``failed_first`` is why a first fit, with nothing held, was given up. ``found`` is
    the core's own fit.
    """

    expiry: str | None
    rows: tuple[int, ...]
    parameters: tuple[FittedParameter, ...] = ()
    converged: bool = False
    end: str = ""
    iterations: int = 0
    newton_step: float = 0.0
    residuals: tuple[float, ...] = ()
    residual_deviation: float | None = None
    model: Any = None
    held: tuple[str, ...] = ()
    flaws: tuple[dict[str, float], ...] = ()
    crossings: tuple[dict[str, float], ...] = ()
    failed_first: PlimsollError | None = None
    refusal: PlimsollError | None = None
    found: Fitted = None

    def to_dict(self, sensitivities: bool = False) -> dict[str, Any]:
        """Give the fit as plain data, with ``by_quote`` and the residuals by row if asked.

        ``by_quote`` is the derivative of each parameter by the European price fitted for each row; forward, discount
        factor and weights are held, as in :class:`FittedParameter`.
        """
        if self.refusal is not None:
            return {"expiry": self.expiry, "failed_first": _told(self.failed_first), "refusal": _told(self.refusal)}
        document = {
            "expiry": self.expiry,
            "converged": self.converged,
            "end": self.end,
            "iterations": self.iterations,
            "last_newton_step": self.newton_step,
            "quotes": len(self.rows),
            "residual_deviation": self.residual_deviation,
            "worst_residual": max(self.residuals, key=abs),
            "parameters": [parameter.to_dict() for parameter in self.parameters],
            "held": list(self.held),
            "failed_first": _told(self.failed_first),
            "negative_densities": list(self.flaws),
            "calendar_crossings": list(self.crossings),
            "model": self.model.to_dict(),
            "refusal": None,
        }
        if sensitivities:
            moves = {p.name: dict(zip(map(str, self.rows), p.by_quote, strict=True)) for p in self.parameters}
            document["by_quote"] = moves
            document["residuals"] = dict(zip(map(str, self.rows), self.residuals, strict=True))
        return document


def fit(quotes: QuoteChain, model: str) -> tuple[ModelFit, ...]:
    """Fit a model to a chain.

    Parameters
    ----------
    quotes : QuoteChain
        As :func:`plimsoll.engine.quotes.read_quotes` gives it.
    model : str
        One of :data:`MODELS`. SABR and SVI are smiles of one expiry: they are fitted to each.

    Returns
    -------
    tuple of ModelFit
        One fit, or one for each expiry; a fit that the core refuses carries its refusal.
    """
    chain = list(quotes.reading.chain)
    if model in ("sabr", "svi"):
        smile = _sabr if model == "sabr" else _svi
        fits = tuple(
            _made(quotes.expiry(i), quotes.rows[i], [expiry], smile, _FIELDS[model]) for i, expiry in enumerate(chain)
        )
        return _with_crossings(chain, fits)
    rows = tuple(row for expiry in quotes.rows for row in expiry)
    if model in ("ssvi", "black_scholes"):
        names = tuple(f"rise of variance to {quotes.expiry(i)}" for i in range(len(chain)))
        work = _ssvi if model == "ssvi" else _flat
        return (_made(None, rows, chain, work, (*names, *_SHAPES_OF_SURFACE)),)
    return (_made(None, rows, chain, lambda part: (_paths(part, model), (), None), _FIELDS[model]),)


def _made(
    expiry: str | None,
    rows: Sequence[int],
    chain: list[_core.QuotedExpiry],
    work: Callable[[list[_core.QuotedExpiry]], Worked],
    names: Sequence[str],
) -> ModelFit:
    try:
        found, held, failed_first = work(chain)
    except PlimsollError as error:
        before = error.__cause__
        return ModelFit(
            expiry, tuple(rows), failed_first=before if isinstance(before, PlimsollError) else None, refusal=error
        )
    parameters = tuple(
        FittedParameter(name, value, _known(error), bound, tuple(map(float, by_quote)))
        for name, value, error, bound, by_quote in zip(
            names, found.parameters, found.standard_errors, found.at_bound, found.by_quote, strict=True
        )
    )
    return ModelFit(
        expiry=expiry,
        rows=tuple(rows),
        parameters=parameters,
        converged=found.converged,
        end=found.end,
        iterations=found.iterations,
        newton_step=found.newton_step,
        residuals=tuple(found.residuals),
        residual_deviation=_known(found.residual_deviation),
        model=found.model,
        held=held,
        flaws=tuple(_flaws(found.model, chain[0])),
        failed_first=failed_first,
        found=found,
    )


def _told(error: PlimsollError | None) -> dict[str, str] | None:
    return None if error is None else error.to_dict()


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def _flaws(model: Any, expiry: _core.QuotedExpiry) -> Iterator[dict[str, float]]:
    """Yield the strikes at which a fitted smile implies a negative density, as far as its quotes reach."""
    if isinstance(model, _core.Svi):
        low, high = min(expiry.strikes), max(expiry.strikes)
        for flaw in _core.svi_density_flaws(model):
            if low <= flaw.strike * expiry.forward <= high:
                yield {"strike": flaw.strike * expiry.forward, "density": flaw.density}
    if isinstance(model, _core.Sabr):
        for flaw in _core.sabr_density_flaws(model, expiry.forward, expiry.years, expiry.strikes):
            yield {"strike": flaw.strike, "density": flaw.density}


def _with_crossings(chain: list[_core.QuotedExpiry], fits: Sequence[ModelFit]) -> tuple[ModelFit, ...]:
    """Give the fits, each SVI slice with where it runs below the one before, as far as both have quotes."""
    held = list(fits)
    slices = [i for i, fit in enumerate(fits) if isinstance(fit.model, _core.Svi)]
    for before, after in pairwise(slices):
        near, far = chain[before], chain[after]
        low = max(min(each.strikes) / each.forward for each in (near, far))
        high = min(max(each.strikes) / each.forward for each in (near, far))
        crossings = tuple(
            {"strike": at.strike * far.forward, "variance_before": at.before, "variance": at.after}
            for at in _core.svi_calendar_crossings(fits[before].model, fits[after].model)
            if low <= at.strike <= high
        )
        held[after] = replace(fits[after], crossings=crossings)
    return tuple(held)


def _paths(chain: list[_core.QuotedExpiry], model: str) -> Fitted:
    near, far = (_core.volatility_at_forward(expiry) for expiry in (chain[0], chain[-1]))
    levels = {
        "volatility": (far, 0.01, 3.0),
        "variance": (near * near, 1e-5, 9.0),
        "long_variance": (far * far, 1e-5, 9.0),
    }
    known = levels | _SHAPES
    bounds = [
        _CLASSES[model](
            spot=chain[0].forward, rate=0.0, dividend_yield=0.0, **{name: known[name][i] for name in _FIELDS[model]}
        )
        for i in range(3)
    ]
    return _core.calibrate(chain, *bounds)


def _svi(chain: list[_core.QuotedExpiry]) -> Worked:
    # The bounds of De Marco & Martini: without a level above zero, slope and correlation run away along a valley where
    # only one wing is quoted.
    low = _core.Svi(level=0.0, wing_slope=0.0, correlation=-0.999, shift=-1.0, curvature=1e-3)
    high = _core.Svi(level=10.0, wing_slope=2.0, correlation=0.999, shift=1.0, curvature=10.0)
    return _core.calibrate(chain, _core.svi_start(chain[0]), low, high), (), None


def _sabr(chain: list[_core.QuotedExpiry]) -> Worked:
    start = _core.sabr_start(chain[0], ELASTICITY)
    low = _core.Sabr(level=1e-6, elasticity=ELASTICITY, volatility_of_level=1e-4, correlation=-0.999)
    high = _core.Sabr(level=100.0 * start.level, elasticity=ELASTICITY, volatility_of_level=30.0, correlation=0.999)
    return _core.calibrate(chain, start, low, high), ("elasticity",), None


def _ssvi(chain: list[_core.QuotedExpiry], held_exponent: float = _HELD_EXPONENT) -> Worked:
    start = _core.ssvi_start(chain)
    first: NotConverged | None = None
    if len(chain) > 1:
        try:
            return _core.calibrate(chain, start, *_ssvi_bounds(start, 1e-3, 0.5)), (), None
        except NotConverged as error:
            first = error  # one level of variance tells steepness and exponent apart no more: then the exponent is held
    try:
        found = _core.calibrate(chain, start, *_ssvi_bounds(start, held_exponent, held_exponent))
    except PlimsollError as error:
        raise error from first
    return found, ("exponent",), first


def _flat(chain: list[_core.QuotedExpiry]) -> Worked:
    """Fit Black and Scholes's model with a term structure: a surface without steepness."""
    years, count = list(_core.ssvi_start(chain).years), len(chain)
    variances = (_core.ssvi_start(chain).variances, [0.0] * count, [20.0] * count)
    shape = {"correlation": 0.0, "steepness": 0.0, "exponent": _HELD_EXPONENT}
    return (
        _core.calibrate(chain, *(_core.Ssvi(years=years, variances=each, **shape) for each in variances)),
        _SHAPES_OF_SURFACE,
        None,
    )


def _ssvi_bounds(start: _core.Ssvi, least: float, most: float) -> tuple[_core.Ssvi, _core.Ssvi]:
    """Give the bounds of a surface whose exponent lies between two numbers; those of the variances are their rises'."""
    years, count = start.years, len(start.years)
    return (
        _core.Ssvi(years=years, variances=[0.0] * count, correlation=-0.99, steepness=0.0, exponent=least),
        _core.Ssvi(years=years, variances=[20.0] * count, correlation=0.99, steepness=1.0, exponent=most),
    )
