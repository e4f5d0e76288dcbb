from datetime import date
from pathlib import Path

import pytest

from governance_world import (
    APPROVER,
    DEVELOPER,
    MEMBERS,
    MODEL_ID,
    OWNER,
    VALIDATOR,
    VERSION,
    World,
    bring_to_validation,
    key,
    member,
    world_with_roster,
)
from plimsoll.governance.findings import Finding, FindingState, Severity
from plimsoll.governance.objections import move_finding, open_finding
from plimsoll.governance.roster import Role
from plimsoll.vocabulary.errors import BadInput, CheckFailed, NotPermitted


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = world_with_roster(tmp_path, [*MEMBERS, member("max", Role.developer, Role.validator)])
    bring_to_validation(found)
    return found


def raised(world: World, severity: Severity = Severity.medium) -> Finding:
    return open_finding(
        world.desk, MODEL_ID, VERSION, VALIDATOR, severity=severity, title="Vega", description="Off by 2 %"
    )


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        (Severity.critical, "2026-12-22"),
        (Severity.high, "2027-02-20"),
        (Severity.medium, "2027-05-21"),
        (Severity.low, "2027-11-22"),
    ],
)
def test_the_due_date_follows_from_the_severity(world: World, severity: Severity, due: str) -> None:
    assert raised(world, severity).due == due


def test_overdue_follows_from_the_day_and_ends_with_the_finding(world: World) -> None:
    finding = raised(world)
    assert not finding.is_overdue(date(2027, 5, 21))
    assert finding.is_overdue(date(2027, 5, 22))
    move_finding(world.desk, finding.finding_id, "accept_risk", APPROVER, "small")
    assert not world.desk.state().findings[finding.finding_id].is_overdue(date(2028, 1, 1))


def test_a_finding_reads_back_from_its_plain_data(world: World) -> None:
    finding = raised(world)
    assert Finding.from_dict(finding.to_dict()) == finding
    assert world.desk.state().findings_of(MODEL_ID, VERSION) == (finding,)


def test_a_finding_is_remedied_by_the_developer_and_closed_by_the_validator(world: World) -> None:
    finding_id = raised(world).finding_id
    for action, signer in (("agree_plan", OWNER), ("remediate", DEVELOPER), ("offer", DEVELOPER)):
        move_finding(world.desk, finding_id, action, signer, "as planned")
    closed = move_finding(world.desk, finding_id, "close", VALIDATOR, "tested again")
    assert closed.state is FindingState.closed_verified
    assert closed.remediator == "dora.developer"
    assert closed.is_settled
    assert move_finding(world.desk, finding_id, "reopen", VALIDATOR, "came back").state is FindingState.open


def test_only_the_validation_side_closes(world: World) -> None:
    finding_id = raised(world).finding_id
    move_finding(world.desk, finding_id, "remediate", DEVELOPER, "at once")
    move_finding(world.desk, finding_id, "offer", DEVELOPER, "done")
    for signer in (DEVELOPER, OWNER, APPROVER):
        with pytest.raises(NotPermitted, match="role_not_held"):
            move_finding(world.desk, finding_id, "close", signer, "done")


def test_who_remedied_a_finding_cannot_close_it(world: World) -> None:
    finding_id = raised(world).finding_id
    move_finding(world.desk, finding_id, "remediate", key("max"), "help")
    move_finding(world.desk, finding_id, "offer", key("max"), "done")
    with pytest.raises(NotPermitted, match="remediator_closes"):
        move_finding(world.desk, finding_id, "close", key("max"), "done")


def test_a_validator_does_not_develop_the_remedy(tmp_path: Path) -> None:
    both = member("vera.validator", Role.validator, Role.developer)
    world = world_with_roster(tmp_path, [*MEMBERS[:2], both, MEMBERS[3]])
    bring_to_validation(world)
    with pytest.raises(NotPermitted, match="one_identity_two_roles"):
        move_finding(world.desk, raised(world).finding_id, "remediate", VALIDATOR, "myself")


def test_only_an_independent_validator_raises_findings(world: World) -> None:
    with pytest.raises(NotPermitted, match="role_not_held"):
        open_finding(world.desk, MODEL_ID, VERSION, DEVELOPER, severity=Severity.low, title="t", description="d")


@pytest.mark.parametrize(("title", "description"), [("", "d"), ("t", " ")])
def test_a_finding_without_words_is_refused(world: World, title: str, description: str) -> None:
    with pytest.raises(BadInput, match="missing_field"):
        open_finding(
            world.desk, MODEL_ID, VERSION, VALIDATOR, severity=Severity.low, title=title, description=description
        )


@pytest.mark.parametrize(
    ("finding_id", "action", "reason", "code"),
    [
        ("finding-000001", "forget", "why", "unknown_step"),
        ("finding-000001", "close", " ", "reason_missing"),
        ("finding-000009", "close", "why", "unknown_finding"),
    ],
)
def test_a_step_that_cannot_be_is_refused(world: World, finding_id: str, action: str, reason: str, code: str) -> None:
    raised(world)
    with pytest.raises(BadInput, match=code):
        move_finding(world.desk, finding_id, action, VALIDATOR, reason)


def test_a_step_from_the_wrong_state_is_refused(world: World) -> None:
    with pytest.raises(CheckFailed, match="step_not_open; state = open"):
        move_finding(world.desk, raised(world).finding_id, "close", VALIDATOR, "why")
