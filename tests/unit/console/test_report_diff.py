"""`plimsoll report diff`: what two reports differ in, for a person and as one document; and what is no report."""

import json
from pathlib import Path
from typing import Any

import pytest

from console_world import plimsoll, refused
from plimsoll.report.build import report_digest


def edited(report: Path, folder: Path, **changes: Any) -> Path:
    """A copy of a report in which the first result has other fields, under the digest that belongs to it."""
    document = json.loads(report.read_text())
    document["results"][0].update(changes)
    document["digest"] = report_digest(document)
    folder.mkdir(exist_ok=True)
    (folder / "report.json").write_text(json.dumps(document))
    return folder / "report.json"


def test_a_report_and_itself_have_no_difference(report: Path, tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "report", "diff", report, tmp_path)
    assert ran.exit_code == 0
    assert ran.stdout.startswith("no difference\n")
    ran = plimsoll(tmp_path / "w", "report", "diff", report, report, "--json")
    assert (ran.exit_code, ran.document["equal"], ran.document["parts"]) == (0, True, [])


def test_what_moved_and_flipped_is_shown_and_the_exit_code_is_1(report: Path, tmp_path: Path) -> None:
    thresholds = {"kind": "at_most", "green": 0.01, "amber": 0.5, "tag": "H", "origin": "catalogue"}
    other = edited(report, tmp_path / "b", value=0.0412, rag="amber", n=500, thresholds=thresholds)
    ran = plimsoll(tmp_path / "w", "report", "diff", report, other)
    assert ran.exit_code == 1
    assert "green → amber" in ran.stdout
    assert "512 → 500" in ran.stdout
    for words in (
        "Colours that flipped",
        "Thresholds that moved",
        "Statistics that moved",
        "worse",
        "0.0412",
        "+32.90%",
    ):
        assert words in ran.stdout
    assert "Inputs" not in ran.stdout
    document = plimsoll(tmp_path / "w", "report", "diff", report, tmp_path / "b", "--json").document
    assert document["thresholds"][0]["after"] == 0.01
    (moved,) = document["statistics"]
    assert moved["share"] == pytest.approx(0.0102 / 0.069)


def test_every_kind_of_value_is_shown_in_words(report: Path, tmp_path: Path) -> None:
    document = json.loads(report.read_text())
    document["plan"]["tests"][0]["definition"]["settings"] = {"options": 64, "seed": None}
    document["cover"]["recommendations"][1]["conditions"].append(
        {"test_id": "MR-VAR-01", "title": "Traffic light", "severity": "low", "due_days": 30}
    )
    document["cover"]["recommendations"][0]["conditions"] = []
    document["basis"]["assumed"] = []
    document["manifest"]["inputs"] = {"book": "sha256:" + "f" * 64}
    document["results"][0].update(value=0.0)
    document["results"][4].update(value=4.0)
    document["digest"] = report_digest(document)
    other = tmp_path / "b.json"
    other.write_text(json.dumps(document))
    shown = plimsoll(tmp_path / "w", "report", "diff", other, report).stdout
    for words in (
        "options 64, seed -",
        "sha256:ffffffffffff",
        "none",
        "due_days 30",
        "Parts of the report",
        "was on it",
    ):
        assert words in shown
    assert "f" * 13 not in shown


def test_signatures_are_shown_and_make_no_difference(report: Path, tmp_path: Path) -> None:
    document = json.loads(report.read_text())
    document["envelope"]["signatures"] = [{"name": "vera", "role": "validator", "meaning": "validated"}]
    (tmp_path / "signed.json").write_text(json.dumps(document))
    ran = plimsoll(tmp_path / "w", "report", "diff", report, tmp_path / "signed.json")
    assert ran.exit_code == 0
    assert "vera, validator" in ran.stdout
    assert "no difference" in ran.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not json", "unreadable_file"),
        ("[]", "invalid_value"),
        ('{"schema": "plimsoll/report/v1"}', "missing_field"),
        (None, "unreadable_file"),
    ],
)
def test_what_is_no_report_is_bad_input(report: Path, tmp_path: Path, text: str | None, code: str) -> None:
    other = tmp_path / "other.json"
    if text is not None:
        other.write_text(text)
    exit_code, failure = refused(tmp_path / "w", "report", "diff", report, other)
    assert (exit_code, failure["code"]) == (2, code)


def test_a_report_of_another_edition_is_bad_input(report: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(report.read_text().replace("plimsoll/report/v1", "plimsoll/report/v2"))
    exit_code, failure = refused(tmp_path / "w", "report", "diff", other, report)
    assert (exit_code, failure["code"], failure["field"]) == (2, "invalid_value", "schema")


def test_a_report_that_cannot_be_compared_is_bad_input(report: Path, tmp_path: Path) -> None:
    other = edited(report, tmp_path / "b", thresholds="none")
    exit_code, failure = refused(tmp_path / "w", "report", "diff", report, other)
    assert (exit_code, failure["code"]) == (2, "not_a_report")


def test_a_report_that_was_changed_breaks_integrity(report: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(report.read_text().replace("every case to the cent", "every case to the dollar", 1))
    exit_code, failure = refused(tmp_path / "w", "report", "diff", report, other)
    assert (exit_code, failure["code"]) == (4, "report_changed")


def test_a_name_that_is_neither_a_file_nor_a_kept_run_is_bad_input(report: Path, tmp_path: Path) -> None:
    exit_code, failure = refused(tmp_path / "w", "report", "diff", report, "VAL-404")
    assert (exit_code, failure["code"], failure["value"]) == (2, "unknown_run", "VAL-404")
    assert "a folder that holds one" in failure["allowed"]
