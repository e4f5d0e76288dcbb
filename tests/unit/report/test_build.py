"""The report as data."""

import json
from importlib.resources import files

import jsonschema
import pytest

from plimsoll.report.blocks import open_table
from plimsoll.report.build import build, report_digest
from plimsoll.report.figures import draw_one
from plimsoll.report.render import styled
from plimsoll.validation.run import ValidationRun
from plimsoll.vocabulary.digest import canonical_json
from report_records import sample_envelope, sample_inputs, sample_run


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    text = files("plimsoll").joinpath("packs", "schemas", "report-v1.json").read_text(encoding="utf-8")
    document: dict[str, object] = json.loads(text)
    return document


def test_a_report_meets_its_schema_and_one_without_its_recommendations_does_not(schema: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    report = build(sample_inputs(), sample_envelope())
    checker = jsonschema.Draft202012Validator(schema)
    assert list(checker.iter_errors(report)) == []
    del report["cover"]["recommendations"]
    assert [error.message for error in checker.iter_errors(report)] == ["'recommendations' is a required property"]


def test_the_summary_states_the_recommendation_for_each_model_under_the_signed_digest() -> None:
    report = build(sample_inputs(), sample_envelope())
    (table,) = [b for b in report["sections"][0]["blocks"] if b.get("caption") == "Recommendation for each model"]
    rows = {row["model"]: row for row in table["rows"]}
    assert {name: row["decision"] for name, row in rows.items()} == {
        "American option valuation": "Approve",
        "Filtered historical simulation": "Approve with conditions",
        "Strategy-based margin": "Approve",
    }
    conditions = rows["Filtered historical simulation"]["conditions"]
    assert conditions == "MR-VAR-02 Proportion of failures (medium): remedied and verified within 180 days"
    report["cover"]["recommendations"][1]["decision"] = "approve"
    assert report_digest(report) != report["digest"]


def test_without_recommendations_the_summary_has_none() -> None:
    report = build(sample_inputs(recommendations=()), sample_envelope())
    assert "Recommendation" not in json.dumps(report["sections"][0])


def test_a_report_on_a_run_of_other_code_says_so_first_and_beside_the_manifest() -> None:
    line = "package: the run has sha256:a, this report sha256:b"
    other, same = (
        build(sample_inputs(code_differences=lines), sample_envelope())["sections"] for lines in ((line,), ())
    )
    for place in (0, -1):
        assert other[place]["blocks"][0]["kind"] == "note"
        assert line in other[place]["blocks"][0]["text"]
        assert same[place]["blocks"][0]["kind"] != "note"


def test_a_finding_has_the_severity_of_the_condition_that_it_became() -> None:
    reports = [build(sample_inputs(**changes), sample_envelope()) for changes in ({}, {"recommendations": ()})]
    found = [s for report in reports for s in report["sections"] if s["id"] == "findings"]
    rows = [section["blocks"][-1]["rows"][0] for section in found]
    assert [row["severity"] for row in rows] == ["medium", "high"]
    assert rows[0]["model"] == "Filtered historical simulation"


@pytest.mark.parametrize(("outside", "kind"), [(215, "note"), (0, "paragraph")])
def test_what_was_valued_outside_the_validated_range_is_counted(outside: int, kind: str) -> None:
    row = {"where": "replay of 2008", "unit": "option days", "counted": 4280, "outside": outside}
    report = build(sample_inputs(outside_range=(row,)), sample_envelope())
    (blocks,) = [section["blocks"] for section in report["sections"] if section["id"] == "outcomes"]
    (place,) = [k for k, b in enumerate(blocks) if b.get("caption") == "Valued outside the validated range"]
    assert blocks[place]["rows"] == [row]
    assert blocks[place + 1]["kind"] == kind


def test_a_table_that_tests_share_is_shown_once() -> None:
    report = build(sample_inputs(), sample_envelope())
    (blocks,) = [section["blocks"] for section in report["sections"] if section["id"] == "outcomes"]
    captions = [b["caption"] for b in blocks if b["kind"] == "table"]
    assert "MR-VAR-01 by case" in captions
    assert "MR-VAR-02 by case" not in captions
    shared = [result["detail"] for result in report["results"] if result["test_id"] in ("MR-VAR-01", "MR-VAR-02")]
    assert shared[0] == shared[1]


def test_columns_have_words_and_units_and_coded_values_are_spelt_out() -> None:
    rows = [{"calls_met": 2, "value_at_risk": 12.0, "equity": "1234.50", "model": "student_t", "account_id": "A01",
             "source": "x", "detail": {}}]  # fmt: skip
    found = open_table("x", rows)
    assert [(c["label"], c["style"]) for c in found["columns"]] == [
        ("Account", "id"), ("Model", "text"), ("Value at risk, USD", "integer"), ("Equity, USD", "money"),
        ("Calls met", "integer"), ("Source", "text"),
    ]  # fmt: skip
    assert found["rows"][0]["model"] == "Student-t"
    assert open_table("x", [{"value": "none"}])["columns"] == [{"key": "value", "label": "Value", "style": "text"}]
    coded = [{"kept_cents": 5, "shortfall": 0.2, "price": 1.0}]
    tail = [(c["label"], c["style"]) for c in open_table("x", [{**coded[0], "largest_call_cents": 7}])["columns"]]
    assert tail == [
        ("Price, USD", "fixed4"), ("Shortfall", "significant"), ("Kept, USD", "cents"), ("Largest call, USD", "cents"),
    ]  # fmt: skip
    assert styled("-1234567.50", "money") == "−1,234,567.50"


def test_a_report_without_risk_margin_and_data_meets_its_schema(schema: dict[str, object]) -> None:
    bare = sample_inputs(
        outside_range=(),
        datasets=(),
        quality=(),
        assumptions=(),
        valuation={},
        risk={},
        margin={},
        backtests=(),
        margin_replays=(),
    )
    report = build(bare, sample_envelope())
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(report)) == []
    assert {figure["id"] for figure in report["figures"]} == {"replication", "convergence"}


def test_two_reports_of_the_same_records_differ_in_the_envelope_alone() -> None:
    first = build(sample_inputs(), sample_envelope("REP-1"))
    second = build(sample_inputs(), sample_envelope("REP-2", signatures=({"name": "Val Idator"},)))
    assert first["envelope"] != second["envelope"]
    assert first["digest"] == second["digest"] == report_digest(second)
    assert canonical_json({**first, "envelope": None}) == canonical_json({**second, "envelope": None})


def test_a_run_that_was_stored_and_read_back_makes_the_same_report() -> None:
    stored = ValidationRun.from_dict(json.loads(canonical_json(sample_run().to_dict())))
    assert list(stored.results[0].detail) != list(sample_run().results[0].detail)
    again = build(sample_inputs(run=stored), sample_envelope())
    assert again["digest"] == build(sample_inputs(), sample_envelope())["digest"]


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


def test_the_backtest_figure_shows_an_account_of_stock_and_one_of_options_each_in_both_crises() -> None:
    accounts = (("A01", "stock alone"), ("A03", "options alone"), ("A99", "no series"))
    report = build(sample_inputs(focus_accounts=accounts), sample_envelope())
    figure = {f["id"]: f for f in report["figures"]}["backtest"]
    assert figure["title"].startswith("Accounts A01 (stock alone) and A03 (options alone): ")
    names = [window["name"] for window in figure["data"]["windows"]]
    assert names == [
        f"{one}, {year}" for one in ("A01, stock alone", "A03, options alone") for year in ("2008", "2020")
    ]
    profits = [window["series"][0]["profit"] for window in figure["data"]["windows"]]
    assert profits[0] != profits[2]
    drawn = draw_one(figure)
    assert drawn == draw_one(figure)
    assert all(name in drawn for name in names)
    assert drawn.count("filtered historical, value at risk") == 1


def test_without_a_chosen_account_the_first_one_is_drawn() -> None:
    report = build(sample_inputs(), sample_envelope())
    assert {f["id"]: f for f in report["figures"]}["backtest"]["title"].startswith("Account A01: ")
    nobody = build(sample_inputs(focus_accounts=(("A99", "no series"),)), sample_envelope())
    assert "backtest" not in {f["id"] for f in nobody["figures"]}


def test_the_figures_show_the_recorded_days_of_2008_and_2020() -> None:
    report = build(sample_inputs(focus_accounts=(("A02", "stock alone"),)), sample_envelope())
    figure = {f["id"]: f for f in report["figures"]}["backtest"]
    assert figure["title"].startswith("Account A02 (stock alone): ")
    windows = figure["data"]["windows"]
    assert [w["name"] for w in windows] == ["A02, stock alone, 2008", "A02, stock alone, 2020"]
    assert windows[0]["series"][0]["dates"][0] == "2008-07-01"
    series = sample_inputs().backtests[3]
    day = series.dates[600].isoformat()
    place = windows[0]["series"][0]["dates"].index(day)
    assert windows[0]["series"][0]["profit"][place] == series.profit[600]
