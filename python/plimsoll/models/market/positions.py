"""The backtest book: each account's positions per unit of underlying value, struck anew each day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from plimsoll import _core
from plimsoll._core import risk as _risk
from plimsoll.engine.book import Book
from plimsoll.engine.refusals import refusal
from plimsoll.engine.trades import American, European, Future, Stock, Trade
from plimsoll.models.market.history import MarketHistory
from plimsoll.vocabulary.errors import PlimsollError

DAYS_IN_YEAR = 365.0  # Act/365 Fixed, as the core counts the life of an option

Option: TypeAlias = European | American


@dataclass(frozen=True, slots=True)
class Refused:
    """A position that the model cannot measure, and why."""

    account_id: str
    trade_id: str
    error: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"account_id": self.account_id, "trade_id": self.trade_id, "error": dict(self.error)}


@dataclass(frozen=True, slots=True)
class RestruckBook:
    """Templates at constant moneyness and tenor, and what each account holds of each in currency.

    ``weights`` has a row per account and a column per template: quantity x multiplier x spot at the book's date. That
    notional is held on every day of a history, so a profit is that of today's exposure on that day's market.
    """

    book_id: str
    as_of: date
    digest: str
    accounts: tuple[str, ...]
    templates: tuple[_risk.PositionTemplate, ...]
    weights: NDArray[np.float64]
    refused: tuple[Refused, ...]

    @property
    def underlying_of(self) -> NDArray[np.uint32]:
        """Column of the underlying of each template."""
        return np.array([template.underlying for template in self.templates], dtype=np.uint32)

    def is_linear(self, account: int) -> bool:
        """Tell whether an account holds stock alone."""
        held = np.flatnonzero(self.weights[account])
        return bool(len(held)) and all(self.templates[i].kind is _risk.PositionKind.stock for i in held)


def restrike(book: Book, history: MarketHistory) -> RestruckBook:
    """Derive moneyness, tenor and notional of each position from the market at the book's date.

    Raises
    ------
    BadInput
        If the history does not have the book's date.
    """
    row = history.row(book.as_of)
    index: dict[_risk.PositionTemplate, int] = {}
    held: dict[tuple[int, int], float] = {}
    refused: list[Refused] = []
    for number, account in enumerate(book.accounts):
        for position in account.positions:
            try:
                if position.refusal is not None or position.trade is None:
                    raise position.refusal or refusal("missing_field", "trade", position.trade_id, "a trade", "")
                template = _template(position.trade, book.as_of, history, row)
            except PlimsollError as error:
                refused.append(Refused(account.account_id, position.trade_id, error.to_dict()))
                continue
            column = index.setdefault(template, len(index))
            spot = float(history.closes[row, template.underlying])
            notional = position.trade.quantity * position.trade.multiplier * spot
            held[number, column] = held.get((number, column), 0.0) + notional
    weights = np.zeros((len(book.accounts), len(index)))
    for (number, column), notional in held.items():
        weights[number, column] = notional
    return RestruckBook(
        book_id=book.book_id,
        as_of=book.as_of,
        digest=book.digest,
        accounts=tuple(account.account_id for account in book.accounts),
        templates=tuple(index),
        weights=weights,
        refused=tuple(refused),
    )


def _template(trade: Trade, as_of: date, history: MarketHistory, row: int) -> _risk.PositionTemplate:
    product = trade.product
    if product.underlying not in history.underlyings:
        raise refusal(
            "missing_quote",
            "underlying",
            product.underlying,
            "one of: " + ", ".join(history.underlyings),
            "leave the position out or add the underlying's history",
        )
    column = history.underlyings.index(product.underlying)
    match product:
        case Stock():
            return _unit(column, _risk.PositionKind.stock, 0.0)
        case Future():
            return _unit(column, _risk.PositionKind.future, _years(as_of, product.expiry))
        case European() | American():
            return _option(product, column, as_of, float(history.closes[row, column]))
        case _:
            raise refusal(
                "unsupported",
                "kind",
                type(product).__name__,
                "Stock, Future, European, American",
                "its average, barrier or extremum has no constant moneyness: leave it out",
            )


def _unit(column: int, kind: _risk.PositionKind, years: float) -> _risk.PositionTemplate:
    return _risk.PositionTemplate(
        kind=kind,
        underlying=column,
        type=_core.OptionType.call,
        exercise=_core.Exercise.european,
        moneyness=1.0,
        years=years,
    )


def _option(option: Option, column: int, as_of: date, spot: float) -> _risk.PositionTemplate:
    if not option.strike > 0.0:
        raise refusal("invalid_value", "strike", repr(option.strike), "above 0", "give the strike that was agreed")
    american = isinstance(option, American)
    return _risk.PositionTemplate(
        kind=_risk.PositionKind.option,
        underlying=column,
        type=option.type.to_core(),
        exercise=_core.Exercise.american if american else _core.Exercise.european,
        moneyness=option.strike / spot,
        years=_years(as_of, option.expiry),
    )


def _years(as_of: date, expiry: date) -> float:
    days = (expiry - as_of).days
    if days <= 0:
        raise refusal("expired_product", "expiry", expiry.isoformat(), f"a day after {as_of}", "take it off the book")
    return days / DAYS_IN_YEAR
