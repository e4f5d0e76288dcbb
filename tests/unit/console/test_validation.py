"""`plimsoll validation` and `plimsoll report`: the plan, and what is said where there is no run or an edited one."""

import json
from pathlib import Path

import pytest

from console_world import plimsoll, refused
from plimsoll.bootstrap import open_application
from plimsoll.bootstrap.report_files import Built
from plimsoll.bootstrap.validation import plan
from plimsoll.console.report import view
from plimsoll.validation.plan import Plan
from plimsoll.vocabulary.digest import canonical_json
from report_records import sample_run


@pytest.fixture
def validated(tmp_path: Path) -> Path:
    """A workspace with a kept validation run that has a red test, and with a run of another stage."""
    with open_application(tmp_path / "w") as app:
        run = sample_run()
        app.runs.record("validation", run.to_dict(), run_id=run.run_id)
        app.runs.record("risk", {"level": 0.99})
    return tmp_path / "w"


def test_the_plan_names_each_test_of_each_model(tmp_path: Path) -> None:
    ran = plimsoll(tmp_path / "w", "validation", "plan", "--json")
    assert ran.exit_code == 0
    found = {(test["model_id"], test["definition"]["test_id"]) for test in ran.document["tests"]}
    assert ("american-option-valuation", "VAL-REP-01") in found
    assert ("strategy-margin", "IM-GLD-01") in found
    shown = plimsoll(tmp_path / "w", "validation", "plan").stdout
    assert "Plan of us-sr26-2, revision 1" in shown
    assert "Replication by an unrelated method" in shown


def test_the_plan_is_the_same_when_it_is_read_back() -> None:
    made = plan()
    again = Plan.from_dict(json.loads(canonical_json(made.to_dict())))
    # Compared as text, so that the order of keys counts: tests walk through their settings.
    assert json.dumps(made.to_dict()) == json.dumps(again.to_dict())


def test_the_status_of_a_run_with_a_red_test_is_exit_code_1(validated: Path) -> None:
    ran = plimsoll(validated, "validation", "status", "--json")
    assert ran.exit_code == 1
    assert ran.document["envelope"]["run_id"] == "VAL-1"
    assert ran.document["basis"] == {"adjusted_prices": ["JPM"], "assumed": ["volatility"]}
    shown = plimsoll(validated, "validation", "status", "VAL-1")
    assert shown.exit_code == 1
    assert "VAL-1: " in shown.stdout
    assert "finding to raise: " in shown.stdout


@pytest.mark.parametrize("words", [("validation", "status"), ("validation", "replay"), ("report", "build")])
def test_without_a_run_there_is_nothing_to_look_at(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, failure = refused(tmp_path / "w", *words)
    assert (code, failure["code"]) == (2, "stage_not_run")
    assert "plimsoll demo" in failure["fix"]


@pytest.mark.parametrize("words", [("validation", "status"), ("validation", "replay"), ("report", "build")])
def test_an_unknown_run_is_answered_with_the_known(validated: Path, words: tuple[str, ...]) -> None:
    code, failure = refused(validated, *words, "VAL-9")
    assert (code, failure["code"], failure["value"]) == (2, "unknown_run", "VAL-9")
    assert "VAL-1" in failure["allowed"]


@pytest.mark.parametrize("words", [("validation", "status"), ("validation", "replay"), ("report", "build")])
def test_a_run_of_another_stage_is_refused(validated: Path, words: tuple[str, ...]) -> None:
    other = next(path.name for path in (validated / "runs").iterdir() if path.name.startswith("risk"))
    code, failure = refused(validated, *words, other)
    assert (code, failure["code"], failure["value"]) == (2, "run_of_another_stage", other)


@pytest.mark.parametrize("words", [("validation", "status"), ("validation", "replay"), ("report", "build")])
def test_an_edited_run_breaks_integrity(validated: Path, words: tuple[str, ...]) -> None:
    path = validated / "runs" / "VAL-1" / "run.json"
    path.write_text(path.read_text().replace('"red"', '"green"', 1))
    code, failure = refused(validated, *words)
    assert (code, failure["code"]) == (4, "run_record_changed")


def test_an_edited_pointer_breaks_integrity(validated: Path) -> None:
    pointer = validated / "runs" / "latest" / "validation.json"
    for text in ("{", "[]", json.dumps({"run_id": "VAL-1", "record_digest": "sha256:" + "0" * 64})):
        pointer.write_text(text)
        assert refused(validated, "validation", "status")[0] == 4


@pytest.mark.parametrize("words", [("validation", "run"), ("report", "build")])
def test_an_empty_store_says_how_to_fill_it(validated: Path, words: tuple[str, ...]) -> None:
    code, failure = refused(validated, *words)
    assert code == 2
    assert "plimsoll data ingest" in failure["fix"]


def test_a_report_on_a_run_of_other_code_warns_before_it_names_its_files() -> None:
    built = Built({"basis": {}}, "sha256:d", Path("out/report.json"), Path("out/report.html"))
    shown = view(built, ["package: the run has a, this report b"])
    assert shown.document["code_differences"] == ["package: the run has a, this report b"]
    assert shown.lines == (
        "WARNING the run was made by other code than this report; package: the run has a, this report b",
        "out/report.json",
        "out/report.html",
        "digest sha256:d",
    )
    assert view(built, []).lines[0] == "out/report.json"
