"""A chunk of duels: every trade by every method, and what each said."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from duels.methods import Sizes, challengers, reference
from duels.trades import SPOT, chunk
from plimsoll import value
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.valuation import Valuation

TRADES_IN_CHUNK = 10
MEASURES = ("price", "delta", "gamma", "vega", "theta", "rho")
#: Below this share of the spot too few paths of a simulation without importance sampling pay to tell its error.
LEAST_SHARE = {"European": 1e-2, "ArithmeticAsian": 1e-2}
#: How far a reference that is no formula may be off, relative, in its price and in its sensitivities: a standard error
#: below that tells of the reference and is not scored.
REFERENCE_ERROR = {"ArithmeticAsian": (1e-5, *[1e-3] * 5)}
_EXACT = (0.0,) * 6
#: Below, a price of about the spot is lost in the rounding of doubles.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Bout:
    """What one challenger said of one trade. Scores are by measure, in standard errors; of a deterministic method none.

    A trade that one of the two refuses, or whose chance a simulation cannot tell, is kept with the reason.
    """

    trade: str
    method: str
    expected: float
    price: float
    stated: float | None
    scores: tuple[float, ...]
    unscored: str = ""

    @property
    def gap(self) -> float:
        """Give the distance from the reference."""
        return abs(self.price - self.expected)

    def to_dict(self) -> dict[str, Any]:
        """Give the bout as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read the bout from plain data."""
        return cls(**{**data, "scores": tuple(data["scores"])})


def _measures(valuation: Valuation) -> list[float]:
    return [valuation.price, *(valuation.sensitivities[name] for name in MEASURES[1:])]


def _scores(found: Valuation, expected: Valuation, reference_errors: tuple[float, ...]) -> tuple[float, ...]:
    errors = found.sensitivity_standard_errors
    if found.standard_error is None or errors is None:
        return ()
    # Where the reference's own error is not far below the chance of the simulation, no score tells of the simulation.
    if found.standard_error < 10.0 * (expected.error_estimate or 0.0):
        return _EXACT
    # What the control explains to the last bit has no standard error, and a score of what rounding leaves means nothing.
    sizes = [found.standard_error, *(errors[name] for name in MEASURES[1:])]
    return tuple(
        round((x - y) / size, 4) if size > max(ROUNDING, error * abs(y)) else 0.0
        for x, y, size, error in zip(_measures(found), _measures(expected), sizes, reference_errors, strict=True)
    )


def fight(product: str, number: int, sizes: Sizes, threads: int) -> list[Bout]:
    """Value the trades of a chunk by every method; the seed is that of the chunk."""
    numbers = range(1 + number * TRADES_IN_CHUNK, 1 + (number + 1) * TRADES_IN_CHUNK)
    trades, snapshot = chunk(product, numbers)
    held = value(trades, snapshot, reference(product), threads=threads).outcomes
    bouts = []
    for name, method in challengers(product, sizes, seed=number + 1).items():
        said = value(trades, snapshot, method, threads=threads).outcomes
        for expected, found in zip(held, said, strict=True):
            if expected.valuation is None or found.valuation is None:
                refused = "refused by the reference" if expected.valuation is None else "refused"
                bouts.append(Bout(expected.trade_id, name, 0.0, 0.0, None, (), refused))
                continue
            fought = bout(name, expected.trade_id, expected.valuation, found.valuation, product)
            least = LEAST_SHARE.get(product, ROUNDING)
            if name == "MonteCarlo" and fought.expected < least * SPOT:
                fought = replace(fought, scores=(), unscored=f"worth less than {least:g} of the spot")
            bouts.append(fought)
    return bouts


def bout(method: str, trade: str, expected: Valuation, found: Valuation, product: str) -> Bout:
    """Give what a challenger said beside the reference."""
    stated = found.error_estimate if found.standard_error is None else found.standard_error
    scores = _scores(found, expected, REFERENCE_ERROR.get(product, _EXACT))
    return Bout(trade, method, expected.price, found.price, stated, scores)


def again(product: str, trade: str, method: MethodSpec) -> float | None:
    """Value one trade of the duels by another method; None where it refuses."""
    number = int(trade.rpartition("-")[2])
    trades, snapshot = chunk(product, range(number, number + 1))
    valuation = value(trades, snapshot, method).outcomes[0].valuation
    return None if valuation is None else valuation.price
