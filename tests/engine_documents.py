"""A small market and book as documents, for the tests of the engine."""

from typing import Any


def underlying(spot: float = 100.0, flat_volatility: float = 0.25, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "equity",
        "spot": spot,
        "price_basis": "raw",
        "rate": {"kind": "flat", "value": 0.03, "status": "OBSERVED"},
        "dividend_yield": {"kind": "flat", "value": 0.01, "status": "ASSUMED"},
        "cash_dividends": [],
        "volatility": {"kind": "flat", "value": flat_volatility, "status": "ASSUMED"},
        **changes,
    }


def snapshot(**underlyings: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "plimsoll/snapshot/v1",
        "valuation_date": "2026-01-05",
        "source": {"closes": "sha256:00"},
        "underlyings": underlyings or {"ABC": underlying(), "XYZ": underlying(40.0)},
    }


def stock(trade_id: str = "S1", **changes: Any) -> dict[str, Any]:
    return {"trade_id": trade_id, "kind": "stock", "underlying": "ABC", "quantity": -200, **changes}


def option(trade_id: str = "O1", **changes: Any) -> dict[str, Any]:
    return {
        "trade_id": trade_id,
        "kind": "option",
        "underlying": "ABC",
        "type": "put",
        "exercise": "american",
        "strike": 105.0,
        "expiry": "2026-07-17",
        "quantity": -2,
        "multiplier": 100,
        **changes,
    }


def future(trade_id: str = "F1", **changes: Any) -> dict[str, Any]:
    return {
        "trade_id": trade_id,
        "kind": "future",
        "underlying": "XYZ",
        "expiry": "2026-06-19",
        "quantity": 1,
        "multiplier": 50,
        "entry_price": 39.5,
        **changes,
    }


def asian(trade_id: str = "A1", **changes: Any) -> dict[str, Any]:
    return {
        "trade_id": trade_id,
        "kind": "asian",
        "underlying": "ABC",
        "type": "call",
        "strike": 100,
        "fixings": ["2025-12-01", "2026-03-02", "2026-06-01"],
        "fixed": [98.0],
        "expiry": "2026-06-01",
        "quantity": 1,
        "multiplier": 1,
        **changes,
    }


def book(*positions: object) -> dict[str, Any]:
    return {
        "schema": "plimsoll/book/v1",
        "book_id": "small",
        "as_of": "2026-01-05",
        "price_basis": "raw",
        "accounts": [
            {
                "account_id": "A01",
                "type": "margin",
                "currency": "USD",
                "cash": "250000.00",
                "positions": list(positions) or [stock(), option(), future()],
            }
        ],
    }
