"""The whole voyage by one command, and what its artifacts withstand afterwards."""

import json
from pathlib import Path

import pytest

from console_world import Ran, edit_log, flip_a_byte, plimsoll, process

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("console_demo")]

LEGS = ("data", "models", "valuation", "risk", "margin", "validation", "report", "replay", "mlflow")


@pytest.fixture(scope="module")
def sailed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A folder in which the demonstration ran, and what it printed; the tests below change it in their order."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, process("demo", "--json", "--workspace", "w", "--out", "out", folder=folder)


def test_every_leg_is_made_and_the_replay_is_bit_equal(sailed: tuple[Path, Ran]) -> None:
    _, ran = sailed
    assert ran.exit_code == 0, ran.stderr
    assert ran.document["ok"] is True
    summaries = {leg["name"].split(" ")[-1]: leg["summary"] for leg in ran.document["legs"]}
    assert tuple(summaries) == LEGS
    assert summaries["replay"].startswith("BIT-EQUAL")
    assert "\x1b" not in ran.stdout + ran.stderr
    assert "validation: 18 done\n" in ran.stderr


def test_every_artifact_lies_where_it_is_said_to(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    assert all((folder / path).exists() for path in ran.document["artifacts"].values())
    report = json.loads((folder / "out" / "report.json").read_text())
    assert report["digest"] == ran.document["report_digest"]
    assert [item["mark"] for item in report["envelope"]["signatures"]] == ["DEMO"] * 3


def test_signatures_and_log_verify(sailed: tuple[Path, Ran]) -> None:
    folder, _ = sailed
    verified = plimsoll(folder / "w", "sign", "verify", folder / "out" / "report.json", "--json")
    assert verified.exit_code == 0
    roles = {item["name"]: item["role"] for item in verified.document["signatures"]}
    assert sorted(roles.values()) == ["approver", "developer", "validator"]
    found = plimsoll(folder / "w", "audit", "verify", "--head", folder / "out" / "audit-head.json", "--json")
    assert found.exit_code == 0
    assert found.document["sealed_to"] > 0


def test_the_status_of_the_run_says_what_the_voyage_said(sailed: tuple[Path, Ran]) -> None:
    folder, ran = sailed
    status = plimsoll(folder / "w", "validation", "status", ran.document["run_id"], "--json")
    colours = [result["rag"] for result in status.document["results"]]
    assert {name: colours.count(name) for name in ran.document["counts"]} == ran.document["counts"]
    assert status.exit_code == (1 if "red" in colours else 0)


def test_a_cut_tail_a_changed_report_and_a_flipped_byte_are_found(sailed: tuple[Path, Ran]) -> None:
    folder, _ = sailed
    workspace, report = folder / "w", folder / "out" / "report.json"
    edit_log(workspace, "DELETE FROM audit_entry WHERE seq > 12")
    edit_log(workspace, "DELETE FROM audit_seal WHERE seq > 12")
    head = ("audit", "verify", "--head", folder / "out" / "audit-head.json")
    assert plimsoll(workspace, *head).exit_code == 4
    report.write_text(report.read_text().replace('"amber"', '"green"', 1))
    assert plimsoll(workspace, "sign", "verify", report).exit_code == 4
    flip_a_byte(next((workspace / "datasets" / "objects").iterdir()))
    assert plimsoll(workspace, "data", "verify").exit_code == 4
