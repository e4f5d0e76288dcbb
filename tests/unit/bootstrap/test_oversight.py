"""The audit log, findings and models in numbers, from a governed workspace and from one whose log was altered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from console_world import edit_log
from governance_world import (
    APPROVER,
    MODEL_ID,
    START,
    VALIDATOR,
    VERSION,
    World,
    bring_to_pending_approval,
    bring_to_submitted,
    bring_to_use,
    result,
    world_with_roster,
)
from plimsoll.bootstrap import open_application, oversight
from plimsoll.governance.findings import Finding, FindingState, Severity
from plimsoll.governance.guards import Grounds
from plimsoll.governance.objections import open_findings_for_reds
from plimsoll.governance.policy import shipped_policy_pack
from plimsoll.governance.progression import move
from plimsoll.governance.state import replay
from plimsoll.observability.metrics import Family
from plimsoll.vocabulary.errors import BadInput
from plimsoll.vocabulary.testing import Rag

DAY = 86_400.0
Told = dict[str, dict[tuple[str, ...], float]]


def values(families: list[Family]) -> Told:
    return {f.name.removeprefix("plimsoll_"): {tuple(s.labels.values()): s.value for s in f.samples} for f in families}


def told_of(workspace: Path) -> Told:
    with open_application(workspace) as app:
        return values(oversight.families(app))


def models_of(folder: Path, bring: Callable[..., None], now: datetime) -> Told:
    world = world_with_roster(folder)
    bring(world)
    entries, _ = world.journal.read()
    world.journal.close()
    return values(oversight.of_models(replay(entries), entries, shipped_policy_pack(), now))


def test_a_new_workspace_has_no_oversight_and_that_is_for_the_rules_to_tell(tmp_path: Path) -> None:
    assert told_of(tmp_path) == {}


def test_a_log_that_is_lost_does_not_verify_and_gives_no_state(desk_workspace: Path) -> None:
    assert told_of(desk_workspace)["audit_chain_verified"] == {(): 1.0}
    (desk_workspace / "state.sqlite").unlink()
    lost = {"audit_chain_verified": {(): 0.0}, "audit_entries": {(): 0.0}, "audit_unsealed_entries": {(): 0.0}}
    assert told_of(desk_workspace) == lost


@pytest.mark.parametrize("trace", ["keys/vera.validator.pem", "runs/margin-1/run.json", "stages.jsonl"])
def test_any_trace_of_work_shows_that_a_log_is_missing(tmp_path: Path, trace: str) -> None:
    assert told_of(tmp_path) == {}
    (tmp_path / trace).parent.mkdir(exist_ok=True)
    (tmp_path / trace).write_text("")
    assert told_of(tmp_path)["audit_chain_verified"] == {(): 0.0}


def test_a_whole_log_verifies_and_gives_findings_and_models(governed_workspace: Path) -> None:
    told = told_of(governed_workspace)
    assert told["audit_chain_verified"] == {(): 1.0}
    assert told["audit_entries"][()] > 0
    assert told["findings_open"] == {(level.value,): 0 for level in Severity}
    assert set(told["model_validation_due_timestamp_seconds"]) == {
        ("american-option-valuation", "1"), ("fhs-var-es", "2"), ("strategy-margin", "1"),
    }  # fmt: skip
    ages, due = told["model_validation_age_seconds"], told["model_validation_due_timestamp_seconds"]
    apart = due["fhs-var-es", "2"] - due["strategy-margin", "1"]
    assert apart == pytest.approx(365 * DAY + ages["strategy-margin", "1"] - ages["fhs-var-es", "2"], abs=1e-3)


def test_no_state_is_read_from_a_log_that_was_altered(desk_workspace: Path) -> None:
    edit_log(desk_workspace, "UPDATE audit_entry SET actor = 'mallory' WHERE seq = 3")
    told = told_of(desk_workspace)
    assert told["audit_chain_verified"] == {(): 0.0}
    assert "findings_open" not in told


def test_a_log_that_was_emptied_or_is_no_database_does_not_verify(desk_workspace: Path) -> None:
    edit_log(desk_workspace, "DELETE FROM audit_entry")
    edit_log(desk_workspace, "DELETE FROM audit_seal")
    assert told_of(desk_workspace)["audit_chain_verified"] == {(): 0.0}
    (desk_workspace / "state.sqlite").write_bytes(b"no database" * 100)
    assert told_of(desk_workspace) == {
        "audit_chain_verified": {(): 0.0}, "audit_entries": {(): 0.0}, "audit_unsealed_entries": {(): 0.0},
    }  # fmt: skip


def test_findings_are_counted_by_severity_and_the_oldest_gives_the_age(tmp_path: Path) -> None:
    def finding(number: int, severity: Severity, opened: datetime, due: date) -> Finding:
        time = opened.isoformat().replace("+00:00", "Z")
        return Finding(f"F{number}", MODEL_ID, VERSION, "T", severity, "t", "d", "vera", time, due.isoformat())

    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    old, young = now - timedelta(days=10), now - timedelta(days=2)
    found = [
        finding(1, Severity.high, young, date(2026, 11, 28)),
        finding(2, Severity.high, old, date(2026, 11, 27)),
        replace(finding(3, Severity.low, old, date(2026, 1, 1)), state=FindingState.closed_verified),
    ]
    told = values(oversight.of_findings(found, shipped_policy_pack(), now))
    assert told["findings_open"] == {("critical",): 0, ("high",): 2, ("medium",): 0, ("low",): 0}
    assert told["findings_overdue"] == {("critical",): 0, ("high",): 1, ("medium",): 0, ("low",): 0}
    assert told["finding_oldest_age_seconds"] == {("high",): 10 * DAY}
    assert told["finding_oldest_opened_timestamp_seconds"] == {("high",): old.timestamp()}
    assert told["policy_finding_due_seconds"] == {
        ("critical",): 30 * DAY, ("high",): 90 * DAY, ("medium",): 180 * DAY, ("low",): 365 * DAY,
    }  # fmt: skip


def test_a_red_test_opens_a_finding_that_is_seen_from_the_log(tmp_path: Path) -> None:
    world = world_with_roster(tmp_path)
    bring_to_submitted(world)
    move(world.desk, MODEL_ID, VERSION, "begin_validation", VALIDATOR)
    open_findings_for_reds(world.desk, VERSION, [result("VAL-REP-01", Rag.red)], VALIDATOR)
    state = world.desk.state()
    world.journal.close()
    now = START + timedelta(days=91)
    told = values(oversight.of_findings(state.findings.values(), shipped_policy_pack(), now))
    assert told["findings_open"]["high",] == told["findings_overdue"]["high",] == 1
    assert told["finding_oldest_age_seconds"]["high",] == pytest.approx(91 * DAY, abs=60)


def test_a_model_that_was_never_validated_is_due_by_its_registration(tmp_path: Path) -> None:
    told = models_of(tmp_path, bring_to_submitted, START + timedelta(days=3))
    labels = (MODEL_ID, "1")
    assert told["model_last_validation_timestamp_seconds"] == {}
    assert told["model_validation_age_seconds"][labels] == pytest.approx(3 * DAY, abs=60)
    assert told["model_validation_due_timestamp_seconds"][labels] == pytest.approx(
        START.timestamp() + 365 * DAY, abs=60
    )


def test_a_validated_model_is_due_by_the_cadence_of_its_tier_after_the_step_and_not_the_approval(
    tmp_path: Path,
) -> None:
    told = models_of(tmp_path, bring_to_use, START)
    labels = (MODEL_ID, "1")
    validated = told["model_last_validation_timestamp_seconds"][labels]
    assert validated > START.timestamp()
    assert told["model_validation_due_timestamp_seconds"][labels] == validated + 365 * DAY


def test_a_model_whose_versions_are_all_over_is_due_no_more(tmp_path: Path) -> None:
    def reject(world: World) -> None:
        bring_to_pending_approval(world)
        move(world.desk, MODEL_ID, VERSION, "reject", APPROVER, Grounds(reason="no"))

    assert models_of(tmp_path, reject, START)["model_validation_due_timestamp_seconds"] == {}


def test_a_tier_that_the_pack_does_not_know_has_no_cadence() -> None:
    policy = shipped_policy_pack()
    assert [policy.revalidation_due_days(tier) for tier in (1, 2, 3, 4)] == [365, 730, 1095, 1095]
    with pytest.raises(BadInput, match="unknown_level"):
        policy.revalidation_due_days(9)
