"""Raising findings and seeing them through."""

from collections.abc import Iterable
from datetime import timedelta

from plimsoll.governance.desk import Desk, Session
from plimsoll.governance.findings import FINDING_MOVES, Finding, FindingState, Severity
from plimsoll.governance.guards import offices_of
from plimsoll.governance.ports import Signer
from plimsoll.governance.roster import Role
from plimsoll.governance.separation import Office, refuse_two_offices
from plimsoll.vocabulary.clock import parse_utc
from plimsoll.vocabulary.errors import BadInput, CheckFailed, NotPermitted
from plimsoll.vocabulary.testing import Rag, TestResult


def open_finding(
    desk: Desk,
    model_id: str,
    version: str,
    signer: Signer,
    *,
    severity: Severity,
    title: str,
    description: str,
    test_id: str = "",
) -> Finding:
    """Raise a finding against a version; its due date follows from the severity by the policy.

    Raises
    ------
    BadInput
        If the version is unknown, or title or description is empty.
    NotPermitted
        If the signer is not a validator, or not independent of the version.
    """
    with desk.session() as session:
        return _open(session, model_id, version, signer, severity, title, description, test_id)


def open_findings_for_reds(
    desk: Desk, version: str, results: Iterable[TestResult], signer: Signer
) -> tuple[Finding, ...]:
    """Raise a finding for every red test that has none, with the severity that the policy gives to the model's tier.

    Parameters
    ----------
    desk : Desk
        Where governance acts.
    version : str
        The version of each model that the results are about.
    results : Iterable[TestResult]
        The results of a validation; colours other than red are passed over.
    signer : Signer
        The unlocked key of the validator.

    Returns
    -------
    tuple[Finding, ...]
        The new findings.
    """
    opened = []
    with desk.session() as session:
        for result in results:
            held = {item.test_id for item in session.state.findings_of(result.model_id, version)}
            if result.rag is not Rag.red or result.test_id in held:
                continue
            severity = desk.policy.severity_of_red[session.state.model(result.model_id).tier]
            description = f"{result.statistic} = {result.value} {result.unit}".rstrip() + f"; {result.reason}"
            opened.append(
                _open(session, result.model_id, version, signer, severity, result.title, description, result.test_id)
            )
    return tuple(opened)


def move_finding(desk: Desk, finding_id: str, action: str, signer: Signer, reason: str) -> Finding:
    """Take one step with a finding.

    Raises
    ------
    BadInput
        If the finding or the action is unknown, or no reason is given.
    NotPermitted
        If the signer lacks the role, or would close what it remedied itself.
    CheckFailed
        If the finding does not stand where the step begins.
    """
    if action not in FINDING_MOVES:
        raise _bad("unknown_step", "action", action, ", ".join(FINDING_MOVES))
    if not reason.strip():
        raise _bad("reason_missing", "reason", reason, "a reason in words")
    step = FINDING_MOVES[action]
    with desk.session() as session:
        finding = session.state.findings.get(finding_id)
        if finding is None:
            raise _bad("unknown_finding", "finding_id", finding_id, ", ".join(session.state.findings))
        member = session.member(signer, step.role)
        if finding.state not in step.sources:
            raise CheckFailed(
                "step_not_open",
                field="state",
                value=finding.state.value,
                allowed=", ".join(sorted(step.sources)),
                fix=f"bring the finding there before {action}",
            )
        record = session.state.version(finding.model_id, finding.version)
        wanted = Office(step.role, member.name, member.public_key)
        refuse_two_offices(wanted, offices_of(session.state, record), desk.policy.separation_of_duties)
        if step.target is FindingState.closed_verified and member.name == finding.remediator:
            raise NotPermitted(
                "remediator_closes", field="signer", value=member.name, allowed="a validator who did not remedy it",
                fix="let another validator verify the remedy",
            )  # fmt: skip
        payload = {"finding_id": finding_id, "action": action, "from": finding.state, "to": step.target}
        session.record("finding.moved", finding_id, {**payload, "reason": reason}, signer)
        return session.state.findings[finding_id]


def _open(
    session: Session,
    model_id: str,
    version: str,
    signer: Signer,
    severity: Severity,
    title: str,
    description: str,
    test_id: str,
) -> Finding:
    for name, text in (("title", title), ("description", description)):
        if not text.strip():
            raise _bad("missing_field", name, text, "text that is not empty")
    record = session.state.version(model_id, version)
    member = session.member(signer, Role.validator)
    wanted = Office(Role.validator, member.name, member.public_key)
    policy = session.desk.policy
    refuse_two_offices(wanted, offices_of(session.state, record), policy.separation_of_duties)
    due = parse_utc(session.time).date() + timedelta(days=policy.due_days[severity])
    finding = Finding(
        finding_id=session.desk.ids.next("finding"),
        model_id=model_id,
        version=version,
        test_id=test_id,
        severity=severity,
        title=title,
        description=description,
        opened_by=member.name,
        opened_at=session.time,
        due=due.isoformat(),
    )
    session.record("finding.opened", finding.finding_id, {"finding": finding.to_dict()}, signer)
    return finding


def _bad(code: str, field: str, value: str, allowed: str) -> BadInput:
    return BadInput(code, field=field, value=value, allowed=allowed, fix=f"give {allowed}")
