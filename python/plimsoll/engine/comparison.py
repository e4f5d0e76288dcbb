"""Every position of a book by every method that its product has, side by side, with what each method says of its error."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Any

from plimsoll.engine.book import Book
from plimsoll.engine.chance import FLAGGED, beyond_chance, refuse_too_few_paths
from plimsoll.engine.methods import (
    BestMethod,
    Binomial,
    ClosedForm,
    CrankNicolson,
    LeisenReimer,
    MethodChoice,
    MethodSpec,
    RainbowLattice,
    Trinomial,
)
from plimsoll.engine.of_book import OfBook
from plimsoll.engine.refusals import Unsupported
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.valuation import Outcome, value
from plimsoll.vocabulary.errors import PlimsollError

#: Below this share of the spot no method is told from another: rounding, and the accuracy of the formulas' functions.
ROUNDING = 1e-10
_LINEAR = ("Stock", "Future", "CurrencyForward")
_SECOND_ORDER = (LeisenReimer.__name__, CrankNicolson.__name__)
_RUNS = 4  # all steps, a half, a quarter and an eighth of them


@dataclass(frozen=True, slots=True)
class MethodPrice:
    """The price of one unit by one method, or why a method that values the product gave none.

    ``error`` is a standard error, an error estimate of the method, what fewer steps change, or rounding, as ``error_is``
    says; None where the method, an approximation, says nothing, or no path of a simulation saw a hit. ``z`` is the distance
    from the reference in errors of both; the reference has none, for it is not held against itself.
    """

    method: str
    price: float | None
    error: float | None
    error_is: str
    difference: float | None
    z: float | None
    is_reference: bool
    refusal: PlimsollError | None

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

    @property
    def has_second_method(self) -> bool:
        """Whether another method than the reference gave a price."""
        return any(each.price is not None and not each.is_reference for each in self.prices)

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison as plain data."""
        return {
            "trade_id": self.trade_id,
            "kind": self.kind,
            "reference": self.reference,
            "second_method": self.has_second_method,
            "prices": [
                {
                    "method": each.method,
                    "price": each.price,
                    "error": each.error,
                    "error_is": each.error_is,
                    "difference": each.difference,
                    "z": each.z,
                    "flagged": each.flagged,
                    "is_reference": each.is_reference,
                    "refusal": None if each.refusal is None else each.refusal.to_dict(),
                }
                for each in self.prices
            ],
            "refusal": None if self.refusal is None else self.refusal.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class BookComparison(OfBook):
    """The comparisons of a book, in its order."""

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
    def without_z(self) -> int:
        """Number of prices that were held against nothing in errors: references, and those of no stated error."""
        return sum(each.z is None and each.price is not None for trade in self.trades for each in trade.prices)

    @property
    def alone(self) -> int:
        """Number of valued trades that no second method values."""
        return sum(trade.refusal is None and not trade.has_second_method for trade in self.trades)

    @property
    def refused(self) -> tuple[tuple[str, PlimsollError], ...]:
        """What was refused: whole trades, and trades by a method that values their product."""
        whole = ((trade.trade_id, trade.refusal) for trade in self.trades)
        single = (
            (f"{trade.trade_id} by {each.method}", each.refusal) for trade in self.trades for each in trade.prices
        )
        return tuple((name, flaw) for name, flaw in (*whole, *single) if flaw is not None)

    @property
    def disagrees(self) -> bool:
        """Whether a distance is beyond what chance explains."""
        return any(each.z is not None and not abs(each.z) <= self.limit for _, each in self.flagged)

    def to_dict(self) -> dict[str, Any]:
        """Give the comparison of the book as plain data."""
        return {
            **self.head(),
            "methods": {word: method.to_dict() for word, method in self.methods.items()},
            "flagged": len(self.flagged),
            "without_z": self.without_z,
            "without_second_method": self.alone,
            "refused": len(self.refused),
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
        What to try; a method that does not value a product is left out of its rows, and one that fails at it is not.
    threads : int
        Number of threads; the bits of the results do not depend on it.

    Returns
    -------
    BookComparison
        One comparison for each position.

    Raises
    ------
    BadInput
        If a simulation has too few paths for a standard error to count.
    """
    for method in methods.values():
        refuse_too_few_paths(method)
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
        case Binomial(steps=steps) | Trinomial(steps=steps) | RainbowLattice(steps=steps) if steps >= 8:
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
    if best.valuation is None:
        return TradeComparison(best.trade_id, best.kind, None, (), best.refusal)
    rounding = ROUNDING * max(*map(snapshot.spot, best.underlyings), abs(best.valuation.price))
    reference = best.valuation.price
    reference_error = _error_of_reference(best, valued, rounding)
    prices = []
    for word, runs in valued.items():
        valuation, flaw = runs[0].valuation, runs[0].refusal
        if valuation is None:
            if flaw is not None and not isinstance(flaw, Unsupported):
                prices.append(MethodPrice(word, None, None, "refused", None, None, False, flaw))
            continue
        error, error_is = _stated(runs, rounding)
        difference = valuation.price - reference
        same = valuation.method == best.valuation.method or best.kind in _LINEAR
        z = None
        if not same and error is not None and reference_error is not None:
            z = difference / math.hypot(error, reference_error)
        prices.append(MethodPrice(word, valuation.price, error, error_is, difference, z, same, None))
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
        if valuation.standard_error == 0.0 and valuation.price == 0.0:
            return None, "no hit"
        return max(valuation.standard_error, rounding), "standard error"
    if valuation.error_estimate is not None:
        return max(valuation.error_estimate, rounding), "estimate"
    # Up to the first run that fails: beyond it a change is none of a halving.
    prices = [run.valuation.price for run in takewhile(lambda run: run.valuation is not None, runs) if run.valuation]
    fall = 4.0 if valuation.method in _SECOND_ORDER else 2.0
    changes = [abs(fine - coarse) / fall**k for k, (fine, coarse) in enumerate(pairwise(prices))]
    return (max(*changes, rounding), "fewer steps") if changes else (None, "none")
