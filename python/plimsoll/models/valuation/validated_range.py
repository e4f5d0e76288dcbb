"""The range in which the option valuation was validated, held against each option that it values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from plimsoll.engine.book import Book
from plimsoll.engine.methods import ClosedForm
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.trades import American, European, Future, Stock, Trade
from plimsoll.engine.valuation import BookValuation, Outcome, value

MODEL_ID = "american-option-valuation"

#: Least and greatest value by quantity, as the inventory record states them.
Limits: TypeAlias = Mapping[str, tuple[float, float]]
Option: TypeAlias = American | European

#: The products that the model record covers; stocks and futures are worth what the market says.
VALIDATED = (American, European, Stock, Future)


def mark(valued: BookValuation, book: Book, snapshot: Snapshot, limits: Limits) -> BookValuation:
    """Flag each option that was valued outside the validated range, by the quantity that lies outside.

    Parameters
    ----------
    valued : BookValuation
        The outcomes of the book's positions, in its order.
    book : Book
        What was valued.
    snapshot : Snapshot
        The market that it was valued in.
    limits : mapping of str to pair of float
        Any of ``moneyness`` (spot over strike), ``days``, ``volatility``, ``rate`` and ``dividend_yield``.

    Returns
    -------
    BookValuation
        With a flag ``QUANTITY_outside_validated_range`` for each breach, and ``product_outside_validated_range`` on a
        product that the model was not validated for; no number differs.
    """
    trades = [position.trade for position in book.positions]
    beyond = breaches(conditions((trade for trade in trades if trade is not None), snapshot), limits)
    beyond |= {
        trade.trade_id: ("product",)
        for trade in trades
        if trade is not None and not isinstance(trade.product, VALIDATED)
    }
    outcomes = tuple(_marked(outcome, beyond.get(outcome.trade_id, ())) for outcome in valued.outcomes)
    return replace(valued, outcomes=outcomes)


def _marked(outcome: Outcome, quantities: Sequence[str]) -> Outcome:
    if outcome.valuation is None or not quantities:
        return outcome
    flags = tuple(f"{quantity}_outside_validated_range" for quantity in quantities)
    return replace(outcome, valuation=replace(outcome.valuation, flags=(*outcome.valuation.flags, *flags)))


def breaches(valued_with: Mapping[str, Mapping[str, float]], limits: Limits) -> dict[str, tuple[str, ...]]:
    """Give by trade the quantities of :func:`conditions` that lie outside the limits; options inside are left out."""
    found = {}
    for trade_id, quantities in valued_with.items():
        outside = tuple(name for name, (low, high) in limits.items() if not low <= quantities[name] <= high)
        if outside:
            found[trade_id] = outside
    return found


def conditions(trades: Iterable[Trade], snapshot: Snapshot) -> dict[str, dict[str, float]]:
    """Give by trade what an option is valued with; one that has expired, or has no market or forward, is left out."""
    today = snapshot.valuation_date
    quoted = {market.name: market for market in snapshot.core.underlyings}
    options = [
        (trade.trade_id, trade.product)
        for trade in trades
        if isinstance(trade.product, American | European)
        and trade.product.underlying in quoted
        and trade.product.expiry >= today
    ]
    forwards = _forwards({(option.underlying, option.expiry) for _, option in options}, snapshot)
    found = {}
    for trade_id, option in options:
        if (option.underlying, option.expiry) not in forwards:
            continue
        market = quoted[option.underlying]
        days = (option.expiry - today).days
        years = days / 365.0
        forward = forwards[option.underlying, option.expiry]
        found[trade_id] = {
            "moneyness": market.spot / option.strike if option.strike > 0.0 else float("inf"),
            "days": float(days),
            "volatility": market.surface.volatility(option.strike, forward, years),
            "rate": market.rate.zero_rate(years),
            "dividend_yield": market.dividend_yield.zero_rate(years),
        }
    return found


def _forwards(wanted: Iterable[tuple[str, date]], snapshot: Snapshot) -> dict[tuple[str, date], float]:
    # The door itself gives the forward, cash dividends taken off: the surface is read where the model reads it.
    keys = sorted(wanted)
    futures = [
        Trade.of(Future(underlying, expiry), trade_id=str(place)) for place, (underlying, expiry) in enumerate(keys)
    ]
    valued = value(futures, snapshot, ClosedForm())
    return {
        key: outcome.valuation.price
        for key, outcome in zip(keys, valued.outcomes, strict=True)
        if outcome.valuation is not None
    }
