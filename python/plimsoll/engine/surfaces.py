"""Arbitrage in a chain of quotes by strike and expiry, and the nearest prices without it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plimsoll import _core
from plimsoll.engine.quotes import QuoteChain
from plimsoll.vocabulary.errors import PlimsollError

#: Over the forward: rounding of prices that stand exactly on a line is no arbitrage.
TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class ArbitrageCell:
    """A quote that can be arbitraged: its kind, its place, what it is traded against, and what that earns."""

    kind: str
    expiry: str
    strike: float
    row: int
    against: tuple[tuple[str, float], ...]
    excess: float

    def to_dict(self) -> dict[str, Any]:
        """Give the cell as plain data; the excess is over the forward, before discounting."""
        return {
            "kind": self.kind,
            "expiry": self.expiry,
            "strike": self.strike,
            "row": self.row,
            "against": [{"expiry": expiry, "strike": strike} for expiry, strike in self.against],
            "excess_over_forward": self.excess,
        }


@dataclass(frozen=True, slots=True)
class MovedQuote:
    """A quote and its repaired price: of the option out of the money, as the chain holds it."""

    expiry: str
    strike: float
    row: int
    type: str
    before: float
    after: float
    volatility_before: float | None
    volatility_after: float | None
    move: float

    def to_dict(self) -> dict[str, Any]:
        """Give the quote as plain data; the move is over the forward."""
        return {
            "expiry": self.expiry,
            "strike": self.strike,
            "row": self.row,
            "type": self.type,
            "price_before": self.before,
            "price_after": self.after,
            "volatility_before": self.volatility_before,
            "volatility_after": self.volatility_after,
            "move_over_forward": self.move,
        }


@dataclass(frozen=True, slots=True)
class Repair:
    """Which quotes the nearest prices without arbitrage move, the furthest first."""

    moved: tuple[MovedQuote, ...]
    largest_move: float
    distance: float
    chain: tuple[_core.QuotedExpiry, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the repair as plain data; the distance is in the chain's weights."""
        return {
            "moved": len(self.moved),
            "largest_move_over_forward": self.largest_move,
            "weighted_distance": self.distance,
            "cells": [quote.to_dict() for quote in self.moved],
        }


def find_arbitrage(quotes: QuoteChain) -> tuple[ArbitrageCell, ...]:
    """Find every quote of a chain that can be arbitraged, the worst first."""
    chain = quotes.reading.chain
    cells = (
        ArbitrageCell(
            kind=flaw.kind,
            expiry=quotes.expiry(flaw.cell[0]),
            strike=chain[flaw.cell[0]].strikes[flaw.cell[1]],
            row=quotes.rows[flaw.cell[0]][flaw.cell[1]],
            against=tuple((quotes.expiry(expiry), chain[expiry].strikes[place]) for expiry, place in flaw.against),
            excess=flaw.excess,
        )
        for flaw in _core.find_arbitrage(_core.calls_of(chain), TOLERANCE)
    )
    return tuple(sorted(cells, key=lambda cell: -cell.excess))


def count_by_kind(cells: Sequence[ArbitrageCell]) -> dict[str, int]:
    """Count the cells by kind, sorted by its name."""
    return dict(sorted(Counter(cell.kind for cell in cells).items()))


def repair(quotes: QuoteChain) -> Repair:
    """Give the nearest prices without arbitrage, by the chain's weights.

    Raises
    ------
    NotConverged
        If the projection finds none.
    """
    chain = quotes.reading.chain
    mended = _core.nearest_without_arbitrage(_core.calls_of(chain), _core.call_weights(chain))
    repaired = _core.with_calls(chain, mended.expiries)
    moved = []
    for place, (before, after) in enumerate(zip(chain, repaired, strict=True)):
        for index, move in enumerate(mended.moves[place]):
            if abs(move) <= TOLERANCE:
                continue
            moved.append(
                MovedQuote(
                    expiry=quotes.expiry(place),
                    strike=before.strikes[index],
                    row=quotes.rows[place][index],
                    type=before.types[index].name,
                    before=before.prices[index],
                    after=after.prices[index],
                    volatility_before=_volatility(before, index),
                    volatility_after=_volatility(after, index),
                    move=move,
                )
            )
    moved.sort(key=lambda quote: -abs(quote.move))
    return Repair(tuple(moved), mended.largest_move, mended.distance, tuple(repaired))


def _volatility(expiry: _core.QuotedExpiry, index: int) -> float | None:
    terms = (expiry.types[index], expiry.strikes[index], expiry.years, expiry.forward, expiry.discount)
    try:
        return _core.implied_volatility(*terms, expiry.prices[index])
    except PlimsollError:
        return None
