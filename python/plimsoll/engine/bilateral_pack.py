"""Parameter packs of bilateral margin: the calibration of the sensitivity-based margin, and the schedule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll import _core
from plimsoll.engine.documents import flaws
from plimsoll.engine.margin_pack import named_document
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput

HORIZONS = ("10d", "1d")
SYNTHETIC_PACK = "synthetic-simm"
SCHEDULE_PACK = "schedule-bcbs-iosco"
_FOLDER = "packs/bilateral"
_RATE_GROUPS = ("regular", "low", "high")
_EXCHANGE_GROUPS = ("regular", "high")
_DAYS = {"10d": 10, "1d": 1}


@dataclass(frozen=True, slots=True)
class SimmPack:
    """A calibration for one horizon as the core takes it, the document that it comes from, and its digest."""

    core: _core.bilateral.SimmPack
    status: str
    source: str
    digest: str

    @property
    def pack_id(self) -> str:
        """Name of the pack with its revision."""
        return f"{self.core.pack_id}-{self.core.revision}"


@dataclass(frozen=True, slots=True)
class SchedulePack:
    """The schedule as the core takes it, and the digest of its document."""

    core: _core.bilateral.SchedulePack
    status: str
    source: str
    digest: str

    @property
    def pack_id(self) -> str:
        """Name of the pack with its revision."""
        return f"{self.core.pack_id}-{self.core.revision}"


def pack_document(name: str) -> Mapping[str, Any]:
    """Read a pack by the path of its file, or by its name if it is shipped with the package.

    Raises
    ------
    BadInput
        If there is neither such a file nor such a pack, or the file is no JSON object.
    """
    return named_document(_FOLDER, name)


def read_simm_pack(document: Mapping[str, Any], horizon: str) -> SimmPack:
    """Read a calibration from its document, for one of its horizons.

    Raises
    ------
    BadInput
        If a field is missing, unknown or of the wrong form, or the pack has no such horizon.
    """
    for _, failure in flaws(document, "simm-pack-v1"):
        raise failure
    horizons = document["horizons"]
    if horizon not in horizons:
        raise BadInput(
            "unknown_horizon", field="horizon", value=horizon, allowed=", ".join(horizons), fix="name one of these"
        )
    return SimmPack(
        _simm_core(document, horizons[horizon], _DAYS[horizon]),
        document["status"],
        document["source"],
        digest_of(document),
    )


def read_schedule_pack(document: Mapping[str, Any]) -> SchedulePack:
    """Read a schedule from its document.

    Raises
    ------
    BadInput
        If a field is missing, unknown or of the wrong form.
    """
    for _, failure in flaws(document, "schedule-pack-v1"):
        raise failure
    core = _core.bilateral.SchedulePack(
        **_dated(document),
        rates=[
            _core.bilateral.ScheduleRate(
                product_class=row["product_class"], from_years=row["from_years"], rate=float(row["rate"])
            )
            for row in document["rates"]
        ],
        gross_share=float(document["gross_share"]),
        net_share=float(document["net_share"]),
    )
    return SchedulePack(core, document["status"], document["source"], digest_of(document))


def _dated(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "pack_id": document["pack_id"],
        "revision": document["revision"],
        "in_force_from": date.fromisoformat(document["in_force_from"]),
        "in_force_until": date.fromisoformat(document["in_force_until"]),
        "currency": document["currency"],
    }


def _simm_core(document: Mapping[str, Any], numbers: Mapping[str, Any], days: int) -> _core.bilateral.SimmPack:
    return _core.bilateral.SimmPack(
        **_dated(document),
        confidence=float(document["confidence"]),
        horizon_days=days,
        currencies=[_currency(row) for row in document["currencies"]],
        rates=_core.bilateral.SimmRates(**_plain(numbers["rates"])),
        credit_qualifying=_buckets(numbers["credit_qualifying"]),
        credit_non_qualifying=_buckets(numbers["credit_non_qualifying"]),
        equity=_buckets(numbers["equity"]),
        commodity=_buckets(numbers["commodity"]),
        exchange=_core.bilateral.SimmExchange(**_plain(numbers["exchange"])),
        base_correlation_weight=float(numbers["base_correlation_weight"]),
        base_correlation=float(numbers["base_correlation"]),
        class_correlation=_flat(numbers["class_correlation"]),
    )


def _currency(row: Mapping[str, Any]) -> _core.bilateral.SimmCurrency:
    return _core.bilateral.SimmCurrency(
        currency=row["currency"],
        rate_group=_RATE_GROUPS.index(row["rate_group"]),
        rate_threshold=row["rate_threshold"],
        exchange_group=_EXCHANGE_GROUPS.index(row["exchange_group"]),
        exchange_threshold=row["exchange_threshold"],
    )


def _buckets(table: Mapping[str, Any]) -> _core.bilateral.SimmBuckets:
    rows = [
        _core.bilateral.SimmBucket(
            name=row["name"],
            curvature=row["curvature"],
            **{name: _amount(value) for name, value in row.items() if name not in ("name", "curvature")},
        )
        for row in table["buckets"]
    ]
    ratio = float(table["historical_volatility_ratio"])
    return _core.bilateral.SimmBuckets(buckets=rows, between=_flat(table["between"]), historical_volatility_ratio=ratio)


def _plain(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _flat(value) if isinstance(value, list) else float(value) for name, value in table.items()}


def _flat(values: list[Any]) -> list[float]:
    return [number for item in values for number in (_flat(item) if isinstance(item, list) else [_amount(item)])]


def _amount(value: float | None) -> float:
    """Give a number; null stands for a threshold that nothing reaches."""
    return math.inf if value is None else float(value)
