"""Findings: what validation holds against a model, until validation itself is satisfied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from plimsoll.governance.roster import Role


class Severity(StrEnum):
    """How bad a finding is."""

    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"


class FindingState(StrEnum):
    """Where a finding stands; whether it is overdue follows from the due date and is never stored."""

    open = "open"
    plan_agreed = "plan_agreed"
    in_remediation = "in_remediation"
    ready_for_verification = "ready_for_verification"
    closed_verified = "closed_verified"
    disputed = "disputed"
    risk_accepted = "risk_accepted"


@dataclass(frozen=True, slots=True)
class FindingMove:
    """One permitted step of a finding: from where, to where, by whom."""

    action: str
    sources: frozenset[FindingState]
    target: FindingState
    role: Role


_S = FindingState
FINDING_MOVES: Mapping[str, FindingMove] = {
    move.action: move
    for move in (
        FindingMove("agree_plan", frozenset({_S.open, _S.disputed}), _S.plan_agreed, Role.owner),
        FindingMove("dispute", frozenset({_S.open}), _S.disputed, Role.developer),
        FindingMove("remediate", frozenset({_S.open, _S.plan_agreed}), _S.in_remediation, Role.developer),
        FindingMove("offer", frozenset({_S.in_remediation}), _S.ready_for_verification, Role.developer),
        FindingMove("reject_remedy", frozenset({_S.ready_for_verification}), _S.in_remediation, Role.validator),
        FindingMove("close", frozenset({_S.ready_for_verification}), _S.closed_verified, Role.validator),
        FindingMove("withdraw", frozenset({_S.disputed}), _S.closed_verified, Role.validator),
        FindingMove("accept_risk", frozenset({_S.open, _S.plan_agreed}), _S.risk_accepted, Role.approver),
        FindingMove("reopen", frozenset({_S.closed_verified, _S.risk_accepted}), _S.open, Role.validator),
    )
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding against one version of a model.

    ``test_id`` is empty where no test raised it; ``due`` is an ISO date; ``remediator`` is who offered the remedy.
    """

    finding_id: str
    model_id: str
    version: str
    test_id: str
    severity: Severity
    title: str
    description: str
    opened_by: str
    opened_at: str
    due: str
    state: FindingState = FindingState.open
    remediator: str = ""

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing more is asked."""
        return self.state in (FindingState.closed_verified, FindingState.risk_accepted)

    def is_overdue(self, on: date) -> bool:
        """Tell whether the finding is past its due date on a day."""
        return not self.is_settled and on > date.fromisoformat(self.due)

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "finding_id": self.finding_id,
            "model_id": self.model_id,
            "version": self.version,
            "test_id": self.test_id,
            "severity": self.severity.value,
            "title": self.title,
            "description": self.description,
            "opened_by": self.opened_by,
            "opened_at": self.opened_at,
            "due": self.due,
            "state": self.state.value,
            "remediator": self.remediator,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Finding":
        """Read what :meth:`to_dict` wrote."""
        return cls(
            finding_id=data["finding_id"],
            model_id=data["model_id"],
            version=data["version"],
            test_id=data["test_id"],
            severity=Severity(data["severity"]),
            title=data["title"],
            description=data["description"],
            opened_by=data["opened_by"],
            opened_at=data["opened_at"],
            due=data["due"],
            state=FindingState(data["state"]),
            remediator=data["remediator"],
        )
