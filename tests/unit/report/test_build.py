"""The report as data."""

import json
from importlib.resources import files

import jsonschema
import pytest

from plimsoll.report.build import build, report_digest
from plimsoll.vocabulary.digest import canonical_json
from report_records import sample_envelope, sample_inputs


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    text = files("plimsoll").joinpath("packs", "schemas", "report-v1.json").read_text(encoding="utf-8")
    document: dict[str, object] = json.loads(text)
    return document


def test_a_report_meets_its_schema(schema: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(build(sample_inputs(), sample_envelope()), schema)


def test_a_report_without_risk_margin_and_data_meets_its_schema(schema: dict[str, object]) -> None:
    bare = sample_inputs(
        datasets=(), quality=(), assumptions=(), valuation={}, risk={}, margin={}, backtests=(), margin_replays=()
    )
    report = build(bare, sample_envelope())
    jsonschema.validate(report, schema)
    assert {figure["id"] for figure in report["figures"]} == {"replication", "convergence"}


def test_two_reports_of_the_same_records_differ_in_the_envelope_alone() -> None:
    first = build(sample_inputs(), sample_envelope("REP-1"))
    second = build(sample_inputs(), sample_envelope("REP-2", signatures=({"name": "Val Idator"},)))
    assert first["envelope"] != second["envelope"]
    assert first["digest"] == second["digest"] == report_digest(second)
    assert canonical_json({**first, "envelope": None}) == canonical_json({**second, "envelope": None})


def test_a_changed_number_changes_the_digest() -> None:
    report = build(sample_inputs(), sample_envelope())
    report["results"][0]["value"] = 0.0
    assert report_digest(report) != report["digest"]


def test_every_test_that_is_not_green_stands_in_the_summary() -> None:
    report = build(sample_inputs(), sample_envelope())
    summary = report["sections"][0]["blocks"]
    listed = {row["test_id"] for row in summary[-1]["rows"]}
    assert listed == {r["test_id"] for r in report["results"] if r["rag"] != "green"}


def test_every_red_test_has_a_finding_in_the_report() -> None:
    report = build(sample_inputs(), sample_envelope())
    (findings,) = [section for section in report["sections"] if section["id"] == "findings"]
    reds = {r["test_id"] for r in report["results"] if r["rag"] == "red"}
    assert reds == {row["test_id"] for row in findings["blocks"][-1]["rows"]} == {"MR-VAR-02"}


def test_adjusted_prices_and_assumed_inputs_are_marked() -> None:
    text = json.dumps(build(sample_inputs(), sample_envelope()))
    assert "ADJUSTED prices: us_stocks" in text
    assert "ASSUMED" in text


def test_the_figures_show_the_recorded_days_of_2008_and_2020() -> None:
    report = build(sample_inputs(focus_account="A02"), sample_envelope())
    figure = {f["id"]: f for f in report["figures"]}["backtest"]
    assert figure["title"].startswith("Account A02")
    windows = figure["data"]["windows"]
    assert [w["name"] for w in windows] == ["2008", "2020"]
    assert windows[0]["series"][0]["dates"][0] == "2008-07-01"
    series = sample_inputs().backtests[3]
    day = series.dates[600].isoformat()
    place = windows[0]["series"][0]["dates"].index(day)
    assert windows[0]["series"][0]["profit"][place] == series.profit[600]
