"""The life of a model version: its states and the steps between them, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from plimsoll.governance.inventory import VersionContent
from plimsoll.governance.roster import Role
from plimsoll.governance.separation import Office


class State(StrEnum):
    """Where a model version stands."""

    proposed = "proposed"
    in_development = "in_development"
    submitted = "submitted"
    in_validation = "in_validation"
    validated = "validated"
    pending_approval = "pending_approval"
    approved = "approved"
    approved_with_conditions = "approved_with_conditions"
    rejected = "rejected"
    in_use = "in_use"
    suspended = "suspended"
    under_review = "under_review"
    retired = "retired"


class Guard(StrEnum):
    """What must hold before a step; each is a function of :mod:`plimsoll.governance.guards`."""

    content_is_complete = "content_is_complete"
    actor_is_the_developer = "actor_is_the_developer"
    actor_is_the_owner = "actor_is_the_owner"
    actor_is_independent = "actor_is_independent"
    actor_is_the_validator = "actor_is_the_validator"
    reason_is_given = "reason_is_given"
    tests_are_complete = "tests_are_complete"
    reds_have_findings = "reds_have_findings"
    report_is_signed_for_this = "report_is_signed_for_this"
    no_blocking_finding = "no_blocking_finding"
    conditions_are_findings = "conditions_are_findings"
    approval_binds_the_content = "approval_binds_the_content"
    nothing_leans_on_it = "nothing_leans_on_it"


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted step: its name, from where, to where, by whom (None: the system) and under which guards."""

    action: str
    sources: frozenset[State]
    target: State
    role: Role | None
    guards: tuple[Guard, ...] = ()


_S, _G = State, Guard
_IN_FORCE = frozenset({_S.approved, _S.approved_with_conditions, _S.in_use})
TRANSITIONS: Mapping[str, Transition] = {
    step.action: step
    for step in (
        Transition(
            "start_development", frozenset({_S.proposed}), _S.in_development, Role.owner, (_G.actor_is_the_owner,)
        ),
        Transition(
            "submit",
            frozenset({_S.in_development}),
            _S.submitted,
            Role.developer,
            (_G.actor_is_the_developer, _G.content_is_complete),
        ),
        Transition(
            "begin_validation",
            frozenset({_S.submitted, _S.under_review}),
            _S.in_validation,
            Role.validator,
            (_G.actor_is_independent,),
        ),
        Transition(
            "send_back",
            frozenset({_S.in_validation}),
            _S.in_development,
            Role.validator,
            (_G.actor_is_the_validator, _G.reason_is_given),
        ),
        Transition(
            "validate",
            frozenset({_S.in_validation}),
            _S.validated,
            Role.validator,
            (
                _G.actor_is_the_validator,
                _G.actor_is_independent,
                _G.tests_are_complete,
                _G.reds_have_findings,
                _G.report_is_signed_for_this,
            ),
        ),
        Transition("request_approval", frozenset({_S.validated}), _S.pending_approval, None),
        Transition(
            "approve",
            frozenset({_S.pending_approval}),
            _S.approved,
            Role.approver,
            (_G.actor_is_independent, _G.no_blocking_finding, _G.report_is_signed_for_this),
        ),
        Transition(
            "approve_with_conditions",
            frozenset({_S.pending_approval}),
            _S.approved_with_conditions,
            Role.approver,
            (_G.actor_is_independent, _G.conditions_are_findings, _G.report_is_signed_for_this),
        ),
        Transition(
            "reject",
            frozenset({_S.pending_approval}),
            _S.rejected,
            Role.approver,
            (_G.actor_is_independent, _G.reason_is_given),
        ),
        Transition(
            "put_in_use",
            frozenset({_S.approved, _S.approved_with_conditions}),
            _S.in_use,
            Role.owner,
            (_G.actor_is_the_owner, _G.approval_binds_the_content),
        ),
        Transition("suspend", frozenset({_S.in_use}), _S.suspended, Role.owner, (_G.reason_is_given,)),
        Transition("review", _IN_FORCE | {_S.suspended}, _S.under_review, Role.validator, (_G.reason_is_given,)),
        Transition(
            "retire",
            _IN_FORCE | {_S.suspended, _S.under_review},
            _S.retired,
            Role.owner,
            (_G.actor_is_the_owner, _G.reason_is_given, _G.nothing_leans_on_it),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A model version and where it stands.

    ``cycle`` counts submissions; ``validator``, ``validated_report`` and ``approved_hash`` belong to the present
    cycle; ``approved_hash`` is the content hash that the approval binds. ``offices`` remembers for good who acted in
    which role.
    """

    content: VersionContent
    state: State = State.proposed
    cycle: int = 0
    validator: str = ""
    validated_report: str = ""
    approver: str = ""
    approved_hash: str = ""
    conditions: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Model id and version."""
        return self.content.model_id, self.content.version

    def to_dict(self) -> dict[str, Any]:
        """Give the record as plain data."""
        return {
            "content": self.content.to_dict(),
            "content_hash": self.content.content_hash,
            "state": self.state.value,
            "cycle": self.cycle,
            "validator": self.validator,
            "validated_report": self.validated_report,
            "approver": self.approver,
            "approved_hash": self.approved_hash,
            "conditions": list(self.conditions),
            "offices": [office.to_dict() for office in self.offices],
        }
