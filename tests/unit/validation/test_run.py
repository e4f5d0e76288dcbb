"""Running a plan, and running it again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from plimsoll.validation.catalogue import Catalogue, Scale, ScaleKind, TestDefinition, ThresholdTag
from plimsoll.validation.context import Context, Environment
from plimsoll.validation.environment import present_environment
from plimsoll.validation.plan import Plan, plan
from plimsoll.validation.replay import ReplayReport, code_differences, replay
from plimsoll.validation.replay import exit_code as replay_exit_code
from plimsoll.validation.run import ValidationRun, exit_code, run, status
from plimsoll.vocabulary.clock import FixedClock
from plimsoll.vocabulary.errors import IntegrityBroken
from plimsoll.vocabulary.ids import SequentialIds
from plimsoll.vocabulary.progress import SilentProgress
from plimsoll.vocabulary.testing import Rag
from report_records import sample_backtests, sample_replays


def definition(test_id: str, procedure: str) -> TestDefinition:
    scale = Scale(ScaleKind.at_most, 1.0, 2.0, ThresholdTag.house)
    return TestDefinition(test_id, 1, "title", "question?", "statistic", "unit", scale, "source", procedure)


#: Real procedures: one that measures the replays, one without its input, one without its setting, one that is not there.
CATALOGUE = Catalogue.of(
    [
        definition("T-GREEN", "margin.coverage"),
        definition("T-NONE", "reproduction.reproduction"),
        definition("T-RED", "margin.golden_cases"),
        definition("T-LOST", "margin.lost"),
    ]
)


def made_plan(*test_ids: str) -> Plan:
    return plan({"pack_id": "p", "revision": 1, "required_tests": {"m": list(test_ids)}}, CATALOGUE)


def context(accounts: int = 0) -> Context:
    environment = Environment("0.1.0", "sha256:lock", "x86-64", "3.11.2", "1.44")
    backtests = sample_backtests(accounts, days=20)[:accounts]
    replays = sample_replays()[: max(1, accounts)]
    return Context(date(2008, 9, 2), 2, environment, {"book": "demo"}, backtests, (), replays)


def ran(made: Plan, on: Context) -> ValidationRun:
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC), timedelta(seconds=1))
    return run(made, on, clock, SequentialIds(), SilentProgress())


def replayed(recorded: Mapping[str, Any], on: Context) -> ReplayReport:
    clock = FixedClock(datetime(2027, 1, 1, tzinfo=UTC), timedelta(seconds=1))
    return replay(recorded, lambda _manifest: on, clock, SequentialIds(), SilentProgress())


def test_every_planned_test_has_a_result_in_order() -> None:
    result = ran(made_plan("T-GREEN", "T-NONE", "T-RED"), context(1))
    assert [r.test_id for r in result.results] == ["T-GREEN", "T-NONE", "T-RED"]
    assert [r.rag for r in result.results] == [Rag.green, Rag.not_applicable, Rag.red]
    assert result.counts() == {"green": 1, "amber": 0, "red": 1, "not_applicable": 1}


def test_a_test_that_fails_with_a_typed_error_is_red_and_has_a_finding() -> None:
    result = ran(made_plan("T-RED", "T-LOST"), context())
    assert [r.rag for r in result.results] == [Rag.red, Rag.red]
    assert "the test could not be run: missing_setting" in result.results[0].reason
    assert "unknown_procedure" in result.results[1].reason
    assert [f.test_id for f in result.draft_findings] == ["T-RED", "T-LOST"]
    assert exit_code(result) == 1


def test_a_run_without_a_red_test_exits_with_zero() -> None:
    result = ran(made_plan("T-NONE"), context())
    assert result.worst() is Rag.not_applicable
    assert exit_code(result) == 0


def test_the_status_lists_what_is_not_green() -> None:
    result = ran(made_plan("T-GREEN", "T-RED"), context(1))
    summary = status(result)
    assert summary["overall"] == "red"
    assert [entry["test_id"] for entry in summary["open"]] == ["T-RED"]
    assert summary["draft_findings"] == 1


def test_the_digest_of_a_run_does_not_depend_on_its_id_or_time() -> None:
    first = ran(made_plan("T-GREEN"), context(1))
    later = replace(first, run_id="VAL-99", started_at="later", finished_at="later still")
    assert first.digest() == later.digest()
    assert first.to_dict()["envelope"] != later.to_dict()["envelope"]


def test_a_replay_of_the_same_inputs_is_bit_equal() -> None:
    recorded = ran(made_plan("T-GREEN", "T-NONE"), context(2)).to_dict()
    report = replayed(recorded, context(2))
    assert report.bit_equal
    assert report.lines() == ["BIT-EQUAL VAL-000001: 2 outputs"]
    assert replay_exit_code(report) == 0
    assert report.to_dict()["verdict"] == "BIT-EQUAL"


def test_a_replay_names_the_environment_the_input_and_the_output_that_differ() -> None:
    recorded = ran(made_plan("T-GREEN", "T-NONE"), context(2)).to_dict()
    other = replace(context(1), environment=replace(context().environment, isa="avx2"))
    report = replayed(recorded, other)
    assert not report.bit_equal
    assert replay_exit_code(report) == 1
    kinds = [(d.kind, d.name) for d in report.differences]
    assert kinds[0] == ("environment", "isa")
    assert ("input", "backtest/A01/historical") in kinds
    assert kinds[-1] == ("output", "m/T-GREEN")
    assert report.lines()[0] == "DIFFERENT environment isa: recorded x86-64, replayed avx2"
    assert report.to_dict()["differences"][0]["replayed"] == "avx2"


def test_a_replay_by_other_code_says_so_before_all_else_though_every_output_is_equal() -> None:
    made_by = replace(context().environment, code_digest="sha256:one", core_digest="sha256:core")
    recorded = ran(made_plan("T-GREEN"), replace(context(2), environment=made_by)).to_dict()
    other = replace(made_by, code_digest="sha256:two")
    report = replayed(recorded, replace(context(2), environment=other))
    assert report.lines() == ["DIFFERENT code package: recorded sha256:one, replayed sha256:two"]
    assert replay_exit_code(report) == 1


def test_a_record_that_names_no_code_cannot_vouch_for_it() -> None:
    recorded = context().environment.to_dict()
    older = {key: value for key, value in recorded.items() if key not in ("code_digest", "core_digest")}
    present = replace(context().environment, code_digest="sha256:a", core_digest="sha256:b").to_dict()
    assert [item.line() for item in code_differences(older, present)] == [
        "DIFFERENT code package: recorded not recorded, replayed sha256:a",
        "DIFFERENT code compiled core: recorded not recorded, replayed sha256:b",
    ]


def test_a_replay_uses_the_recorded_thresholds() -> None:
    recorded = ran(made_plan("T-GREEN"), context(1)).to_dict()
    recorded_plan = recorded["plan"]["tests"][0]["definition"]
    assert Plan.from_dict(recorded["plan"]).tests[0].definition.scale.green == recorded_plan["scale"]["green"]
    assert replayed(recorded, context(1)).bit_equal


def test_an_edited_record_is_refused() -> None:
    recorded = ran(made_plan("T-GREEN"), context(1)).to_dict()
    recorded["results"][0]["value"] = 0.5
    with pytest.raises(IntegrityBroken, match="run_record_changed"):
        replayed(recorded, context(1))


def test_a_stored_run_is_read_back_whole() -> None:
    made = ran(made_plan("T-GREEN", "T-RED"), context(1))
    assert ValidationRun.from_dict(made.to_dict()) == made


def test_a_stored_run_that_was_edited_is_refused() -> None:
    record = ran(made_plan("T-GREEN"), context(1)).to_dict()
    record["results"][0]["rag"] = "amber"
    with pytest.raises(IntegrityBroken, match="run_record_changed"):
        ValidationRun.from_dict(record)


def test_the_environment_names_core_instruction_set_and_challenger() -> None:
    here = present_environment("sha256:lock")
    assert here.lock_digest == "sha256:lock"
    assert here.library_version.count(".") == 2
    assert here.isa
    assert here.code_digest == here.core_digest == "not recorded"
    assert present_environment("x", code_digest="sha256:c").to_dict()["code_digest"] == "sha256:c"
    assert here.challenger_version[0].isdigit()
    assert present_environment("x", "no-such-distribution").challenger_version == "not installed"
