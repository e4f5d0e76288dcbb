"""Small books and markets for the tests of margin."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from plimsoll.engine.book import Book, read_book
from plimsoll.engine.snapshot import Snapshot, read_snapshot


def flat(value: float) -> dict[str, Any]:
    """Give a flat assumed curve or volatility."""
    return {"kind": "flat", "value": value, "status": "ASSUMED"}


def snapshot_document(
    day: str, spots: Mapping[str, float], *, price_basis: str = "raw", kind: str = "equity", volatility: float = 0.4
) -> dict[str, Any]:
    """Give a snapshot document with flat volatility and no carry; SP500 is a broad index."""
    return {
        "schema": "plimsoll/snapshot/v1",
        "valuation_date": day,
        "source": {},
        "underlyings": {
            name: {
                "kind": "broad_index" if name == "SP500" else kind,
                "spot": spot,
                "price_basis": price_basis,
                "rate": flat(0.0),
                "dividend_yield": flat(0.0),
                "cash_dividends": [],
                "volatility": flat(volatility),
            }
            for name, spot in spots.items()
        },
    }


def snapshot(day: str, spots: Mapping[str, float], *, price_basis: str = "raw") -> Snapshot:
    """Give a snapshot."""
    return read_snapshot(snapshot_document(day, spots, price_basis=price_basis))


def adds_up(node: Mapping[str, Any]) -> None:
    """Hold that each node of an explanation in dollars is the sum of those below it, to the cent."""
    children = node["children"]
    assert not children or Decimal(node["amount"]) == sum(Decimal(child["amount"]) for child in children)
    for child in children:
        adds_up(child)


def account(account_id: str, cash: str, positions: list[dict[str, Any]], **other: str) -> dict[str, Any]:
    """Give an account of a book document."""
    fields = {"type": "margin", "currency": "USD", **other}
    return {"account_id": account_id, **fields, "cash": cash, "positions": positions}


def book(*accounts: dict[str, Any], as_of: str = "2008-09-02") -> Book:
    """Give a book of these accounts."""
    return read_book(
        {
            "schema": "plimsoll/book/v1",
            "book_id": "test",
            "as_of": as_of,
            "price_basis": "raw",
            "accounts": list(accounts),
        }
    )


def stock(trade_id: str, underlying: str, quantity: float) -> dict[str, Any]:
    """Give a stock position."""
    return {"trade_id": trade_id, "kind": "stock", "underlying": underlying, "quantity": quantity}


def option(
    trade_id: str,
    underlying: str,
    type_: str,
    strike: float,
    quantity: float,
    *,
    expiry: str = "2008-10-17",
    exercise: str = "american",
) -> dict[str, Any]:
    """Give a position in options of a hundred."""
    return {
        "trade_id": trade_id,
        "kind": "option",
        "underlying": underlying,
        "type": type_,
        "exercise": exercise,
        "strike": strike,
        "expiry": expiry,
        "quantity": quantity,
        "multiplier": 100,
    }


def future(trade_id: str, quantity: float, entry_price: float, *, expiry: str = "2008-12-19") -> dict[str, Any]:
    """Give a position in index futures."""
    return {
        "trade_id": trade_id,
        "kind": "future",
        "underlying": "SP500",
        "expiry": expiry,
        "quantity": quantity,
        "multiplier": 50,
        "entry_price": entry_price,
    }
