"""The section on stress and its figure, from recorded runs alone."""

from typing import Any

import jsonschema

from plimsoll.engine.documents import schema
from plimsoll.report.build import build
from plimsoll.report.figures import draw_one
from plimsoll.report.render import render_html
from report_records import sample_envelope, sample_inputs
from stress_world import move, scenario, stressed

SEARCH = {"lowest": -0.95, "highest": 1.0, "step": 0.05, "tolerance": 0.0001, "words": "made"}


def recorded(book_id: str, **changes: Any) -> dict[str, Any]:
    unheld = [{"factor": "gold", "move": "-9.15 %", "status": "V"}]
    later = {"from": "2020-02-19", "to": "2020-03-23"}
    run = stressed(
        scenario("down-60", move(relative=-0.6), status="V", window=later, unheld=unheld),
        scenario("up-20", move(relative=0.2)),
        scenario("gold", unheld=unheld),
        **changes,
    )
    return {**run.to_dict(), "book_id": book_id}


def section_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    (found,) = [entry["blocks"] for entry in report["sections"] if entry["id"] == "stress"]
    return found


def test_scenarios_stand_beside_books_with_status_worst_account_and_shortfalls() -> None:
    runs = (recorded("one", reverse_search=SEARCH), recorded("two"))
    report = build(sample_inputs(stress=runs), sample_envelope())
    assert list(jsonschema.Draft202012Validator(schema("report-v1")).iter_errors(report)) == []
    blocks = section_of(report)
    scenarios, first, second, missed = [block for block in blocks if block["kind"] == "table"]
    row = scenarios["rows"][0]
    assert (row["scenario_id"], row["status"]) == ("down-60", "V")
    assert row["profit_0"] == row["profit_1"] == runs[0]["scenarios"][0]["profit"]
    assert row["short_0"] == "A1 (hindsight)"
    assert [column["label"] for column in scenarios["columns"]][3] == "one: profit, USD"
    assert "between a fall of 95% and a rise of 100%" in first["caption"]
    assert "reverse stress" not in second["caption"]
    assert round(first["rows"][0]["down"], 3) == 0.333
    assert second["rows"][0]["down"] is None
    # A move of two scenarios is named under each, however many books there are.
    assert [(entry["scenario_id"], entry["factor"]) for entry in missed["rows"]] == [
        ("down-60", "gold"),
        ("gold", "gold"),
    ]
    page = render_html(report)
    assert "Moves that were not applied" in page
    assert "the number beside a bar counts" in page


def test_an_account_that_is_called_already_stands_at_nothing() -> None:
    run = recorded("one", reverse_search=SEARCH)
    run["reverse"][0]["nearest"] = 0.0
    _, accounts, _ = [
        b for b in section_of(build(sample_inputs(stress=(run,)), sample_envelope())) if b["kind"] == "table"
    ]
    assert (accounts["rows"][0]["down"], accounts["rows"][0]["up"]) == (0.0, 0.0)


def test_without_a_run_the_section_says_so_and_there_is_no_figure() -> None:
    report = build(sample_inputs(), sample_envelope())
    assert [block["text"] for block in section_of(report)] == [
        "No stress run is on record for the books of this report."
    ]
    assert "stress" not in {figure["id"] for figure in report["figures"]}


def test_a_run_in_which_nothing_applied_has_no_worst_scenario() -> None:
    run = stressed(scenario("gold", unheld=[{"factor": "gold", "move": "-9.15 %", "status": "V"}])).to_dict()
    blocks = section_of(build(sample_inputs(stress=(run,)), sample_envelope()))
    (facts,) = [block for block in blocks if block["kind"] == "facts"]
    assert {item["label"]: item["value"] for item in facts["items"]}["Worst scenario of the book"] == "none applies"


def test_a_refused_scenario_is_named_with_its_move() -> None:
    run = stressed(scenario("far", move(relative=1e308)), scenario("down", move(relative=-0.1))).to_dict()
    blocks = section_of(build(sample_inputs(stress=(run,)), sample_envelope()))
    (facts,) = [block for block in blocks if block["kind"] == "facts"]
    shown = {item["label"]: item["value"] for item in facts["items"]}
    assert shown["Scenarios refused"].startswith("far: scenarios[far].moves[0], ")


def test_what_was_all_applied_leaves_no_list() -> None:
    run = stressed(scenario("down", move(relative=-0.1))).to_dict()
    report = build(sample_inputs(stress=(run,)), sample_envelope())
    assert "Moves that were not applied" not in str(section_of(report))


def test_the_figure_has_a_bar_for_each_scenario_and_book_and_the_same_bytes_twice() -> None:
    report = build(sample_inputs(stress=(recorded("one"), recorded("two"))), sample_envelope())
    (figure,) = [entry for entry in report["figures"] if entry["id"] == "stress"]
    drawn = draw_one(figure)
    assert drawn == draw_one(figure)
    assert all(words in drawn for words in ("down-60", "up-20", "one", "two", "millions of US dollars"))
    assert figure["data"]["books"][0]["rows"][0]["short"] == 1
