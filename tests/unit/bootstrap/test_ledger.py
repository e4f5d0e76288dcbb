"""The ledger of stages: whole lines from many processes, and what they come to."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plimsoll.bootstrap.ledger import LastRun, Stage, StageLedger, StageTotals
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import BadInput, CheckFailed, IntegrityBroken, MissingDependency, NotPermitted

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BUCKETS = (1.0, 10.0)


def ledger(path: Path) -> StageLedger:
    return StageLedger(path, FixedClock(START, timedelta(seconds=1)))


def totals(path: Path) -> StageTotals:
    return StageTotals(path, BUCKETS).read()


def test_a_ledger_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    found = totals(tmp_path / "stages.jsonl")
    assert (found.runs, found.last, found.damaged) == ({}, {}, 0)


def test_runs_durations_and_the_last_run_are_summed(tmp_path: Path) -> None:
    path = tmp_path / "stages.jsonl"
    kept = ledger(path)
    kept.finished(Stage.margin, 0.5, breaches=2)
    kept.finished(Stage.margin, 5.0)
    kept.finished(Stage.risk, 50.0)
    found = totals(path)
    assert found.runs == {("margin", "ok"): 2, ("risk", "ok"): 1}
    assert found.seconds == {"margin": 5.5, "risk": 50.0}
    assert found.in_bucket == {("margin", 1.0): 1, ("margin", 10.0): 2}
    assert found.last["margin"] == LastRun(START.timestamp() + 1, ok=True, breaches=0)


def test_what_was_read_is_not_read_again_and_what_is_added_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "stages.jsonl"
    kept = ledger(path)
    kept.finished(Stage.margin, 0.5)
    found = totals(path)
    offset = found.offset
    kept.failed(Stage.margin, 0.1, CheckFailed("no_sessions"))
    assert found.read().runs == {("margin", "ok"): 1, ("margin", "failed"): 1}
    assert found.offset > offset
    assert found.read().failures == {("margin", "no_sessions"): 1}
    assert found.last["margin"].ok is False


def test_a_failure_is_told_once_by_the_innermost_stage_and_fails_the_outer_ones(tmp_path: Path) -> None:
    path = tmp_path / "stages.jsonl"
    kept = ledger(path)
    failure = CheckFailed("no_sessions")
    kept.failed(Stage.margin, 0.1, failure)
    kept.failed(Stage.validation, 0.2, failure)
    with pytest.raises(CheckFailed), kept.command():
        raise failure
    found = totals(path)
    assert found.failures == {("margin", "no_sessions"): 1}
    assert found.runs == {("margin", "failed"): 1, ("validation", "failed"): 1}


@pytest.mark.parametrize("mistake", [BadInput("unknown_pack"), NotPermitted("role_not_held")])
def test_a_mistake_of_who_asked_is_a_refusal_and_leaves_the_last_run_and_the_durations_alone(
    tmp_path: Path, mistake: BadInput | NotPermitted
) -> None:
    path = tmp_path / "stages.jsonl"
    kept = ledger(path)
    kept.finished(Stage.stress, 0.5, breaches=2)
    before = totals(path)
    kept.failed(Stage.stress, 0.1, mistake)
    kept.failed(Stage.validation, 0.2, mistake)
    found = totals(path)
    assert found.runs == {("stress", "ok"): 1, ("stress", "refused"): 1, ("validation", "refused"): 1}
    assert (found.refusals, found.failures) == ({("stress", mistake.code): 1}, {})
    assert (found.last, found.seconds, found.in_bucket) == (before.last, before.seconds, before.in_bucket)


@pytest.mark.parametrize(
    "failure", [CheckFailed("c"), IntegrityBroken("c"), MissingDependency("c"), OSError(), KeyboardInterrupt()]
)
def test_every_other_end_is_a_failure_and_a_refusal_after_it_does_not_hide_it(
    tmp_path: Path, failure: BaseException
) -> None:
    path = tmp_path / "stages.jsonl"
    kept = ledger(path)
    kept.failed(Stage.stress, 0.1, failure)
    kept.failed(Stage.stress, 0.1, BadInput("unknown_pack"))
    found = totals(path)
    assert found.runs == {("stress", "failed"): 1, ("stress", "refused"): 1}
    assert found.last["stress"] == LastRun(START.timestamp(), ok=False, breaches=0)


def test_what_fails_outside_of_every_stage_is_a_failed_command(tmp_path: Path) -> None:
    path = tmp_path / "stages.jsonl"
    with pytest.raises(ZeroDivisionError), ledger(path).command():
        raise ZeroDivisionError
    with ledger(path).command():
        pass
    assert totals(path).failures == {("command", "internal_error"): 1}


def test_a_line_that_a_killed_process_left_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "stages.jsonl"
    kept = ledger(path)
    kept.finished(Stage.margin, 0.5)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    found = totals(path)
    assert (found.runs["margin", "ok"], found.damaged) == (1, 0)
    kept.finished(Stage.margin, 0.5)
    found.read()
    assert (found.runs["margin", "ok"], found.damaged) == (2, 1)


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"\xff",
        b'{"stage": "sailing", "outcome": "ok", "seconds": 1, "time": "2026-11-22T12:00:00Z"}',
        b'{"stage": "margin", "outcome": "so so", "seconds": 1, "time": "2026-11-22T12:00:00Z"}',
        b'{"stage": "margin", "outcome": "ok", "seconds": null, "time": "2026-11-22T12:00:00Z"}',
        b'{"stage": "margin", "outcome": "ok", "seconds": 1, "time": "noon"}',
    ],
)
def test_a_line_that_is_none_of_ours_is_counted_and_passed_over(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "stages.jsonl"
    path.write_bytes(line + b"\n\n")
    found = totals(path)
    assert (found.runs, found.damaged) == ({}, 1)


def test_a_ledger_that_became_shorter_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "stages.jsonl"
    kept = ledger(path)
    for _ in range(3):
        kept.finished(Stage.margin, 0.5)
    found = totals(path)
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert found.read().runs == {("margin", "ok"): 1}


def test_a_ledger_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    ledger(tmp_path).finished(Stage.margin, 0.5)
    assert list(tmp_path.iterdir()) == []


def test_four_processes_at_once_lose_no_line_and_mix_none(tmp_path: Path) -> None:
    path = tmp_path / "stages.jsonl"
    program = (
        "import sys; from pathlib import Path; from plimsoll.vocabulary.clock import SystemClock\n"
        "from plimsoll.bootstrap.ledger import Stage, StageLedger\n"
        "kept = StageLedger(Path(sys.argv[1]), SystemClock())\n"
        "for _ in range(100): kept.finished(Stage.margin, 0.5)"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, path]) for _ in range(4)]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    assert totals(path).runs == {("margin", "ok"): 400}
    assert all(json.loads(line) for line in path.read_bytes().splitlines() if line)
