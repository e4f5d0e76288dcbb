"""From a scenario to a shock: which underlyings move, by how much, on what basis, and what cannot be moved."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from plimsoll.engine.snapshot import Snapshot
from plimsoll.engine.stress import Shock, UnderlyingShock
from plimsoll.engine.stress_pack import Move, Scenario, StressPack

#: Which field of an underlying's shock a number of a move goes to.
_FIELDS = {
    ("spot", "relative"): "spot_relative",
    ("volatility", "relative"): "volatility_relative",
    ("volatility", "shift"): "volatility_shift",
    ("skew", "shift"): "skew_shift",
    ("rate", "bp"): "rate_bp",
    ("dividend_yield", "bp"): "dividend_yield_bp",
    ("cash_dividends", "relative"): "dividends_relative",
}

#: So many names of a snapshot are told beside one that it lacks.
_SHOWN = 40


class StressHistory(Protocol):
    """The stored history that replays are computed from; None where a day or a name has no value."""

    def close(self, underlying: str, day: date) -> float | None:
        """Give the close of an underlying."""

    def vix(self, day: date) -> float | None:
        """Give the close of VIX, in percent."""

    def assumed_volatility(self, underlying: str, day: date) -> float | None:
        """Give the volatility at the money that the assumed market has on a day, per year."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One factor of one underlying that moves, by how much in the unit of its name, and on what basis."""

    underlying: str
    factor: str
    amount: float
    basis: str
    status: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {name: getattr(self, name) for name in ("underlying", "factor", "amount", "basis", "status")}


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A move of a scenario that could not be applied, and why."""

    factor: str
    move: str
    status: str
    why: str

    def to_dict(self) -> dict[str, str]:
        """Give the record as plain data."""
        return {name: getattr(self, name) for name in ("factor", "move", "status", "why")}


@dataclass(frozen=True, slots=True)
class ResolvedScenario:
    """A scenario on one snapshot: the shock, each move of it, what was not applied, and which names were chosen."""

    scenario: Scenario
    shock: Shock
    applied: tuple[Applied, ...]
    not_applied: tuple[NotApplied, ...]
    chosen: tuple[str, ...] = ()


@dataclass(slots=True)
class _Resolution:
    """The moves so far, by underlying and field; a later move of a factor replaces an earlier one."""

    moves: dict[tuple[str, str], Applied] = field(default_factory=dict)
    missing: list[NotApplied] = field(default_factory=list)

    def put(self, move: Move, underlying: str, numbers: Mapping[str, float]) -> None:
        """Take a move of an underlying in the place of what stood for its factor."""
        for own, name in _FIELDS.items():
            if own[0] == move.factor:
                self.moves.pop((underlying, name), None)
        for kind, amount in numbers.items():
            name = _FIELDS[move.factor, kind]
            self.moves[underlying, name] = Applied(underlying, name, amount, move.basis, move.status)

    def miss(self, move: Move, factor: str, why: str) -> None:
        """Write down what could not be applied."""
        self.missing.append(NotApplied(factor, move.words, move.status, why))


def resolve(
    scenario: Scenario,
    pack: StressPack,
    snapshot: Snapshot,
    history: StressHistory,
    worst_of: Callable[[float, int], tuple[str, ...]],
) -> ResolvedScenario:
    """Give the shock that a scenario is on a snapshot.

    Parameters
    ----------
    scenario : Scenario
        What happens.
    pack : StressPack
        The pack that it is from, which has the volatility floor.
    snapshot : Snapshot
        The market that moves.
    history : StressHistory
        What replays are computed from.
    worst_of : callable
        Gives, for a relative spot move and a number, the underlyings that cost the book most when each alone moves so.

    Returns
    -------
    ResolvedScenario
        Every move that is applied, and every one that is not with the reason; nothing is dropped in silence.
    """
    found = _Resolution()
    chosen: list[str] = []
    for item in scenario.unheld:
        why = "no snapshot holds this factor"
        found.missing.append(NotApplied(item["factor"], item["move"], item["status"], why))
    for move in scenario.moves:
        names = _selected(move, snapshot, worst_of)
        if "worst" in move.select:
            chosen += names
        lacking = _lacking(move, len(names), snapshot)
        if lacking:
            found.miss(move, move.label, lacking)
        for name in names:
            numbers = _numbers(move, scenario, name, history)
            if numbers:
                found.put(move, name, numbers)
            else:
                found.miss(move, f"{move.factor} of {name}", f"no {move.source} of both days of the window")
    applied = tuple(found.moves[key] for key in sorted(found.moves))
    return ResolvedScenario(scenario, _shock(applied, pack), applied, tuple(found.missing), tuple(chosen))


def _selected(
    move: Move, snapshot: Snapshot, worst_of: Callable[[float, int], tuple[str, ...]]
) -> tuple[str, ...] | list[str]:
    quoted = [market.name for market in snapshot.core.underlyings]
    ((kind, value),) = move.select.items()
    if kind == "worst":
        return worst_of(move.relative, value)
    if kind == "kind":
        return [name for name in quoted if snapshot.kinds[name] == value]
    return [name for name in quoted if kind == "all" or name == value]


def _lacking(move: Move, found: int, snapshot: Snapshot) -> str:
    """Say what of that which a move selects is not there; nothing if all of it is."""
    ((kind, value),) = move.select.items()
    if kind == "worst":
        return "" if found == value else f"the book holds {found} single names that it could be, not {value}"
    if found:
        return ""
    if kind == "underlying":
        quoted = [market.name for market in snapshot.core.underlyings]
        some = ", ".join(quoted[:_SHOWN]) + (", ..." if len(quoted) > _SHOWN else "")
        return f"the snapshot has no underlying {value}; it has {some or 'none'}"
    return "the snapshot has no underlying" + (f" of kind {value}" if kind == "kind" else "")


def _numbers(move: Move, scenario: Scenario, underlying: str, history: StressHistory) -> dict[str, float]:
    if move.source is None:
        kinds = [kind for factor, kind in _FIELDS if factor == move.factor]
        numbers = {kind: float(getattr(move, kind)) for kind in kinds}
        return {kind: number for kind, number in numbers.items() if number != 0.0} or {kinds[0]: 0.0}
    assert scenario.window is not None
    begin, end = (_level(move.source, underlying, day, history) for day in scenario.window)
    if begin is None or end is None or not begin > 0.0:
        return {}
    # One exactly rounded quotient: the same bits on every machine.
    return {"relative": end / begin - 1.0}


def _level(source: str, underlying: str, day: date, history: StressHistory) -> float | None:
    if source == "vix":
        return history.vix(day)
    return history.close(underlying, day) if source == "closes" else history.assumed_volatility(underlying, day)


def _shock(applied: Iterable[Applied], pack: StressPack) -> Shock:
    by_name: dict[str, dict[str, float]] = {}
    for item in applied:
        by_name.setdefault(item.underlying, dict.fromkeys(_FIELDS.values(), 0.0))[item.factor] = item.amount
    moves = [UnderlyingShock(underlying=name, **numbers) for name, numbers in by_name.items()]
    return Shock(moves=moves, volatility_floor=pack.volatility_floor)


def single_name_shocks(names: Iterable[str], relative: float, floor: float) -> list[Shock]:
    """Give for each name the shock that moves its spot alone."""
    still = dict.fromkeys(_FIELDS.values(), 0.0)
    moves = [UnderlyingShock(underlying=name, **{**still, "spot_relative": relative}) for name in names]
    return [Shock(moves=[move], volatility_floor=floor) for move in moves]
