"""Packs of the call rules: due days, the clock of intraday deficits and the member's choices, as dated data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from plimsoll import _core
from plimsoll.engine.documents import flaws, read_json
from plimsoll.engine.margin_pack import cents
from plimsoll.vocabulary.digest import digest_of

DEFAULT_CALL_PACK = "us-margin-calls-2026-06"
_MONEY = ("de_minimis", "day_trader_equity")
_DATES = ("in_force_from", "phase_in_until")
_FRACTIONS = ("de_minimis_share", "day_trade_share", "buying_power_multiple")
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class MarginCallPack:
    """One pack: the numbers as the core takes them, the document that they come from, and its digest."""

    intraday: _core.margin.IntradayRules
    choices: _core.margin.IntradayChoices
    calls: _core.margin.CallRules
    document: Mapping[str, Any]
    digest: str

    @property
    def pack_id(self) -> str:
        """Name of the pack with its revision."""
        return f"{self.document['pack_id']}-{self.document['revision']}"

    def assumed(self) -> list[str]:
        """Give the path of each number whose status is ASSUMED."""
        parts = {name: self.document[name] for name in ("intraday", "choices")}
        parts |= {f"calls.{kind}": entries for kind, entries in self.document["calls"].items()}
        return sorted(
            f"{part}.{name}"
            for part, entries in parts.items()
            for name, entry in entries.items()
            if entry["status"] == "ASSUMED"
        )


def shipped_call_pack() -> MarginCallPack:
    """Read the pack of the call rules that is shipped with the package."""
    path = resources.files("plimsoll").joinpath("packs", "margin_calls", f"{DEFAULT_CALL_PACK}.json")
    return read_call_pack(json.loads(path.read_text(encoding="utf-8")))


def read_call_pack(source: Mapping[str, Any] | Path | str) -> MarginCallPack:
    """Read a pack of the call rules from a document v1 or the path of a JSON file.

    Raises
    ------
    BadInput
        If the file cannot be read, a field is missing or unknown, or a number has the wrong type.
    """
    document = source if isinstance(source, Mapping) else read_json(Path(source))
    for _, failure in flaws(document, "margin-call-pack-v1"):
        raise failure
    return MarginCallPack(
        intraday=_core.margin.IntradayRules(
            **{name: _number(name, entry["value"]) for name, entry in document["intraday"].items()}
        ),
        choices=_choices({name: entry["value"] for name, entry in document["choices"].items()}),
        calls=_core.margin.CallRules(
            settlement=[
                _core.margin.SettlementCycle(
                    in_force_from=date.fromisoformat(row["in_force_from"]), business_days=row["business_days"]
                )
                for row in document["settlement"]
            ],
            terms=[_terms(kind, entries) for kind, entries in document["calls"].items()],
        ),
        document=document,
        digest=digest_of(document),
    )


def _number(name: str, value: Any) -> Any:
    if name in _MONEY:
        return cents(value)
    if name in _DATES:
        return date.fromisoformat(value)
    return float(value) if name in _FRACTIONS else value


def _choices(values: dict[str, Any]) -> _core.margin.IntradayChoices:
    within = values.pop("together_within_seconds") * _MICROSECONDS
    return _core.margin.IntradayChoices(**values, together_within=within)


def _terms(kind: str, entries: Mapping[str, Any]) -> _core.margin.CallTerms:
    values = {name: entry["value"] for name, entry in entries.items()}
    return _core.margin.CallTerms(
        kind=_core.margin.CallKind[kind],
        due_days=values["due_days"],
        disregard=cents(values["disregard"]),
        market_relief=values["market_relief"],
        escalate_days=values["escalate_days"],
        when_overdue=_core.margin.Restriction[values["when_overdue"]],
        when_escalated=_core.margin.Restriction[values["when_escalated"]],
    )
