"""The dated policy of the model-risk interval: which models count, how well they must fit, what could be quoted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from plimsoll.engine.documents import flaws, read_json
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput

SHIPPED = "plimsoll-2026-01"
_FOLDER = "packs/model_range"


@dataclass(frozen=True, slots=True)
class RangePolicy:
    """Limits and grids of the interval, with the digest of the document that they stand in.

    A fit counts whose misses are, in the root of their mean square, at most so many half spreads or so much volatility;
    either is enough.
    """

    policy_id: str
    in_force_from: date
    status: str
    source: str
    models: tuple[str, ...]
    most_half_spreads: float
    most_volatility: float
    least_models: int
    deviations: tuple[float, ...]
    volatility_width: float
    least_width: float
    steps_per_year: int
    digest: str

    def require(self, day: date) -> None:
        """Refuse a day before the policy is in force, as `BadInput`."""
        if day < self.in_force_from:
            told = f"a policy in force on {day}; this one is from {self.in_force_from}"
            fix = "give --policy FILE, one of that date"
            raise BadInput("not_in_force", field="policy", value=self.policy_id, allowed=told, fix=fix)

    def to_dict(self) -> dict[str, Any]:
        """Give what names the policy and the limits that decided, as plain data."""
        return {
            "policy_id": self.policy_id,
            "in_force_from": self.in_force_from.isoformat(),
            "status": self.status,
            "source": self.source,
            "most_half_spread_rmse": self.most_half_spreads,
            "most_volatility_rmse": self.most_volatility,
            "least_models": self.least_models,
            "quote_volatility_width": self.volatility_width,
            "steps_per_year": self.steps_per_year,
            "digest": self.digest,
        }


def read_policy(source: Path | None = None) -> RangePolicy:
    """Read a policy document v1 from a JSON file, or the shipped one.

    Raises
    ------
    BadInput
        If the file cannot be read, or a field is missing, unknown or of the wrong type or range.
    """
    document = _shipped() if source is None else read_json(source)
    for _, failure in flaws(document, "model-range-policy-v1"):
        raise failure
    further, fit = document["further_quote"], document["fit"]
    return RangePolicy(
        policy_id=document["policy_id"],
        in_force_from=date.fromisoformat(document["in_force_from"]),
        status=document["status"],
        source=document["source"],
        models=tuple(document["models"]),
        most_half_spreads=float(fit["most_half_spread_rmse"]),
        most_volatility=float(fit["most_volatility_rmse"]),
        least_models=int(document["least_models"]),
        deviations=tuple(map(float, further["deviations"])),
        volatility_width=float(further["volatility_width"]),
        least_width=float(further["least_width_over_forward"]),
        steps_per_year=int(document["paths"]["steps_per_year"]),
        digest=digest_of(document),
    )


def _shipped() -> Mapping[str, Any]:
    text = (resources.files("plimsoll") / _FOLDER / f"{SHIPPED}.json").read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return document
