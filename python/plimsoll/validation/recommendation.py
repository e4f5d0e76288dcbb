"""What the validator recommends for each model on the results of a run, before anybody signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from plimsoll.vocabulary.testing import Rag, TestResult


class Decision(StrEnum):
    """What an approver can decide."""

    approve = "approve"
    approve_with_conditions = "approve_with_conditions"
    reject = "reject"


@dataclass(frozen=True, slots=True)
class Condition:
    """A finding that is open and on which an approval hinges; ``test_id`` is empty where no test raised it."""

    test_id: str
    title: str
    severity: str
    due_days: int

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {"test_id": self.test_id, "title": self.title, "severity": self.severity, "due_days": self.due_days}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A decision with its reason and its conditions."""

    model_id: str
    decision: Decision
    reason: str
    conditions: tuple[Condition, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "model_id": self.model_id,
            "decision": self.decision.value,
            "reason": self.reason,
            "conditions": [condition.to_dict() for condition in self.conditions],
        }


def recommend(model_id: str, results: Sequence[TestResult], conditions: Sequence[Condition]) -> Recommendation:
    """Recommend a decision on a model.

    A critical finding leads to rejection, as does a model of which nothing could be measured; other open findings become
    conditions. Amber tests are named in the reason and bind nobody.

    Parameters
    ----------
    model_id : str
        The model.
    results : sequence of TestResult
        Its results in the run.
    conditions : sequence of Condition
        Its open findings.
    """
    measured = [result for result in results if result.rag is not Rag.not_applicable]
    critical = [condition for condition in conditions if condition.severity == "critical"]
    if not measured:
        decision, reason = Decision.reject, "no required test could be measured"
    elif critical:
        decision, reason = Decision.reject, f"{_counted(len(critical), 'critical finding')} open"
    elif conditions:
        decision = Decision.approve_with_conditions
        reason = f"{_counted(len(conditions), 'finding')} open, none critical"
    else:
        decision, reason = Decision.approve, f"no finding is open after {_counted(len(measured), 'test', verb='')}"
    amber = [result.test_id for result in results if result.rag is Rag.amber]
    if amber:
        reason += f"; amber: {', '.join(amber)}"
    unseen = [result.test_id for result in results if result.rag is Rag.not_applicable]
    if unseen and measured:
        reason += f"; not measured: {', '.join(unseen)}"
    return Recommendation(model_id, decision, reason, tuple(conditions))


def _counted(count: int, noun: str, verb: str | None = None) -> str:
    shown = ("is" if count == 1 else "are") if verb is None else verb
    return f"{count} {noun}{'' if count == 1 else 's'} {shown}".rstrip()
