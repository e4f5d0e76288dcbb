"""Small packs, a made history and a small book for the tests of stress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import margin_world
from plimsoll.engine.book import Book
from plimsoll.engine.margin_pack import shipped_pack
from plimsoll.engine.methods import Extrapolation, LeisenReimer
from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.stress_pack import StressPack, read_stress_pack
from plimsoll.models.stress.records import StressRun
from plimsoll.models.stress.stress_book import StressRequest, StressSettings, stress_book

DAY = "2008-09-02"
TREE = LeisenReimer(steps=51, extrapolation=Extrapolation.none)
LIMITS = {"volatility": (0.05, 1.5), "moneyness": (0.5, 2.0), "days": (0.0, 800.0), "rate": (-0.1, 0.2),
          "dividend_yield": (-0.1, 0.2)}  # fmt: skip
BEGIN, END = date(2008, 9, 26), date(2008, 9, 29)


@dataclass(frozen=True)
class MadeHistory:
    """A history that holds what a test puts into it."""

    closes: Mapping[tuple[str, date], float] = field(default_factory=dict)
    volatilities: Mapping[tuple[str, date], float] = field(default_factory=dict)
    vix_closes: Mapping[date, float] = field(default_factory=dict)

    def close(self, underlying: str, day: date) -> float | None:
        return self.closes.get((underlying, day))

    def assumed_volatility(self, underlying: str, day: date) -> float | None:
        return self.volatilities.get((underlying, day))

    def vix(self, day: date) -> float | None:
        return self.vix_closes.get(day)


def move(factor: str = "spot", select: Mapping[str, Any] | None = None, **numbers: Any) -> dict[str, Any]:
    return {
        "factor": factor,
        "select": select or {"all": True},
        "basis": "ASSUMED",
        "status": "design",
        "words": "made",
        **numbers,
    }


def scenario(name: str, *moves: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    made = {
        "id": name,
        "name": name,
        "kind": "hypothetical",
        "horizon_days": 0,
        "status": "design",
        "source": {"document": "a test", "section": "1", "words": "made"},
        "moves": list(moves),
        "unheld": [],
    }
    return {**made, **changes}


def replayed(name: str, *moves: Mapping[str, Any], begin: date = BEGIN, end: date = END) -> dict[str, Any]:
    window = {"from": begin.isoformat(), "to": end.isoformat()}
    return scenario(name, *moves, kind="historical", window=window, horizon_days=1)


def pack_document(*scenarios: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    made = {
        "schema": "plimsoll/stress-pack/v1",
        "pack_id": "made",
        "revision": "1",
        "in_force_from": "2000-01-01",
        "in_force_until": "2030-12-31",
        "note": "For tests.",
        "volatility_floor": 0.05,
        "scenarios": list(scenarios) or [scenario("down", move(relative=-0.2))],
    }
    return {**made, **changes}


def pack(*scenarios: Mapping[str, Any], **changes: Any) -> StressPack:
    return read_stress_pack(pack_document(*scenarios, **changes))


def market(**spots: float) -> Snapshot:
    return margin_world.snapshot(DAY, spots or {"AAA": 100.0, "BBB": 50.0, "SP500": 1000.0})


def small_book(*more: dict[str, Any]) -> Book:
    """Stock on margin; stock and options of two names; a future; and what a test adds."""
    return margin_world.book(
        margin_world.account("A1", "-5000.00", [margin_world.stock("s1", "AAA", 100)]),
        margin_world.account(
            "A2",
            "9000.00",
            [
                margin_world.stock("s2", "BBB", 200),
                margin_world.option("o1", "AAA", "put", 90.0, -1),
                margin_world.option("o2", "BBB", "call", 55.0, 2),
            ],
        ),
        margin_world.account("A3", "60000.00", [margin_world.future("f1", 1, 1000.0)]),
        *more,
    )


def stressed(
    *scenarios: Mapping[str, Any],
    book: Book | None = None,
    snapshot: Snapshot | None = None,
    history: MadeHistory | None = None,
    threads: int = 1,
    **changes: Any,
) -> StressRun:
    """Stress the small book by a pack of these scenarios."""
    made = pack(*scenarios, **changes)
    return stress_book(
        book or small_book(),
        snapshot or market(),
        StressRequest([made], [(made, each) for each in made.scenarios]),
        StressSettings(shipped_pack(), TREE, LIMITS, threads),
        history or MadeHistory(),
        {"made": "sha256:00"},
    )
