"""What validation is handed about risk and margin: plain frozen series, made from the records of the models."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from plimsoll.vocabulary.digest import bytes_digest, digest_of
from plimsoll.vocabulary.errors import BadInput


def _doubles_digest(values: Sequence[float]) -> str:
    return bytes_digest(struct.pack(f"<{len(values)}d", *values))


@dataclass(frozen=True, slots=True)
class BacktestSeries:
    """One account under one risk model, a day an entry: profit and what was forecast for it the day before.

    Value at risk and expected shortfall are positive losses in the currency of the account.
    """

    account_id: str
    model: str
    tail_probability: float
    shortfall_tail_probability: float
    dates: tuple[date, ...]
    profit: tuple[float, ...]
    value_at_risk: tuple[float, ...]
    expected_shortfall: tuple[float, ...]
    shortfall_value_at_risk: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse series of unequal length."""
        lengths = {
            len(series)
            for series in (
                self.dates,
                self.profit,
                self.value_at_risk,
                self.expected_shortfall,
                self.shortfall_value_at_risk,
            )
        }
        if len(lengths) != 1:
            raise BadInput(
                "unequal_length",
                field=f"backtest {self.account_id}/{self.model}",
                value=sorted(lengths),
                allowed="one entry per day in every series",
                fix="pass series of the same days",
            )

    def hits(self) -> list[int]:
        """Give 1 for each day whose loss exceeds the value at risk, else 0."""
        return [1 if -p > v else 0 for p, v in zip(self.profit, self.value_at_risk, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "account_id": self.account_id,
            "model": self.model,
            "tail_probability": self.tail_probability,
            "shortfall_tail_probability": self.shortfall_tail_probability,
            "dates": [day.isoformat() for day in self.dates],
            "profit": list(self.profit),
            "value_at_risk": list(self.value_at_risk),
            "expected_shortfall": list(self.expected_shortfall),
            "shortfall_value_at_risk": list(self.shortfall_value_at_risk),
        }

    def digest(self) -> str:
        """Give the digest of the series: of its terms and of the days' numbers as little-endian doubles."""
        heads = {
            "account_id": self.account_id,
            "model": self.model,
            "tail_probability": self.tail_probability,
            "shortfall_tail_probability": self.shortfall_tail_probability,
        }
        columns = {
            name: _doubles_digest(values)
            for name, values in (
                ("dates", [float(day.toordinal()) for day in self.dates]),
                ("profit", self.profit),
                ("value_at_risk", self.value_at_risk),
                ("expected_shortfall", self.expected_shortfall),
                ("shortfall_value_at_risk", self.shortfall_value_at_risk),
            )
        }
        return digest_of({**heads, **columns})


@dataclass(frozen=True, slots=True)
class RevaluationDifference:
    """One value at risk by the tree of the scenarios and by the tree that the option valuation was validated with.

    Of ``days`` on which both were computed, ``day`` is that on which they differ most; ``relative`` is their distance as a
    share of the governed one.
    """

    account_id: str
    model: str
    day: date
    days: int
    steps: int
    governed_steps: int
    reported: float
    governed: float
    relative: float

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {**asdict(self), "day": self.day.isoformat()}

    def digest(self) -> str:
        """Give the digest of the record."""
        return digest_of(self.to_dict())


@dataclass(frozen=True, slots=True)
class MarginDay:
    """One account on one day of a margin replay, amounts in cents; the loss is over the next business day."""

    account_id: str
    day: date
    equity: int
    initial: int
    maintenance: int
    call: int
    shortfall: int
    next_day_loss: int | None

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "account_id": self.account_id,
            "day": self.day.isoformat(),
            "equity": self.equity,
            "initial": self.initial,
            "maintenance": self.maintenance,
            "call": self.call,
            "shortfall": self.shortfall,
            "next_day_loss": self.next_day_loss,
        }


@dataclass(frozen=True, slots=True)
class MarginReplay:
    """A day-by-day margin replay of one crisis."""

    name: str
    days: tuple[MarginDay, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"name": self.name, "days": [day.to_dict() for day in self.days]}

    def digest(self) -> str:
        """Give the digest of the replay."""
        return digest_of(self.to_dict())


@dataclass(frozen=True, slots=True)
class TailReproduction:
    """One value at risk with the prices that it rests on, so that slow code can compute it again.

    ``closes`` holds the closes of each underlying, oldest first, up to the day before the forecast; ``holdings`` the
    value of each underlying held, in currency: linear positions only, so that no pricing model stands between.
    """

    account_id: str
    model: str
    day: date
    tail_probability: float
    closes: Mapping[str, tuple[float, ...]]
    holdings: Mapping[str, float]
    settings: Mapping[str, float]
    reported: float

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {**self._terms(), "closes": {name: list(values) for name, values in self.closes.items()}}

    def _terms(self) -> dict[str, Any]:
        return {
            "account_id": self.account_id,
            "model": self.model,
            "day": self.day.isoformat(),
            "tail_probability": self.tail_probability,
            "holdings": dict(self.holdings),
            "settings": dict(self.settings),
            "reported": self.reported,
        }

    def digest(self) -> str:
        """Give the digest of the record: of its terms and of the closes as little-endian doubles."""
        closes = {name: _doubles_digest(values) for name, values in self.closes.items()}
        return digest_of({**self._terms(), "closes": closes})
