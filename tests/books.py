"""Small books and snapshots of one option book, as documents and as tables."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

DAY = "2020-03-16"


def option(trade_id: str, **changes: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "trade_id": trade_id, "kind": "option", "underlying": "AAA", "type": "call", "exercise": "european",
        "strike": 100.0, "expiry": "2020-09-18", "quantity": -2, "multiplier": 100,
    }  # fmt: skip
    return {**row, **changes}


def book(*positions: Mapping[str, Any]) -> dict[str, Any]:
    account = {"account_id": "A01", "type": "margin", "currency": "USD", "cash": "1000.00", "positions": [*positions]}
    return {
        "schema": "plimsoll/book/v1",
        "book_id": "small",
        "as_of": DAY,
        "price_basis": "adjusted",
        "accounts": [account],
    }


def underlying(**changes: object) -> dict[str, Any]:
    flat = {"kind": "flat", "status": "ASSUMED"}
    market: dict[str, Any] = {
        "kind": "equity", "spot": 100.0, "price_basis": "adjusted", "rate": {**flat, "value": 0.02},
        "dividend_yield": {**flat, "value": 0.01}, "cash_dividends": [], "volatility": {**flat, "value": 0.3},
    }  # fmt: skip
    return {**market, **changes}


def snapshot(**underlyings: Mapping[str, Any]) -> dict[str, Any]:
    return {"schema": "plimsoll/snapshot/v1", "valuation_date": DAY, "underlyings": underlyings}


def book_rows(*positions: Mapping[str, Any]) -> list[dict[str, Any]]:
    head = {"book_id": "small", "as_of": DAY, "price_basis": "adjusted"}
    account = {"account_id": "A01", "account_type": "margin", "currency": "USD", "cash": "1000.00"}
    return [{**head, **account, **position} for position in positions]


def market_row(name: str, **changes: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "valuation_date": DAY, "underlying": name, "kind": "equity", "spot": 100.0, "price_basis": "adjusted",
        "rate": 0.02, "rate_status": "ASSUMED", "dividend_yield": 0.01, "dividend_yield_status": "ASSUMED",
        "volatility": 0.3, "volatility_status": "ASSUMED",
    }  # fmt: skip
    return {**row, **changes}


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], without: str = "") -> Path:
    kept = [{name: value for name, value in row.items() if name != without} for row in rows]
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(kept[0]))
        writer.writeheader()
        writer.writerows(kept)
    return path
