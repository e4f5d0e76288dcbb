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


def _exotic(trade_id: str, kind: str, terms: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    head = {"trade_id": trade_id, "kind": kind, "underlying": "ABC", "quantity": 1, "multiplier": 100}
    return {**head, "expiry": "2026-07-17", **terms, **changes}


def digital(trade_id: str = "D1", **changes: Any) -> dict[str, Any]:
    return _exotic(trade_id, "digital", {"type": "call", "payout": "cash", "amount": 10.0, "strike": 105.0}, changes)


def touch(trade_id: str = "T1", **changes: Any) -> dict[str, Any]:
    terms = {"payout": "cash", "amount": 10.0, "direction": "up", "knock": "knock_in", "settlement": "at_expiry"}
    return _exotic(trade_id, "touch", {**terms, "level": 120.0, "state": "alive"}, changes)


def barrier(trade_id: str = "B1", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "strike": 105.0, "direction": "down", "knock": "knock_out", "barrier": 90.0}
    return _exotic(trade_id, "barrier", {**terms, "rebate": 0.0, "state": "alive"}, changes)


def double_barrier(trade_id: str = "B2", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "strike": 105.0, "knock": "knock_out", "lower": 80.0, "upper": 140.0, "state": "alive"}
    return _exotic(trade_id, "double_barrier", terms, changes)


def soft_barrier(trade_id: str = "B3", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "strike": 105.0, "direction": "down", "knock": "knock_out", "lower": 80.0, "upper": 90.0}
    return _exotic(trade_id, "soft_barrier", {**terms, "extremum": 95.0}, changes)


def lookback(trade_id: str = "L1", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "strike_kind": "fixed", "strike": 105.0, "extremum": 110.0}
    return _exotic(trade_id, "lookback", terms, changes)


def double_touch(trade_id: str = "T3", **changes: Any) -> dict[str, Any]:
    terms = {"amount": 10.0, "knock": "knock_out", "lower": 80.0, "upper": 125.0, "state": "alive"}
    return _exotic(trade_id, "double_touch", terms, changes)


def forward_start(trade_id: str = "N1", **changes: Any) -> dict[str, Any]:
    return _exotic(trade_id, "forward_start", {"type": "call", "moneyness": 1.05, "start": "2026-04-17"}, changes)


def chooser(trade_id: str = "N2", **changes: Any) -> dict[str, Any]:
    terms = {"choice": "2026-04-17", "call_strike": 105.0, "call_expiry": "2026-07-17", "put_strike": 95.0}
    row = _exotic(trade_id, "chooser", {**terms, "put_expiry": "2026-08-21"}, changes)
    return {name: item for name, item in row.items() if name != "expiry" or name in changes}


def compound(trade_id: str = "N3", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "strike": 5.0, "expiry": "2026-04-17", "daughter_type": "put", "daughter_strike": 105.0}
    return _exotic(trade_id, "compound", {**terms, "daughter_expiry": "2026-07-17"}, changes)


def extendible(trade_id: str = "N4", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "extended_by": "holder", "strike": 105.0, "expiry": "2026-04-17", "premium": 1.0}
    return _exotic(
        trade_id, "extendible", {**terms, "extended_strike": 110.0, "extended_expiry": "2026-07-17"}, changes
    )


def partial_time_barrier(trade_id: str = "W1", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "strike": 105.0, "knock": "knock_out", "window": "end_any_side", "barrier": 90.0}
    return _exotic(trade_id, "partial_time_barrier", {**terms, "cover": "2026-04-17", "state": "alive"}, changes)


def partial_lookback(trade_id: str = "W2", **changes: Any) -> dict[str, Any]:
    terms = {"type": "call", "strike_kind": "floating", "fraction": 1.05, "extremum": 95.0, "cover": "2026-04-17"}
    return _exotic(trade_id, "partial_lookback", terms, changes)


def exotics() -> list[dict[str, Any]]:
    paths = [digital(), touch(), barrier(), double_barrier(), soft_barrier(), lookback(), double_touch()]
    return [*paths, forward_start(), chooser(), compound(), extendible(), partial_time_barrier(), partial_lookback()]
