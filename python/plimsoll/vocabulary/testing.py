"""The result of one validation test, as plain frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar


class Rag(StrEnum):
    """The colour of a test result."""

    green = "green"
    amber = "amber"
    red = "red"
    not_applicable = "not_applicable"


@dataclass(frozen=True, slots=True)
class TestResult:
    """One validation test: the statistic, the thresholds that it was held against, and the colour.

    ``value`` is None only where the colour is not_applicable, and then ``reason`` says why. ``evidence`` maps names
    to digests; ``detail`` holds plain data for tables and figures.
    """

    __test__: ClassVar[bool] = False

    test_id: str
    rev: int
    title: str
    model_id: str
    statistic: str
    value: float | None
    unit: str
    n: int
    thresholds: Mapping[str, Any]
    rag: Rag
    reason: str
    effect: float | None = None
    ci: tuple[float, float] | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "test_id": self.test_id,
            "rev": self.rev,
            "title": self.title,
            "model_id": self.model_id,
            "statistic": self.statistic,
            "value": self.value,
            "unit": self.unit,
            "n": self.n,
            "thresholds": dict(self.thresholds),
            "rag": self.rag.value,
            "reason": self.reason,
            "effect": self.effect,
            "ci": None if self.ci is None else list(self.ci),
            "evidence": dict(self.evidence),
            "detail": dict(self.detail),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "TestResult":
        """Read what :meth:`to_dict` wrote."""
        ci = data["ci"]
        return cls(
            test_id=data["test_id"],
            rev=data["rev"],
            title=data["title"],
            model_id=data["model_id"],
            statistic=data["statistic"],
            value=data["value"],
            unit=data["unit"],
            n=data["n"],
            thresholds=dict(data["thresholds"]),
            rag=Rag(data["rag"]),
            reason=data["reason"],
            effect=data["effect"],
            ci=None if ci is None else (ci[0], ci[1]),
            evidence=dict(data["evidence"]),
            detail=dict(data["detail"]),
        )
