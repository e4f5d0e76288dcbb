"""Stress packs: scenarios as dated data, each number with its source and status."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from plimsoll._core import margin as _margin
from plimsoll.engine.documents import flaws, read_json
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput

_FOLDER = "packs/stress"


@dataclass(frozen=True, slots=True)
class Move:
    """One move of one factor on the underlyings that it selects.

    ``relative`` and ``shift`` are decimals, ``bp`` basis points; ``source`` names the stored history that the move is
    computed from. ``basis`` says how the number came about (COMPUTED, PUBLISHED, ASSUMED), ``status`` how far it is
    to be trusted.
    """

    factor: str
    select: Mapping[str, Any]
    relative: float
    shift: float
    bp: float
    source: str | None
    basis: str
    status: str
    words: str

    @property
    def label(self) -> str:
        """Name the factor and what it is moved on, for instance ``spot of all``."""
        ((kind, value),) = self.select.items()
        return f"{self.factor} of {kind if value is True else value if kind == 'underlying' else f'{kind} {value}'}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: what happened or is imagined to happen, and what of it no snapshot holds."""

    scenario_id: str
    name: str
    kind: str
    window: tuple[date, date] | None
    horizon_days: int
    status: str
    source: Mapping[str, Any]
    moves: tuple[Move, ...]
    unheld: tuple[Mapping[str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """Give what a list shows."""
        return {
            "scenario_id": self.scenario_id,
            "name": self.name,
            "kind": self.kind,
            "window": None if self.window is None else [day.isoformat() for day in self.window],
            "horizon_days": self.horizon_days,
            "status": self.status,
            "source": dict(self.source),
            "moves": [
                {"factor": move.label, "basis": move.basis, "status": move.status, "words": move.words}
                for move in self.moves
            ],
            "unheld": [dict(item) for item in self.unheld],
        }


@dataclass(frozen=True, slots=True)
class StressPack:
    """One pack of scenarios, the document that it comes from, and its digest."""

    pack_id: str
    in_force: tuple[date, date]
    volatility_floor: float
    search: _margin.SpotSearch | None
    scenarios: tuple[Scenario, ...]
    document: Mapping[str, Any]
    digest: str

    def require(self, day: date) -> None:
        """Refuse a day on which the pack is not in force.

        Raises
        ------
        BadInput
            Code ``not_in_force``.
        """
        first, last = self.in_force
        if not first <= day <= last:
            raise BadInput(
                "not_in_force",
                field="pack",
                value=self.pack_id,
                allowed=f"a pack in force on {day}; this one is from {first} to {last}",
                fix="choose the pack of that date",
            )

    def to_dict(self) -> dict[str, Any]:
        """Give the pack as a list shows it."""
        return {
            "pack_id": self.pack_id,
            "in_force_from": self.in_force[0].isoformat(),
            "in_force_until": self.in_force[1].isoformat(),
            "note": self.document["note"],
            "digest": self.digest,
            "scenarios": [scenario.to_dict() for scenario in self.scenarios],
        }


def stress_pack_names() -> list[str]:
    """Give the names of the packs that are shipped with the package, sorted."""
    folder = resources.files("plimsoll") / _FOLDER
    return sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))


def shipped_stress_pack(name: str) -> StressPack:
    """Read a pack that is shipped with the package.

    Raises
    ------
    BadInput
        If there is no such pack.
    """
    names = stress_pack_names()
    if name not in names:
        raise BadInput(
            "unknown_pack",
            field="pack",
            value=name,
            allowed=f"{', '.join(names)}, or the path of a file that ends in .json",
            fix="name one of these, or give the file of a pack of your own",
        )
    text = (resources.files("plimsoll") / _FOLDER / f"{name}.json").read_text(encoding="utf-8")
    return read_stress_pack(json.loads(text))


def read_stress_pack(source: Mapping[str, Any] | Path | str) -> StressPack:
    """Read a stress pack from a document v1 or the path of a JSON file.

    Raises
    ------
    BadInput
        If the file cannot be read, a field is missing or unknown, a number has the wrong type, or a scenario is named
        twice or has a window that ends before it begins.
    """
    document = source if isinstance(source, Mapping) else read_json(Path(source))
    for _, failure in flaws(document, "stress-pack-v1"):
        raise failure
    scenarios = tuple(_scenario(entry) for entry in document["scenarios"])
    _refuse_doubles(scenarios)
    search = document.get("reverse_search")
    return StressPack(
        pack_id=f"{document['pack_id']}-{document['revision']}",
        in_force=(date.fromisoformat(document["in_force_from"]), date.fromisoformat(document["in_force_until"])),
        volatility_floor=float(document["volatility_floor"]),
        search=None if search is None else _search(search),
        scenarios=scenarios,
        document=document,
        digest=digest_of(document),
    )


def _search(document: Mapping[str, Any]) -> _margin.SpotSearch:
    names = ("lowest", "highest", "step", "tolerance")
    return _margin.SpotSearch(**{name: float(document[name]) for name in names})


def _scenario(document: Mapping[str, Any]) -> Scenario:
    window = document.get("window")
    days = None if window is None else (date.fromisoformat(window["from"]), date.fromisoformat(window["to"]))
    computed = any("from" in move for move in document["moves"])
    if (days is None and computed) or (days is not None and days[1] <= days[0]):
        raise BadInput(
            "bad_window",
            field=f"scenarios[{document['id']}].window",
            value="none" if days is None else f"{days[0]} to {days[1]}",
            allowed="a first day and a later last one, wherever a move is computed from history",
            fix="give the closes between which it happened",
        )
    return Scenario(
        scenario_id=document["id"],
        name=document["name"],
        kind=document["kind"],
        window=days,
        horizon_days=document["horizon_days"],
        status=document["status"],
        source=document["source"],
        moves=tuple(_move(move) for move in document["moves"]),
        unheld=tuple(document["unheld"]),
    )


def _move(document: Mapping[str, Any]) -> Move:
    relative, shift, bp = (float(document.get(name, 0.0)) for name in ("relative", "shift", "bp"))
    words = {name: document[name] for name in ("factor", "select", "basis", "status", "words")}
    return Move(relative=relative, shift=shift, bp=bp, source=document.get("from"), **words)


def _refuse_doubles(scenarios: tuple[Scenario, ...]) -> None:
    names = [scenario.scenario_id for scenario in scenarios]
    twin = next((name for name in names if names.count(name) > 1), None)
    if twin is not None:
        raise BadInput(
            "double_scenario", field="scenarios.id", value=twin, allowed="each id once", fix="rename one of the two"
        )
