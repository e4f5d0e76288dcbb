"""What recorded runs come to in numbers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plimsoll.bootstrap import open_application, readings
from plimsoll.bootstrap.ledger import Stage, StageLedger, StageTotals
from plimsoll.bootstrap.runs import Run
from plimsoll.observability.metrics import Family
from plimsoll.vocabulary.clock import SystemClock
from plimsoll.vocabulary.errors import BadInput, CheckFailed
from report_records import sample_run

AT = "2026-11-22T12:00:00.000000Z"
SECONDS = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()


def run(document: dict[str, Any]) -> Run:
    return Run("margin-1", "margin", AT, {}, document, {}, Path())


def values(families: list[Family]) -> dict[str, dict[tuple[str, ...], float]]:
    return {f.name.removeprefix("plimsoll_"): {tuple(s.labels.values()): s.value for s in f.samples} for f in families}


def outcome(account: str, call: str, shortfall: str) -> dict[str, Any]:
    return {"account_id": account, "margin": {"account_id": account, "call": call, "shortfall": shortfall}}


def test_a_margin_run_gives_calls_and_the_largest_shortfalls_by_name() -> None:
    accounts = [outcome(f"A{i:02d}", "5.25", f"{i}.50") for i in range(1, 13)]
    accounts += [outcome("A13", "0.00", "0.00"), {"account_id": "A14", "margin": None}]
    found = readings.margins_in(run({"book_id": "b", "margined": 13, "failed": 1, "accounts": accounts}))
    told = values(readings.of_margins([found]))
    assert told["margin_run_timestamp_seconds"] == {("b",): SECONDS}
    assert told["margin_accounts"] == {("b", "margined"): 13, ("b", "refused"): 1}
    assert told["margin_call_accounts"] == {("b",): 12}
    assert told["margin_call_dollars"] == {("b",): 63.0}
    assert told["margin_shortfall_accounts"] == {("b",): 12}
    assert told["margin_shortfall_dollars"] == {("b",): 84.0}
    named = told["margin_account_shortfall_dollars"]
    assert next(iter(named.items())) == (("b", "A12"), 12.5)
    assert len(named) == readings.ACCOUNTS
    assert ("b", "A02") not in named


def test_a_replay_gives_calls_and_shortfalls() -> None:
    rows = [
        {"calls_issued": 3, "calls_overdue": 1, "days_in_shortfall": 0, "largest_shortfall": "0.00"},
        {"calls_issued": 2, "calls_overdue": 0, "days_in_shortfall": 4, "largest_shortfall": "17.25"},
    ]
    told = values(readings.of_replays([readings.replay_in(run({"name": "2008", "accounts": rows}))]))
    assert told == {
        "margin_replay_calls_issued": {("2008",): 5},
        "margin_replay_calls_overdue": {("2008",): 1},
        "margin_replay_shortfall_accounts": {("2008",): 1},
        "margin_replay_largest_shortfall_dollars": {("2008",): 17.25},
    }


def test_a_validation_gives_every_colour_also_where_none_has_it() -> None:
    kept = sample_run()
    told = values(readings.of_validation(readings.colours_in(run(kept.to_dict()))))
    assert told["validation_tests"] == {(rag,): count for rag, count in kept.counts().items()}
    assert told["validation_run_timestamp_seconds"] == {(): SECONDS}


def test_stages_count_from_zero_and_a_command_that_works_counts_not(tmp_path: Path) -> None:
    kept = StageLedger(tmp_path / "l", SystemClock())
    kept.finished(Stage.risk, 2.0, breaches=3)
    kept.failed(Stage.margin, 0.2, CheckFailed("no_sessions"))
    kept.failed(Stage.margin, 0.2, BadInput("unknown_book"))
    kept.failed(Stage.command, 0.1, CheckFailed("out_of_wind"))
    kept.failed(Stage.command, 0.1, BadInput("unknown_book"))
    families = readings.of_stages(StageTotals(tmp_path / "l", readings.BUCKETS).read())
    told = values(families)
    assert told["stage_runs"]["validation", "ok"] == told["stage_runs"]["validation", "failed"] == 0
    assert told["stage_runs"]["risk", "ok"] == told["stage_runs"]["command", "failed"] == 1
    assert ("command", "ok") not in told["stage_runs"]
    assert told["stage_runs"]["margin", "refused"] == told["stage_runs"]["command", "refused"] == 1
    assert told["failures"] == {("margin", "no_sessions"): 1, ("command", "out_of_wind"): 1}
    assert told["refusals"] == {("margin", "unknown_book"): 1, ("command", "unknown_book"): 1}
    assert told["stage_last_run_success"] == {("margin",): 0, ("risk",): 1}
    assert told["stage_last_run_breaches"] == {("margin",): 0, ("risk",): 3}
    (durations,) = [family for family in families if family.kind == "histogram"]
    risk, margin = durations.samples
    assert (risk.value, risk.count) == (2.0, 1)
    assert dict(risk.buckets) == {bound: int(bound >= 2.0) for bound in readings.BUCKETS}
    assert (margin.count, dict(margin.buckets)[0.1]) == (1, 0)


def test_the_newest_runs_of_a_stage_are_found_by_name_and_by_no_longer_name(tmp_path: Path) -> None:
    with open_application(tmp_path) as app:
        assert app.runs.latest_id("margin") is None
        ids = [app.runs.record("margin", {"n": n}).run_id for n in range(3)]
        app.runs.record("margin-replay", {})
        assert app.runs.newest("margin", 2) == sorted(ids)[:0:-1]
        assert app.runs.latest_id("margin") == ids[-1]
