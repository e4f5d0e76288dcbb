"""Quotes that a known model makes, and books on their underlying, for the tests of the model-risk interval."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from plimsoll import _core

TODAY = date(2026, 1, 5)
EXPIRIES = tuple(TODAY + timedelta(days=days) for days in (91, 182, 365))
RATE, SPOT, HALF_SPREAD = 0.02, 100.0, 0.02
HESTON = _core.Heston(
    spot=SPOT,
    rate=RATE,
    dividend_yield=0.0,
    variance=0.04,
    mean_reversion=1.5,
    long_variance=0.05,
    volatility_of_variance=0.6,
    correlation=-0.6,
)
FLAT = _core.BlackScholes(spot=SPOT, rate=RATE, dividend_yield=0.0, volatility=0.2)
HEAD = "valuation_date,spot,expiry,strike,type,bid,ask"


def price(model: Any, kind: str, strike: float, expiry: date) -> float:
    """The price of a European option under the model that makes the quotes."""
    years = (expiry - TODAY).days / 365
    ladder = _core.StrikeLadder(type=_core.OptionType[kind], expiry=years, strikes=[strike])
    return float(_core.cosine_series(ladder, model)[0].price)


def pair(model: Any, strike: float, expiry: date) -> list[str]:
    """The rows of a call and a put, quoted around the model's prices."""
    rows = []
    for kind in ("call", "put"):
        middle = price(model, kind, strike, expiry)
        rows.append(f"{TODAY},{SPOT},{expiry},{strike!r},{kind},{middle - HALF_SPREAD!r},{middle + HALF_SPREAD!r}")
    return rows


def quotes(folder: Path, model: Any, *more: str) -> Path:
    """A table of quotes on three expiries, from one and a half deviations below the forward to as much above."""
    rows = [HEAD]
    for expiry in EXPIRIES:
        root = math.sqrt((expiry - TODAY).days / 365)
        for place in (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5):
            rows += pair(model, round(SPOT * math.exp(0.2 * place * root), 1), expiry)
    file = folder / "quotes.csv"
    file.write_text("\n".join([*rows, *more]) + "\n", encoding="utf-8")
    return file


def option(trade_id: str, side: str, strike: float, expiry: date, quantity: float = 1.0, **more: Any) -> dict[str, Any]:
    """A position in a European option, or in what ``more`` makes of it."""
    terms = {"kind": "option", "exercise": "european"} if "kind" not in more else {}
    head = {"trade_id": trade_id, "underlying": "XYZ", "quantity": quantity, "multiplier": 100}
    return {**head, **terms, "type": side, "strike": strike, "expiry": expiry.isoformat(), **more}


def book(*positions: dict[str, Any]) -> dict[str, Any]:
    """A book of one account."""
    account = {"account_id": "A", "type": "margin", "currency": "USD", "cash": "0.00", "positions": list(positions)}
    head = {"schema": "plimsoll/book/v1", "book_id": "interval", "as_of": TODAY.isoformat(), "price_basis": "raw"}
    return {**head, "accounts": [account]}


def snapshot(spot: float = SPOT, day: date = TODAY) -> dict[str, Any]:
    """The market of the one underlying."""
    flat = {"kind": "flat", "value": 0.02, "status": "ASSUMED"}
    market = {
        "kind": "equity",
        "spot": spot,
        "price_basis": "raw",
        "rate": flat,
        "dividend_yield": {**flat, "value": 0.0},
    }
    market |= {"cash_dividends": [], "volatility": {**flat, "value": 0.2}}
    head = {"schema": "plimsoll/snapshot/v1", "valuation_date": day.isoformat(), "source": {}}
    return {**head, "underlyings": {"XYZ": market}}
