"""Margin parameter packs: the rules' numbers as dated data, each with its source and status."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from plimsoll import _core
from plimsoll.engine.documents import flaws, read_json, short
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput

DEFAULT_PACK = "us-strategy-based-2026-11"
_FOLDER = "packs/margin"


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """When a maintenance call is due, and whether the customer then pays."""

    due_business_days: int
    deposit: str


@dataclass(frozen=True, slots=True)
class MarginPack:
    """One pack: the numbers as the core takes them, the document that they come from, and its digest."""

    core: _core.margin.RulePack
    calls: CallPolicy
    currency: str
    document: Mapping[str, Any]
    digest: str

    @property
    def pack_id(self) -> str:
        """Name of the pack with its revision."""
        return f"{self.core.pack_id}-{self.core.revision}"

    def assumed(self) -> list[str]:
        """Give the path of each number whose status is ASSUMED."""
        return assumed_in(self.document)


def cents(amount: str | Decimal) -> int:
    """Give an exact amount as whole cents.

    Examples
    --------
    >>> cents("-1234.5")
    -123450
    """
    return int((Decimal(amount) * 100).to_integral_exact())


def shipped_pack(name: str = DEFAULT_PACK) -> MarginPack:
    """Read a pack that is shipped with the package.

    Raises
    ------
    BadInput
        If there is no such pack.
    """
    return read_pack(shipped_document(_FOLDER, name))


def shipped_document(folder: str, name: str) -> Mapping[str, Any]:
    """Give the document of a pack in a folder of the package, such as ``packs/margin``.

    Raises
    ------
    BadInput
        If there is no such pack.
    """
    names = _names(folder)
    if name not in names:
        raise BadInput("unknown_pack", field=folder, value=name, allowed=", ".join(names), fix="name one of these")
    text = (resources.files("plimsoll") / folder / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def named_document(folder: str, source: Mapping[str, Any] | Path | str) -> Mapping[str, Any]:
    """Give the document of a pack: itself, one in a folder of the package by its name, or that of a JSON file.

    Raises
    ------
    BadInput
        If there is neither such a pack nor such a file, or it holds no JSON object.
    """
    if isinstance(source, Mapping):
        return source
    names = _names(folder)
    if str(source) in names:
        return shipped_document(folder, str(source))
    if Path(source).suffix != ".json":
        raise BadInput(
            "unknown_pack",
            field="pack",
            value=short(str(source)),
            allowed=f"{', '.join(names)}, or a .json file",
            fix="name one of these, or the file of the pack",
        )
    document = read_json(Path(source))
    if not isinstance(document, Mapping):
        raise BadInput("invalid_value", field="document", value=type(document).__name__, allowed="an object", fix="{}")
    return document


def _names(folder: str) -> list[str]:
    root = resources.files("plimsoll") / folder
    return sorted(entry.name.removesuffix(".json") for entry in root.iterdir() if entry.name.endswith(".json"))


def read_pack(source: Mapping[str, Any] | Path | str) -> MarginPack:
    """Read a margin pack from a document v1 or the path of a JSON file.

    Raises
    ------
    BadInput
        If the file cannot be read, a field is missing or unknown, or a number has the wrong type.
    """
    document = source if isinstance(source, Mapping) else read_json(Path(source))
    for _, failure in flaws(document, "margin-pack-v1"):
        raise failure
    policy = document["call_policy"]
    return MarginPack(
        core=_rules(document),
        calls=CallPolicy(policy["due_business_days"]["value"], policy["deposit"]["value"]),
        currency=document["currency"],
        document=document,
        digest=digest_of(document),
    )


def assumed_in(document: Mapping[str, Any]) -> list[str]:
    """Give the path of each entry of a pack whose status is ASSUMED."""
    return sorted(_assumed(document, ""))


def _rules(document: Mapping[str, Any]) -> _core.margin.RulePack:
    stock = {name: float(entry["value"]) for name, entry in document["stock"].items()}
    option = {name: float(entry["value"]) for name, entry in document["option"].items()}
    months = int(option.pop("long_dated_months"))
    return _core.margin.RulePack(
        pack_id=document["pack_id"],
        revision=document["revision"],
        in_force_from=date.fromisoformat(document["in_force_from"]),
        in_force_until=date.fromisoformat(document["in_force_until"]),
        stock=_core.margin.StockRates(**stock),
        option=_core.margin.OptionRates(**option, long_dated_months=months),
        futures=[_future(row) for row in document["futures"]],
        minimum_equity=cents(document["minimum_equity"]["value"]),
    )


def _future(row: Mapping[str, Any]) -> _core.margin.FutureRate:
    return _core.margin.FutureRate(
        underlying=row["underlying"],
        multiplier=float(row["multiplier"]),
        in_force_from=date.fromisoformat(row["in_force_from"]),
        initial=cents(row["initial"]),
        maintenance=cents(row["maintenance"]),
    )


def _assumed(node: object, path: str) -> list[str]:
    """Give the path of each number of a pack whose status is ASSUMED, under the path given."""
    if isinstance(node, list):
        return [found for index, item in enumerate(node) for found in _assumed(item, f"{path}[{index}]")]
    if not isinstance(node, Mapping):
        return []
    here = [path] if node.get("status") == "ASSUMED" else []
    return here + [found for key, item in node.items() for found in _assumed(item, f"{path}.{key}" if path else key)]
