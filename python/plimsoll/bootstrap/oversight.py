"""What governance says in numbers: the audit log, open findings and their age, and when each model is due again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plimsoll.bootstrap import audit
from plimsoll.bootstrap.application import Application
from plimsoll.bootstrap.readings import gauge
from plimsoll.governance.audit import payload_of
from plimsoll.governance.findings import Finding, Severity
from plimsoll.governance.lifecycle import State
from plimsoll.governance.policy import PolicyPack, shipped_policy_pack
from plimsoll.governance.ports import Entry
from plimsoll.governance.state import GovernanceState, ModelRecord, replay
from plimsoll.observability.metrics import Family
from plimsoll.vocabulary.clock import parse_utc
from plimsoll.vocabulary.errors import BadInput, IntegrityBroken
from plimsoll.vocabulary.workspace import Workspace

_DAY_SECONDS = 86_400.0
_OVER = (State.retired, State.rejected)


def families(app: Application) -> list[Family]:
    """Verify the audit log as `plimsoll audit verify` does, and read findings and models from a log that is whole.

    A log that is not whole, or is lost, gives one number, 0: no state is read from it.
    """
    if is_lost(app.workspace):
        return of_audit(verified=0.0, entries=0, unsealed=0)
    try:
        found = audit.verify(app).found
    except BadInput:  # no log, and nothing that shows that there was one
        return []
    except IntegrityBroken:
        return of_audit(verified=0.0, entries=0, unsealed=0)
    told = of_audit(float(found.ok), found.entries, found.entries - found.sealed_to)
    if not found.whole:
        return told
    entries, now, policy = audit.log(app), app.clock.now(), shipped_policy_pack()
    state = replay(entries)
    return [*told, *of_findings(state.findings.values(), policy, now), *of_models(state, entries, policy, now)]


def is_lost(workspace: Workspace) -> bool:
    """Say whether there is no audit log where somebody worked: what was done there is under no record."""
    return workspace.was_used() and not workspace.state.is_file()


def of_audit(verified: float, entries: int, unsealed: int) -> list[Family]:
    """Say whether the log verifies."""
    return [
        gauge("audit_chain_verified", "Whether the audit log verifies (1) or not (0).", "", [((), verified)]),
        gauge("audit_entries", "Entries of the audit log that were verified.", "", [((), entries)]),
        gauge("audit_unsealed_entries", "Entries after the last signature over the log.", "", [((), unsealed)]),
    ]


def of_findings(findings: Iterable[Finding], policy: PolicyPack, now: datetime) -> list[Family]:
    """Say how many findings are not settled, how many of them overdue, and how old the oldest is.

    The label is no plain ``severity``: that is the one of the alert.
    """
    unsettled = [finding for finding in findings if not finding.is_settled]
    by = {level.value: [finding for finding in unsettled if finding.severity is level] for level in Severity}
    oldest = {level: min(parse_utc(item.opened_at).timestamp() for item in some) for level, some in by.items() if some}
    overdue = {level: sum(finding.is_overdue(now.date()) for finding in some) for level, some in by.items()}

    def each(name: str, help: str, numbers: Mapping[str, float]) -> Family:
        return gauge(name, help, "finding_severity", [((level,), number) for level, number in numbers.items()])

    ages = {level: now.timestamp() - opened for level, opened in oldest.items()}
    given = {level.value: days * _DAY_SECONDS for level, days in policy.due_days.items()}
    return [
        each("findings_open", "Findings that are not settled.", {level: len(some) for level, some in by.items()}),
        each("findings_overdue", "Findings that are past their due date.", overdue),
        each("finding_oldest_opened_timestamp_seconds", "When the oldest of the open findings was opened.", oldest),
        each("finding_oldest_age_seconds", "Age of the oldest of the open findings, when this was collected.", ages),
        each("policy_finding_due_seconds", "How long the policy pack gives to a finding.", given),
    ]


@dataclass(frozen=True, slots=True)
class _Clocked:
    """A model: when it was validated, the time from which the next validation counts, and when that is due."""

    record: ModelRecord
    validated: float | None
    since: float
    due: float

    @property
    def labels(self) -> tuple[str, str]:
        """Model id and tier."""
        return self.record.model.model_id, str(self.record.tier)


def of_models(state: GovernanceState, entries: Sequence[Entry], policy: PolicyPack, now: datetime) -> list[Family]:
    """Say when each model was validated last and is due again, by the cadence that the policy pack gives to its tier.

    A model that was never validated is due as long after its registration. One whose versions are all retired or
    rejected is due no more.
    """
    validated = _validated_at(entries)
    models = [_clocked(record, validated, policy) for record in state.models.values() if _is_alive(state, record)]
    return [
        gauge(
            "model_last_validation_timestamp_seconds",
            "When the model was last validated on a signed report.",
            "model tier",
            [(each.labels, each.validated) for each in models if each.validated is not None],
        ),
        gauge(
            "model_validation_age_seconds",
            "Time since the model was last validated, or registered, when this was collected.",
            "model tier",
            [(each.labels, now.timestamp() - each.since) for each in models],
        ),
        gauge(
            "model_validation_due_timestamp_seconds",
            "When the model must be validated again by the policy pack.",
            "model tier",
            [(each.labels, each.due) for each in models],
        ),
    ]


def _clocked(record: ModelRecord, validated: Mapping[str, float], policy: PolicyPack) -> _Clocked:
    at = validated.get(record.model.model_id)
    since = parse_utc(record.registered_at).timestamp() if at is None else at
    return _Clocked(record, at, since, since + policy.revalidation_due_days(record.tier) * _DAY_SECONDS)


def _is_alive(state: GovernanceState, record: ModelRecord) -> bool:
    states = [each.state for key, each in state.versions.items() if key[0] == record.model.model_id]
    return not states or any(each not in _OVER for each in states)


def _validated_at(entries: Sequence[Entry]) -> dict[str, float]:
    moves = ((entry, payload_of(entry)) for entry in entries if entry.kind == "version.moved")
    return {
        str(payload["model_id"]): parse_utc(entry.time).timestamp()
        for entry, payload in moves
        if payload["action"] == "validate"
    }
