"""A chunk of duels: every trade by every method, and what each said."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from duels.methods import ON_FUTURES, ON_TWO, Sizes, challengers, reference
from duels.trades import SPOT, chunk
from plimsoll import MonteCarlo, value
from plimsoll.engine.methods import MethodSpec
from plimsoll.engine.valuation import Valuation

TRADES_IN_CHUNK = 10
MEASURES = ("price", "delta", "gamma", "vega", "theta", "rho")
#: Below this share of the spot too few paths of a simulation without importance sampling pay to tell its error.
LEAST_SHARE = dict.fromkeys(("European", "ArithmeticAsian", *ON_TWO, *ON_FUTURES, "Quanto"), 0.01)
#: How far a reference that is no formula may be off, relative, in its price and in its sensitivities.
REFERENCE_ERROR = {"ArithmeticAsian": (1e-5, *[1e-3] * 5)}
_EXACT = (0.0,) * 6
#: Below this share of its size, or of the spot where it is smaller, a measure is lost in rounding and in the functions of
#: a formula.
ROUNDING = 1e-9
#: What no path of a simulation has met, and so is in no standard error, has a chance below this over the paths: three with
#: 95 %, seventeen beyond the 5.5 standard errors that no score may reach.
UNSEEN, HARDLY_UNSEEN = 3.0, 17.0


@dataclass(frozen=True)
class Bout:
    """What one challenger said of one trade. Scores are by measure, in standard errors; a deterministic method has none.

    A trade that one of the two refuses, or whose chance a simulation cannot tell, is kept with the reason.
    """

    trade: str
    method: str
    expected: float
    price: float
    stated: float | None
    scores: tuple[float | None, ...] | None
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
        return cls(**{**data, "scores": None if data["scores"] is None else tuple(data["scores"])})


def _measures(valuation: Valuation) -> list[float]:
    return [valuation.price, *(valuation.sensitivities[name] for name in MEASURES[1:])]


def _scores(
    found: Valuation, expected: Valuation, reference_errors: tuple[float, ...], paths: int
) -> tuple[float | None, ...] | None:
    """Give the distance of each measure in standard errors.

    None for a measure whose standard error is below what the reference knows and whose distance is no more than that;
    a method that claims less than it is off by has its distance told in errors of the reference.
    """
    errors = found.sensitivity_standard_errors
    if found.standard_error is None or errors is None:
        return None
    sizes = [found.standard_error, *(errors[name] for name in MEASURES[1:])]
    floors = [
        max(ROUNDING * max(SPOT, abs(y)), error * abs(y), UNSEEN / paths * abs(y) if size <= ROUNDING * SPOT else 0.0)
        for y, error, size in zip(_measures(expected), reference_errors, sizes, strict=True)
    ]
    # What a reference states of its price holds for its sensitivities in no unit, so for the price alone.
    floors[0] = max(floors[0], expected.error_estimate or 0.0)
    return tuple(
        None if size <= 10.0 * floor and abs(x - y) <= 10.0 * floor else round((x - y) / max(size, floor), 4)
        for x, y, size, floor in zip(_measures(found), _measures(expected), sizes, floors, strict=True)
    )


def fight(product: str, number: int, sizes: Sizes, threads: int) -> list[Bout]:
    """Value the trades of a chunk by every method; each simulation has a seed of its own, so that scores are independent."""
    numbers = range(1 + number * TRADES_IN_CHUNK, 1 + (number + 1) * TRADES_IN_CHUNK)
    trades, snapshot = chunk(product, numbers)
    held = value(trades, snapshot, reference(product), threads=threads).outcomes
    bouts = []
    for name, method in challengers(product, sizes, seed=1).items():
        if isinstance(method, MonteCarlo):
            said = [
                value([trade], snapshot, replace(method, seed=seed), threads=threads).outcomes[0]
                for seed, trade in zip(numbers, trades, strict=True)
            ]
        else:
            said = [*value(trades, snapshot, method, threads=threads).outcomes]
        for expected, found in zip(held, said, strict=True):
            if expected.valuation is None or found.valuation is None:
                refused = "refused by the reference" if expected.valuation is None else "refused"
                bouts.append(Bout(expected.trade_id, name, 0.0, 0.0, None, None, refused))
                continue
            fought = bout(name, expected.trade_id, expected.valuation, found.valuation, product, sizes.paths)
            least = LEAST_SHARE.get(product, ROUNDING)
            if name == "MonteCarlo" and fought.expected < least * SPOT:
                fought = replace(fought, scores=None, unscored=f"worth less than {least:g} of the spot")
            elif fought.price == 0.0 and fought.stated == 0.0 and fought.expected < HARDLY_UNSEEN / sizes.paths * SPOT:
                fought = replace(fought, scores=None, unscored="paid on no path")
            bouts.append(fought)
    return bouts


def bout(method: str, trade: str, expected: Valuation, found: Valuation, product: str, paths: int) -> Bout:
    """Give what a challenger said beside the reference."""
    stated = found.error_estimate if found.standard_error is None else found.standard_error
    scores = _scores(found, expected, REFERENCE_ERROR.get(product, _EXACT), paths)
    return Bout(trade, method, expected.price, found.price, stated, scores)


def again(product: str, trade: str, method: MethodSpec) -> float | None:
    """Value one trade of the duels by another method; None where it refuses."""
    number = int(trade.rpartition("-")[2])
    trades, snapshot = chunk(product, range(number, number + 1))
    valuation = value(trades, snapshot, method).outcomes[0].valuation
    return None if valuation is None else valuation.price
