"""The guards of the lifecycle: each refuses a step, with a reason, or lets it pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from plimsoll.governance.findings import Severity
from plimsoll.governance.inventory import VersionContent
from plimsoll.governance.lifecycle import Guard, State, Transition, VersionRecord
from plimsoll.governance.policy import PolicyPack
from plimsoll.governance.roster import Member, Role
from plimsoll.governance.separation import Office, refuse_two_offices
from plimsoll.governance.state import GovernanceState
from plimsoll.vocabulary.errors import CheckFailed, NotPermitted, PlimsollError
from plimsoll.vocabulary.testing import Rag, TestResult


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an actor puts forward for a step: reason, report, test results, conditions, new content."""

    reason: str = ""
    report_digest: str = ""
    results: tuple[TestResult, ...] = ()
    conditions: tuple[str, ...] = ()
    content: VersionContent | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step under examination: who wants to take it, for what, on which grounds."""

    state: GovernanceState
    policy: PolicyPack
    transition: Transition
    record: VersionRecord
    member: Member
    grounds: Grounds = field(default_factory=Grounds)

    @property
    def role(self) -> Role:
        """The role in which the actor takes the step."""
        assert self.transition.role is not None
        return self.transition.role


def offices_of(state: GovernanceState, record: VersionRecord) -> tuple[Office, ...]:
    """Give every office held towards a version: owner and developer of its model, and all who ever acted on it."""
    model = state.model(record.content.model_id).model
    named = []
    for role, name in ((Role.developer, model.developer), (Role.owner, model.owner)):
        member = None if state.roster is None else state.roster.member(name)
        named.append(Office(role, name, "" if member is None else member.public_key))
    return (*named, *record.offices)


def _content_is_complete(step: Step) -> None:
    content = step.grounds.content or step.record.content
    if (content.model_id, content.version) != step.record.key:
        raise _unmet("other_content", f"{content.model_id} {content.version}", " ".join(step.record.key))
    for name, value in (
        ("code", content.code),
        ("parameters", content.parameters),
        ("environment", content.environment),
    ):
        if not value:
            raise _unmet("content_incomplete", name, "digests of code, parameters and environment")


def _actor_is_the_developer(step: Step) -> None:
    _require_name(step, "developer", step.state.model(step.record.content.model_id).model.developer)


def _actor_is_the_owner(step: Step) -> None:
    _require_name(step, "owner", step.state.model(step.record.content.model_id).model.owner)


def _actor_is_the_validator(step: Step) -> None:
    _require_name(step, "validator", step.record.validator)


def _require_name(step: Step, office: str, name: str) -> None:
    if step.member.name != name:
        raise NotPermitted(
            f"not_the_{office}",
            field=office,
            value=step.member.name,
            allowed=name,
            fix=f"let {name} take the step, or change the record",
        )


def _actor_is_independent(step: Step) -> None:
    wanted = Office(step.role, step.member.name, step.member.public_key)
    refuse_two_offices(wanted, offices_of(step.state, step.record), step.policy.separation_of_duties)


def _reason_is_given(step: Step) -> None:
    if not step.grounds.reason.strip():
        raise _unmet("reason_missing", step.transition.action, "a reason in words")


def _tests_are_complete(step: Step) -> None:
    model = step.state.model(step.record.content.model_id).model
    done = {result.test_id for result in step.grounds.results if result.model_id == model.model_id}
    waived = step.policy.waived(model.model_id)
    lacking = [test for test in step.policy.required_tests(model.model_class) if test not in done | waived]
    if lacking:
        raise _unmet("tests_missing", ", ".join(lacking), "every required test run or waived")


def _reds_have_findings(step: Step) -> None:
    model_id, version = step.record.key
    held = {finding.test_id for finding in step.state.findings_of(model_id, version)}
    bare = [
        result.test_id
        for result in step.grounds.results
        if result.rag is Rag.red and result.model_id == model_id and result.test_id not in held
    ]
    if bare:
        raise _unmet("red_without_finding", ", ".join(bare), "a finding for every red test")


def _report_is_signed_for_this(step: Step) -> None:
    digest = step.grounds.report_digest
    if step.role is Role.approver and digest != step.record.validated_report:
        raise _unmet("other_report", digest, f"the validated report {step.record.validated_report}")
    wanted = (*step.record.key, step.record.cycle)
    meanings = step.policy.meanings[step.role]
    for sign_off in step.state.sign_offs:
        office = sign_off.office
        same_signer = (office.name, office.public_key) == (step.member.name, step.member.public_key)
        if sign_off.digest == digest and same_signer and sign_off.meaning in meanings and wanted in sign_off.covers:
            return
    raise _unmet(
        "report_not_signed",
        digest or "no report",
        f"a sign-off by {step.member.name} meaning {' or '.join(meanings)} for cycle {step.record.cycle}",
    )


def _no_blocking_finding(step: Step) -> None:
    _refuse_findings(step, frozenset(step.policy.blocking_approval), allowed=frozenset())


def _conditions_are_findings(step: Step) -> None:
    known = {finding.finding_id for finding in step.state.findings_of(*step.record.key)}
    strange = [condition for condition in step.grounds.conditions if condition not in known]
    if strange or not step.grounds.conditions:
        raise _unmet("condition_not_a_finding", ", ".join(strange), "ids of findings against this version")
    _refuse_findings(step, frozenset({Severity.critical}), allowed=frozenset())
    _refuse_findings(step, frozenset(step.policy.blocking_approval), allowed=frozenset(step.grounds.conditions))


def _refuse_findings(step: Step, severities: frozenset[Severity], allowed: frozenset[str]) -> None:
    blocking = [
        finding.finding_id
        for finding in step.state.findings_of(*step.record.key)
        if not finding.is_settled and finding.severity in severities and finding.finding_id not in allowed
    ]
    if blocking:
        raise _unmet("finding_blocks", ", ".join(blocking), f"none open that is {' or '.join(sorted(severities))}")


def _approval_binds_the_content(step: Step) -> None:
    content_hash = step.record.content.content_hash
    if step.record.approved_hash != content_hash:
        raise _unmet("approval_void", content_hash, f"the approved content {step.record.approved_hash}")
    offered = step.grounds.content
    if offered is None or offered.content_hash != content_hash:
        raise _unmet(
            "other_content", "none" if offered is None else offered.content_hash, f"the approved content {content_hash}"
        )


def _nothing_leans_on_it(step: Step) -> None:
    model_id = step.record.content.model_id
    leaning = sorted(
        record.content.model_id
        for record in step.state.versions.values()
        if record.state is State.in_use
        and any(
            (item.kind, item.target) == ("feeder", model_id)
            for item in step.state.model(record.content.model_id).model.dependencies
        )
    )
    if leaning:
        raise _unmet("still_needed", ", ".join(leaning), "no model in use that is fed by it")


def _unmet(code: str, value: str, allowed: str) -> PlimsollError:
    return CheckFailed(
        code, field="guard", value=value, allowed=allowed, fix="meet the guard, then take the step again"
    )


GUARDS: Mapping[Guard, Callable[[Step], None]] = MappingProxyType(
    {
        Guard.content_is_complete: _content_is_complete,
        Guard.actor_is_the_developer: _actor_is_the_developer,
        Guard.actor_is_the_owner: _actor_is_the_owner,
        Guard.actor_is_independent: _actor_is_independent,
        Guard.actor_is_the_validator: _actor_is_the_validator,
        Guard.reason_is_given: _reason_is_given,
        Guard.tests_are_complete: _tests_are_complete,
        Guard.reds_have_findings: _reds_have_findings,
        Guard.report_is_signed_for_this: _report_is_signed_for_this,
        Guard.no_blocking_finding: _no_blocking_finding,
        Guard.conditions_are_findings: _conditions_are_findings,
        Guard.approval_binds_the_content: _approval_binds_the_content,
        Guard.nothing_leans_on_it: _nothing_leans_on_it,
    }
)
