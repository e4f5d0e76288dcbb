"""From a statistic to a test result: the colour, the reason and, for a red, the draft of a finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plimsoll.validation.catalogue import TestDefinition
from plimsoll.vocabulary.testing import Rag, TestResult


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a test procedure measured, before anybody coloured it."""

    value: float
    n: int
    reason: str
    effect: float | None = None
    ci: tuple[float, float] | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Why a test procedure could measure nothing."""

    reason: str
    n: int = 0


Outcome = Measurement | NotApplicable


@dataclass(frozen=True, slots=True)
class DraftFinding:
    """A finding as validation proposes it; it becomes one when somebody opens it under their name."""

    model_id: str
    test_id: str
    severity: str
    title: str
    description: str

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "model_id": self.model_id,
            "test_id": self.test_id,
            "severity": self.severity,
            "title": self.title,
            "description": self.description,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "DraftFinding":
        """Read what :meth:`to_dict` wrote."""
        return cls(
            model_id=data["model_id"],
            test_id=data["test_id"],
            severity=data["severity"],
            title=data["title"],
            description=data["description"],
        )


def grade(definition: TestDefinition, scale_override: Any, model_id: str, outcome: Outcome) -> TestResult:
    """Hold a measurement against the thresholds in force and give the test result.

    Parameters
    ----------
    definition : TestDefinition
        The test as the catalogue has it.
    scale_override : Scale or None
        The thresholds of the policy pack, where the pack overrides the catalogue.
    model_id : str
        The model under test.
    outcome : Outcome
        What the procedure measured, or why it could not.

    Returns
    -------
    TestResult
        Not applicable keeps its reason and has no value; everything else has a colour.
    """
    scale = definition.scale if scale_override is None else scale_override
    thresholds = {**scale.to_dict(), "origin": "catalogue" if scale_override is None else "policy pack"}
    common: dict[str, Any] = {
        "test_id": definition.test_id,
        "rev": definition.rev,
        "title": definition.title,
        "model_id": model_id,
        "statistic": definition.statistic,
        "unit": definition.unit,
        "thresholds": thresholds,
    }
    if isinstance(outcome, NotApplicable):
        return TestResult(**common, value=None, n=outcome.n, rag=Rag.not_applicable, reason=outcome.reason)
    finite = outcome.value == outcome.value and abs(outcome.value) != float("inf")
    return TestResult(
        **common,
        value=outcome.value if finite else None,
        n=outcome.n,
        rag=scale.colour(outcome.value) if finite else Rag.red,
        reason=outcome.reason if finite else f"the statistic is not a finite number; {outcome.reason}",
        effect=outcome.effect,
        ci=outcome.ci,
        evidence=dict(outcome.evidence),
        detail=dict(outcome.detail),
    )


def draft_finding(definition: TestDefinition, result: TestResult) -> DraftFinding:
    """Draft the finding that a red result calls for."""
    value = "not finite" if result.value is None else f"{result.value:.6g} {result.unit}".strip()
    amber = result.thresholds["amber"]
    side = "at most" if result.thresholds["kind"] == "at_most" else "at least"
    return DraftFinding(
        model_id=result.model_id,
        test_id=result.test_id,
        severity=str(definition.settings.get("severity_if_red", "high")),
        title=f"{result.test_id} {result.title}: red",
        description=(
            f"{definition.statistic} is {value} on n = {result.n}; the limit of amber is {side} {amber:g}. {result.reason}"
        ),
    )


def percentile(values: list[float], share: float) -> float:
    """Give the smallest value that at least ``share`` of the values do not exceed (no interpolation).

    Plain Python on purpose: the number enters digests, so no vector library may round it.
    """
    ordered = sorted(values)
    rank = max(1, -int(-share * len(ordered) // 1))
    return ordered[rank - 1]
