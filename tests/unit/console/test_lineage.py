"""`plimsoll data lineage`: the tree, one artifact both ways, and what is said of events that are missing or damaged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from books import book, option, snapshot, underlying
from console_world import plimsoll, refused
from plimsoll.bootstrap import open_application
from plimsoll.data.lineage import INSTALL, run_uuid


@pytest.fixture
def valued(tmp_path: Path) -> Path:
    """A workspace in which a book was valued and a second one could not be read."""
    (tmp_path / "book.json").write_text(json.dumps(book(option("one"))))
    (tmp_path / "market.json").write_text(json.dumps(snapshot(AAA=underlying())))
    words = ("value", tmp_path / "book.json", "--snapshot", tmp_path / "market.json")
    assert plimsoll(tmp_path / "w", *words).exit_code == 0
    assert plimsoll(tmp_path / "w", "data", "quality").exit_code == 2
    return tmp_path / "w"


def test_the_tree_is_drawn_and_what_failed_is_said(valued: Path) -> None:
    ran = plimsoll(valued, "data", "lineage")
    assert ran.exit_code == 0
    lines = ran.stdout.splitlines()
    assert lines[0] == "Lineage: 2 steps, 5 artifacts"
    drawn = [line.lstrip("│├└─ ").split("  ")[0] for line in lines[1:-1]]
    assert drawn == [
        "snapshot 2020-03-16", "model american-option-valuation", "run valuation/small",
        "table valuation/small/outcomes", "book small", "model american-option-valuation", "run valuation/small",
    ]  # fmt: skip
    assert "1 rows  by valuation-" in ran.stdout
    assert ran.stdout.count("(elsewhere)") == 1
    assert lines[-1].startswith("fail: quality quality-")
    assert lines[-1].endswith("nothing_stored: datasets")
    assert "\x1b" not in ran.stdout


@pytest.mark.parametrize("word", ["small", "book/small"])
def test_an_artifact_is_shown_both_ways(valued: Path, word: str) -> None:
    ran = plimsoll(valued, "data", "lineage", "--of", word)
    assert f"{word} was made from\n" in ran.stdout
    assert f"{word} went into\n" in ran.stdout
    assert ran.stdout.count("book small") == 2


def test_a_run_is_named_by_its_id_or_its_uuid(valued: Path) -> None:
    with open_application(valued) as app:
        run_id = app.runs.latest("valuation").run_id
    documents = [
        plimsoll(valued, "data", "lineage", "--of", of, "--json").document for of in (run_id, run_uuid(run_id))
    ]
    assert documents[0] == documents[1]
    root, _ = documents[0]["made_from"]
    assert (root["kind"], root["name"], root["made_by"]) == ("run", "valuation/small", run_id)
    assert {child["kind"] for child in root["children"]} == {"book", "snapshot", "model"}
    assert {step["state"] for step in documents[0]["steps"]} == {"COMPLETE", "FAIL"}


def test_an_unknown_name_is_bad_input(valued: Path) -> None:
    code, failure = refused(valued, "data", "lineage", "--of", "tulips")
    assert (code, failure["code"], failure["value"]) == (2, "unknown_in_lineage", "tulips")
    assert "book/small" in failure["allowed"]


def test_a_broken_line_is_exit_code_4_with_file_and_line(valued: Path) -> None:
    path = valued / "lineage" / "events.ndjson"
    path.write_bytes(path.read_bytes().replace(b'"eventType": "COMPLETE"', b'"eventType": "SUNK"', 1))
    code, failure = refused(valued, "data", "lineage")
    assert (code, failure["code"], failure["field"]) == (4, "lineage_line_broken", f"{path} line 2")


def test_an_unfinished_event_is_told_and_hides_nothing(valued: Path) -> None:
    path = valued / "lineage" / "events.ndjson"
    path.write_bytes(path.read_bytes()[:-20])
    ran = plimsoll(valued, "data", "lineage")
    assert ran.exit_code == 0
    assert f"{path} line 4: " in ran.stdout
    assert "unfinished: quality quality-" in ran.stdout
    assert plimsoll(valued, "data", "lineage", "--json").document["torn"]["line"] == 4


def test_nothing_written_yet_is_bad_input(tmp_path: Path) -> None:
    code, failure = refused(tmp_path / "w", "data", "lineage")
    assert (code, failure["code"]) == (2, "no_lineage")


_ABSENT = "import sys; sys.modules['openlineage'] = None; from plimsoll.console.main import main; main()"


def without_package(workspace: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", _ABSENT, *words, "--json", "--workspace", str(workspace)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_the_package_events_are_read_and_only_their_absence_names_it(valued: Path, tmp_path: Path) -> None:
    ran = without_package(valued, "data", "lineage")
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(ran.stdout)["steps"]) == 2
    ran = without_package(tmp_path / "empty", "data", "lineage")
    failure = json.loads(ran.stdout)["error"]
    assert (ran.returncode, failure["code"], failure["fix"]) == (2, "openlineage_not_installed", INSTALL)
