"""What became of one case of a reference table, and the sum over a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_WORST_SHOWN = 10


class Verdict(StrEnum):
    """What became of a case."""

    passed = "passed"
    failed = "failed"
    unsupported = "unsupported"
    disputed = "disputed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One number of ours beside the printed one."""

    quantity: str
    method: str
    expected: float
    computed: float
    allowed: float
    standard_error: float | None = None

    @property
    def difference(self) -> float:
        """Give the absolute difference; NaN if we computed NaN."""
        return abs(self.computed - self.expected)

    @property
    def holds(self) -> bool:
        """Tell whether the difference is allowed."""
        return self.difference <= self.allowed

    @property
    def share_of_allowed(self) -> float:
        """Give the difference as a share of the allowed one; infinite where nothing is allowed but something is off."""
        if self.holds and self.allowed == 0.0:
            return 0.0
        return self.difference / self.allowed if self.allowed > 0.0 else float("inf")

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data; a number that is not finite becomes null."""
        return {
            "quantity": self.quantity,
            "method": self.method,
            "expected": self.expected,
            "computed": _finite(self.computed),
            "difference": _finite(self.difference),
            "allowed": self.allowed,
            "standard_error": self.standard_error,
        }


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The verdict on one case with every number that it rests on."""

    case_id: str
    verdict: Verdict
    comparisons: tuple[Comparison, ...] = ()
    note: str = ""

    @classmethod
    def unsupported(cls, case_id: str, note: str) -> "CaseResult":
        """Say why a case was not run."""
        return cls(case_id, Verdict.unsupported, note=note)

    @classmethod
    def failed(cls, case_id: str, note: str) -> "CaseResult":
        """Say why a case could not be computed."""
        return cls(case_id, Verdict.failed, note=note)

    @classmethod
    def of(cls, case_id: str, comparisons: Sequence[Comparison], note: str = "") -> "CaseResult":
        """Judge comparisons: all must hold, and there must be one."""
        good = bool(comparisons) and all(comparison.holds for comparison in comparisons)
        return cls(case_id, Verdict.passed if good else Verdict.failed, tuple(comparisons), note)

    @property
    def worst_share(self) -> float:
        """Give the largest share of an allowed difference that was used up."""
        return max((comparison.share_of_allowed for comparison in self.comparisons), default=0.0)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "case_id": self.case_id,
            "verdict": self.verdict.value,
            "share_of_tolerance": _finite(self.worst_share),
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "note": self.note,
        }


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def summary(topic: str, results: Sequence[CaseResult]) -> dict[str, Any]:
    """Sum up a table: how many cases passed, failed, were unsupported or disputed, and the worst of them.

    Failures come first in ``worst``, then disputed cases, then those that used up most of their tolerance.
    """
    counts = {verdict: sum(1 for result in results if result.verdict is verdict) for verdict in Verdict}
    order = {Verdict.failed: 0, Verdict.disputed: 1, Verdict.passed: 2}
    shown = [result for result in results if result.verdict is not Verdict.unsupported]
    shown.sort(key=lambda result: (order[result.verdict], -_rank(result.worst_share), result.case_id))
    notes: dict[str, int] = {}
    for result in results:
        if result.verdict is Verdict.unsupported:
            notes[result.note] = notes.get(result.note, 0) + 1
    return {
        "topic": topic,
        "cases": len(results),
        "passed": counts[Verdict.passed],
        "failed": counts[Verdict.failed],
        "unsupported": counts[Verdict.unsupported],
        "disputed": counts[Verdict.disputed],
        "worst": [result.to_dict() for result in shown[:_WORST_SHOWN]],
        "unsupported_reasons": notes,
    }


def _rank(share: float) -> float:
    return share if share == share else float("inf")
