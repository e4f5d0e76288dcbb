"""Every position of a book by every method that its product has, side by side, with what each method says of its error."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from plimsoll.engine.book import Book
from plimsoll.engine.chance import FLAGGED, beyond_chance
from plimsoll.engine.methods import (
    BestMethod,
    Binomial,
    ClosedForm,
    CrankNicolson,
    LeisenReimer,
    MethodChoice,
    MethodSpec,
    Trinomial,
)
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.valuation import Outcome, value
from plimsoll.vocabulary.errors import PlimsollError

#: Below this share of the spot no method is told from another: rounding, and the accuracy of the formulas' functions.
ROUNDING = 1e-10
_LINEAR = ("Stock", "Future")
_SECOND_ORDER = (LeisenReimer.__name__, CrankNicolson.__name__)
_RUNS = 4  # all steps, a half, a quarter and an eighth of them


@dataclass(frozen=True, slots=True)
class MethodPrice:
    """The price of one unit by one method.

    ``error`` is a standard error, an error estimate of the method, what fewer steps change, or rounding, as ``error_is``
    says; None where the method, an approximation, says nothing. ``z`` is the distance from the reference in errors of both.
    """

    method: str
    price: float
    error: float | None
    error_is: str
    difference: float
    z: float | None

    @property
    def flagged(self) -> bool:
        """Whether the stated errors do not explain the distance."""
        return self.z is not None and not abs(self.z) <= FLAGGED


@dataclass(frozen=True, slots=True)
class TradeComparison:
    """One position by every method of its product against the most accurate one, or why there is none."""

    trade_id: str
    kind: str
    reference: str | None
    prices: tuple[MethodPrice, ...]
    refusal: PlimsollError | None

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison as plain data."""
        return {
            "trade_id": self.trade_id,
            "kind": self.kind,
            "reference": self.reference,
            "prices": [
                {
                    "method": each.method,
                    "price": each.price,
                    "error": each.error,
                    "error_is": each.error_is,
                    "difference": each.difference,
                    "z": each.z,
                    "flagged": each.flagged,
                }
                for each in self.prices
            ],
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class BookComparison:
    """The comparisons of a book, in its order."""

    book_id: str
    valuation_date: str
    snapshot_digest: str
    book_digest: str
    methods: Mapping[str, MethodSpec]
    trades: tuple[TradeComparison, ...]

    @property
    def limit(self) -> float:
        """Distance that chance alone does not explain among all that was compared."""
        return beyond_chance(sum(each.z is not None for trade in self.trades for each in trade.prices))

    @property
    def flagged(self) -> tuple[tuple[str, MethodPrice], ...]:
        """What the stated errors do not explain, by trade."""
        return tuple((trade.trade_id, each) for trade in self.trades for each in trade.prices if each.flagged)

    @property
    def disagrees(self) -> bool:
        """Whether a distance is beyond what chance explains."""
        return any(each.z is not None and not abs(each.z) <= self.limit for _, each in self.flagged)

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison of the book as plain data."""
        return {
            "book_id": self.book_id,
            "valuation_date": self.valuation_date,
            "snapshot_digest": self.snapshot_digest,
            "book_digest": self.book_digest,
            "methods": {word: method.to_dict() for word, method in self.methods.items()},
            "flagged": len(self.flagged),
            "beyond_chance_z": self.limit,
            "disagrees": self.disagrees,
            "trades": [trade.to_dict() for trade in self.trades],
        }


def compare_methods(
    book: Book, snapshot: Snapshot, methods: Mapping[str, MethodSpec], *, threads: int = 1
) -> BookComparison:
    """Value each position by every method and hold them against the most accurate one.

    Parameters
    ----------
    book : Book
        The positions; a refused one stays refused.
    snapshot : Snapshot
        The market.
    methods : mapping of word to MethodSpec
        What to try; a method that does not value a product is left out of its row.
    threads : int
        Number of threads; the bits of the results do not depend on it.

    Returns
    -------
    BookComparison
        One comparison for each position.
    """
    best = _valued(book, snapshot, BestMethod(), threads)
    valued = {word: _by_fewer_steps(book, snapshot, method, threads) for word, method in methods.items()}
    trades = tuple(
        _trade(outcome, {word: [run[i] for run in runs] for word, runs in valued.items()}, snapshot)
        for i, outcome in enumerate(best)
    )
    day = snapshot.valuation_date.isoformat()
    return BookComparison(book.book_id, day, snapshot.digest, book.digest, methods, trades)


def half_the_steps(method: MethodSpec) -> MethodSpec | None:
    """Give a lattice or grid with half its steps, as near as it accepts; None for any other method."""
    match method:
        case LeisenReimer(steps=steps) if steps >= 7:
            return replace(method, steps=steps // 2 | 1)
        case Binomial(steps=steps) | Trinomial(steps=steps) if steps >= 8:
            return replace(method, steps=steps // 2)
        # A grid of less than fifty steps is too coarse to tell of the error of a fine one.
        case CrankNicolson(space_steps=space, time_steps=time) if space >= 100 and time >= 50:
            return replace(method, space_steps=space // 2, time_steps=time // 2)
        case _:
            return None


def _valued(book: Book, snapshot: Snapshot, method: MethodChoice, threads: int) -> Sequence[Outcome]:
    return value(book, snapshot, method, threads=threads).outcomes


def _by_fewer_steps(book: Book, snapshot: Snapshot, method: MethodSpec, threads: int) -> Sequence[Sequence[Outcome]]:
    """Value a book by the method and, where it has steps, by a half, a quarter and an eighth of them."""
    runs = [_valued(book, snapshot, method, threads)]
    fewer = half_the_steps(method)
    while fewer is not None and len(runs) < _RUNS:
        runs.append(_valued(book, snapshot, fewer, threads))
        fewer = half_the_steps(fewer)
    return runs


def _trade(best: Outcome, valued: Mapping[str, Sequence[Outcome]], snapshot: Snapshot) -> TradeComparison:
    if best.valuation is None or best.underlying is None:
        return TradeComparison(best.trade_id, best.kind, None, (), best.refusal)
    rounding = ROUNDING * max(snapshot.spot(best.underlying), abs(best.valuation.price))
    reference = best.valuation.price
    reference_error = _error_of_reference(best, valued, rounding)
    prices = []
    for word, runs in valued.items():
        valuation = runs[0].valuation
        if valuation is None:
            continue
        error, error_is = _stated(runs, rounding)
        difference = valuation.price - reference
        z = None if error is None or reference_error is None else difference / math.hypot(error, reference_error)
        prices.append(MethodPrice(word, valuation.price, error, error_is, difference, z))
        if best.kind in _LINEAR:  # whose worth no method changes
            break
    return TradeComparison(best.trade_id, best.kind, best.valuation.method, tuple(prices), None)


def _error_of_reference(best: Outcome, valued: Mapping[str, Sequence[Outcome]], rounding: float) -> float | None:
    error, _ = _stated([best], rounding)
    if error is not None or best.valuation is None:
        return error
    # A lattice says what it knows of its error by fewer steps, under its word.
    price = best.valuation.price
    same = (runs for runs in valued.values() if runs[0].valuation and runs[0].valuation.price == price)
    return next((_stated(runs, rounding)[0] for runs in same), None)


def _stated(runs: Sequence[Outcome], rounding: float) -> tuple[float | None, str]:
    """Give what a method says of its error, never less than rounding, and what that is.

    Of a lattice or grid it is the largest of what halving the steps changes, of that share of the next halving which the
    order of the method leaves, and so on: where an error oscillates one change may vanish by luck, but seldom three. On
    the shipped books the median of actual over stated error is 0.04 (grid) to 0.3 and the largest of 696 is 2.1.
    """
    valuation = runs[0].valuation
    assert valuation is not None
    if valuation.method == ClosedForm.__name__ or runs[0].kind in _LINEAR:
        return rounding, "rounding"
    if valuation.standard_error is not None:
        return max(valuation.standard_error, rounding), "standard error"
    if valuation.error_estimate is not None:
        return max(valuation.error_estimate, rounding), "estimate"
    prices = [run.valuation.price for run in runs if run.valuation is not None]
    fall = 4.0 if valuation.method in _SECOND_ORDER else 2.0
    changes = [abs(fine - coarse) / fall**k for k, (fine, coarse) in enumerate(pairwise(prices))]
    return (max(*changes, rounding), "fewer steps") if changes else (None, "none")
