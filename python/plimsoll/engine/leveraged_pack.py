"""Packs of leveraged retail products: brackets of perpetual contracts and rules on contracts for difference, as dated data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from plimsoll import _core
from plimsoll.engine.documents import flaws
from plimsoll.engine.margin_pack import named_document
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput

PERPETUAL_PACK = "perpetual-venue-2021-03"
CFD_PACK = "cfd-esma-2018-08"
_FOLDER = "packs/leveraged"
_Rules = TypeVar("_Rules", _core.margin.PerpetualRules, _core.margin.CfdRules)


@dataclass(frozen=True, slots=True)
class LeveragedPack(Generic[_Rules]):
    """One pack: the numbers as the core takes them, the document that they come from, and its digest."""

    core: _Rules
    document: Mapping[str, Any]
    digest: str

    @property
    def pack_id(self) -> str:
        """Name of the pack with its revision."""
        return f"{self.core.pack_id}-{self.core.revision}"

    def assumed(self) -> list[str]:
        """Give the name of each entry whose status is ASSUMED."""
        named = [*self.document.get("contracts", ()), *self.document.get("classes", ())]
        found = [str(entry["name"]) for entry in named if entry["status"] == "ASSUMED"]
        entries = [(name, entry) for name, entry in self.document.items() if isinstance(entry, Mapping)]
        return sorted(found + [name for name, entry in entries if entry["status"] == "ASSUMED"])


def perpetual_pack(
    source: Mapping[str, Any] | Path | str = PERPETUAL_PACK,
) -> LeveragedPack[_core.margin.PerpetualRules]:
    """Read contracts and brackets: a document v1, the path of a JSON file, or the name of a shipped pack.

    Raises
    ------
    BadInput
        If it cannot be read, or a field is missing, unknown or of the wrong type.
    """
    document = _document(source, "perpetual-pack-v1")
    refuse_twins([each["name"] for each in document["contracts"]], "contracts")
    rules = _core.margin.PerpetualRules(
        contracts=[_contract(each) for each in document["contracts"]], **_head(document)
    )
    return LeveragedPack(rules, document, digest_of(document))


def cfd_pack(source: Mapping[str, Any] | Path | str = CFD_PACK) -> LeveragedPack[_core.margin.CfdRules]:
    """Read rules on contracts for difference, from where :func:`perpetual_pack` reads.

    Raises
    ------
    BadInput
        As there.
    """
    document = _document(source, "cfd-pack-v1")
    refuse_twins([each["name"] for each in document["classes"]], "classes")
    rules = _core.margin.CfdRules(
        classes=[
            _core.margin.CfdClass(name=each["name"], maximum_leverage=float(each["leverage"]))
            for each in document["classes"]
        ],
        close_out=float(document["close_out"]["value"]),
        margin_price=_core.margin.MarginPrice[document["margin_price"]["value"]],
        order=_core.margin.StopOutOrder[document["order"]["value"]],
        negative_balance_protection=document["negative_balance_protection"]["value"],
        **_head(document),
    )
    return LeveragedPack(rules, document, digest_of(document))


def refuse_twins(names: Sequence[str], field: str) -> None:
    """Refuse a name that stands twice.

    Raises
    ------
    BadInput
        If one does.
    """
    twin = next((name for index, name in enumerate(names) if name in names[:index]), None)
    if twin is not None:
        raise BadInput("double_name", field=field, value=twin, allowed="each name once", fix="remove one of the two")


def _document(source: Mapping[str, Any] | Path | str, schema: str) -> Mapping[str, Any]:
    document = named_document(_FOLDER, source)
    for _, failure in flaws(document, schema):
        raise failure
    return document


def _head(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "pack_id": document["pack_id"],
        "revision": document["revision"],
        "in_force_from": date.fromisoformat(document["in_force_from"]),
        "in_force_until": date.fromisoformat(document["in_force_until"]),
    }


def _contract(entry: Mapping[str, Any]) -> _core.margin.PerpetualContract:
    tiers = [
        _core.margin.MaintenanceTier(
            up_to=math.inf if tier["up_to"] is None else float(tier["up_to"]),
            rate=float(tier["rate"]),
            maximum_leverage=float(tier["maximum_leverage"]),
            amount=float(tier.get("amount", 0.0)),
        )
        for tier in entry["tiers"]
    ]
    return _core.margin.PerpetualContract(
        name=entry["name"],
        settlement=entry["settlement"],
        kind=_core.margin.PerpetualKind[entry["kind"]],
        multiplier=float(entry["multiplier"]),
        lot=float(entry["lot"]),
        negative_prices=entry["negative_prices"],
        margin_price=_core.margin.MarginPrice[entry["margin_price"]],
        liquidation_fee=float(entry["liquidation_fee"]),
        tiers=tiers,
    )
