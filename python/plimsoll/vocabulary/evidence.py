"""What a result stands on: enough to compute it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """Digests of everything that went into a result, and the code that made it.

    Digests are written ``sha256:<hex>``. ``seed`` is None where nothing was drawn; ``inputs`` names further inputs
    (datasets, policy packs) with their digests.
    """

    trade_digest: str
    snapshot_digest: str
    method_digest: str
    library_version: str
    seed: int | None = None
    isa: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "trade_digest": self.trade_digest,
            "snapshot_digest": self.snapshot_digest,
            "method_digest": self.method_digest,
            "library_version": self.library_version,
            "seed": self.seed,
            "isa": self.isa,
            "inputs": dict(self.inputs),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Evidence":
        """Read what :meth:`to_dict` wrote."""
        return cls(
            trade_digest=data["trade_digest"],
            snapshot_digest=data["snapshot_digest"],
            method_digest=data["method_digest"],
            library_version=data["library_version"],
            seed=data["seed"],
            isa=data["isa"],
            inputs=dict(data["inputs"]),
        )
