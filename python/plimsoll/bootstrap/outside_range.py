"""How much of the voyage lies outside the range that the option valuation was validated in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from plimsoll.bootstrap.margin import EPISODES
from plimsoll.bootstrap.models import shipped_model
from plimsoll.bootstrap.valuation import book_named
from plimsoll.data.market import Market
from plimsoll.engine.book import Book
from plimsoll.engine.snapshot import read_snapshot
from plimsoll.models.valuation import validated_range


def counts(market: Market) -> list[dict[str, Any]]:
    """Count options, option days and underlying days outside the range: at each book's date, in its crisis, in history.

    The history counts volatilities at the money, from which the risk model revalues; the others every quantity of the
    range for every option that is alive.
    """
    limits = shipped_model(validated_range.MODEL_ID).validated_range
    rows = []
    for name, last in EPISODES.items():
        book = book_named(name)
        rows.append(_book_row(f"{name} on {book.as_of}", "options", book, market, (book.as_of,), limits))
        days = market.days(book.as_of, last)
        rows.append(_book_row(f"Replay of {name}, to {last}", "option days", book, market, days, limits))
    low, high = limits["volatility"]
    beyond = (market.atm_volatility < low) | (market.atm_volatility > high)
    words = f"Volatilities at the money of the backtest, {market.dates[0]} to {market.dates[-1]}"
    day_count = int(beyond.any(axis=1).sum())
    rows.append(_row(words, "underlying days", int(beyond.size), int(beyond.sum()), len(market.dates), day_count))
    return rows


def _book_row(
    words: str, unit: str, book: Book, market: Market, days: Sequence[date], limits: validated_range.Limits
) -> dict[str, Any]:
    trades = [position.trade for position in book.positions if position.trade is not None]
    alive = outside = days_outside = 0
    for day in days:
        valued_with = validated_range.conditions(trades, read_snapshot(market.snapshot(day)))
        alive += len(valued_with)
        beyond = len(validated_range.breaches(valued_with, limits))
        outside += beyond
        days_outside += beyond > 0
    return _row(words, unit, alive, outside, len(days), days_outside)


def _row(words: str, unit: str, counted: int, outside: int, days: int, days_outside: int) -> dict[str, Any]:
    return {
        "where": words,
        "unit": unit,
        "counted": counted,
        "outside": outside,
        "share_outside": outside / counted,
        "days": days,
        "days_outside": days_outside,
    }
