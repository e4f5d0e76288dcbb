"""The price of one trade against the steps or paths of a method, with the order at which it converges."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from statistics import fmean
from typing import Any, TypeAlias, get_args

from plimsoll.engine.comparison import ROUNDING
from plimsoll.engine.methods import (
    BestMethod,
    Binomial,
    CrankNicolson,
    LeisenReimer,
    MethodSpec,
    MonteCarlo,
    RainbowLattice,
    Trinomial,
)
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.trades import Trade, underlyings_of
from plimsoll.engine.valuation import Valuation, value
from plimsoll.vocabulary.errors import BadInput

#: Methods with a size that may be doubled.
Sized: TypeAlias = LeisenReimer | CrankNicolson | MonteCarlo | Binomial | Trinomial | RainbowLattice
LEAST_LEVELS, MOST_LEVELS = 3, 14


@dataclass(frozen=True, slots=True)
class Level:
    """One size and what came of it.

    ``change`` is the distance to the price of half the size, ``difference`` that to the reference; ``error`` is what the
    order is measured from: the standard error of a simulation, else the absolute change.
    """

    size: int
    price: float
    standard_error: float | None
    change: float | None
    difference: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Convergence:
    """Prices by size. ``order`` is the exponent p of error = c / size^p, fitted to ``fitted`` levels, with its error."""

    trade_id: str
    method: MethodSpec
    size_is: str
    reference: Valuation
    levels: tuple[Level, ...]
    order: float | None
    order_error: float | None
    fitted: int

    def to_dict(self) -> dict[str, Any]:
        """Give the table as plain data."""
        return {
            "trade_id": self.trade_id,
            "method": self.method.to_dict(),
            "size_is": self.size_is,
            "reference": {"method": self.reference.method, "price": self.reference.price},
            "levels": [asdict(level) for level in self.levels],
            "order": self.order,
            "order_error": self.order_error,
            "fitted_levels": self.fitted,
            "evidence": self.reference.evidence.to_dict(),
        }


def measure_convergence(trade: Trade, snapshot: Snapshot, method: MethodSpec, first: int, levels: int) -> Convergence:
    """Value a trade at a size, twice the size, and so on.

    The order is that of the absolute change from each size to its double, or of the standard error of a simulation: neither
    needs the exact price. Changes that rounding hides are left out of the fit.

    Parameters
    ----------
    trade : Trade
        What to value.
    snapshot : Snapshot
        The market.
    method : MethodSpec
        A lattice, a grid or a simulation; its own size is not used.
    first : int
        Steps or paths of the first level; a grid takes half as many steps in time, a lattice about the strike the next
        odd number.
    levels : int
        Number of sizes, 3 to 14.

    Returns
    -------
    Convergence
        The table and the order.

    Raises
    ------
    BadInput
        If the method has no size, or there are too few or too many levels.
    PlimsollError
        If the method does not value the trade at one of the sizes.
    """
    if not isinstance(method, Sized):
        raise BadInput(
            "method_without_size",
            field="method",
            value=type(method).__name__,
            allowed=", ".join(kind.__name__ for kind in get_args(Sized)),
            fix="choose a method with steps or paths",
        )
    if not LEAST_LEVELS <= levels <= MOST_LEVELS:
        raise BadInput(
            "wrong_levels",
            field="levels",
            value=levels,
            allowed=f"{LEAST_LEVELS} to {MOST_LEVELS}",
            fix="ask for a number of sizes in this range",
        )
    methods = [_of_size(method, first << k) for k in range(levels)]
    reference = value(trade, snapshot, BestMethod())
    valued = [value(trade, snapshot, each) for each, _ in methods]
    rounding = ROUNDING * max(*map(snapshot.spot, underlyings_of(trade.product)), abs(reference.price))
    rows = _levels([size for _, size in methods], valued, reference.price)
    kept = [(row.size, row.error) for row in rows if row.error is not None and row.error > rounding]
    order, order_error = _order(kept)
    size_is = "paths" if isinstance(method, MonteCarlo) else "steps"
    return Convergence(trade.trade_id, method, size_is, reference, rows, order, order_error, len(kept))


def _of_size(method: Sized, size: int) -> tuple[MethodSpec, int]:
    """Give the method with about so many steps or paths, and how many those are."""
    match method:
        case MonteCarlo():
            return replace(method, paths=size), size
        case CrankNicolson():
            return replace(method, space_steps=size, time_steps=max(10, size // 2)), size
        case LeisenReimer():
            return replace(method, steps=size | 1), size | 1
        case Binomial() | Trinomial() | RainbowLattice():
            return replace(method, steps=size), size


def _levels(sizes: Sequence[int], valued: Sequence[Valuation], reference: float) -> tuple[Level, ...]:
    changes = [None, *(fine.price - coarse.price for coarse, fine in pairwise(valued))]
    return tuple(
        Level(
            size,
            each.price,
            each.standard_error,
            change,
            each.price - reference,
            each.standard_error if each.standard_error is not None else (None if change is None else abs(change)),
        )
        for size, each, change in zip(sizes, valued, changes, strict=True)
    )


def _order(points: Sequence[tuple[int, float]]) -> tuple[float | None, float | None]:
    """Give the slope of -log(error) by log(size) by least squares, with its standard error."""
    if len(points) < 2:
        return None, None
    x = [math.log(size) for size, _ in points]
    y = [-math.log(error) for _, error in points]
    x_mean, y_mean = fmean(x), fmean(y)
    spread = math.fsum((a - x_mean) ** 2 for a in x)
    slope = math.fsum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True)) / spread
    if len(points) < 3:
        return slope, None
    rest = math.fsum((b - y_mean - slope * (a - x_mean)) ** 2 for a, b in zip(x, y, strict=True))
    return slope, math.sqrt(rest / (len(points) - 2) / spread)
