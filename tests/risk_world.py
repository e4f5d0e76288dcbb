"""A made market of two underlyings and a book on it, small enough for exact comparisons."""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plimsoll._core.numerics import philox_normals
from plimsoll.engine import risk
from plimsoll.engine.book import Book, read_book
from plimsoll.models.market.settings import BacktestSettings, RiskSettings

FIRST = date(2019, 1, 1)
DAYS = 460
WINDOW = 120
DECAY = 0.97
PREMIUM = 1.2
SETTINGS = BacktestSettings(
    risk=RiskSettings(window=WINDOW),
    crises=(("spring", date(2019, 9, 1), date(2019, 12, 31)), ("never", date(2030, 1, 1), date(2030, 2, 1))),
    z2_simulations=200,
    accuracy_every=100,
    chunk=50,
)


@dataclass(frozen=True)
class SmallMarket:
    """Columns as a market history must have them."""

    dates: tuple[date, ...]
    underlyings: tuple[str, ...]
    closes: NDArray[np.float64]
    daily_volatility: NDArray[np.float64]
    rates: NDArray[np.float64]
    dividend_yields: NDArray[np.float64]
    skews: tuple[float, ...] = (-0.2, -0.45)
    premium_fit: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(premium=PREMIUM))
    inputs: dict[str, str] = field(default_factory=lambda: {"made": "sha256:00"})


def small_market(days: int = DAYS) -> SmallMarket:
    normals = np.asarray(philox_normals(2 * (days - 1), 5, 0)).reshape(-1, 2)
    closes, volatility = [], []
    for column, start in enumerate((50.0, 2000.0)):
        price, path = start, [start]
        for step, normal in enumerate(normals[:, column]):
            price *= math.exp(0.01 * (1.0 + 0.5 * math.sin(0.05 * step)) * float(normal))
            path.append(price)
        closes.append(path)
        volatility.append(risk.ewma_volatility(risk.log_returns(path), DECAY, 0.01))
    return SmallMarket(
        dates=tuple(FIRST + timedelta(days=day) for day in range(days)),
        underlyings=("ONE", "INDEX"),
        closes=np.column_stack(closes),
        daily_volatility=np.column_stack(volatility),
        rates=np.full(days, 0.02),
        dividend_yields=np.column_stack([np.zeros(days), np.full(days, 0.015)]),
    )


def option(trade_id: str, underlying: str, quantity: float, strike: float, **terms: Any) -> dict[str, Any]:
    plain = {"type": "put", "exercise": "american", "expiry": "2020-03-20", "multiplier": 100}
    head = {"trade_id": trade_id, "kind": "option", "underlying": underlying, "quantity": quantity, "strike": strike}
    return {**head, **plain, **terms}


def stock(trade_id: str, underlying: str, quantity: float) -> dict[str, Any]:
    return {"trade_id": trade_id, "kind": "stock", "underlying": underlying, "quantity": quantity}


def small_book(*extra: dict[str, Any], as_of: date = FIRST + timedelta(days=300)) -> Book:
    accounts = [
        ("STOCK", [stock("s1", "ONE", 100), stock("s2", "INDEX", -2), stock("s3", "ONE", 50)]),
        (
            "OPTIONS",
            [
                stock("o1", "ONE", 200),
                option("o2", "ONE", -2, 45.0),
                option("o3", "ONE", -1, 55.0, type="call"),
                option("o4", "INDEX", 1, 1900.0, exercise="european"),
                {
                    "trade_id": "o5",
                    "kind": "future",
                    "underlying": "INDEX",
                    "expiry": "2020-03-20",
                    "quantity": 1,
                    "multiplier": 50,
                    "entry_price": 2000.0,
                },
                *extra,
            ],
        ),
    ]
    return read_book(
        {
            "schema": "plimsoll/book/v1",
            "book_id": "small",
            "as_of": as_of.isoformat(),
            "price_basis": "adjusted",
            "accounts": [
                {"account_id": name, "type": "margin", "currency": "USD", "cash": "0.00", "positions": positions}
                for name, positions in accounts
            ],
        }
    )
