"""Taking a model version from state to state."""

from typing import Any

from plimsoll.governance.desk import Desk, Session
from plimsoll.governance.guards import GUARDS, Grounds, Step
from plimsoll.governance.lifecycle import TRANSITIONS, Transition, VersionRecord
from plimsoll.governance.ports import Signer
from plimsoll.vocabulary.errors import BadInput, CheckFailed

_NO_GROUNDS = Grounds()


def move(
    desk: Desk, model_id: str, version: str, action: str, signer: Signer, grounds: Grounds = _NO_GROUNDS
) -> VersionRecord:
    """Take one step of the lifecycle; a validated version goes on to await approval by itself.

    Parameters
    ----------
    desk : Desk
        Where governance acts.
    model_id, version : str
        The version.
    action : str
        Name of a step of :data:`plimsoll.governance.lifecycle.TRANSITIONS`.
    signer : Signer
        The unlocked key of the actor.
    grounds : Grounds
        What the step asks for: reason, report digest, test results, conditions, content.

    Returns
    -------
    VersionRecord
        Where the version stands now.

    Raises
    ------
    BadInput
        If the action, model or version is unknown.
    NotPermitted
        If the actor may not take the step.
    CheckFailed
        If the version does not stand where the step begins, or a guard is not met.
    """
    transition = _transition(action)
    with desk.session() as session:
        record = session.state.version(model_id, version)
        member = session.member(signer, transition.role)
        if record.state not in transition.sources:
            raise CheckFailed(
                "step_not_open",
                field="state",
                value=record.state.value,
                allowed=", ".join(sorted(transition.sources)),
                fix=f"bring the version there before {action}",
            )
        step = Step(session.state, desk.policy, transition, record, member, grounds)
        for guard in transition.guards:
            GUARDS[guard](step)
        _record(session, transition, record, grounds, signer)
        if action == "validate":
            validated = session.state.version(model_id, version)
            _record(session, TRANSITIONS["request_approval"], validated, _NO_GROUNDS, None)
        return session.state.version(model_id, version)


def _transition(action: str) -> Transition:
    if action not in TRANSITIONS or TRANSITIONS[action].role is None:
        raise BadInput(
            "unknown_step",
            field="action",
            value=action,
            allowed=", ".join(name for name, step in TRANSITIONS.items() if step.role is not None),
            fix="name a step that exists",
        )
    return TRANSITIONS[action]


def _record(
    session: Session, transition: Transition, record: VersionRecord, grounds: Grounds, signer: Signer | None
) -> None:
    model_id, version = record.key
    submits = transition.action == "submit"
    content = grounds.content if submits and grounds.content is not None else record.content
    payload: dict[str, Any] = {
        "model_id": model_id,
        "version": version,
        "action": transition.action,
        "from": record.state.value,
        "to": transition.target.value,
        "cycle": record.cycle + 1 if submits else record.cycle,
        "content_hash": content.content_hash,
        "reason": grounds.reason,
        "report_digest": grounds.report_digest,
        "conditions": list(grounds.conditions),
        "policy": session.desk.policy.reference(),
        "results": [
            {"test_id": result.test_id, "rev": result.rev, "rag": result.rag.value}
            for result in grounds.results
            if result.model_id == model_id
        ],
    }
    if submits:
        payload["content"] = content.to_dict()
    session.record("version.moved", f"{model_id} {version}", payload, signer)
