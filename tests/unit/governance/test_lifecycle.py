from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance_world import (
    APPROVER,
    DEVELOPER,
    MEMBERS,
    MODEL_ID,
    OWNER,
    REPORT,
    VALIDATOR,
    VERSION,
    World,
    bring_to_pending_approval,
    bring_to_submitted,
    bring_to_use,
    bring_to_validation,
    content,
    key,
    member,
    model,
    result,
    results,
    subject,
    world_with_roster,
)
from plimsoll.governance.findings import Severity
from plimsoll.governance.guards import GUARDS, Grounds
from plimsoll.governance.inventory import VersionContent
from plimsoll.governance.lifecycle import TRANSITIONS, Guard, State
from plimsoll.governance.objections import open_finding, open_findings_for_reds
from plimsoll.governance.ports import Signer
from plimsoll.governance.progression import move
from plimsoll.governance.registration import propose_version, register
from plimsoll.governance.roster import Role
from plimsoll.governance.signing import sign
from plimsoll.governance.state import as_of, replay
from plimsoll.storage.ed25519 import KeySigner
from plimsoll.vocabulary.digest import digest_of
from plimsoll.vocabulary.errors import BadInput, CheckFailed, NotPermitted, PlimsollError
from plimsoll.vocabulary.testing import Rag


@pytest.fixture
def world(tmp_path: Path) -> World:
    return world_with_roster(tmp_path)


def step(world: World, action: str, signer: Signer, grounds: Grounds | None = None) -> State:
    return move(world.desk, MODEL_ID, VERSION, action, signer, grounds or Grounds()).state


_VALIDATE = Grounds(report_digest=REPORT, results=results())
_APPROVE = Grounds(report_digest=REPORT)


def test_every_guard_is_a_function() -> None:
    assert set(GUARDS) == set(Guard)
    assert {guard for item in TRANSITIONS.values() for guard in item.guards} == set(Guard)


def test_every_state_but_the_first_can_be_reached() -> None:
    assert {item.target for item in TRANSITIONS.values()} == set(State) - {State.proposed}


def test_a_version_comes_from_proposal_to_use(world: World) -> None:
    bring_to_use(world)
    record = world.desk.state().version(MODEL_ID, VERSION)
    assert record.state is State.in_use
    assert (record.cycle, record.validator, record.approver) == (1, "vera.validator", "alan.approver")
    assert record.approved_hash == record.content.content_hash
    assert record.validated_report == REPORT


def test_a_validated_version_awaits_approval_by_itself(world: World) -> None:
    bring_to_pending_approval(world)
    entries = [entry for entry in world.journal.read()[0] if entry.kind == "version.moved"]
    assert world.desk.state().version(MODEL_ID, VERSION).state is State.pending_approval
    assert [entry.actor for entry in entries[-2:]] == ["vera.validator", "system"]


def test_every_step_is_an_audit_event(world: World) -> None:
    bring_to_use(world)
    kinds = [entry.kind for entry in world.journal.read()[0]]
    assert kinds.count("version.moved") == 7
    assert kinds.count("report.signed") == 3


def test_a_step_from_the_wrong_state_is_refused(world: World) -> None:
    bring_to_submitted(world)
    with pytest.raises(CheckFailed, match="step_not_open; state = submitted"):
        step(world, "validate", VALIDATOR, _VALIDATE)


@pytest.mark.parametrize("action", ["fly", "request_approval"])
def test_an_unknown_step_and_the_systems_own_are_refused(world: World, action: str) -> None:
    bring_to_submitted(world)
    with pytest.raises(BadInput, match="unknown_step"):
        step(world, action, VALIDATOR)


def test_an_unknown_version_is_refused(world: World) -> None:
    with pytest.raises(BadInput, match="unknown_version"):
        step(world, "submit", DEVELOPER)


def test_only_the_owner_starts_development(tmp_path: Path) -> None:
    world = world_with_roster(tmp_path, [*MEMBERS, member("otto", Role.owner)])
    register(world.desk, model(), DEVELOPER)
    propose_version(world.desk, content(), DEVELOPER)
    with pytest.raises(NotPermitted, match=r"not_the_owner; owner = otto; allowed: olga\.owner"):
        step(world, "start_development", key("otto"))


def test_only_the_developer_submits(tmp_path: Path) -> None:
    world = world_with_roster(tmp_path, [*MEMBERS, member("dan", Role.developer)])
    register(world.desk, model(), DEVELOPER)
    propose_version(world.desk, content(), DEVELOPER)
    step(world, "start_development", OWNER)
    with pytest.raises(NotPermitted, match="not_the_developer"):
        step(world, "submit", key("dan"))


def test_a_submission_freezes_its_content_and_counts_the_cycle(world: World) -> None:
    register(world.desk, model(), DEVELOPER)
    propose_version(world.desk, content(), DEVELOPER)
    step(world, "start_development", OWNER)
    step(world, "submit", DEVELOPER, Grounds(content=content(code="sha256:later")))
    record = world.desk.state().version(MODEL_ID, VERSION)
    assert record.content == content(code="sha256:later")
    assert record.cycle == 1


@pytest.mark.parametrize("other", [content("2.0.0"), content(code="")])
def test_a_submission_of_other_or_incomplete_content_is_refused(world: World, other: VersionContent) -> None:
    register(world.desk, model(), DEVELOPER)
    propose_version(world.desk, content(), DEVELOPER)
    step(world, "start_development", OWNER)
    with pytest.raises(CheckFailed, match="content"):
        step(world, "submit", DEVELOPER, Grounds(content=other))


def test_a_developer_cannot_validate_its_own_model(tmp_path: Path) -> None:
    both = member("dora.developer", Role.developer, Role.validator)
    world = world_with_roster(tmp_path, [MEMBERS[0], both, *MEMBERS[2:]])
    bring_to_submitted(world)
    with pytest.raises(NotPermitted, match="one_identity_two_roles") as caught:
        step(world, "begin_validation", DEVELOPER)
    assert caught.value.exit_code == 3


def test_another_validator_cannot_take_over_the_verdict(tmp_path: Path) -> None:
    world = world_with_roster(tmp_path, [*MEMBERS, member("vito", Role.validator)])
    bring_to_validation(world)
    with pytest.raises(NotPermitted, match="not_the_validator"):
        step(world, "validate", key("vito"), _VALIDATE)


def test_a_validator_sends_back_with_a_reason_and_the_cycle_starts_again(world: World) -> None:
    bring_to_validation(world)
    with pytest.raises(CheckFailed, match="reason_missing"):
        step(world, "send_back", VALIDATOR)
    assert step(world, "send_back", VALIDATOR, Grounds(reason="no lock file")) is State.in_development
    step(world, "submit", DEVELOPER)
    record = world.desk.state().version(MODEL_ID, VERSION)
    assert (record.cycle, record.validator) == (2, "")


def test_a_verdict_signed_for_an_earlier_cycle_does_not_count(world: World) -> None:
    bring_to_validation(world)
    sign(world.desk, subject(), Role.validator, "validated", VALIDATOR)
    step(world, "send_back", VALIDATOR, Grounds(reason="again"))
    step(world, "submit", DEVELOPER)
    step(world, "begin_validation", VALIDATOR)
    with pytest.raises(CheckFailed, match="report_not_signed"):
        step(world, "validate", VALIDATOR, _VALIDATE)


def test_a_required_test_that_was_not_run_blocks_validation(world: World) -> None:
    bring_to_validation(world)
    with pytest.raises(CheckFailed, match="tests_missing; guard = VAL-REP-01"):
        step(world, "validate", VALIDATOR, Grounds(report_digest=REPORT, results=results()[1:]))


def test_a_test_of_another_model_does_not_count(world: World) -> None:
    bring_to_validation(world)
    others = tuple(result(item.test_id, model_id="fhs-var-es") for item in results())
    with pytest.raises(CheckFailed, match="tests_missing"):
        step(world, "validate", VALIDATOR, Grounds(report_digest=REPORT, results=others))


def test_a_red_test_without_finding_blocks_validation(world: World) -> None:
    bring_to_validation(world)
    sign(world.desk, subject(), Role.validator, "validated", VALIDATOR)
    grounds = Grounds(report_digest=REPORT, results=results(red="VAL-CNV-01"))
    with pytest.raises(CheckFailed, match="red_without_finding; guard = VAL-CNV-01"):
        step(world, "validate", VALIDATOR, grounds)
    (finding,) = open_findings_for_reds(world.desk, VERSION, grounds.results, VALIDATOR)
    assert (finding.test_id, finding.severity, finding.due) == ("VAL-CNV-01", Severity.high, "2027-02-20")
    assert open_findings_for_reds(world.desk, VERSION, grounds.results, VALIDATOR) == ()
    assert step(world, "validate", VALIDATOR, grounds) is State.pending_approval


def test_validation_without_a_signed_report_is_refused(world: World) -> None:
    bring_to_validation(world)
    with pytest.raises(CheckFailed, match="report_not_signed"):
        step(world, "validate", VALIDATOR, _VALIDATE)


def test_approval_without_signature_is_refused(world: World) -> None:
    bring_to_pending_approval(world)
    with pytest.raises(CheckFailed, match="report_not_signed"):
        step(world, "approve", APPROVER, _APPROVE)


def test_approval_of_another_report_is_refused(world: World) -> None:
    bring_to_pending_approval(world)
    with pytest.raises(CheckFailed, match="other_report"):
        step(world, "approve", APPROVER, Grounds(report_digest=digest_of("other")))


def test_a_validator_cannot_approve_what_it_validated(tmp_path: Path) -> None:
    both = member("vera.validator", Role.validator, Role.approver)
    world = world_with_roster(tmp_path, [*MEMBERS[:2], both, MEMBERS[3]])
    bring_to_pending_approval(world)
    with pytest.raises(NotPermitted, match="self_approval"):
        step(world, "approve", VALIDATOR, _APPROVE)


def _with_finding(world: World, severity: Severity) -> str:
    bring_to_pending_approval(world)
    sign(world.desk, subject(), Role.approver, "approved", APPROVER)
    found = open_finding(
        world.desk, MODEL_ID, VERSION, VALIDATOR, severity=severity, title="Gamma", description="Jumps at the strike"
    )
    return found.finding_id


def test_an_open_high_finding_blocks_approval_but_may_be_a_condition(world: World) -> None:
    finding_id = _with_finding(world, Severity.high)
    with pytest.raises(CheckFailed, match="finding_blocks"):
        step(world, "approve", APPROVER, _APPROVE)
    conditional = Grounds(report_digest=REPORT, conditions=(finding_id,))
    assert step(world, "approve_with_conditions", APPROVER, conditional) is State.approved_with_conditions
    assert world.desk.state().version(MODEL_ID, VERSION).conditions == (finding_id,)
    assert step(world, "put_in_use", OWNER, Grounds(content=content())) is State.in_use


def test_an_open_critical_finding_blocks_every_approval(world: World) -> None:
    finding_id = _with_finding(world, Severity.critical)
    with pytest.raises(CheckFailed, match="finding_blocks"):
        step(world, "approve_with_conditions", APPROVER, Grounds(report_digest=REPORT, conditions=(finding_id,)))


def test_a_high_finding_left_out_of_the_conditions_blocks(world: World) -> None:
    high = _with_finding(world, Severity.high)
    low = open_finding(
        world.desk, MODEL_ID, VERSION, VALIDATOR, severity=Severity.low, title="Card", description="A typing slip"
    )
    with pytest.raises(CheckFailed, match=f"finding_blocks; guard = {high}"):
        step(world, "approve_with_conditions", APPROVER, Grounds(report_digest=REPORT, conditions=(low.finding_id,)))


@pytest.mark.parametrize("conditions", [(), ("finding-999999",)])
def test_a_condition_must_be_a_finding(world: World, conditions: tuple[str, ...]) -> None:
    _with_finding(world, Severity.low)
    with pytest.raises(CheckFailed, match="condition_not_a_finding"):
        step(world, "approve_with_conditions", APPROVER, Grounds(report_digest=REPORT, conditions=conditions))


def test_a_rejection_ends_the_version(world: World) -> None:
    bring_to_pending_approval(world)
    assert step(world, "reject", APPROVER, Grounds(reason="wrong model for the purpose")) is State.rejected
    assert not [item for item in TRANSITIONS.values() if State.rejected in item.sources]


def test_content_other_than_the_approved_is_not_put_in_use(world: World) -> None:
    bring_to_pending_approval(world)
    sign(world.desk, subject(), Role.approver, "approved", APPROVER)
    step(world, "approve", APPROVER, _APPROVE)
    for other in (None, content(code="sha256:other")):
        with pytest.raises(CheckFailed, match="other_content"):
            step(world, "put_in_use", OWNER, Grounds(content=other))


def test_a_version_in_use_is_suspended_reviewed_and_validated_again(world: World) -> None:
    bring_to_use(world)
    assert step(world, "suspend", OWNER, Grounds(reason="red breach")) is State.suspended
    assert step(world, "review", VALIDATOR, Grounds(reason="red breach")) is State.under_review
    assert step(world, "begin_validation", VALIDATOR) is State.in_validation
    assert world.desk.state().version(MODEL_ID, VERSION).approved_hash == ""


def test_a_model_that_feeds_one_in_use_is_not_retired(world: World) -> None:
    bring_to_use(world)
    other = content(model_id="fhs-var-es")
    report = digest_of("other report")
    covered = subject(report)
    covered = type(covered)(covered.name, report, (("fhs-var-es", VERSION),))
    register(world.desk, model("fhs-var-es"), DEVELOPER)
    propose_version(world.desk, other, DEVELOPER)
    ready = Grounds(report_digest=report, results=results(model_id="fhs-var-es"), content=other)
    move(world.desk, "fhs-var-es", VERSION, "start_development", OWNER)
    move(world.desk, "fhs-var-es", VERSION, "submit", DEVELOPER)
    move(world.desk, "fhs-var-es", VERSION, "begin_validation", VALIDATOR)
    sign(world.desk, covered, Role.validator, "validated", VALIDATOR)
    move(world.desk, "fhs-var-es", VERSION, "validate", VALIDATOR, ready)
    sign(world.desk, covered, Role.approver, "approved", APPROVER)
    move(world.desk, "fhs-var-es", VERSION, "approve", APPROVER, ready)
    move(world.desk, "fhs-var-es", VERSION, "put_in_use", OWNER, ready)
    with pytest.raises(CheckFailed, match="still_needed; guard = fhs-var-es"):
        step(world, "retire", OWNER, Grounds(reason="replaced"))
    move(world.desk, "fhs-var-es", VERSION, "suspend", OWNER, Grounds(reason="replaced"))
    assert step(world, "retire", OWNER, Grounds(reason="replaced")) is State.retired


def test_an_approval_is_void_when_the_content_changes_under_it(world: World) -> None:
    bring_to_pending_approval(world)
    sign(world.desk, subject(), Role.approver, "approved", APPROVER)
    step(world, "approve", APPROVER, _APPROVE)
    with world.desk.session() as session:
        changed = {
            "model_id": MODEL_ID, "version": VERSION, "action": "submit", "to": "approved", "cycle": 1,
            "content": content(code="sha256:slipped").to_dict(),
        }  # fmt: skip
        session.record("version.moved", f"{MODEL_ID} {VERSION}", changed)
    with pytest.raises(CheckFailed, match="approval_void"):
        step(world, "put_in_use", OWNER, Grounds(content=content(code="sha256:slipped")))


def test_the_reds_of_other_models_do_not_matter(world: World) -> None:
    bring_to_validation(world)
    sign(world.desk, subject(), Role.validator, "validated", VALIDATOR)
    mixed = (*results(), result("MR-VAR-01", Rag.red, "fhs-var-es"))
    assert step(world, "validate", VALIDATOR, Grounds(report_digest=REPORT, results=mixed)) is State.pending_approval


def _try(action: str, signer: KeySigner, world: World) -> object:
    return step(world, action, signer, Grounds("why", REPORT, results(), (), content()))


_ACTS: tuple[Callable[[World], object], ...] = (
    *(
        partial(_try, name, signer)
        for name, item in TRANSITIONS.items()
        for signer in (OWNER, DEVELOPER, VALIDATOR, APPROVER)
        if item.role is not None and item.role.value in signer.name
    ),
    lambda world: sign(world.desk, subject(), Role.validator, "validated", VALIDATOR),
    lambda world: sign(world.desk, subject(), Role.approver, "approved", APPROVER),
    lambda world: open_finding(
        world.desk, MODEL_ID, VERSION, VALIDATOR, severity=Severity.low, title="t", description="d"
    ),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    start=st.sampled_from([bring_to_submitted, bring_to_pending_approval, bring_to_use]),
    choices=st.lists(st.integers(0, len(_ACTS) - 1), max_size=20),
)
def test_whatever_is_done_replay_rebuilds_the_state_and_the_log_is_whole(
    tmp_path_factory: pytest.TempPathFactory, start: Callable[[World], None], choices: list[int]
) -> None:
    world = world_with_roster(tmp_path_factory.mktemp("acts"))
    start(world)
    states = [world.desk.state()]
    for choice in choices:
        try:
            _ACTS[choice](world)
        except PlimsollError:
            assert world.desk.state() == states[-1]
            continue
        states.append(world.desk.state())
    entries, _ = world.journal.read()
    assert replay(entries) == states[-1]
    for state in states:
        assert replay(entries[: state.seq]) == state
        assert as_of(entries, entries[state.seq - 1].time) == state
    assert world.desk.verify().ok
    record = states[-1].version(MODEL_ID, VERSION)
    holders = {role: {office.name for office in record.offices if office.role is role} for role in Role}
    assert not holders[Role.developer] & holders[Role.validator]
    assert not holders[Role.approver] & (holders[Role.developer] | holders[Role.validator])
    if record.state is State.in_use:
        assert record.approved_hash == record.content.content_hash
