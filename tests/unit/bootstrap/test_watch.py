"""A watched stage is a span while it runs and a line of the ledger when it has ended, whatever the end."""

import json
from pathlib import Path
from typing import Any

import pytest

from loopback_world import receiver
from plimsoll.bootstrap import Application, open_application
from plimsoll.bootstrap.ledger import Stage
from plimsoll.bootstrap.watch import Facts, watched
from plimsoll.vocabulary.errors import BadInput, CheckFailed


@watched(Stage.margin, lambda found: Facts({"rows": found}, tuple({"row": str(row)} for row in range(found))))
def work(app: Application, rows: int, *, fail: bool = False) -> int:
    """Do some work."""
    app.runs.record("margin", {"rows": rows})
    app.log.info("worked")
    if rows < 0:
        raise BadInput("no_such_row")
    if fail:
        raise CheckFailed("it_failed")
    return rows


@watched(Stage.report, lambda _: Facts())
def outer(app: Application) -> None:
    work(app, 1, fail=True)


def lines(workspace: Path) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (workspace / "stages.jsonl").read_text().splitlines()]
    return [{name: item for name, item in line.items() if name not in ("time", "seconds")} for line in found]


def test_a_stage_that_comes_to_its_end_is_one_line_and_gives_back_what_it_found(tmp_path: Path) -> None:
    with open_application(tmp_path) as app:
        assert work(app, 3) == 3
    assert lines(tmp_path) == [{"stage": "margin", "outcome": "ok", "breaches": 3}]
    assert work.__doc__ == "Do some work."


def test_a_stage_that_fails_inside_another_fails_both_and_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed), open_application(tmp_path) as app:
        outer(app)
    assert lines(tmp_path) == [
        {"stage": "margin", "outcome": "failed", "code": "it_failed"},
        {"stage": "report", "outcome": "failed"},
    ]


def test_a_stage_that_refuses_its_input_did_not_fail(tmp_path: Path) -> None:
    with pytest.raises(BadInput), open_application(tmp_path) as app:
        work(app, -1)
    assert lines(tmp_path) == [{"stage": "margin", "outcome": "refused", "code": "no_such_row"}]


def test_the_span_of_a_stage_has_its_counts_its_run_and_its_first_fifty_breaches(tmp_path: Path) -> None:
    with receiver() as collector:
        with open_application(tmp_path, command="plimsoll work", otlp_endpoint=collector.address) as app:
            work(app, 60)
            session = app.tracer.marks()
        root, margin = collector.spans()["plimsoll work"], collector.spans()["margin"]
    assert margin.parent == root.span
    assert margin.attributes["plimsoll.run.id"].startswith("margin-")
    assert {name: item for name, item in margin.attributes.items() if name != "plimsoll.run.id"} == {
        "plimsoll.stage": "margin", "plimsoll.rows": 60, "plimsoll.breaches": 60, "plimsoll.outcome": "ok",
    }  # fmt: skip
    assert [name for name, _ in margin.events] == ["run recorded"] + ["breach"] * 50
    assert margin.events[1][1] == {"plimsoll.row": "0"}
    (log,) = (tmp_path / "logs").iterdir()
    (worked,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert (worked["trace_id"], worked["span_id"]) == (margin.trace, margin.span)
    assert session == {"trace_id": root.trace, "span_id": root.span}
    assert root.attributes["plimsoll.session.id"] == log.stem


def test_the_line_of_a_failed_session_leads_to_its_trace(tmp_path: Path) -> None:
    with receiver() as collector:
        with pytest.raises(CheckFailed), open_application(tmp_path, otlp_endpoint=collector.address) as app:
            outer(app)
        spans = collector.spans()
    assert [spans[name].status for name in ("margin", "report", "session")] == [(2, "it_failed")] * 3
    (log,) = (tmp_path / "logs").iterdir()
    failed = json.loads(log.read_text().splitlines()[-1])
    assert (failed["event"], failed["trace_id"]) == ("run failed", spans["session"].trace)
