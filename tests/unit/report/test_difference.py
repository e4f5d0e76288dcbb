"""Two reports compared: every kind of change is found, named, and found the other way round."""

import copy
from typing import Any

import pytest

from plimsoll.report.build import build, report_digest
from plimsoll.report.changes import Change, ReportDifference
from plimsoll.report.difference import difference
from report_records import sample_envelope, sample_inputs

Report = dict[str, Any]
LIMITS = "american-option-valuation/VAL-LIM-01"
GROUPS = (
    "flips",
    "thresholds",
    "policy",
    "statistics",
    "findings",
    "recommendations",
    "tests",
    "inputs",
    "code",
    "parts",
)


@pytest.fixture(scope="module")
def original() -> Report:
    return build(sample_inputs(), sample_envelope())


@pytest.fixture
def report(original: Report) -> Report:
    """A report of one's own."""
    return copy.deepcopy(original)


def result(report: Report, test_id: str) -> dict[str, Any]:
    (found,) = [entry for entry in report["results"] if entry["test_id"] == test_id]
    return found


def section(report: Report, identifier: str) -> dict[str, Any]:
    (found,) = [entry for entry in report["sections"] if entry["id"] == identifier]
    return found


def compared(before: Report, after: Report) -> ReportDifference:
    found = difference(before, after)
    assert found.mirrored() == difference(after, before)
    assert found.is_empty == (not found.parts) == (report_digest(before) == report_digest(after))
    return found


def named(found: ReportDifference) -> set[str]:
    """The groups in which something was found."""
    return {name for name in GROUPS if getattr(found, name)}


def test_a_report_does_not_differ_from_itself(original: Report, report: Report) -> None:
    found = compared(original, report)
    assert found.is_empty
    assert named(found) == set()


def test_ids_times_and_signatures_make_no_difference(original: Report, report: Report) -> None:
    signature = {"name": "Val Idator", "role": "validator", "meaning": "validated", "time": "t", "mark": "DEMO"}
    report["envelope"].update(report_id="REP-2", run_id="VAL-2", generated_at="2027-01-01T00:00:00Z")
    report["envelope"].update(signatures=[signature], findings=[{"finding_id": "F-1"}], audit_head="sha256:1")
    found = compared(original, report)
    assert found.is_empty
    assert found.signatures == (Change("Val Idator, validator", "meaning", None, "validated"),)


def test_a_moved_threshold_and_the_flip_that_it_makes_are_found(original: Report, report: Report) -> None:
    tested = result(report, "VAL-LIM-01")
    tested["thresholds"]["green"], tested["rag"] = 1e-15, "amber"
    found = compared(original, report)
    assert found.thresholds == (Change(LIMITS, "green", 1e-10, 1e-15),)
    (flip,) = found.flips
    assert (flip.subject, flip.before, flip.after, flip.direction) == (LIMITS, "green", "amber", "worse")
    assert (flip.value_before, flip.value_after) == (3e-14, 3e-14)
    assert named(found) == {"flips", "thresholds", "parts"}
    assert [change.subject for change in found.parts] == [f"result {LIMITS}"]


def test_a_test_that_no_longer_measures_has_a_value_on_one_side(original: Report, report: Report) -> None:
    result(report, "VAL-DET-01").update(value=None, rag="not_applicable", reason="one thread")
    found = compared(original, report)
    (flip,) = found.flips
    assert (flip.value_before, flip.value_after, flip.direction) == (0.0, None, "")
    assert found.statistics == ()


def test_moved_statistics_come_by_their_size_against_the_distance_to_the_threshold(
    original: Report, report: Report
) -> None:
    result(report, "VAL-REP-01")["value"] = 0.032
    result(report, "VAL-LIM-01")["value"] = 6e-11
    result(report, "MR-VAR-01")["n"] = 2990
    found = compared(original, report)
    assert [entry.subject.split("/")[1] for entry in found.statistics] == ["VAL-LIM-01", "VAL-REP-01", "MR-VAR-01"]
    first, second, third = found.statistics
    assert first.share == pytest.approx((6e-11 - 3e-14) / (1e-10 - 3e-14))
    assert second.absolute == pytest.approx(0.001)
    assert second.relative == pytest.approx(0.001 / 0.031)
    assert (third.absolute, third.n_before, third.n_after) == (0.0, 3000, 2990)


def test_a_title_that_was_reworded_is_shown_in_both_wordings(original: Report, report: Report) -> None:
    result(report, "VAL-LIM-01").update(title="Bounds", value=1.0, rag="red")
    found = compared(original, report)
    assert found.flips[0].title == "Bounds / Limits, parity and bounds"


def test_findings_open_close_and_change(original: Report, report: Report) -> None:
    table = section(report, "findings")["blocks"][-1]
    kept = table["rows"][0]
    opened = {**kept, "test_id": "MR-VAR-01", "title": "another"}
    table["rows"] = [{**kept, "severity": "critical"}, opened]
    found = compared(original, report)
    subject = "fhs-var-es/"
    assert found.findings == (
        Change(f"{subject}MR-VAR-01", "severity", None, "medium"),
        Change(f"{subject}MR-VAR-02", "severity", "medium", "critical"),
    )
    section(report, "findings")["blocks"] = []
    closed = compared(original, report)
    assert closed.findings == (Change(f"{subject}MR-VAR-02", "severity", "medium", None),)


def test_recommendations_and_offices_are_compared(original: Report, report: Report) -> None:
    entry = report["cover"]["recommendations"][0]
    entry.update(decision="reject", reason="too far off")
    report["cover"]["roles"]["approver"] = "Somebody Else"
    del report["cover"]["recommendations"][2]
    found = compared(original, report)
    fields = {(change.subject, change.field): (change.before, change.after) for change in found.recommendations}
    assert fields[("american-option-valuation", "decision")] == ("approve", "reject")
    assert fields[("offices", "approver")] == ("App Rover", "Somebody Else")
    assert fields[("strategy-margin", "decision")] == ("approve", None)
    assert named(found) == {"recommendations", "parts"}


def test_a_test_that_is_gone_is_named_with_its_colour(original: Report, report: Report) -> None:
    report["results"] = [entry for entry in report["results"] if entry["test_id"] != "VAL-LIM-01"]
    found = compared(original, report)
    assert found.tests == (Change(LIMITS, "rag", "green", None),)
    assert {change.subject for change in found.parts} == {f"result {LIMITS}", "order of results"}


def test_inputs_datasets_and_what_the_results_rest_on_are_compared(original: Report, report: Report) -> None:
    report["manifest"]["valuation_date"] = "2008-09-03"
    report["manifest"]["inputs"] = {"backtest/A02": "sha256:" + "d" * 64}
    report["basis"]["assumed"] = ["volatility"]
    table = section(report, "data")["blocks"][0]
    table["rows"][0]["logical_digest"] = "sha256:" + "e" * 64
    found = compared(original, report)
    fields = {(change.subject, change.field): (change.before, change.after) for change in found.inputs}
    assert fields[("run", "valuation_date")] == ("2008-09-02", "2008-09-03")
    assert fields[("input", "backtest/A02")] == (None, "sha256:" + "d" * 64)
    assert fields[("basis", "assumed")][1] == ["volatility"]
    assert fields[("dataset us_stocks", "logical_digest")] == ("sha256:" + "c" * 64, "sha256:" + "e" * 64)


def test_versions_of_models_and_code_are_compared(original: Report, report: Report) -> None:
    report["cover"]["models"][0]["version"] = "0.2.0"
    report["manifest"]["environment"].update(library_version="0.2.0", isa="avx2")
    found = compared(original, report)
    assert [(change.subject, change.field, change.after) for change in found.code] == [
        ("environment", "isa", "avx2"),
        ("environment", "library_version", "0.2.0"),
        ("model american-option-valuation", "version", "0.2.0"),
    ]


def test_the_policy_pack_settings_of_a_test_and_waivers_are_compared(original: Report, report: Report) -> None:
    plan = report["plan"]
    plan["policy_pack_revision"] = 2
    plan["tests"][0]["definition"]["settings"] = {"options": 64}
    plan["waived"] = [{"model_id": "strategy-margin", "test_id": "IM-TRE-01", "reason": "done by hand"}]
    found = compared(original, report)
    fields = {(change.subject, change.field): change.after for change in found.policy}
    assert fields[("policy", "policy_pack_revision")] == 2
    assert fields[("american-option-valuation/VAL-REP-01", "settings")] == {"options": 64}
    assert fields[("strategy-margin/IM-TRE-01", "waived")] == "done by hand"
    again = compared(report, copy.deepcopy(report))
    assert again.is_empty


@pytest.mark.parametrize(
    ("place", "subject"),
    [
        (lambda r: section(r, "scope")["blocks"].append({"kind": "note", "text": "seen"}), "section scope"),
        (lambda r: r["figures"][0].update(caption="another"), "figure replication"),
        (lambda r: r["figures"].append(r["figures"][0]), "figure replication (2)"),
        (lambda r: result(r, "VAL-LIM-01").update(reason="worded anew"), f"result {LIMITS}"),
        (lambda r: r["sections"].reverse(), "order of sections"),
        (lambda r: r["cover"].update(title="Report"), "cover"),
    ],
)
def test_what_no_group_explains_is_still_a_difference(
    original: Report, report: Report, place: Any, subject: str
) -> None:
    place(report)
    found = compared(original, report)
    assert named(found) == {"parts"}
    assert subject in {change.subject for change in found.parts}
